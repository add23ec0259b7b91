/**
 * Who else owns a row is judged by what it holds now: others come and let go while a request waits. What makes it the person's stays as it
 * was found: an act of ours may have cut that since.
 */
import { carriesOwnership, idOf, type Link } from "../datamap/model.ts";
import { goesOn } from "../datamap/stand-in.ts";
import { type Capture, type Captured, type CapturedRow, type Cells, pointsAt, tupleKey } from "./capture.ts";
import type { Found } from "./ownership.ts";
import type { Remembered } from "./sweep-input.ts";

/** Of rows that an earlier look found, and that are there. */
export function catchUp(capture: Capture): void {
  if (!capture.remembers) return;
  for (const captured of capture.collections.values()) {
    const links = ownerLinks(captured);
    if (links.length < 2) continue;
    for (const row of captured.rows.values()) {
      const { current } = row;
      if (row.reach !== "owned" || current === null || current === row.cells) continue;
      row.cells = withOwnersOf(current, { capture, captured, row, links });
    }
  }
}

/** Lists and places inside of columns are read and cut element by element. */
const ownerLinks = ({ collection }: Captured): readonly Link[] =>
  collection.identities.length > 0
    ? []
    : collection.links.filter((l) => carriesOwnership(l) && l.each === undefined);

interface Standing {
  readonly capture: Capture;
  readonly captured: Captured;
  readonly row: CapturedRow;
  readonly links: readonly Link[];
}

/** By the links that never led to the person. */
function withOwnersOf(now: Cells, { capture, captured, row, links }: Standing): Cells {
  const home = links.filter((l) => capture.leadsHome(captured, l, row.cells));
  const kept = new Set(home.flatMap(fieldsOf));
  const cells = [...row.cells];
  for (const field of links.filter((l) => !home.includes(l)).flatMap(fieldsOf)) {
    const at = captured.fields.indexOf(field);
    if (at !== -1 && !kept.has(field)) cells[at] = now[at] ?? null;
  }
  return cells;
}

const fieldsOf = (link: Link): readonly string[] => [...link.from, ...Object.keys(link.when ?? {})];

/**
 * Rows of an earlier look that name somebody else where they named the person, as they are now: they may have been given away. An act of ours
 * leaves nothing there, or what leads to nobody; and pseudo-people.
 */
export function givenAway(capture: Capture): readonly Found[] {
  if (!capture.remembers) return [];
  return [...capture.collections.values()].flatMap((captured) => {
    const links = ownerLinks(captured);
    if (links.length === 0 || goesOn(captured.collection)) return [];
    return [...captured.rows.values()].flatMap((row): Found[] => {
      const { current } = row;
      if (row.reach !== "owned" || current === null || current === row.cells) return [];
      const away = links.some(
        (l) =>
          capture.leadsHome(captured, l, row.cells) &&
          pointsAt(captured.fields, l, current).length > 0 &&
          !capture.leadsHome(captured, l, current),
      );
      return away ? [{ captured, row: { ...row, cells: current } }] : [];
    });
  });
}

/** What is left of an earlier look without those of `suspects` that are somebody else's, and without what hangs on them. */
export function withoutGiven<Of extends Remembered>(
  earlier: readonly Of[],
  { capture, suspects, theirs }: Given,
): (Omit<Of, "rows"> & Pick<Remembered, "rows">)[] {
  const gone = new Set(
    suspects.flatMap(({ captured, row }) =>
      theirs.has(row) ? [nameIn(idOf(captured.collection), row)] : [],
    ),
  );
  for (const [id, { rows }] of capture.collections)
    for (const row of rows.values()) if (theirs.has(row)) gone.add(nameIn(id, row));
  return earlier.map((lot) => ({
    ...lot,
    rows: [...lot.rows].filter((row) => !gone.has(nameIn(lot.id, row))),
  }));
}

export interface Given {
  readonly capture: Capture;
  readonly suspects: readonly Found[];
  /** What a climb from the suspects came to. */
  readonly theirs: ReadonlySet<CapturedRow>;
}

const nameIn = (id: string, { key }: Pick<CapturedRow, "key">): string => `${id} ${tupleKey(key)}`;
