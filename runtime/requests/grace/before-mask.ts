/** What masked fields held before, of rows that were deleted after they were masked; as digests, which stay small. */
import { createHash } from "node:crypto";
import { collectionId } from "@avow/core/datamap/model";
import type { Tuple } from "@avow/core/plan/capture";
import type { KeptRow } from "@avow/core/plan/restore";
import type { Head } from "./rows.ts";

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
