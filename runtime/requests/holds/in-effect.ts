/** The holds of a service, read from Avow's own database. */
import { decideFates } from "@avow/core/plan/erase";
import { keepableUnder, rowsHeld } from "@avow/core/plan/held";
import type { Hold } from "@avow/core/plan/hold";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import { z } from "zod";
import type { Appender } from "../../ledger/append.ts";
import type { Database } from "../../store/database.ts";
import { allOf } from "../../store/together.ts";
import { isSame, type Naming, nameOf, namesOf, sharedIn } from "../desk/subjects.ts";
import { capture, sharedRows } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import { holdCompleted } from "./evidence.ts";
import { HoldPlaced, type Holds, type InEffect } from "./holds.ts";
import { openSealed, type SealedHold, sealHold } from "./sealed.ts";

export interface Book extends Naming {
  readonly db: Database;
  readonly evidence: Appender;
  readonly estate: BoundEstate;
  readonly now: () => Date;
}

export const groundsSchema = z.array(z.object({ commitment: z.string(), classes: z.array(z.string()) }));

interface Placed {
  readonly id: string;
  readonly known: SealedHold;
  readonly names: ReadonlySet<string>;
  /** One for each commitment that it rests on. */
  readonly holds: readonly Hold[];
}

export function holdsOf(book: Book): Holds {
  let seen: bigint | null = null;
  const found: Found = new Map();
  const read = (): Promise<Read> => book.db.connection().execute((one) => bothOf({ ...book, db: one }));
  return {
    async inEffect() {
      return effectOf(book, await read(), found);
    },
    async forPlan() {
      const now = await read();
      seen = now.last;
      return effectOf(book, now, found);
    },
    async unchanged(tx) {
      if (seen === null) return;
      await noneSince(book, tx, seen);
      await learn(book, tx, found);
    },
  };
}

/** Nor is any until the transaction ends. */
async function noneSince(book: Book, tx: Database, seen: bigint): Promise<void> {
  const lock = sql`select pg_advisory_xact_lock_shared(hashtextextended(${lockOf(book.service)}, 4))`;
  const locked = lock.execute(tx);
  const last = lastOf(tx, book.service);
  await allOf([locked, last]);
  if ((await last) > seen) throw new HoldPlaced();
}

/** By hold: identities that lie with those that it was placed by. */
type Found = Map<string, readonly IdentityValue[]>;

/**
 * Before anything is done to them: who is called otherwise afterwards is held all the same, and so are the rows that they share with others,
 * which are looked for by the identities.
 */
async function learn(book: Book, tx: Database, found: Found): Promise<void> {
  for (const [hold, identities] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const row = await tx
      .selectFrom("holds")
      .select("sealed")
      .where("id", "=", hold)
      .where("lifted_at", "is", null)
      .forUpdate()
      .executeTakeFirst();
    if (row !== undefined)
      await complete(book, tx, { hold, known: openSealed(book, hold, row.sealed) }, identities);
  }
}

interface Completing {
  readonly hold: string;
  readonly known: SealedHold;
}

/** Part of a transaction that has the hold's row. */
export async function complete(
  book: Naming & Pick<Book, "evidence">,
  tx: Database,
  { hold, known }: Completing,
  identities: readonly IdentityValue[],
): Promise<void> {
  const more = identities.filter(
    (i, at) =>
      !known.identities.some((k) => isSame(k, i)) && identities.findIndex((k) => isSame(k, i)) === at,
  );
  await tx
    .updateTable("holds")
    .set({ sealed: sealHold(book, hold, { ...known, identities: [...known.identities, ...more] }) })
    .where("id", "=", hold)
    .execute();
  const names = namesOf(book, identities);
  await sql`insert into hold_names (hold, name)
    select ${hold}::uuid, name from unnest(${names}::text[]) name on conflict do nothing`.execute(tx);
  if (more.length > 0) await book.evidence.append(tx, [holdCompleted(hold, more)]);
}

