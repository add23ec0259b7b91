/** The holds of a service, read from Avow's own database. */
import { decideFates } from "@avow/core/plan/erase";
import { keepableUnder, rowsHeld } from "@avow/core/plan/held";
import type { Hold } from "@avow/core/plan/hold";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import { z } from "zod";
import type { Appender } from "../../ledger/append.ts";
import type { Database } from "../../store/database.ts";
import { allOf } from "../../store/together.ts";
import { isSame, type Naming, nameOf, namesOf, onlyPeople, sharedIn } from "../desk/subjects.ts";
import { capture } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import { type AccountRow, accountsOf, isAnotherAccount, nameOfAccount, withAccounts } from "./accounts.ts";
import { capturesOf, sharedOf } from "./captures.ts";
import { holdCompleted } from "./evidence.ts";
import { type FoundPerson, HoldPlaced, type Holds, type InEffect } from "./holds.ts";
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

/** What was found with whom a hold is on, and is to be kept beside it. */
export interface Telling {
  readonly identities: readonly IdentityValue[];
  readonly accounts: readonly AccountRow[];
}

/** By hold. */
type Found = Map<string, Telling>;

/**
 * Before anything is done to them: who is called otherwise afterwards is held all the same, and so are the rows that they share with others,
 * which are looked for by the identities.
 */
async function learn(book: Book, tx: Database, found: Found): Promise<void> {
  for (const [hold, telling] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const known = await lockedHold(book, tx, hold);
    if (known !== null) await complete(book, tx, { hold, known }, telling);
  }
}

/** Nobody else changes it until the transaction ends. Null: it is not in effect any more. */
export async function lockedHold(
  book: Pick<Book, "sealer">,
  tx: Database,
  hold: string,
): Promise<SealedHold | null> {
  const row = await tx
    .selectFrom("holds")
    .select("sealed")
    .where("id", "=", hold)
    .where("lifted_at", "is", null)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : openSealed(book, hold, row.sealed);
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
  { identities, accounts }: Telling,
): Promise<void> {
  const all = {
    identities: withMore(known.identities, identities),
    accounts: withAccounts(known.accounts ?? [], accounts),
  };
  await tx
    .updateTable("holds")
    .set({ sealed: sealHold(book, hold, { ...known, ...all }) })
    .where("id", "=", hold)
    .execute();
  const names = [...namesOf(book, identities), ...all.accounts.map((a) => nameOfAccount(book, a))];
  await sql`insert into hold_names (hold, name)
    select ${hold}::uuid, name from unnest(${names}::text[]) name on conflict do nothing`.execute(tx);
  const more = all.identities.slice(known.identities.length);
  if (more.length > 0) await book.evidence.append(tx, [holdCompleted(hold, more)]);
}

function withMore(known: readonly IdentityValue[], more: readonly IdentityValue[]): readonly IdentityValue[] {
  const all = [...known];
  for (const one of more) if (!all.some((k) => isSame(k, one))) all.push(one);
  return all;
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
  const looked = new Map<Placed, readonly Hold[]>();
  const shared = sharedIn(book.estate);
  const onThem = (person: FoundPerson, become: readonly IdentityValue[] = []): readonly Placed[] => {
    if (placed.length === 0) return [];
    const { identities } = person;
    const accounts = accountsOf(person);
    const [called, rows] = [
      identities.map((i) => nameOf(book, i)),
      accounts.map((a) => nameOfAccount(book, a)),
    ];
    const own = placed.filter((p) => [...called, ...rows].some((n) => p.names.has(n)));
    const telling =
      own.length === 0 ? [] : [...identities, ...become].filter((i) => !shared.has(i.namespace));
    for (const { id, names, known } of own) {
      // An old address of the one who is held: whoever has it now is not erased, and tells nothing.
      if (isAnotherAccount(known.accounts ?? [], accounts)) continue;
      const isNew = telling.some((i) => !names.has(nameOf(book, i))) || rows.some((n) => !names.has(n));
      const before = found.get(id) ?? { identities: [], accounts: [] };
      if (isNew)
        found.set(id, {
          identities: [...before.identities, ...telling],
          accounts: [...before.accounts, ...accounts],
        });
    }
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
    on: (person, become) => onThem(person, become).flatMap((p) => p.holds),
    async onNamed(identities) {
      if (placed.length === 0) return [];
      const people = await capture({ ...book.estate, graph: onlyPeople(book.estate.graph) }, identities);
      return onThem(people).flatMap((p) => p.holds);
    },
    async onOthers(person, among) {
      const own = new Set(onThem(person));
      const others = placed.filter((one) => !own.has(one) && mayKeep(one, among));
      const open = others.filter((one) => !looked.has(one));
      for (const [i, holds] of (await withRows(book, open)).entries())
        looked.set(must(open[i], "each has its rows"), holds);
      return others.flatMap((one) => looked.get(one) ?? []);
    },
    stillAll: (tx) => noneSince(book, tx, last),
  };
}

/** People whose rows are in memory at a time. */
const TOGETHER_MAX = 100;

interface Looking extends Pick<Placed, "holds"> {
  readonly known: Pick<SealedHold, "identities" | "accounts">;
}

/** By the estate itself: what is erased may be looked at with less. In the order given. */
export async function withRows(
  { estate, now }: Pick<Book, "estate" | "now">,
  all: readonly Looking[],
): Promise<readonly (readonly Hold[])[]> {
  const found: (readonly Hold[])[] = [];
  for (let from = 0; from < all.length; from += TOGETHER_MAX) {
    const some = all.slice(from, from + TOGETHER_MAX);
    const captures = await capturesOf(
      estate,
      some.map(({ known: { identities, accounts = [] } }) => ({ identities, accounts })),
    );
    const shared = await sharedOf(estate, captures);
    for (const [i, { holds }] of some.entries()) {
      const own = must(captures[i], "each is captured");
      const input = { ...estate, capture: own, shared: must(shared[i], "each has its rows"), now: now() };
      const fates = decideFates({ ...input, holds: [] });
      found.push(holds.map((hold) => ({ ...hold, rows: rowsHeld({ ...input, holds: [hold] }, fates) })));
    }
  }
  return found;
}
