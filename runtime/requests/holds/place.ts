/** Places a legal hold (spec/holds.md). */
import { randomUUID } from "node:crypto";
import { ambiguousAccounts } from "@avow/core/plan/capture";
import { erase } from "@avow/core/rights/erase/right";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Desk } from "../desk/desk.ts";
import { withMerged } from "../desk/merges.ts";
import { closureOf, isSame, namesOf, onlyPeople, sharedIn } from "../desk/subjects.ts";
import { capture, StoreFailed } from "../run/ask.ts";
import { type AccountRow, accountsOf, nameOfAccount } from "./accounts.ts";
import { holdPlaced } from "./evidence.ts";
import type { Ground } from "./grounds.ts";
import { lockOf, withRows } from "./in-effect.ts";
import { namesPerson } from "./naming.ts";
import { openSealed, sealHold } from "./sealed.ts";

export interface NewHold {
  readonly identities: readonly IdentityValue[];
  readonly grounds: readonly Ground[];
  readonly reason: string;
  readonly owner: string;
  /** The day on which somebody has to look at it again, its first moment (UTC). */
  readonly review: Date;
  /** Who says so. */
  readonly by: string;
}

export interface PlacedHold {
  readonly hold: string;
  /** The same was placed before, and is in effect: nothing was written. */
  readonly before: boolean;
  /** Whether the stores know anybody by these identities; null: one of them could not be asked. */
  readonly known: boolean | null;
  /** Open erasures of the person: what they have begun is not stopped. */
  readonly open: readonly string[];
  /** Erasures under grace: what they took can be brought back by the person alone. */
  readonly underGrace: readonly string[];
  /** Collections that somebody was asked to look through by hand before, and that are held. */
  readonly tasks: readonly string[];
}

export type NotPlaced =
  /** The identities are those of several accounts. */
  | "ambiguous"
  /** The reason holds an identity of the person. */
  | "names_person";

interface Person {
  readonly identities: readonly IdentityValue[];
  /** Of the identities, and of those that people share where nothing else is said. */
  readonly names: readonly string[];
  readonly accounts: readonly AccountRow[];
  /** Null: a store could not be asked. */
  readonly known: boolean | null;
}

async function personOf(
  desk: Desk,
  { identities: given, reason }: Pick<NewHold, "identities" | "reason">,
): Promise<Person | NotPlaced> {
  const person = await foundBy(desk, given);
  if (person === "ambiguous") return person;
  return namesPerson(reason, person.found) ? "names_person" : person;
}

/** The identities given, and those that lie with them. */
export async function foundBy(
  desk: Desk,
  given: readonly IdentityValue[],
): Promise<(Person & { readonly found: readonly IdentityValue[] }) | "ambiguous"> {
  const merged = await withMerged(desk, given);
  const found = (await closureOf(desk.estate, merged)).identities;
  const accounts = await accountsBy(desk, found);
  if (accounts === "ambiguous") return accounts;
  // What people share was found, and not said: it would lead to others.
  const shared = sharedIn(desk.estate);
  const more = found.filter((i) => !shared.has(i.namespace) && !merged.some((m) => isSame(m, i)));
  return { identities: [...merged, ...more], names: namesOf(desk, found), ...accounts, found };
}

export interface WouldHold {
  readonly collection: string;
  readonly rows: number;
}

/** What there is by now that it would keep, with the rows that lead from there to the person. Throws `StoreFailed` where a store can not be asked. */
export async function lookAtHold(desk: Desk, wanted: NewHold): Promise<readonly WouldHold[] | NotPlaced> {
  const person = await personOf(desk, wanted);
  if (typeof person === "string") return person;
  const { reason, review, grounds } = wanted;
  const holds = await withRows(desk, [
    { known: person, holds: grounds.map((g) => ({ ...g, id: "", reason, review })) },
  ]);
  const rows = new Map<string, Set<string>>();
  for (const hold of holds.flat())
    for (const [id, keys] of hold.rows ?? []) rows.set(id, (rows.get(id) ?? new Set()).union(keys));
  return [...rows].flatMap(([collection, { size }]) => (size === 0 ? [] : [{ collection, rows: size }]));
}

