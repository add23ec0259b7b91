/** What a drill has to find out, and rows that must not be there beside it: together they say whether a promise is kept. */
import { type Collection, idOf } from "../datamap/model.ts";
import { drilled } from "./drilled.ts";
import { collectionsOf, failures, judged } from "./judgement.ts";
import type { View } from "./kind.ts";
import type { Evidence, Judgement, Measure, Reading, Suspects } from "./proof.ts";

/** Rows that must not be there. */
export interface Beside {
  readonly of: (c: Collection) => Readonly<Record<string, readonly string[]>> | null;
  /** What the map lacks where no collection is of that kind. */
  readonly lacking: string;
  readonly found: (rows: number) => string;
  readonly none: (population: number) => string;
}

export interface Tried {
  readonly drill: string;
  readonly what: string;
  readonly beside: Beside | null;
}

export function examineTried({ drill, beside }: Tried, view: View): readonly Measure[] {
  return [
    { measure: "drill", look: "metadata", right: drill },
    ...collectionsOf(view.map).flatMap((c): Measure[] => {
      const where = beside?.of(c) ?? null;
      return where === null
        ? []
        : [{ measure: "matching", look: "scan", store: c.store, collection: c.name, where }];
    }),
  ];
}

export function judgeTried(
  { drill, what, beside }: Tried,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const broken: string[] = [];
  const open: string[] = failures(readings);
  const evidence: Evidence[] = [];
  const suspects: Suspects[] = [];
  const kept: string[] = [];
  let population = 0;
  let freshForMs: number | null = null;
  const places = collectionsOf(view.map).filter((c) => beside?.of(c) != null);
  if (beside !== null && places.length === 0) open.push(beside.lacking);
  for (const [i, reading] of readings.entries()) {
    if (reading.reading === "drill") {
      const seen = drilled(reading, what);
      broken.push(...seen.broken);
      open.push(...seen.open);
      if (seen.passed !== null) kept.push(`${seen.passed.detail} (drill \`${drill}\`, ${seen.passed.at})`);
      freshForMs = seen.freshForMs;
    }
    const place = places[i - 1];
    if (reading.reading !== "matching" || place === undefined || beside === null) continue;
    population += reading.population;
    if (reading.rows > 0) {
      broken.push(`${beside.found(reading.rows)} in \`${idOf(place)}\``);
      const { store, name: collection } = place;
      evidence.push({ what: beside.found(reading.rows), store, collection, rows: reading.rows });
      suspects.push({ what: beside.found(1), store, collection, where: beside.of(place) ?? {} });
    }
    if (reading.nullable.length > 0)
      open.push(`\`${idOf(place)}.${reading.nullable.join("`, `")}\` may be empty, and then says nothing`);
    kept.push(beside.none(reading.population));
  }
  return judged({
    broken,
    open,
    evidence,
    suspects,
    basis: suspects.length > 0 ? "exact" : "drill",
    examined: beside === null ? kept.length : population,
    population: beside === null ? 1 : population,
    freshForMs,
    kept: kept.join("; "),
  });
}
