/**
 * Who else owns a row is judged by what it holds now: others come and let go while a request waits. What makes it the person's stays as it
 * was found: an act of ours may have cut that since.
 */
import { idOf, type Link } from "../datamap/model.ts";
import { goesOn } from "../datamap/stand-in.ts";
import type { IdentityValue } from "../terms/person.ts";
import {
  type Capture,
  type Captured,
  type CapturedRow,
  type Cells,
  identitiesOf,
  pointsAt,
  type RememberedRow,
  tupleKey,
} from "./capture.ts";
import type { Given } from "./captured.ts";
import type { Found } from "./ownership.ts";
import { decidedName, type Remembered } from "./sweep-input.ts";
import { TOMBSTONE } from "./tombstone.ts";
import { fieldsOfLink } from "./tracked.ts";
import { ownerLinks } from "./ways.ts";

/** Of rows that an earlier look found, and that are there. */
export function catchUp(capture: Capture): void {
  if (!capture.remembers) return;
  for (const captured of capture.collections.values()) {
    // Lists and places inside of columns are read and cut element by element.
    const links = ownerLinks(captured.collection).filter((l) => l.each === undefined);
    if (links.length < 2) continue;
    for (const row of captured.rows.values()) {
      const { current } = row;
      if (row.reach !== "owned" || current === null || current === row.cells) continue;
      row.cells = withOwnersOf(current, { capture, captured, row, links });
    }
  }
}

interface Standing {
  readonly capture: Capture;
  readonly captured: Captured;
  readonly row: CapturedRow;
  readonly links: readonly Link[];
}

/** By the links that never led to the person. */
function withOwnersOf(now: Cells, { capture, captured, row, links }: Standing): Cells {
  const home = links.filter((l) => capture.leadsHome(captured, l, row.cells));
  const kept = new Set(home.flatMap(fieldsOfLink));
  const cells = [...row.cells];
  for (const field of links.filter((l) => !home.includes(l)).flatMap(fieldsOfLink)) {
    const at = captured.fields.indexOf(field);
    if (at !== -1 && !kept.has(field)) cells[at] = now[at] ?? null;
  }
  return cells;
}

/**
 * Rows of an earlier look that name somebody else where they named the person, as they are now: they may have been given away. An act of ours
 * leaves nothing there, or what leads to nobody; and pseudo-people.
 */
export function givenAway(capture: Capture): readonly Found[] {
  if (!capture.remembers) return [];
  return [...capture.collections.values()].flatMap((captured) => {
    const links = ownerLinks(captured.collection);
    if (links.length === 0 || goesOn(captured.collection)) return [];
    return [...captured.rows.values()].flatMap((row): Found[] => {
      const { current } = row;
      if (row.reach !== "owned" || current === null || current === row.cells) return [];
      const away = links.some(
        (l) =>
          capture.leadsHome(captured, l, row.cells) &&
          namesAnother(captured, l, row) &&
          !capture.leadsHome(captured, l, current),
      );
      return away ? [{ captured, row: { ...row, cells: current } }] : [];
    });
  });
}

/** Of a list it takes a new element: that others are in it who were in it before is what an act of ours leaves. */
function namesAnother({ fields }: Captured, link: Link, { cells, current }: CapturedRow): boolean {
  const now = pointsAt(fields, link, current ?? []);
  if (link.each === undefined) return now.length > 0;
  const before = new Set(pointsAt(fields, link, cells).map(tupleKey));
  return now.some((tuple) => !before.has(tupleKey(tuple)));
}

/** A row of an earlier look that named the person, and names somebody by now who is not known to be that person. */
export interface Renamed extends Found {
  readonly named: readonly IdentityValue[];
}

/**
 * Of rows that are the person's by what they name. They have another address now, or the row is about somebody else: the stores say whether
 * anybody else is known by that. An act of ours leaves a tombstone.
 */
export function renamed(capture: Capture): readonly Renamed[] {
  if (!capture.remembers) return [];
  return [...capture.collections.values()].flatMap((captured) => {
    const { collection, fields, rows } = captured;
    const unique = collection.identities.filter((i) => !i.shared);
    if (unique.length === 0) return [];
    return [...rows.values()].flatMap((row): Renamed[] => {
      const { current, cells } = row;
      if (row.reach !== "owned" || current === null || current === cells) return [];
      if (capture.owns(captured, current)) return [];
      const named = unique.flatMap((i) => identitiesOf(fields, i, current));
      const other = named.filter(({ value }) => !TOMBSTONE.test(value));
      return other.length === 0 ? [] : [{ captured, row, named: other }];
    });
  });
}

/** What is left of an earlier look without those of `suspects` that are somebody else's, and without what hangs on them; and these, by collection. */
export function withoutGiven<Of extends Remembered>(
  earlier: readonly Of[],
  { capture, suspects, theirs }: Suspected,
): { readonly rest: (Omit<Of, "rows"> & Pick<Remembered, "rows">)[]; readonly given: Given } {
  const gone = new Set(
    suspects.flatMap(({ captured, row }) =>
      theirs.has(row) ? [decidedName(idOf(captured.collection), tupleKey(row.key))] : [],
    ),
  );
  for (const [id, { rows }] of capture.collections)
    for (const row of rows.values()) if (theirs.has(row)) gone.add(decidedName(id, tupleKey(row.key)));
  const given = new Map<string, RememberedRow[]>();
  const rest = earlier.map((lot) => {
    const [kept, theirs]: [RememberedRow[], RememberedRow[]] = [[], []];
    for (const row of lot.rows) (gone.has(decidedName(lot.id, tupleKey(row.key))) ? theirs : kept).push(row);
    if (theirs.length > 0) given.set(lot.id, [...(given.get(lot.id) ?? []), ...theirs]);
    return { ...lot, rows: kept };
  });
  return { rest, given };
}

export interface Suspected {
  readonly capture: Capture;
  readonly suspects: readonly Found[];
  /** What a climb from the suspects came to. */
  readonly theirs: ReadonlySet<CapturedRow>;
}
