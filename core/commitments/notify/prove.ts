/**
 * Whoever was here before the version in force took effect was told of it, by a way that the policy names, and beforehand where it says so.
 * Of a breach those whom it is about are told (../breaches.ts). Notices of anything else are not measured yet.
 */
import { type Collection, idOf } from "../../datamap/model.ts";
import type { Commitment } from "../../policy/model.ts";
import { examineBreaches, isOfBreaches, judgeBreaches } from "../breaches.ts";
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
import { unmeasured, type View } from "../kind.ts";
import { type Fault, otherWays } from "../on-record.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import type { NotifySpec } from "./schema.ts";

const UNSEEN =
  "whether people are told of that is not seen: such notices are kept nowhere that could be looked at yet";
const OF_THE_POLICY: ReadonlySet<string> = new Set(["policy_change", "material_change"]);
const PEOPLE_MAX = 2_000_000;

/** What the rows can say: that everybody was told of a version of the policy. */
const isMeasured = (spec: NotifySpec): boolean =>
  spec.notify === "people" && spec.needs === "nothing" && spec.on.every((o) => OF_THE_POLICY.has(o));

const places = (view: View): readonly Collection[] =>
  collectionsOf(view.map).filter((c) => c.notices !== undefined);

export function examine(spec: NotifySpec, commitment: Commitment, view: View): readonly Measure[] {
  const effective = effectiveOf(view.policy);
  if (isOfBreaches(spec)) return examineBreaches(spec, commitment, view);
  if (!isMeasured(spec) || effective === null) return [];
  const { version } = view.policy;
  return places(view).map(({ store, name }) => ({
    ...{
      measure: "notices",
      look: "scan",
      store,
      collection: name,
      version,
      effective,
      peopleMax: PEOPLE_MAX,
    },
  }));
}

export function judge(
  spec: NotifySpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  if (isOfBreaches(spec)) return judgeBreaches(view, readings);
  if (!isMeasured(spec)) return unmeasured(UNSEEN);
  const broken: string[] = [];
  const open: string[] = [
    ...failures(readings),
    ...(effectiveOf(view.policy) === null ? ["the policy does not say since when it is in force"] : []),
    ...(places(view).length === 0 ? ["the map names no collection of notices (`notices`)"] : []),
  ];
  const evidence: Evidence[] = [];
  const sum = { people: 0, examined: 0, leaving: 0 };
  const measures = examine(spec, commitment, view);
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading !== "notices" || measure?.measure !== "notices") continue;
    sum.people += reading.people;
    sum.examined += reading.examined;
    sum.leaving += reading.leaving ?? 0;
    const found = faults(spec, reading);
    const place = places(view)[i];
    // Of a change that did not matter nobody has to be told.
    const isOpen = reading.told === 0 && reading.people > 0;
    if (isOpen)
      open.push(
        `nobody was told of version \`${measure.version}\`: whether the change mattered is not known`,
      );
    else for (const { what } of found) broken.push(what);
    if (place !== undefined)
      evidence.push(
        ...found.flatMap(({ what, named }) => [
          { what: `\`${idOf(place)}\`: ${what}`, store: place.store, collection: place.name },
          ...(isOpen ? [] : named),
        ]),
      );
  }
  open.push(...notAll(sum.examined, sum.people, "person", "people"));
  if (sum.people === 0 && sum.leaving > 0 && open.length === 0)
    open.push(`nobody who was to be told is left to look at${leftOut(sum.leaving)}`);
  return judged({
    broken,
    open,
    evidence,
    basis: "exact",
    ...{ examined: sum.examined, population: sum.people },
    freshForMs: LOOK_HOLDS_MS,
    kept: `${count(sum.people, "person", "people")} with an account from before ${view.policy.effective}, each told of version \`${view.policy.version}\`${spec.before ? " before that day" : ""}${leftOut(sum.leaving)}`,
  });
}

function faults(spec: NotifySpec, reading: Extract<Reading, { reading: "notices" }>): Fault[] {
  const { named } = reading;
  const other = otherWays(reading, (way) => spec.by?.some((by) => by === way) !== false);
  const said = (n: number, what: string, rows: readonly Evidence[]): Fault[] =>
    n === 0
      ? []
      : [{ what: `${count(n, "person", "people")} ${n === 1 ? "was" : "were"} ${what}`, named: rows }];
  return [
    ...said(reading.examined - reading.told, "not told", named.without),
    ...(spec.before ? said(reading.late, "told only after it took effect", named.untimely) : []),
    ...said(other.people, "told by a way that the policy does not name", other.named),
  ];
}
