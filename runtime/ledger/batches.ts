/**
 * Where entries stand. Their rows stay as intake wrote them; a batch says by one row where in the log each of its entries went: in the
 * order of arrival, two bytes each.
 */
import { randomInt } from "node:crypto";
import { ENTRY_BYTES_MAX, unpackBundle } from "@avow/core/evidence/layout";
import { assert } from "@avow/core/terms/assert";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { LogRefused } from "./guard.ts";

/** What one call appended. */
export interface Arrived {
  readonly seq: string;
  readonly entries: readonly Uint8Array[];
}

/** What waits, oldest first: about `most` entries, and whole calls. */
export async function takeWaiting(tx: Database, log: string, most: number): Promise<Arrived[]> {
  const { rows } = await sql<OutboxRow>`
    select seq, entries, leaves from (
      select seq, entries, leaves, sum(entries) over (order by seq) - entries as before
        from (select seq, entries, leaves from ledger_outbox where log = ${log} order by seq limit ${most}) waiting
    ) counted where before < ${most} order by seq`.execute(tx);
  return rows.map(arrivedIn);
}

interface OutboxRow {
  readonly seq: string;
  readonly entries: number;
  readonly leaves: Buffer;
}

function arrivedIn({ seq, entries, leaves }: OutboxRow): Arrived {
  // Nobody appends nothing: a batch of it would stand where the next one has to. Nor more than a batch can hold.
  const isOne = entries > 0 && entries <= CALL_ENTRIES_MAX;
  const unpacked = isOne ? unpackBundle(leaves, entries) : null;
  if (unpacked === null)
    throw new LogRefused("a row of the outbox is not as it was written: restore the database");
  return { seq, entries: unpacked };
}

export interface Batch {
  readonly seqs: readonly string[];
  readonly counts: readonly number[];
  readonly places: Buffer;
  /** As they stand in the log. */
  readonly entries: readonly Uint8Array[];
}

const PLACE_BYTES = 2;
const PLACES_MAX = 2 ** (8 * PLACE_BYTES);
/** Beside what was taken before it, it finds room in one batch. Intake writes far fewer in one row. */
const CALL_ENTRIES_MAX = PLACES_MAX / 2;

/** Fisher and Yates: where an entry stands in its batch says nothing about when it came. */
export function shuffled(arrived: readonly Arrived[]): Batch {
  const entries = arrived.flatMap((a) => a.entries);
  assert(entries.length <= PLACES_MAX, "a batch has places of two bytes");
  const order = Uint32Array.from(entries.keys());
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    const held = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = held;
  }
  const places = Buffer.alloc(entries.length * PLACE_BYTES);
  const stand = new Array<Uint8Array>(entries.length);
  for (const [place, came] of order.entries()) {
    places.writeUInt16BE(place, came * PLACE_BYTES);
    stand[place] = entries[came] ?? new Uint8Array(ENTRY_BYTES_MAX);
  }
  return {
    seqs: arrived.map((a) => a.seq),
    counts: arrived.map((a) => a.entries.length),
    ...{ places, entries: stand },
  };
}

/** All of them were there until now, or it throws. */
export async function takeOut(tx: Database, log: string, { seqs }: Pick<Batch, "seqs">): Promise<void> {
  const { numAffectedRows } =
    await sql`delete from ledger_outbox where log = ${log} and seq = any(${seqs}::bigint[])`.execute(tx);
  if (Number(numAffectedRows) !== seqs.length)
    throw new LogRefused("entries left the outbox while they were taken");
}

/** Where its entries stand. `first`: the index of the batch's first entry. */
export async function writePlaces(tx: Database, log: string, first: number, batch: Batch): Promise<void> {
  const { seqs, counts, places, entries } = batch;
  await sql`insert into ledger_batches (log, first, entries, seqs, counts, places)
    values (${log}, ${first}, ${entries.length}, ${seqs}::bigint[], ${counts}::int[], ${places})`.execute(tx);
}

export interface LastBatch {
  /** The size of the log before it. */
  readonly first: number;
  readonly seqs: readonly string[];
  /** As they stand in the log. */
  readonly entries: readonly Uint8Array[];
}

/** Null where its calls have left the outbox: nothing of it is left to do. Undefined where some have, which nobody does. */
export async function lastBatchWaiting(db: Database, log: string): Promise<LastBatch | null | undefined> {
  const { rows } = await sql<BatchRow>`select first, seqs, counts, places from ledger_batches
    where log = ${log} order by first desc limit 1`.execute(db);
  const [last] = rows;
  if (last === undefined) return null;
  const { rows: calls } = await sql<OutboxRow>`select seq, entries, leaves from ledger_outbox
    where log = ${log} and seq = any(${last.seqs}::bigint[])`.execute(db);
  if (calls.length === 0) return null;
  const bySeq = new Map(calls.map((row) => [row.seq, arrivedIn(row).entries]));
  const came = last.seqs.flatMap((seq) => bySeq.get(seq) ?? []);
  if (calls.length !== last.seqs.length || came.length * PLACE_BYTES !== last.places.length) return undefined;
  const byPlace = new Map(came.map((entry, n) => [last.places.readUInt16BE(n * PLACE_BYTES), entry]));
  const entries = came.flatMap((_, place) => byPlace.get(place) ?? []);
  if (entries.length !== came.length) return undefined;
  return { first: Number(last.first), seqs: last.seqs, entries };
}

interface BatchRow {
  readonly first: string;
  readonly seqs: readonly string[];
  readonly counts: readonly number[];
  readonly places: Buffer;
}

/** Which entry of which call. */
export interface Came {
  readonly seq: string;
  readonly n: number;
}

function indexIn({ first, seqs, counts, places }: BatchRow, { seq, n }: Came): number | null {
  const call = seqs.indexOf(seq);
  if (call === -1 || n >= (counts[call] ?? 0)) return null;
  const came = counts.slice(0, call).reduce((sum, count) => sum + count, 0) + n;
  return Number(first) + places.readUInt16BE(came * PLACE_BYTES);
}

/** Null while it waits in the outbox. */
export async function indexOf(db: Database, log: string, came: Came): Promise<number | null> {
  const { rows } = await sql<BatchRow>`select first, seqs, counts, places from ledger_batches
    where log = ${log} and int8range(seqs[1], seqs[cardinality(seqs)], '[]') @> ${came.seq}::bigint`.execute(
    db,
  );
  for (const row of rows) {
    const index = indexIn(row, came);
    if (index !== null) return index;
  }
  return null;
}

/** For many entries that stand between `from` and `to` (exclusive); null for one that stands elsewhere. */
export async function indexerFor(
  db: Database,
  log: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<(came: Came) => number | null> {
  const { rows } = await sql<BatchRow>`select first, seqs, counts, places from ledger_batches
    where log = ${log} and first < ${to} and first + entries > ${from}`.execute(db);
  const bySeq = new Map(rows.flatMap((row) => row.seqs.map((seq) => [seq, row] as const)));
  return (came) => {
    const row = bySeq.get(came.seq);
    return row === undefined ? null : indexIn(row, came);
  };
}

/** Sizes of the tree at which a batch ended: more than `after`, and at most `to`. */
export async function endsOfBatches(
  db: Database,
  log: string,
  { after, to }: { readonly after: number; readonly to: number },
): Promise<number[]> {
  const { rows } = await sql<{ ends: number }>`select (first + entries)::float8 as ends from ledger_batches
    where log = ${log} and first >= ${after - PLACES_MAX} and first + entries > ${after} and first + entries <= ${to}`.execute(
    db,
  );
  return rows.map((row) => row.ends);
}
