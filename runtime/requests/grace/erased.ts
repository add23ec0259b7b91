/** What an undo bundle has, looked at before anything comes back: lots that come first may hang on what later ones say. */
import { collectionId, type Mask } from "@avow/core/datamap/model";
import { cellsOf, type Tuple, tupleKey } from "@avow/core/plan/capture";
import { judgeMasked, type MaskedRow } from "@avow/core/plan/restore";
import { TOMBSTONE } from "@avow/core/plan/tombstone";
import { columnIn, isPlace } from "../../connector-kit/places.ts";
import type { BoundEstate } from "../run/estate.ts";
import { BeforeMask } from "./before-mask.ts";
import { type Deleted, type Lot, type Masked, setFields } from "./lots.ts";
import { mapLinks, owningFields } from "./map-links.ts";
import type { Head } from "./rows.ts";
import { Names, presentOf, referredBy } from "./situation.ts";

export interface Erased {
  /** What links that only the map knows may lead to: what a mask took from a row may be what another is told by. */
  readonly erased: Names;
  /** Of that, what stays erased whatever comes back. */
  readonly lost: Names;
  readonly beforeMask: BeforeMask;
}

/** `lots` of all steps, the last step first. */
export async function erasedRows(estate: BoundEstate, lots: AsyncIterable<Lot>): Promise<Erased> {
  const all = [...estate.graph.collections.values()].flatMap((c) => mapLinks(estate, c));
  const named = Map.groupBy(all, ({ link }) => collectionId(link.to));
  const found: Erased = { erased: new Names(), lost: new Names(), beforeMask: new BeforeMask() };
  const masks = new Masks(estate, found.lost);
  for await (const lot of lots) {
    const parts: readonly (Deleted | Masked)[] = "deleted" in lot ? lot.deleted : [lot.masked];
    for (const { head, rows } of parts) {
      for (const { link } of named.get(collectionId(head)) ?? [])
        for (const { plain } of rows) {
          const tuple = cellsOf(head.plain, link.to.fields, plain);
          if (tuple !== null) found.erased.add(head.store, head.collection, link.to.fields, tuple);
        }
      if (head.act === "delete") found.beforeMask.deletes(head);
      else found.beforeMask.masks(head, rows);
      if (!named.has(collectionId(head))) continue;
      if ("deleted" in lot) masks.delete(head, rows);
      else await masks.mask(lot.masked);
    }
  }
  return found;
}

/** Masked rows that are gone, and fields of theirs that somebody has changed: what was told by them has nobody to go back to. */
class Masks {
  readonly #estate: BoundEstate;
  readonly #lost: Names;
  /** They come back before the mask comes off. */
  readonly #deleted = new Set<string>();
  /** Fields that a later step masked again: until that comes off nobody can say. */
  readonly #again = new Set<string>();

  constructor(estate: BoundEstate, lost: Names) {
    this.#estate = estate;
    this.#lost = lost;
  }

  delete(head: Head, rows: readonly { readonly key: Tuple }[]): void {
    for (const { key } of rows) this.#deleted.add(nameOf(head, key));
  }

  async mask({ head, rows }: Masked): Promise<void> {
    const own = rows.filter(({ key }) => !this.#deleted.has(nameOf(head, key)));
    const present = await presentOf(this.#estate, head, own);
    const at = { plainFields: head.plain, exactFields: head.exact, present, uniques: [], references: [] };
    for (const row of own) {
      const { stays } = judgeMasked(row, at, MASK(this.#estate, head));
      const changed = stays.flatMap((s) => (s.why === "changed" ? [s.field] : []));
      const lost = changed.filter((f) => !this.#again.has(nameOf(head, [...row.key, f])));
      if (stays.some((s) => s.why === "gone" || s.why === "given"))
        loseNames(this.#estate, this.#lost, head, row, null);
      else loseNames(this.#estate, this.#lost, head, row, new Set(lost));
      for (const f of setFields(head))
        if (!changed.includes(f)) this.#again.add(nameOf(head, [...row.key, f]));
    }
  }
}

const nameOf = (head: Head, key: Tuple): string => `${collectionId(head)} ${tupleKey(key)}`;

export const MASK = (estate: Pick<BoundEstate, "graph" | "described">, head: Head) => {
  // What a store does by itself it does to whosever row it is.
  const owning = head.by === "store" ? [] : owningFields(estate, head);
  return {
    acts: { ...ofPlaces(estate, head, owning), ...head.set },
    isTombstone: (cell: string): boolean => TOMBSTONE.test(cell),
    owning,
  };
};

/** A head has what was done to columns, not to the places inside of them: one whose column was masked may be a tombstone. */
function ofPlaces(
  { described }: Pick<BoundEstate, "described">,
  { store, collection, set }: Head,
  fields: readonly string[],
): Mask {
  const live = described.get(store)?.get(collection)?.fields ?? [];
  const columns = new Set(live.map((f) => f.name));
  const masked = fields.filter((field) => {
    const act = isPlace({ columns }, field) ? set[columnIn({ columns }, field)] : undefined;
    return act !== undefined && act !== "keep";
  });
  return Object.fromEntries(masked.map((field) => [field, "tombstone"]));
}

/** What others refer to the row by, as far as it is told by these fields; null: by whichever. */
export function loseNames(
  estate: BoundEstate,
  lost: Names,
  head: Head,
  row: Pick<MaskedRow, "plain">,
  only: ReadonlySet<string> | null,
): void {
  for (const fields of referredBy(estate, head)) {
    if (only !== null && !fields.some((f) => only.has(f))) continue;
    const tuple = cellsOf(head.plain, fields, row.plain);
    if (tuple !== null) lost.add(head.store, head.collection, fields, tuple);
  }
}
