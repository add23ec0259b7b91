/**
 * Whether a row that has an erased row's key now is still the person's. Stores give keys away again (SQLite the highest one), and what hung on
 * the erased row must not come to hang on a stranger's. Who can not tell says no.
 */
import { carriesOwnership, collectionId } from "@avow/core/datamap/model";
import type { Cells } from "@avow/core/plan/capture";
import type { KeptRow } from "@avow/core/plan/restore";
import type { Head } from "./rows.ts";
import type { Around } from "./situation.ts";

/**
 * It is what the bundle has, but for masks that come off in later lots, and nobody else has put it there (`isOthers`); or it names the person by an identity beside its key; or it belongs,
 * by a link beside its key, to a row that is the person's.
 */
export function isOwnStill(
  { estate, lost, beforeMask }: Pick<Around, "estate" | "lost" | "beforeMask">,
  { head, row, isOthers }: { readonly head: Head; readonly row: KeptRow; readonly isOthers: boolean },
  now: { readonly exact: Cells },
): boolean {
  const isSame = (field: string): boolean => {
    const at = head.exact.indexOf(field);
    const cell = now.exact[at] ?? null;
    return at >= 0 && (cell === (row.exact[at] ?? null) || beforeMask.has(head, row.key, field, cell));
  };
  if (!isOthers && head.exact.every(isSame)) return true;
  const tells = (field: string): boolean =>
    !head.key.includes(field) && (now.exact[head.exact.indexOf(field)] ?? null) !== null && isSame(field);
  const collection = estate.graph.collections.get(collectionId(head));
  if (collection === undefined) return false;
  if (collection.identities.some((i) => !i.shared && tells(i.field))) return true;
  return collection.links.some((link) => {
    if (!carriesOwnership(link) || link.each !== undefined || !link.from.every(tells)) return false;
    const tuple = link.from.flatMap((f) => row.plain[head.plain.indexOf(f)] ?? []);
    const { store, collection: to, fields } = link.to;
    return tuple.length === fields.length && !lost.has(store, to, fields, tuple);
  });
}
