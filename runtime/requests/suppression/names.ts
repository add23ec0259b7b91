/**
 * Names of keys of rows that were erased (spec/suppression.md): under the installation's key, so that they say nothing by themselves, and a
 * row that a restored backup brings back is recognised.
 */

import { hash } from "node:crypto";
import { type Tuple, tupleKey } from "@avow/core/plan/capture";
import type { Step } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import { type Duration, plus } from "@avow/core/terms/duration";
import { sql } from "kysely";
import { byteaArray, uuidArray } from "../../ledger/wire.ts";
import type { Database } from "../../store/database.ts";
import { FINGERPRINT_BYTES } from "../../vault/fingerprint.ts";
import type { Sealer } from "../../vault/seal.ts";
import { outlasting } from "./outlasting.ts";

interface Book {
  readonly sealer: Sealer;
  readonly service: string;
}

/** One after another, in the order of the keys. */
export const namesOfKeys = ({ sealer, service }: Book, collection: string, keys: readonly Tuple[]): Buffer =>
  sealer.fingerprints(`suppression/${service}/${collection}`, keys.map(tupleKey));

/** A look reads many lots at a time. */
const NAMES_A_LOT_MAX = 4_096;
const BYTES_A_STATEMENT_MAX = 4_000_000;
/** Of the hash by which a lot is found again. */
const LOT_BYTES = 16;

/** Written down before the steps are made; they count once the request has ended. */
export function noteSuppressed(
  desk: Book & { readonly db: Database; readonly now: () => Date },
  request: string,
  steps: readonly Step[],
): Promise<void> {
  const changes = steps.flatMap((s) => s.changes.filter((c) => c.act === "delete"));
  return noteAll(
    desk,
    changes.map(({ collection, keys }) => ({ collection, keys, requests: request })),
  );
}

/** Rows of a collection that are about to go, and the request that all of them, or each, go for. */
export interface Suppressing {
  readonly collection: string;
  readonly keys: readonly Tuple[];
  readonly requests: string | readonly string[];
}

export async function noteAll(
  desk: Book & { readonly db: Database; readonly now: () => Date },
  all: readonly Suppressing[],
): Promise<void> {
  const at = desk.now();
  let some: Lot[] = [];
  let bytes = 0;
  for (const lot of lotsOf(byRequest(desk, all))) {
    some.push(lot);
    bytes += lot.names.length;
    if (bytes < BYTES_A_STATEMENT_MAX) continue;
    await write(desk, some, at);
    [some, bytes] = [[], 0];
  }
  if (some.length > 0) await write(desk, some, at);
}

/** The names of each request, whatever the collection: a name is of one collection only. */
function byRequest(desk: Book, all: readonly Suppressing[]): ReadonlyMap<string, Buffer> {
  const parts = new Map<string, Buffer[]>();
  const add = (request: string, names: Buffer): void => {
    const own = parts.get(request);
    if (own === undefined) parts.set(request, [names]);
    else own.push(names);
  };
  for (const { collection, keys, requests } of all) {
    const made = namesOfKeys(desk, collection, keys);
    if (typeof requests === "string") add(requests, made);
    else
      for (let from = 0; from < requests.length; ) {
        // Rows of one request lie together.
        const request = must(requests[from], "every row goes for a request");
        let to = from + 1;
        while (to < requests.length && requests[to] === request) to += 1;
        add(request, made.subarray(from * FINGERPRINT_BYTES, to * FINGERPRINT_BYTES));
        from = to;
      }
  }
  return new Map([...parts].map(([r, own]) => [r, Buffer.concat(own)]));
}

interface Lot {
  readonly request: string;
  readonly names: Buffer;
}

function* lotsOf(all: ReadonlyMap<string, Buffer>): Generator<Lot> {
  const step = NAMES_A_LOT_MAX * FINGERPRINT_BYTES;
  for (const [request, names] of all)
    for (let from = 0; from < names.length; from += step)
      yield { request, names: names.subarray(from, from + step) };
}

/** Those that were noted before are as old as the last try. */
async function write(
  { db, service }: Book & { readonly db: Database },
  lots: readonly Lot[],
  at: Date,
): Promise<void> {
  const ends: number[] = [];
  for (const { names } of lots) ends.push((ends.at(-1) ?? 0) + names.length);
  const sizes = lots.map((l) => l.names.length);
  const digests = lots.map((l) => hash("sha256", l.names, "buffer").subarray(0, LOT_BYTES));
  // As one value: the driver writes out an array of bytes digit by digit.
  await sql`
    insert into suppression_lots (request, lot, service, erased_at, names)
    select l.request, l.lot, ${service}, ${at},
           substring(${Buffer.concat(lots.map((l) => l.names))}::bytea from l.ends - l.size + 1 for l.size)
      from unnest(${uuidArray(lots.map((l) => l.request))}::uuid[], ${byteaArray(digests)}::bytea[], ${ends}::int[], ${sizes}::int[])
           as l (request, lot, ends, size)
    on conflict (request, lot) do update set erased_at = excluded.erased_at`.execute(db);
}

