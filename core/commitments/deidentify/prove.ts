/** Figures show nobody when enough people stand behind each of them. What else was made of people's data is in `../stripped.ts`. */
import { type Collection, idOf } from "../../datamap/model.ts";
import type { Commitment } from "../../policy/model.ts";
import { collectionsOf, count, failures, judged, LOOK_HOLDS_MS, notAll, ofClasses } from "../judgement.ts";
import type { View } from "../kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import { examineStripped, judgeStripped } from "../stripped.ts";
import type { DeidentifySpec } from "./schema.ts";

const ROWS_MAX = 2_000_000;
/** Fewer are no group. */
const GROUP_MIN = 2;

const collections = (spec: DeidentifySpec, view: View): readonly Collection[] =>
  spec.deidentify.includes("all") ? collectionsOf(view.map) : ofClasses(view.map, spec.deidentify);

export function examine(spec: DeidentifySpec, _commitment: Commitment, view: View): readonly Measure[] {
  if (spec.method !== "aggregate") return examineStripped(spec, view);
  return collections(spec, view)
    .filter((c) => c.figures !== undefined)
    .map((c) => ({
      measure: "figures",
      look: "scan",
      store: c.store,
      collection: c.name,
      least: spec.k ?? GROUP_MIN,
      rowsMax: ROWS_MAX,
    }));
}

export function judge(
  spec: DeidentifySpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  if (spec.method !== "aggregate") return judgeStripped(spec, view, readings);
  const looked = collections(spec, view);
  const least = spec.k ?? GROUP_MIN;
  const broken: string[] = [];
  const open: string[] = [
    ...failures(readings),
    ...(looked.length === 0 ? ["the map has no collection of these classes"] : []),
    ...looked
      .filter((c) => c.figures === undefined)
      .map((c) => `the map does not say how many people stand behind a row of \`${idOf(c)}\` (\`figures\`)`),
  ];
  const evidence: Evidence[] = [];
  const sum = { rows: 0, examined: 0, confirmed: 0 };
  const measures = examine(spec, commitment, view);
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading !== "figures" || measure?.measure !== "figures") continue;
    const id = `${measure.store}.${measure.collection}`;
    sum.rows += reading.rows;
    sum.examined += reading.examined;
    sum.confirmed += reading.confirmed;
    if (reading.few > 0)
      broken.push(
        `${count(reading.few, "figure")} of \`${id}\` ${reading.few === 1 ? "is" : "are"} of fewer than ${least} people`,
      );
    if (reading.wrong > 0)
      broken.push(
        `${count(reading.wrong, "figure")} of \`${id}\` ${reading.wrong === 1 ? "says" : "say"} ${least} people and more, and what ${reading.wrong === 1 ? "it was" : "they were"} counted from is of fewer`,
      );
    evidence.push(...reading.evidence);
  }
  open.push(...notAll(sum.examined, sum.rows, "figure"));
  return judged({
    broken,
    open,
    evidence,
    basis: "exact",
    examined: sum.examined,
    population: sum.rows,
    freshForMs: LOOK_HOLDS_MS,
    kept: `at least ${least} people stand behind each of ${count(sum.rows, "figure")}; a count of what lies there still confirms ${sum.confirmed.toLocaleString("en")} of them`,
  });
}
