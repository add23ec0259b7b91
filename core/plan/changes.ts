/** What is done to the rows of one collection, as a store is asked for it: by kind of act, with the keys of all rows that it is done to. */
import { idOf, type Mask } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import type { Capture, Captured, CapturedRow } from "./capture.ts";
import { elementsOf, type Fate } from "./fate.ts";
import { named } from "./let-go.ts";
import type { Change, Elements, StandIn } from "./step.ts";

type Fates = ReadonlyMap<CapturedRow, Fate>;

interface Acts {
  readonly act: Change["act"];
  readonly set: Mask;
  readonly rows: CapturedRow[];
  /** They lose elements of lists: of the same lists, all of them. */
  readonly ofLists: boolean;
  readonly standIn: StandIn | undefined;
}

/** One change per collection and kind of act: the number of statements does not grow with the number of rows. */
export function changesOf(capture: Capture, captured: Captured, fates: Fates): Change[] {
  const groups = new Map<string, Acts>();
  // Most rows of a person share one fate: their name is not made again for each.
  let lastFate: Fate | null = null;
  let lastRows: CapturedRow[] = [];
  for (const row of captured.rows.values()) {
    if (row.current === null) continue;
    const fate: Fate = must(fates.get(row), "every row has a fate");
    if (fate === lastFate) {
      lastRows.push(row);
      continue;
    }
    if (fate.fate === "stay") continue;
    const set: Mask = fate.fate === "delete" ? {} : fate.set;
    const standIn = fate.fate === "mask" ? fate.standIn : undefined;
    if (fate.fate !== "delete" && standIn === undefined && !Object.values(set).some((a) => a !== "keep"))
      continue;
    const act: Change["act"] = fate.fate === "delete" ? "delete" : "set";
    const only = [...elementsOf(fate)];
    const name = `${act}${JSON.stringify(Object.entries(set).sort())}${JSON.stringify(only.map(([f, e]) => [f, apart(captured, e)]))}${standIn?.field ?? ""}`;
    const group: Acts = groups.get(name) ?? { act, set, rows: [], ofLists: only.length > 0, standIn };
    groups.set(name, group);
    group.rows.push(row);
    lastFate = fate;
    lastRows = group.rows;
  }
  const collection = idOf(captured.collection);
  return [...groups.values()].flatMap(({ act, set, rows, ofLists, standIn }) => {
    const parts = ofLists ? alike({ capture, captured, fates }, rows) : [rows];
    return parts.map((part) => ({
      ...{ collection, act, set },
      ...(ofLists ? { only: Object.fromEntries(together(fates, part)) } : {}),
      keys: part.map((r) => r.key),
      ...(standIn === undefined ? {} : { standIn }),
    }));
  });
}

/** What rows lose of lists, all of them together, by field. */
function together(fates: Fates, rows: readonly CapturedRow[]): ReadonlyMap<string, Elements> {
  const all = new Map<string, { readonly by: string; readonly values: Set<string> }>();
  for (const row of rows)
    for (const [f, { by, values }] of lostBy(fates, row)) {
      const known = all.get(f) ?? { by, values: new Set() };
      all.set(f, known);
      for (const value of values) known.values.add(value);
    }
  return new Map([...all].map(([f, { by, values }]) => [f, { by, values: [...values].sort() }]));
}

const lostBy = (fates: Fates, row: CapturedRow): ReadonlyMap<string, Elements> =>
  elementsOf(must(fates.get(row), "every row has a fate"));

/**
 * Parts in which no row keeps what another one loses: under a scope, and where somebody else owns the row too, a list also names rows of
 * the person that stay.
 */
function alike(
  { capture, captured, fates }: { capture: Capture; captured: Captured; fates: Fates },
  rows: readonly CapturedRow[],
): readonly (readonly CapturedRow[])[] {
  const all = together(fates, rows);
  const kept = (row: CapturedRow): string =>
    JSON.stringify(
      [...lostBy(fates, row)].map(([f, { by, values }]) => {
        const lost = new Set(all.get(f)?.values);
        for (const value of values) lost.delete(value);
        const links = lost.size === 0 ? [] : captured.collection.links.filter((l) => l.each === by);
        const held = links.flatMap((link) =>
          capture.homeward(captured, link, row.cells).map((tuple) => named(link, by, tuple)),
        );
        return held.filter((value) => lost.has(value)).sort();
      }),
    );
  return [...Map.groupBy(rows, kept).values()];
}

/**
 * What tells the changes of two rows apart. A value by itself names the same row from wherever it stands, so rows are changed together,
 * whichever of the values they hold; beside a tenant it may name one person here and another there.
 */
const apart = ({ collection }: Captured, { by, values }: Elements): readonly string[] =>
  collection.links.some((l) => l.each === by && l.from.length > 1) ? [by, ...values] : [by];