/** Whoever places a hold has it alone, whoever writes down an intent along with others: each sees what the other has done. */
export const lockOf = (service: string): string => `holds/${service}`;

async function lastOf(db: Database, service: string): Promise<bigint> {
  const { rows } = await sql<{ last: string }>`
    select coalesce(max(seq), 0)::text as last from holds where service = ${service}`.execute(db);
  return BigInt(rows[0]?.last ?? 0);
}

interface Read {
  /** The number of the last hold that there was. */
  readonly last: bigint;
  readonly placed: readonly Placed[];
}

/** Sent together: the number is read before the holds, so that one that comes in between is seen twice, never not at all. */
async function bothOf(book: Book): Promise<Read> {
  const [last, placed] = [lastOf(book.db, book.service), placedIn(book)];
  await allOf([last, placed]);
  return { last: await last, placed: await placed };
}

async function placedIn(book: Book): Promise<readonly Placed[]> {
  const { rows } = await sql<{
    id: string;
    sealed: Buffer;
    grounds: unknown;
    review_at: Date;
    names: string[];
  }>`
    select id, sealed, grounds, review_at, array(select name from hold_names where hold = holds.id) as names
      from holds where service = ${book.service} and lifted_at is null order by seq`.execute(book.db);
  return rows.map(({ id, sealed, grounds, review_at: review, names }) => {
    const known = openSealed(book, id, sealed);
    const holds = groundsSchema
      .parse(grounds)
      .map(({ commitment, classes }): Hold => ({ id, commitment, classes, review, reason: known.reason }));
    return { id, known, names: new Set(names), holds };
  });
}

function effectOf(book: Book, { last, placed }: Read, found: Found): InEffect {
  const looked = new Map<Placed, Promise<readonly Hold[]>>();
  const shared = sharedIn(book.estate);
  const onThem = (
    identities: readonly IdentityValue[],
    become: readonly IdentityValue[] = [],
  ): readonly Placed[] => {
    if (placed.length === 0) return [];
    const names = identities.map((i) => nameOf(book, i));
    const own = placed.filter((p) => names.some((n) => p.names.has(n)));
    const telling =
      own.length === 0 ? [] : [...identities, ...become].filter((i) => !shared.has(i.namespace));
    for (const { id, names: known } of own)
      if (telling.some((i) => !known.has(nameOf(book, i))))
        found.set(id, [...(found.get(id) ?? []), ...telling]);
    return own;
  };
  // A sweep asks for each of very many people.
  const keepable = new Map<Placed, ReadonlySet<string>>();
  const mayKeep = (one: Placed, among: ReadonlySet<string>): boolean => {
    const classes = one.holds.flatMap((h) => h.classes);
    const where = keepable.get(one) ?? keepableUnder(book.estate.graph, classes);
    keepable.set(one, where);
    return !where.isDisjointFrom(among);
  };
  return {
    on: (identities, become) => onThem(identities, become).flatMap((p) => p.holds),
    async onOthers(identities, among) {
      const own = new Set(onThem(identities));
      const all: Hold[] = [];
      for (const one of placed) {
        if (own.has(one) || !mayKeep(one, among)) continue;
        const rows = looked.get(one) ?? withRows(book, one);
        looked.set(one, rows);
        all.push(...(await rows));
      }
      return all;
    },
    stillAll: (tx) => noneSince(book, tx, last),
  };
}

/** By the estate itself: what is erased may be looked at with less. */
export async function withRows(
  { estate, now }: Pick<Book, "estate" | "now">,
  { known, holds }: Pick<Placed, "holds"> & { readonly known: Pick<SealedHold, "identities"> },
): Promise<readonly Hold[]> {
  const state = await capture(estate, known.identities);
  const shared = await sharedRows(estate, state);
  return holds.map((hold) => {
    const input = { ...estate, capture: state, shared, now: now(), holds: [hold] };
    return { ...hold, rows: rowsHeld(input, decideFates({ ...input, holds: [] })) };
  });
}
