/**
 * Every use on record that needs a yes came after one, none came after a no, and who says no at the service's own pages is heeded at the
 * next occasion, which a drill tries. What a browser stores and what reaches others are not measured yet.
 */
import type { Collection } from "../../datamap/model.ts";
import type { Commitment } from "../../policy/model.ts";
import { drilled } from "../drilled.ts";
import { collectionsOf, count, failures, judged, LOOK_HOLDS_MS, notAll } from "../judgement.ts";
import { unmeasured, type View } from "../kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import type { ConsentSpec } from "./schema.ts";

const ROWS_MAX = 2_000_000;
const DRILL = "withdraw";

/** Why nothing is said of the other acts. */
const UNSEEN: Partial<Record<ConsentSpec["to"], string>> = {
  store:
    "what a browser keeps before and after a choice is not seen: nothing visits the service with one yet",
  share:
    "whether people agreed before data left is not seen: nothing stands between the service and its recipients yet",
  transfer:
    "whether people agreed before data left is not seen: nothing stands between the service and its recipients yet",
  collect: "whether people agreed before something was gathered is not seen: rows do not say so yet",
};

const places = (view: View): readonly Collection[] =>
  collectionsOf(view.map).filter((c) => c.uses !== undefined);

/**
 * The purposes that a choice is about; what the policy does not name is told apart by `named`. Where a yes is needed, it is needed for
 * whatever is a kind of that purpose too: marketing by e-mail is marketing.
 */
export function purposesOf(spec: ConsentSpec, { policy }: Pick<View, "policy">): readonly string[] {
  const { purposes } = policy;
  if (spec.consent.includes("all")) return Object.keys(purposes);
  const named = spec.consent.filter((p) => p !== "other");
  const wider = named.flatMap((p) => purposes[p] ?? []);
  const isKind = (categories: readonly string[]): boolean =>
    categories.length > 0 && categories.every((c) => wider.some((w) => c.startsWith(`${w}.`)));
  const kinds = spec.opt === "out" ? [] : Object.keys(purposes).filter((p) => isKind(purposes[p] ?? []));
  return [...new Set([...named, ...kinds])];
}

export function examine(spec: ConsentSpec, _commitment: Commitment, view: View): readonly Measure[] {
  if (UNSEEN[spec.to] !== undefined) return [];
  const named = spec.consent.includes("other") ? Object.keys(view.policy.purposes) : null;
  return [
    { measure: "drill", look: "metadata", right: DRILL },
    ...places(view).map(
      (c): Measure => ({
        ...{ measure: "consented", look: "scan", store: c.store, collection: c.name, rowsMax: ROWS_MAX },
        ...{ purposes: purposesOf(spec, view), named, opt: spec.opt },
      }),
    ),
  ];
}

export function judge(
  spec: ConsentSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const unseen = UNSEEN[spec.to];
  if (unseen !== undefined) return unmeasured(unseen);
  const open: string[] = [
    ...failures(readings),
    ...(places(view).length === 0 ? ["the map names no collection of uses (`uses`)"] : []),
    ...(collectionsOf(view.map).some((c) => c.consents !== undefined)
      ? []
      : ["the map names no collection of people's answers (`consents`)"]),
  ];
  const broken: string[] = [];
  const evidence: Evidence[] = [];
  const kept: string[] = [];
  const sum = { uses: 0, examined: 0, answers: 0, leaving: 0 };
  let freshForMs = LOOK_HOLDS_MS;
  // What rows on record show; that nothing else is wrong is the drill's word.
  let wrong = 0;
  const measures = examine(spec, commitment, view);
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading === "drill") {
      const seen = drilled(reading, "saying yes and no");
      broken.push(...seen.broken);
      open.push(...seen.open);
      if (seen.passed !== null) kept.push(`${seen.passed.detail} (drill \`${DRILL}\`, ${seen.passed.at})`);
      freshForMs = Math.min(freshForMs, seen.freshForMs ?? freshForMs);
    }
    if (reading.reading !== "consented" || measure?.measure !== "consented") continue;
    sum.uses += reading.uses;
    sum.examined += reading.examined;
    sum.leaving += reading.leaving ?? 0;
    sum.answers = Math.max(sum.answers, reading.answers);
    const found = faults(spec, reading, `${measure.store}.${measure.collection}`);
    wrong += found.length;
    broken.push(...found);
    evidence.push(...reading.evidence);
  }
  open.push(...notAll(sum.examined, sum.uses, "use"));
  const heeded = spec.opt === "in" ? "came after a yes" : "came after a no";
  return judged({
    broken,
    open,
    evidence,
    basis: wrong > 0 ? "exact" : "drill",
    ...{ examined: sum.examined, population: sum.uses },
    freshForMs,
    kept: `${spec.opt === "in" ? "each" : "none"} of ${count(sum.uses, "use")} on record ${heeded} (${count(sum.answers, "answer")} on record)${aside(sum.leaving)}; ${kept.join("; ")}`,
  });
}

const aside = (leaving: number): string =>
  leaving === 0
    ? ""
    : `, ${count(leaving, "use")} left out of people who are being erased or have been, or came or went as they were looked at`;

function faults(
  spec: ConsentSpec,
  reading: Extract<Reading, { reading: "consented" }>,
  id: string,
): string[] {
  const { against, nobodys, bundled } = reading;
  const without = against - nobodys;
  const said = spec.opt === "in" ? "without a yes before" : "after a no";
  return [
    ...(without === 0 ? [] : [`${count(without, "use")} in \`${id}\` ${said}`]),
    ...(nobodys === 0
      ? []
      : [`${count(nobodys, "use")} in \`${id}\` of which nothing says whose data it was`]),
    ...(spec.opt === "out" || bundled === 0
      ? []
      : [
          `${count(bundled, "yes", "yeses")} on record came of accepting the policy, which asks for nothing separately`,
        ]),
  ];
}
