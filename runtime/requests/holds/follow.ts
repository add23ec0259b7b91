/**
 * Whom holds are on changes in the application: another address, an account that came only after the hold was placed, one that is gone. Whoever
 * stays looks again and again (spec/holds.md): what else somebody is called by is learned, and a hold that finds nobody any more says so.
 */
import { ambiguousAccounts, type Capture } from "@avow/core/plan/capture";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Desk } from "../desk/desk.ts";
import { isSame, onlyPeople, sharedIn } from "../desk/subjects.ts";
import { StoreFailed } from "../run/ask.ts";
import { accountsOf, withAccounts } from "./accounts.ts";
import { capturesOf } from "./captures.ts";
import { complete, lockedHold, lockOf, type Telling } from "./in-effect.ts";
import { foundBy } from "./place.ts";
import { openSealed, type SealedHold, sealHold } from "./sealed.ts";

/** `many`: they lead to several accounts, and are left as they are. `away`: a store could not be asked. */
type Seen = Telling | "nobody" | "many" | "away";

/** `pending`: only those by which nobody was known yet. Returns how many have learned something. */
export async function followHolds(desk: Desk, which: "all" | "pending" = "all"): Promise<number> {
  const rows = await desk.db
    .selectFrom("holds")
    .select(["id", "sealed"])
    .where("service", "=", desk.service)
    .where("lifted_at", "is", null)
    .orderBy("seq")
    .execute();
  const holds = rows
    .map(({ id, sealed }) => ({ id, known: openSealed(desk, id, sealed) }))
    .filter(({ known }) => which === "all" || known.pending === true);
  const seen = await lookForAll(
    desk,
    holds.map((h) => h.known),
  );
  let learned = 0;
  for (const [i, { id, known }] of holds.entries())
    if (await write(desk, { id, known }, must(seen[i], "each is looked for"))) learned += 1;
  return learned;
}

/** By the accounts first: an old address may be somebody else's by now. */
async function lookForAll(desk: Desk, holds: readonly SealedHold[]): Promise<readonly Seen[]> {
  const byAccount = await lookFor(
    desk,
    holds.map(({ accounts = [] }) => ({ identities: [], accounts })),
  );
  const byName = await lookFor(
    desk,
    holds.map(({ identities, pending }, i) => ({
      identities: byAccount[i] === "nobody" && pending !== true ? identities : [],
      accounts: [],
    })),
  );
  const seen: Seen[] = [];
  for (const [i, { identities, pending }] of holds.entries()) {
    const there = must(byAccount[i], "each is looked for");
    if (there !== "nobody") seen.push(there);
    // With visitors that were merged meanwhile.
    else if (pending === true) seen.push(await lookForOne(desk, identities));
    else seen.push(must(byName[i], "each is looked for"));
  }
  return seen;
}

/** What the accounts that a hold is on are called now. Null: none of them is there, or a store could not be asked. */
export async function namesNow(
  desk: Desk,
  { accounts = [] }: Pick<SealedHold, "accounts">,
): Promise<Telling["identities"] | null> {
  const [seen = "nobody"] = await lookFor(desk, [{ identities: [], accounts }]);
  return typeof seen === "string" || seen.identities.length === 0 ? null : seen.identities;
}

async function lookForOne(desk: Desk, given: SealedHold["identities"]): Promise<Seen> {
  const person = await foundBy(desk, given);
  if (person === "ambiguous") return "many";
  if (person.known === null) return "away";
  return person.known ? person : "nobody";
}

/** Whoever is sought by nothing is nobody, and no store is asked. */
async function lookFor(desk: Desk, people: readonly Telling[]): Promise<readonly Seen[]> {
  const estate = { ...desk.estate, graph: onlyPeople(desk.estate.graph) };
  const shared = sharedIn(desk.estate);
  try {
    return (await capturesOf(estate, people)).map((state) => seenIn(state, shared));
  } catch (error) {
    if (error instanceof StoreFailed) return people.map(() => "away");
    throw error;
  }
}

function seenIn(state: Capture, shared: ReadonlySet<string>): Seen {
  if (![...state.collections.values()].some((c) => c.rows.size > 0)) return "nobody";
  if (ambiguousAccounts(state).length > 0) return "many";
  return {
    identities: state.identities.filter((i) => !shared.has(i.namespace)),
    accounts: accountsOf(state),
  };
}

interface Following {
  readonly id: string;
  readonly known: SealedHold;
}

/** Whether there was something to learn. */
async function write(desk: Desk, { id, known }: Following, seen: Seen): Promise<boolean> {
  if (seen === "many" || seen === "away") return false;
  if (seen === "nobody") {
    // Of whom nobody has known anything, nothing is lost.
    if (known.pending !== true && known.lostSince === undefined)
      await change(desk, id, { lostSince: desk.now().toISOString() });
    return false;
  }
  const isAnew = isNews(known, seen);
  if (!isAnew && withAccounts(known.accounts ?? [], seen.accounts).length === known.accounts?.length) {
    if (known.lostSince !== undefined) await change(desk, id, { lostSince: undefined });
    return false;
  }
  return desk.db.transaction().execute(async (tx) => {
    const before = isAnew ? await asPlacedNow(desk, tx, id) : await lockedHold(desk, tx, id);
    if (before === null) return false;
    const now = { ...before, pending: undefined, lostSince: undefined };
    await complete(desk, tx, { hold: id, known: now }, seen);
    return true;
  });
}

/** An erasure that has planned without it by another name plans again. Null: it is not in effect any more. */
async function asPlacedNow(desk: Desk, tx: Database, id: string): Promise<SealedHold | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${lockOf(desk.service)}, 4))`.execute(tx);
  const { rows } = await sql<{ sealed: Buffer }>`
    update holds set seq = default where id = ${id} and lifted_at is null returning sealed`.execute(tx);
  const [row] = rows;
  return row === undefined ? null : openSealed(desk, id, row.sealed);
}

/** Whether an erasure may have planned without it. Another row beside those that it knows is found by the same names: it is learned, and nobody plans again. */
const isNews = (known: SealedHold, { identities, accounts }: Telling): boolean =>
  known.pending === true ||
  known.accounts === undefined ||
  identities.some((i) => !known.identities.some((k) => isSame(k, i))) ||
  accounts.some((a) => !known.accounts?.some((k) => k.collection === a.collection));

async function change(desk: Desk, id: string, to: Pick<SealedHold, "lostSince">): Promise<void> {
  await desk.db.transaction().execute(async (tx: Database) => {
    const known = await lockedHold(desk, tx, id);
    if (known === null) return;
    const sealed = sealHold(desk, id, { ...known, ...to });
    await tx.updateTable("holds").set({ sealed }).where("id", "=", id).execute();
  });
}
