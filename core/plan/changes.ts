/** What is done to the rows of one collection, as a store is asked for it: by kind of act, with the keys of all rows that it is done to. */
import { idOf, type Mask } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import type { Capture, Captured, CapturedRow, Tuple } from "./capture.ts";
import type { Fate } from "./fate.ts";
import { named } from "./let-go.ts";
import type { Change, Elements, StandIn } from "./step.ts";

interface Acts {
  readonly act: Change["act"];
  readonly set: Mask;
  readonly keys: Tuple[];
  /** Of rows that lose elements of lists, by field: which. */
  readonly lists: { readonly row: CapturedRow; readonly only: [string, Elements][] }[];
  readonly standIn: StandIn | undefined;
}

/** One change per collection and kind of act: the number of statements does not grow with the number of rows. */
export function changesOf(
  capture: Capture,
  captured: Captured,
  fates: ReadonlyMap<CapturedRow, Fate>,
): Change[] {
  const groups = new Map<string, Acts>();
  // Most rows of a person share one fate: their name is not made again for each.
  let lastFate: Fate | null = null;
  let lastKeys: Tuple[] = [];
  for (const row of captured.rows.values()) {
    if (row.current === null) continue;
    const fate: Fate = must(fates.get(row), "every row has a fate");
    if (fate === lastFate) {
      lastKeys.push(row.key);
      continue;
    }
    if (fate.fate === "stay") continue;
    const set: Mask = fate.fate === "delete" ? {} : fate.set;
    const standIn = fate.fate === "mask" ? fate.standIn : undefined;
    if (fate.fate !== "delete" && standIn === undefined && !Object.values(set).some((a) => a !== "keep"))
      continue;
    const act: Change["act"] = fate.fate === "delete" ? "delete" : "set";
    const only = Object.entries(("only" in fate ? fate.only : undefined) ?? {});
    const name = `${act}${JSON.stringify(Object.entries(set).sort())}${JSON.stringify(only.map(([f, e]) => [f, apart(captured, e)]))}${standIn?.field ?? ""}`;
    const group: Acts = groups.get(name) ?? { act, set, keys: [], lists: [], standIn };
    groups.set(name, group);
    group.keys.push(row.key);
    if (only.length > 0) group.lists.push({ row, only });
    lastFate = fate;
    lastKeys = group.keys;
  }
  const collection = idOf(captured.collection);
  return [...groups.values()].flatMap(({ act, set, keys, lists, standIn }) => {
    const change = { collection, act, set, ...(standIn === undefined ? {} : { standIn }) };
    if (lists.length === 0) return [{ ...change, keys }];
    return alike(capture, captured, lists).map((rows) => ({
      ...change,
      only: Object.fromEntries(together(rows)),
      keys: rows.map((r) => r.row.key),
    }));
  });
}

/** The values of all rows, by field. */
function together(rows: Acts["lists"]): ReadonlyMap<string, Elements> {
  const all = new Map<string, { readonly by: string; readonly values: Set<string> }>();
  for (const [f, { by, values }] of rows.flatMap((r) => r.only)) {
    const known = all.get(f) ?? { by, values: new Set() };
    all.set(f, known);
    for (const value of values) known.values.add(value);
  }
  return new Map([...all].map(([f, { by, values }]) => [f, { by, values: [...values].sort() }]));
}

/**
 * Parts in which no row keeps what another one loses: under a scope, and where somebody else owns the row too, a list also names rows of
 * the person that stay.
 */
function alike(capture: Capture, captured: Captured, rows: Acts["lists"]): readonly Acts["lists"][] {
  const all = together(rows);
  const kept = ({ row, only }: Acts["lists"][number]): string =>
    JSON.stringify(
      only.map(([f, { by, values }]) => {
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
