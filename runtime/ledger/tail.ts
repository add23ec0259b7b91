/** The latest entries, opened as far as Avow holds their keys. For the controller's own staff. */
import { type Body, decodeEntry } from "@avow/core/evidence/entry";
import { openBody } from "./fsck.ts";
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
  const rows = await db
    .selectFrom("ledger_entries")
    .select(["idx", "id", "key", "body"])
    .where("log", "=", place.log)
    .where("idx", ">=", String(from))
    .where("idx", "<", String(published.size))
    .orderBy("idx")
    .execute();
  const entries: TailEntry[] = [];
  for (const row of rows) {
    const index = Number(row.idx);
    const entry = decodeEntry(await entryAt(reader, published.size, index));
    const key = row.body === null ? null : await ledger.keys.byId(db, row.key);
    const body = row.body === null || key === null ? null : openBody(key, row.id, row.body);
    const clear = { id: entry?.id ?? null, type: entry?.type ?? null, at: entry?.at.toISOString() ?? null };
    entries.push({ index, ...clear, body });
  }
  return entries;
}
