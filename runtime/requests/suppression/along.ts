/**
 * Which rows that a restored backup brought back go (spec/suppression.md): those that are older than their erasure, and what hangs on them, lines
 * of an order, addresses of an account. Nothing goes that hangs on a row which stays, or which somebody else owns by now.
 */
import { carriesOwnership, collectionId, type Link } from "@avow/core/datamap/model";
import {
  type Capture,
  type Captured,
  type CapturedRow,
  cellsOf,
  linkTuple,
  pointsAt,
  tupleKey,
} from "@avow/core/plan/capture";
import { must } from "@avow/core/terms/assert";
import { capture, type Earlier, sharedRows } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import { estateFor, hangingOn, VIA_SUPPRESSION } from "./bare.ts";

/** Names of rows, as `nameOfRow` makes them. */
export type RowNames = ReadonlySet<string>;
export const nameOfRow = (id: string, key: readonly string[]): string => `${id} ${tupleKey(key)}`;

interface At {
  readonly captured: Captured;
  readonly row: CapturedRow;
}

/** `newer`: rows that may be somebody's new ones. They stay, and so does what hangs on them. */
export async function goingRows(service: BoundEstate, older: Earlier, newer: RowNames): Promise<RowNames> {
  const estate = hangingOn(service);
  const state = await capture(estate, [], older);
  const shared = await sharedRows(estate, state);
  const apart = await theirsApart(service, older);
  const first = new Set(
    older.collections.flatMap(({ id, rows }) => [...rows].map(({ key }) => nameOfRow(id, key))),
  );
  const all = ownedIn(state);
  const parentsOf = parentsIn(state, all);
  const going = new Map([...all].filter(([name]) => !newer.has(name)));
  for (let before = -1; before !== going.size; ) {
    before = going.size;
    for (const [name, { captured, row }] of going) {
      const parents = parentsOf(captured, row);
      const hangs = parents.some((parent) => going.has(parent));
      const isPerson = captured.collection.identities.length > 0;
      const isTheirs =
        !isPerson &&
        (parents.some((parent) => !going.has(parent)) ||
          (parents.length === 0 ? apart.has(name) : shared.has(row)));
      // Where others own it, too, it goes with the first owner who leaves, or stays.
      const goes = isTheirs ? hangs && captured.collection.leave === "delete" : hangs || first.has(name);
      if (!goes) going.delete(name);
    }
  }
  return new Set(going.keys());
}

/** Of the old rows, each as it stands by itself: those that somebody owns who is not among them. */
async function theirsApart(service: BoundEstate, older: Earlier): Promise<RowNames> {
  const estate = estateFor(service, VIA_SUPPRESSION);
  const state = await capture(estate, [], older);
  const shared = await sharedRows(estate, state);
  return new Set([...ownedIn(state)].flatMap(([name, { row }]) => (shared.has(row) ? [name] : [])));
}

const ownedIn = (state: Capture): ReadonlyMap<string, At> =>
  new Map(
    [...state.collections].flatMap(([id, captured]) =>
      [...captured.rows.values()]
        .filter((row) => row.reach === "owned")
        .map((row): [string, At] => [nameOfRow(id, row.key), { captured, row }]),
    ),
  );

/** The rows among these that own a row, by name. */
function parentsIn(
  state: Capture,
  all: ReadonlyMap<string, At>,
): (captured: Captured, row: CapturedRow) => readonly string[] {
  const known = new Map<Link, ReadonlyMap<string, readonly string[]>>();
  const byLink = (link: Link): ReadonlyMap<string, readonly string[]> => {
    const before = known.get(link);
    if (before !== undefined) return before;
    const id = collectionId(link.to);
    const { collection, fields, rows } = must(state.collections.get(id), "links lead to collections");
    const made = new Map<string, string[]>();
    for (const { key, cells } of rows.values()) {
      const held = linkTuple(collection, link, cellsOf(fields, link.to.fields, cells));
      if (held === null || !all.has(nameOfRow(id, key))) continue;
      const value = state.linkName(link, held);
      made.set(value, [...(made.get(value) ?? []), nameOfRow(id, key)]);
    }
    known.set(link, made);
    return made;
  };
  return ({ collection, fields }, { cells }) =>
    collection.links
      .filter(carriesOwnership)
      .flatMap((link) =>
        pointsAt(fields, link, cells).flatMap((tuple) => byLink(link).get(state.linkName(link, tuple)) ?? []),
      );
}