export async function placeHold(desk: Desk, wanted: NewHold): Promise<PlacedHold | NotPlaced> {
  const person = await personOf(desk, wanted);
  if (typeof person === "string") return person;
  const { names, known } = person;
  return desk.db.transaction().execute(async (tx) => {
    // Behind every intent that is being written down: each erasure either has begun, or sees the hold.
    await sql`select pg_advisory_xact_lock(hashtextextended(${lockOf(desk.service)}, 4))`.execute(tx);
    const before = await sameOf(desk, tx, { ...wanted, names });
    const hold = before ?? (await insert(desk, tx, { ...wanted, ...person }));
    const open = await openErasures(tx, desk.service, names);
    const tasks = await heldTasks(desk, tx, wanted.grounds, open);
    const idsOf = (underGrace: boolean): string[] =>
      open.filter((o) => o.underGrace === underGrace).map((o) => o.id);
    return { hold, before: before !== null, known, open: idsOf(false), underGrace: idsOf(true), tasks };
  });
}

type Named = NewHold & Pick<Person, "names">;

/** Whoever was stopped before the answer came says it again, and places it once. */
async function sameOf(
  desk: Desk,
  tx: Database,
  { names, reason, owner, review, grounds }: Named,
): Promise<string | null> {
  const rows = await tx
    .selectFrom("holds")
    .select(["id", "sealed"])
    .where("service", "=", desk.service)
    .where("lifted_at", "is", null)
    .where("review_at", "=", review)
    .where(sql<boolean>`grounds = ${JSON.stringify(grounds)}::jsonb`)
    // One that does not know all of these would not be on whoever goes by the others.
    .where(sql<boolean>`${[...names]}::text[] <@ array(select name from hold_names where hold = holds.id)`)
    .orderBy("seq")
    .execute();
  const same = rows.find(({ id, sealed }) => {
    const known = openSealed(desk, id, sealed);
    return known.reason === reason && known.owner === owner;
  });
  return same?.id ?? null;
}

async function insert(
  desk: Desk,
  tx: Database,
  { identities, accounts, names, known, grounds, reason, owner, review, by }: NewHold & Person,
): Promise<string> {
  const id = randomUUID();
  const pending = known === true ? {} : { pending: true as const };
  await tx
    .insertInto("holds")
    .values({
      ...{ id, service: desk.service, grounds: JSON.stringify(grounds) },
      sealed: sealHold(desk, id, { identities, accounts, reason, owner, lifted: null, ...pending }),
      ...{ review_at: review, placed_at: desk.now() },
    })
    .execute();
  await tx
    .insertInto("hold_names")
    .values([...names, ...accounts.map((a) => nameOfAccount(desk, a))].map((name) => ({ hold: id, name })))
    .execute();
  await desk.evidence.append(tx, [holdPlaced({ hold: id, grounds, owner, review, identities, by })]);
  return id;
}

/** A hold is placed also while a store is away. */
async function accountsBy(
  desk: Desk,
  identities: readonly IdentityValue[],
): Promise<Pick<Person, "accounts" | "known"> | "ambiguous"> {
  try {
    const people = await capture({ ...desk.estate, graph: onlyPeople(desk.estate.graph) }, identities);
    if (ambiguousAccounts(people).length > 0) return "ambiguous";
    const known = [...people.collections.values()].some((c) => c.rows.size > 0);
    return { accounts: accountsOf(people), known };
  } catch (error) {
    if (error instanceof StoreFailed) return { accounts: [], known: null };
    throw error;
  }
}

interface OpenErasure {
  readonly id: string;
  readonly underGrace: boolean;
}

async function openErasures(db: Database, service: string, names: readonly string[]): Promise<OpenErasure[]> {
  const rows = await db
    .selectFrom("requests")
    .innerJoin("request_subjects", "request_subjects.request", "requests.id")
    .select(["requests.id", "requests.grace_until"])
    .distinct()
    .where("service", "=", service)
    .where("right_name", "=", erase.name)
    .where("closed_at", "is", null)
    .where("name", "in", [...names])
    .execute();
  return rows.map((r) => ({ id: r.id, underGrace: r.grace_until !== null }));
}

async function heldTasks(
  { estate }: Desk,
  tx: Database,
  grounds: readonly Ground[],
  open: readonly OpenErasure[],
): Promise<string[]> {
  if (open.length === 0 || estate.byHand.length === 0) return [];
  const asked = await tx
    .selectFrom("request_tasks")
    .select(["store", "collection"])
    .distinct()
    .where(
      "request",
      "in",
      open.map((o) => o.id),
    )
    .where("state", "not in", ["done", "refused"])
    .execute();
  const classes = new Set(grounds.flatMap((g) => g.classes));
  const isHeld = ({ store, collection }: (typeof asked)[number]): boolean =>
    estate.byHand.some(
      (c) => c.store === store && c.name === collection && (classes.has("all") || classes.has(c.class)),
    );
  return asked.filter(isHeld).map((t) => `${t.store}.${t.collection}`);
}
