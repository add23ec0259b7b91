/** Rows that a restore has put where they were, told from those that somebody else has made under their keys; as digests, which stay small. */
import { createHash } from "node:crypto";
import type { KeptRow } from "@avow/core/plan/restore";
import type { Restoring } from "../../connector-kit/contract.ts";
import type { Head } from "./rows.ts";

export class PutBack {
  readonly #names: Set<string> | null;

  /** By `namesPut`; null: nobody has written down which, and each row that is as it was may be one of them. */
  constructor(names: Iterable<string> | null = []) {
    this.#names = names === null ? null : new Set(names);
  }

  add(head: Head, row: Pick<KeptRow, "exact">): void {
    this.#names?.add(nameOf(head.store, head.collection, head.exact, row.exact));
  }

  has(head: Head, row: Pick<KeptRow, "exact">): boolean {
    return this.#names?.has(nameOf(head.store, head.collection, head.exact, row.exact)) ?? true;
  }
}

/** Of the rows that these put there. */
export const namesPut = (store: string, mutations: readonly Restoring[]): readonly string[] =>
  mutations.flatMap((m) =>
    m.act === "insert" ? m.rows.map((row) => nameOf(store, m.collection, m.fields, row)) : [],
  );

const nameOf = (
  store: string,
  collection: string,
  fields: readonly string[],
  cells: readonly (string | null)[],
): string =>
  createHash("sha256")
    .update(JSON.stringify([store, collection, fields, cells]))
    .digest("base64");
