/**
 * What was made of people's data without what says who they are: no address and no number is found in it, and nothing by which a canary
 * could be told whose data went into it. Whether other people could be told from it by what only they say is not seen.
 */
import { type Collection, idOf } from "../datamap/model.ts";
import type { DeidentifySpec } from "./deidentify/schema.ts";
import { drilled } from "./drilled.ts";
import { collectionsOf, count, failures, holdsPersonal, judged, LOOK_HOLDS_MS } from "./judgement.ts";
import type { View } from "./kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "./proof.ts";

const UNSEEN =
  "whether people can be told from what is left is not seen: the map names no collection that was made so (`deidentified`)";
const ROWS_MAX = 2_000_000;
const DRILL = "deidentified";
/** Values that say who somebody is, wherever they stand. */
const TELLING = ["card_number", "email", "iban", "ip_address", "phone"];

const places = (spec: DeidentifySpec, view: View): readonly Collection[] =>
  collectionsOf(view.map).filter(({ deidentified: made }) => {
    if (made === undefined) return false;
    const isOf = spec.deidentify.includes("all") || spec.deidentify.some((c) => made.of.includes(c));
    const isFor =
      spec.for === undefined || made.for.length === 0 || spec.for.some((p) => made.for.includes(p));
    return isOf && isFor;
  });

/** Classes and purposes of the commitment that no place has: of these nothing is seen. */
function uncovered(spec: DeidentifySpec, { map }: View, found: readonly Collection[]): string[] {
  const classes = spec.deidentify.includes("all")
    ? collectionsOf(map).flatMap((c) => (c.deidentified === undefined && holdsPersonal(c) ? [c.class] : []))
    : spec.deidentify;
  const made = found.flatMap((c) => c.deidentified ?? []);
  const unmade = [...new Set(classes)].filter((c) => !made.some((m) => m.of.includes(c)));
  const unused = (spec.for ?? []).filter((p) => !made.some((m) => m.for.length === 0 || m.for.includes(p)));
  return [
    ...unmade.map((c) => `of \`${c}\` the map names nothing that was made so (\`deidentified\`)`),
    ...unused.map((p) => `for \`${p}\` the map names nothing that was made so (\`deidentified\`)`),
  ];
}

export const examineStripped = (spec: DeidentifySpec, view: View): readonly Measure[] => {
  const found = places(spec, view);
  if (found.length === 0) return [];
  return [
    { measure: "drill", look: "metadata", right: DRILL },
    // No fields named: a column that the map does not know may hold them too.
    ...found.map(
      (c): Measure => ({
        ...{ measure: "values", look: "scan", detectors: TELLING, store: c.store, collection: c.name },
        ...{ fields: [], rowsMax: ROWS_MAX },
      }),
    ),
  ];
};

export function judgeStripped(spec: DeidentifySpec, view: View, readings: readonly Reading[]): Judgement {
  const found = places(spec, view);
  const broken: string[] = [];
  const open: string[] = [
    ...failures(readings),
    ...(found.length === 0 ? [UNSEEN] : uncovered(spec, view, found)),
  ];
  const evidence: Evidence[] = [];
  const kept: string[] = [];
  const sum = { examined: 0, population: 0 };
  let freshForMs = LOOK_HOLDS_MS;
  for (const [i, reading] of readings.entries()) {
    if (reading.reading === "drill") {
      const seen = drilled(reading, "what is made of somebody's data");
      broken.push(...seen.broken);
      open.push(...seen.open);
      if (seen.passed !== null) kept.push(`${seen.passed.detail} (drill \`${DRILL}\`, ${seen.passed.at})`);
      freshForMs = Math.min(freshForMs, seen.freshForMs ?? freshForMs);
    }
    const place = found[i - 1];
    if (reading.reading !== "values" || place === undefined) continue;
    sum.examined += reading.examined;
    sum.population += reading.population;
    // What a drill made may be gone by now: without any row, nothing shows what lies there.
    if (reading.population === 0) open.push(`nothing lies in \`${idOf(place)}\` yet`);
    if (reading.found === 0) continue;
    broken.push(`${count(reading.found, "value")} in \`${idOf(place)}\` that say whose they are`);
    evidence.push(...reading.evidence);
  }
  if (sum.examined < sum.population)
    open.push(`only ${count(sum.examined, "row")} of ${sum.population.toLocaleString("en")} were looked at`);
  return judged({
    broken,
    open,
    evidence,
    basis: "drill",
    ...sum,
    freshForMs,
    kept: `no address and no number of anybody in ${count(sum.examined, "row")}; ${kept.join("; ")}`,
  });
}