/** An erasure that ends, and the rows that it has captured and left where they are. */
export interface EndingErasure {
  readonly request: string;
  readonly there?: (() => readonly Omit<Suppressing, "requests">[]) | undefined;
  /** Rows that are somebody else's by now, or stay for somebody else, too: no step has taken them, whatever became of its others. */
  readonly given?: readonly Omit<Suppressing, "requests">[] | undefined;
}

/**
 * Part of the transaction that ends the erasures. Names were noted before their steps: those of rows that are there, because their step was
 * never made in the end, do not count.
 */
export async function keepSuppressed(
  { service, sealer, ...desk }: Book & { readonly now: () => Date; readonly suppression: Duration },
  tx: Database,
  endings: readonly EndingErasure[],
): Promise<void> {
  const requests = endings.map((e) => e.request);
  for (const { request, given = [] } of endings)
    if (given.length > 0) await forgetThere({ service, sealer, db: tx }, request, given);
  // Where every step was made, every other row that was noted is gone.
  const { rows: doubtful } = await sql<{ id: string }>`
    with counting as (
      insert into suppression_ends (request, service, ends_at)
      select distinct request, service, ${plus(desk.now(), desk.suppression)}::timestamptz from suppression_lots
       where request = any(${requests}::uuid[])
      on conflict (request) do update set ends_at = excluded.ends_at)
    select r.id from requests r where r.id = any(${requests}::uuid[]) and (r.tries > 0
       or exists (select from request_steps s where s.request = r.id and s.state <> 'done')
       or (r.sweep is not null
           and 1 < (select count(distinct l.erased_at) from suppression_lots l where l.request = r.id)))`.execute(
    tx,
  );
  for (const { id } of doubtful) {
    const there = endings.find((e) => e.request === id)?.there?.() ?? [];
    await forgetThere({ service, sealer, db: tx }, id, there);
  }
}

async function forgetThere(
  desk: Book & { readonly db: Database },
  request: string,
  there: readonly Omit<Suppressing, "requests">[],
): Promise<void> {
  const left = new Set<string>();
  for (const { collection, keys } of there)
    for (const name of each(namesOfKeys(desk, collection, keys))) left.add(name.toString("latin1"));
  if (left.size === 0) return;
  const { rows } = await sql<{ lot: Buffer; names: Buffer; erased_at: Date }>`
    select lot, names, erased_at from suppression_lots where request = ${request}`.execute(desk.db);
  for (const { lot, names, erased_at: at } of rows) {
    const gone = [...each(names)].filter((name) => !left.has(name.toString("latin1")));
    if (gone.length * FINGERPRINT_BYTES === names.length) continue;
    await sql`delete from suppression_lots where request = ${request} and lot = ${lot}`.execute(desk.db);
    if (gone.length > 0) await write(desk, [{ request, names: Buffer.concat(gone) }], at);
  }
}

function* each(names: Buffer): Generator<Buffer> {
  for (let at = 0; at < names.length; at += FINGERPRINT_BYTES)
    yield names.subarray(at, at + FINGERPRINT_BYTES);
}

export async function forgetSuppressed(tx: Database, request: string): Promise<void> {
  await tx.deleteFrom("suppression_ends").where("request", "=", request).execute();
  await tx.deleteFrom("suppression_lots").where("request", "=", request).execute();
}

/** Names of requests that ended without having been kept: they never counted, and nothing else would end them. */
export async function forgetUnkept(tx: Database, requests: readonly string[]): Promise<void> {
  await sql`
    delete from suppression_lots l where l.request = any(${requests}::uuid[])
       and not exists (select from suppression_ends e where e.request = l.request)`.execute(tx);
}

/** Names whose time is over; those of requests that were never closed go with their requests. Returns how many. */
export async function endSuppressions(desk: {
  readonly db: Database;
  readonly service: string;
  readonly now: () => Date;
}): Promise<number> {
  const { rows } = await sql<{ names: string }>`
    with ended as (
      delete from suppression_ends where service = ${desk.service} and ends_at <= ${desk.now()}
         and not ${outlasting(desk.service)} returning request
    ), gone as (
      delete from suppression_lots l using ended e where l.request = e.request returning octet_length(l.names) as bytes
    )
    select coalesce(sum(bytes), 0) / ${FINGERPRINT_BYTES} as names from gone`.execute(desk.db);
  return Number(rows[0]?.names ?? 0);
}
