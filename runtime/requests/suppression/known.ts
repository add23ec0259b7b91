/**
 * The names that count, in portions of a bounded size: a look holds one in memory, goes through the collections, and takes the next. Who must
 * hold very many names reads the collections more than once.
 */
import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../store/database.ts";
import { FINGERPRINT_BYTES } from "../../vault/fingerprint.ts";
import { outlasting } from "./outlasting.ts";

/** 32 MB of names, and 24 MB to find them by. */
const PORTION_NAMES_MAX = 2_000_000;
/** At most 4,096 names each. */
const LOTS_A_READ = 200;

export interface Erasure {
  readonly request: string;
  readonly erasedAt: Date;
}

export interface KnownNames {
  /** The last erasure of a row by that name; `at`: where its name begins. */
  find(names: Buffer, at: number): Erasure | undefined;
}

interface StoredLot {
  readonly request: string;
  readonly lot: Buffer;
  readonly erased_at: Date;
  readonly names: Buffer;
}

interface Asked {
  readonly db: Database;
  readonly service: string;
  readonly now: () => Date;
}

export async function* knownPortions(desk: Asked, namesMax = PORTION_NAMES_MAX): AsyncGenerator<KnownNames> {
  let lots: StoredLot[] = [];
  let count = 0;
  for await (const lot of storedLots(desk)) {
    lots.push(lot);
    count += lot.names.length / FINGERPRINT_BYTES;
    if (count < namesMax) continue;
    yield indexOf(lots, count);
    [lots, count] = [[], 0];
  }
  if (lots.length > 0) yield indexOf(lots, count);
}

async function* storedLots({ db, service, now }: Asked): AsyncGenerator<StoredLot> {
  for (let after: RawBuilder<unknown> = sql`true`; ; ) {
    const { rows } = await sql<StoredLot>`
      select l.request, l.lot, l.erased_at, l.names from suppression_lots l
       where l.service = ${service} and ${after}
         and exists (select from suppression_ends e where e.request = l.request and (e.ends_at > ${now()} or ${outlasting(service)}))
       order by l.request, l.lot limit ${LOTS_A_READ}`.execute(db);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < LOTS_A_READ) return;
    after = sql`(l.request, l.lot) > (${last.request}::uuid, ${last.lot}::bytea)`;
  }
}

/** Names are as good as random: where one stands follows from its first bytes. */
function indexOf(lots: readonly StoredLot[], count: number): KnownNames {
  const all = Buffer.concat(lots.map((l) => l.names));
  const lotOf = new Uint32Array(count);
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1))).fill(-1);
  const mask = slots.length - 1;
  /** The slot of that name, or the free one where it belongs. */
  const slotOf = (names: Buffer, at: number): number => {
    for (let slot = names.readUInt32LE(at) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? -1;
      if (entry === -1) return slot;
      const from = entry * FINGERPRINT_BYTES;
      if (all.compare(names, at, at + FINGERPRINT_BYTES, from, from + FINGERPRINT_BYTES) === 0) return slot;
    }
  };
  const erasedAt = (lot: number): number => lots[lot]?.erased_at.getTime() ?? 0;
  let entry = 0;
  for (const [lot, { names }] of lots.entries())
    for (let n = 0; n < names.length; n += FINGERPRINT_BYTES, entry += 1) {
      lotOf[entry] = lot;
      const slot = slotOf(all, entry * FINGERPRINT_BYTES);
      const before = slots[slot] ?? -1;
      // Erased more than once: the last time counts.
      if (before === -1 || erasedAt(lotOf[before] ?? 0) < erasedAt(lot)) slots[slot] = entry;
    }
  return {
    find(names, at) {
      const found = slots[slotOf(names, at)] ?? -1;
      const lot = found === -1 ? undefined : lots[lotOf[found] ?? 0];
      return lot === undefined ? undefined : { request: lot.request, erasedAt: lot.erased_at };
    },
  };
}
