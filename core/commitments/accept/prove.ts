/** Each person whom a version of the policy binds has an acceptance of it on record: when, and by a way that the policy names. */
import type { Collection } from "../../datamap/model.ts";
import type { Commitment } from "../../policy/model.ts";
import {
  collectionsOf,
  count,
  effectiveOf,
  failures,
  judged,
  LOOK_HOLDS_MS,
  leftOut,
  notAll,
} from "../judgement.ts";
import type { View } from "../kind.ts";
import { type Fault, otherWays } from "../on-record.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import type { AcceptSpec } from "./schema.ts";

type Who = Extract<Measure, { measure: "acceptances" }>["who"];
type Seen = Extract<Reading, { reading: "acceptances" }>;

const PEOPLE_MAX = 2_000_000;
const UNTIMELY =
  "one from before the version was in force or from a time that is still to come, or without a time";
const SAID: Readonly<Record<Who, string>> = {
  "came since": "who came under it",
  "went on": "who were here before and went on",
};

const places = (view: View): readonly Collection[] =>
  collectionsOf(view.map).filter((c) => c.acceptances !== undefined);

/** Going on is what binds those who were here before; using or ticking, those who came since. */
const whom = (spec: AcceptSpec): readonly Who[] => [
  ...(spec.by.some((by) => by !== "continued_use") ? (["came since"] as const) : []),
  ...(spec.by.includes("continued_use") ? (["went on"] as const) : []),
];

export function examine(spec: AcceptSpec, _commitment: Commitment, view: View): readonly Measure[] {
  const effective = effectiveOf(view.policy);
  if (effective === null || effective > view.now) return [];
  return places(view).flatMap(({ store, name }) =>
    whom(spec).map(
      (who): Measure => ({
        ...{ measure: "acceptances", look: "scan", store, collection: name, who, effective },
        ...{ version: view.policy.version, peopleMax: PEOPLE_MAX },
      }),
    ),
  );
}

export function judge(
  spec: AcceptSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const effective = effectiveOf(view.policy);
  const open: string[] = [
    ...failures(readings),
    ...(effective === null ? ["the policy does not say since when it is in force"] : []),
    ...(effective !== null && effective > view.now ? ["the policy is not in force yet"] : []),
    ...(places(view).length === 0 ? ["the map names no collection of acceptances (`acceptances`)"] : []),
  ];
  const broken: string[] = [];
  const evidence: Evidence[] = [];
  const kept: string[] = [];
  const sum = { people: 0, examined: 0, leaving: 0 };
  const measures = examine(spec, commitment, view);
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading !== "acceptances" || measure?.measure !== "acceptances") continue;
    sum.people += reading.people;
    sum.examined += reading.examined;
    sum.leaving += reading.leaving ?? 0;
    const { store, collection } = measure;
    for (const { what: fault, named } of faults(spec, reading)) {
      const what = `of those ${SAID[measure.who]}, ${fault}`;
      broken.push(what);
      evidence.push({ what, store, collection }, ...named);
    }
    kept.push(`each of ${count(reading.people, "person", "people")} ${SAID[measure.who]}`);
  }
  if (sum.people === 0 && open.length === 0)
    open.push(`nobody whom the version binds has been seen yet${leftOut(sum.leaving)}`);
  open.push(...notAll(sum.examined, sum.people, "person", "people"));
  return judged({
    broken,
    open,
    evidence,
    basis: "exact",
    ...{ examined: sum.examined, population: sum.people },
    freshForMs: LOOK_HOLDS_MS,
    kept: `${kept.join(", ")} has an acceptance of version \`${view.policy.version}\` on record, with how and when${leftOut(sum.leaving)}`,
  });
}

function faults(spec: AcceptSpec, reading: Seen): Fault[] {
  const { named } = reading;
  const other = otherWays(reading, (way) => spec.by.some((by) => by === way));
  const said = (n: number, what: string, rows: readonly Evidence[]): Fault[] =>
    n === 0
      ? []
      : [{ what: `${count(n, "person", "people")} ${n === 1 ? "has" : "have"} ${what}`, named: rows }];
  return [
    ...said(reading.examined - reading.accepted, "no acceptance on record", named.without),
    ...said(reading.untimely, UNTIMELY, named.untimely),
    ...said(other.people, "one by a way that the policy does not name", other.named),
  ];
}
