/**
 * Whether a row that has an erased row's key now is still the person's. Stores give keys away again (SQLite the highest one), and what hung on
 * the erased row must not come to hang on a stranger's. Who can not tell says no.
 */
import { createHash } from "node:crypto";
import { carriesOwnership, collectionId } from "@avow/core/datamap/model";
import type { Cells, Tuple } from "@avow/core/plan/capture";
import type { KeptRow } from "@avow/core/plan/restore";
import type { Head } from "./rows.ts";
import type { Around } from "./situation.ts";

/** What masked fields held before, of rows that were deleted after they were masked; as digests, which stay small. */
export class BeforeMask {
  readonly #deleted = new Set<string>();
  readonly #cells = new Map<string, Set<string>>();

  /** Steps are read last first: what was deleted later than it was masked is known by then. */
  deletes(head: Head): void {
    this.#deleted.add(collectionId(head));
  }

  masks(head: Head, rows: readonly KeptRow[]): void {
    if (!this.#deleted.has(collectionId(head))) return;
    for (const [at, field] of head.exact.entries()) {
      if (head.set[field] === undefined || head.set[field] === "keep") continue;
      for (const { key, exact } of rows) {
        const name = cellName(head, key, field);
        const known = this.#cells.get(name) ?? new Set();
        this.#cells.set(name, known.add(digestOf(exact[at] ?? null)));
      }
    }
  }

  has(head: Head, key: Tuple, field: string, cell: string | null): boolean {
    return this.#cells.get(cellName(head, key, field))?.has(digestOf(cell)) ?? false;
  }
}

const cellName = (head: Head, key: Tuple, field: string): string =>
  JSON.stringify([head.store, head.collection, key, field]);
const digestOf = (cell: string | null): string =>
  createHash("sha256").update(JSON.stringify(cell)).digest("base64");

/**
 * It is what the bundle has, but for masks that come off in later lots; or it names the person by an identity beside its key; or it belongs,
 * by a link beside its key, to a row that is the person's.
 */
export function isOwnStill(
  { estate, lost, beforeMask }: Pick<Around, "estate" | "lost" | "beforeMask">,
  head: Head,
  row: KeptRow,
  now: { readonly exact: Cells },
): boolean {
  const isSame = (field: string): boolean => {
    const at = head.exact.indexOf(field);
    const cell = now.exact[at] ?? null;
    return at >= 0 && (cell === (row.exact[at] ?? null) || beforeMask.has(head, row.key, field, cell));
  };
  if (head.exact.every(isSame)) return true;
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
