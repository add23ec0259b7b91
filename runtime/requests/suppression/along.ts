/**
 * What hangs on rows that a restored backup brought back (spec/suppression.md): lines of an order, addresses of an account. Whoever owns those
 * is erased, so these are nobody else's; and where a foreign key holds on to its parent, neither could go without the other.
 */
import { carriesOwnership, collectionId, type Link } from "@avow/core/datamap/model";
import { type Capture, type Captured, type CapturedRow, cellsOf, linkTuple } from "@avow/core/plan/capture";
import { must } from "@avow/core/terms/assert";
import { capture, type Earlier, sharedRows } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";

export interface Hanging {
  readonly id: string;
  readonly row: CapturedRow;
}

/** Rows that would go with these: nobody else owns them, or they go with the first owner who leaves (`on_leave: delete`). */
export async function hangingRows(estate: BoundEstate, back: Earlier): Promise<readonly Hanging[]> {
  const state = await capture(estate, [], back);
  const shared = await sharedRows(estate, state);
  const goes = (row: CapturedRow): boolean => row.reach === "owned" && !shared.has(row);
  const going = goingBy(state, goes);
  const leaves = (captured: Captured, row: CapturedRow): boolean =>
    captured.collection.leave === "delete" &&
    captured.collection.links
      .filter(carriesOwnership)
      .some((link) =>
        state.homeward(captured, link, row.cells).some((t) => going(link).has(state.linkName(link, t))),
      );
  return [...state.collections].flatMap(([id, captured]) =>
    [...captured.rows.values()]
      .filter((row) => goes(row) || (shared.has(row) && leaves(captured, row)))
      .map((row) => ({ id, row })),
  );
}

/** By what a link names them: rows that go. Put together when first asked for. */
function goingBy(state: Capture, goes: (row: CapturedRow) => boolean): (link: Link) => ReadonlySet<string> {
  const known = new Map<Link, ReadonlySet<string>>();
  return (link) => {
    const before = known.get(link);
    if (before !== undefined) return before;
    const parents = must(state.collections.get(collectionId(link.to)), "links lead to collections");
    const names = [...parents.rows.values()].filter(goes).flatMap(({ cells }) => {
      const tuple = cellsOf(parents.fields, link.to.fields, cells);
      const held = linkTuple(parents.collection, link, tuple);
      return held === null ? [] : [state.linkName(link, held)];
    });
    const made = new Set(names);
    known.set(link, made);
    return made;
  };
}
