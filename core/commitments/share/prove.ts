/**
 * Disclosures that are decided one by one, for a reason: each on record shows what the policy wants to be there first, and a drill finds
 * that without it nothing is given out. What flows to recipients by itself is another matter (../flow.ts).
 */
import type { Collection } from "../../datamap/model.ts";
import type { Commitment } from "../../policy/model.ts";
import { own } from "../../terms/own.ts";
import { drilled } from "../drilled.ts";
import { examineFlow, judgeFlow } from "../flow.ts";
import { collectionsOf, count, failures, judged, LOOK_HOLDS_MS, notAll } from "../judgement.ts";
import type { View } from "../kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import type { ShareSpec } from "./schema.ts";

const ROWS_MAX = 2_000_000;
const DRILL = "disclose";
const places = (view: View): readonly Collection[] =>
  collectionsOf(view.map).filter((c) => c.disclosures !== undefined);

/** What must be there before anything goes to these recipients: none, where the data flows by itself or never. */
export const wanted = (spec: { readonly never: boolean }, { condition }: Pick<Commitment, "condition">) =>
  spec.never ? condition.unless : condition.if;

/** A condition that the map binds to no field can not be seen on a row. */
const isBound = (view: View, condition: string): boolean =>
  places(view).some((c) => Object.hasOwn(c.disclosures?.conditions ?? {}, condition));

/** What each disclosure waited for, for the reason of a verdict that is kept. */
function inTime(view: View, conditions: readonly string[]): string {
  const waited = places(view).flatMap((c) =>
    conditions.flatMap((name) => own(c.disclosures?.before ?? {}, name) ?? []),
  );
  const fields = [...new Set(waited)];
  return fields.length === 0 ? "" : `, and was not given before the time in \`${fields.join("`, `")}\``;
}

const isMeasured = (spec: ShareSpec, commitment: Commitment, view: View): boolean =>
  wanted(spec, commitment).some((c) => isBound(view, c));

export function examine(spec: ShareSpec, commitment: Commitment, view: View): readonly Measure[] {
  if (!isMeasured(spec, commitment, view)) return examineFlow(view);
  const conditions = wanted(spec, commitment);
  return [
    { measure: "drill", look: "metadata", right: DRILL },
    ...places(view).map(
      ({ store, name }): Measure => ({
        ...{ measure: "disclosed", look: "scan", store, collection: name },
        ...{ to: spec.with, conditions, rowsMax: ROWS_MAX },
      }),
    ),
  ];
}

export function judge(
  spec: ShareSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  if (!isMeasured(spec, commitment, view)) return judgeFlow(spec, commitment, view, readings);
  const conditions = wanted(spec, commitment);
  const open: string[] = [
    ...failures(readings),
    ...conditions
      .filter((c) => !isBound(view, c))
      .map((c) => `the map does not say what shows \`${c}\` (\`disclosures\`)`),
  ];
  const broken: string[] = [];
  const evidence: Evidence[] = [];
  const kept: string[] = [];
  const sum = { rows: 0, examined: 0 };
  let freshForMs = LOOK_HOLDS_MS;
  let wrong = 0;
  for (const reading of readings) {
    if (reading.reading === "drill") {
      const seen = drilled(reading, "giving data out");
      broken.push(...seen.broken);
      open.push(...seen.open);
      if (seen.passed !== null) kept.push(`${seen.passed.detail} (drill \`${DRILL}\`, ${seen.passed.at})`);
      freshForMs = Math.min(freshForMs, seen.freshForMs ?? freshForMs);
    }
    if (reading.reading !== "disclosed") continue;
    sum.rows += reading.rows;
    sum.examined += reading.examined;
    evidence.push(...reading.evidence);
    wrong += Object.keys(reading.lacking).length + Object.keys(reading.early).length;
    for (const [condition, rows] of Object.entries(reading.lacking))
      broken.push(`${count(rows, "disclosure")} to \`${spec.with.join("` or `")}\` without \`${condition}\``);
    for (const [field, rows] of Object.entries(reading.early))
      broken.push(
        `${count(rows, "disclosure")} to \`${spec.with.join("` or `")}\` given without an earlier time in \`${field}\``,
      );
  }
  open.push(...notAll(sum.examined, sum.rows, "disclosure"));
  return judged({
    broken,
    open,
    evidence,
    basis: wrong > 0 ? "exact" : "drill",
    ...{ examined: sum.examined, population: sum.rows },
    freshForMs,
    kept: `each of ${count(sum.rows, "disclosure")} on record shows \`${conditions.join("`, `")}\`${inTime(view, conditions)}; ${kept.join("; ")}`,
  });
}
