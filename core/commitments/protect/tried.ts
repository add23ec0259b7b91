/**
 * Protection that a drill tries out: it looks where people write, goes from door to door at the company's desks, signs in wrongly. What the
 * stores show beside that (accounts without a second factor, looks without a reason) counts as well.
 */
import { type Collection, idOf } from "../../datamap/model.ts";
import { drilled } from "../drilled.ts";
import { collectionsOf, count, failures, judged } from "../judgement.ts";
import type { View } from "../kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import type { ProtectSpec } from "./schema.ts";

/** Rows that must not be there. */
interface Beside {
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

const UNGUARDED: Beside = {
  of: (c) => (c.staff === undefined ? null : { ...c.staff.active, ...c.staff.unguarded }),
  lacking: "the map names no collection of the company's own accounts (`staff`)",
  found: (rows) => `${count(rows, "account")} in use without a second factor`,
  none: (population) => `none of ${count(population, "account")} is in use without a second factor`,
};
const UNREASONED: Beside = {
  of: (c) => (c.views === undefined ? null : { [c.views.reason]: [""] }),
  lacking: "the map names no collection of looks at data (`views`)",
  found: (rows) => `${count(rows, "look")} at somebody's data without a reason`,
  none: (population) => `each of ${count(population, "look")} on record has a reason`,
};

const TRIED: Partial<Record<ProtectSpec["by"], Tried>> = {
  warning: { drill: "warned", what: "the warning where people write", beside: null },
  roles: { drill: "roles", what: "the company's desks, role by role", beside: UNGUARDED },
  need_to_know: { drill: "views", what: "looking at somebody's data", beside: UNREASONED },
  monitoring: { drill: "alarm", what: "sign-ins that look wrong", beside: null },
};

/** Null where no drill finds out about it. */
export const triedOf = (spec: ProtectSpec): Tried | null => TRIED[spec.by] ?? null;

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
      evidence.push({
        what: beside.found(reading.rows),
        store: place.store,
        collection: place.name,
        rows: reading.rows,
      });
    }
    if (reading.nullable.length > 0)
      open.push(`\`${idOf(place)}.${reading.nullable.join("`, `")}\` may be empty, and then says nothing`);
    kept.push(beside.none(reading.population));
  }
  return judged({
    broken,
    open,
    evidence,
    basis: "drill",
    examined: beside === null ? kept.length : population,
    population: beside === null ? 1 : population,
    freshForMs,
    kept: kept.join("; "),
  });
}
