/** The latest entries, opened as far as Avow holds their keys. For the controller's own staff. */
import { type Body, decodeEntry, type Entry } from "@avow/core/evidence/entry";
import { bodyOpener, rowsOf } from "./bodies.ts";
import type { Ledger } from "./ledger.ts";
import { entryAt, latestCheckpoint } from "./receipts.ts";
import { tileReader } from "./tiles.ts";

export interface TailEntry {
  readonly index: number;
  /** Null for entries of a version not known here. */
  readonly id: string | null;
  readonly type: string | null;
  /** ISO 8601, to the minute. */
  readonly at: string | null;
  /** Null: its key was destroyed. */
  readonly body: Body | null;
}

/** Oldest first. */
export async function tail(ledger: Ledger, count: number): Promise<TailEntry[]> {
  const { db, place } = ledger.sequencer;
  const published = await latestCheckpoint(db, place);
  if (published === null) return [];
  const from = Math.max(0, published.size - count);
  const reader = tileReader(db, place.log, place.files);
  const logged: { readonly index: number; readonly entry: Entry | null }[] = [];
  for (let index = from; index < published.size; index += 1)
    logged.push({ index, entry: decodeEntry(await entryAt(reader, published.size, index)) });
  const ids = logged.flatMap(({ entry }) => (entry === null ? [] : [entry.id]));
  const rows = await rowsOf(db, place.log, ids);
  const open = bodyOpener(db, place.log, ledger.keys);
  const entries: TailEntry[] = [];
  for (const { index, entry } of logged) {
    const row = entry === null ? undefined : rows.get(entry.id);
    const body = row === undefined ? null : ((await open(row))?.body ?? null);
    const clear = { id: entry?.id ?? null, type: entry?.type ?? null, at: entry?.at.toISOString() ?? null };
    entries.push({ index, ...clear, body });
  }
  return entries;
}
