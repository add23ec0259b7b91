/**
 * What erasures owe: whom each of them was about, sealed beside the hold that kept rows from it, until the hold is lifted (spec/holds.md). The
 * request itself forgets it when it ends, and whose the rows are that stay need not be whom the hold is on.
 */
import type { Asked } from "@avow/core/plan/asked";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import { openAsked, sealAsked } from "../desk/asked.ts";
import { isSame, type Naming, openIdentities, sharedIn } from "../desk/subjects.ts";
import { readLot } from "../run/captured-lots.ts";
import type { RequestOutcome } from "../run/run.ts";
import { VIA_SUPPRESSION } from "../suppression/bare.ts";
import { accountsIn } from "./accounts.ts";
import { lockOf } from "./in-effect.ts";
import { openOwed, owedName, type SealedOwed, sealOwed } from "./sealed.ts";

interface Book extends Naming {
  readonly db: Database;
  readonly sealer: Sealer;
}

export interface Ending {
  readonly request: string;
  readonly outcome: Pick<RequestOutcome, "kept">;
}

/** A hold was lifted since the erasure planned: what it kept is still to go, and nobody would come for it. */
export class HoldLifted extends Error {
  readonly holds: ReadonlySet<string>;

  constructor(holds: ReadonlySet<string>) {
    super("a hold was lifted since it was planned: what it kept is still to go");
    this.name = "HoldLifted";
    this.holds = holds;
  }
}

const heldBy = ({ outcome }: Ending): string[] => outcome.kept.flatMap((k) => k.hold ?? []);

/**
 * Part of the transaction that ends erasures, before their rows forget whom they were about. Gives the holds that are lifted by now; until the
 * transaction ends no other is.
 */
export async function owe(
  book: Book,
  tx: Database,
  endings: readonly Ending[],
): Promise<ReadonlySet<string>> {
  const holding = endings.filter((e) => heldBy(e).length > 0);
  if (holding.length === 0) return new Set();
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${lockOf(book.service)}, 4))`.execute(tx);
  const named = new Set(holding.flatMap(heldBy));
  const inEffect = await tx
    .selectFrom("holds")
    .select("id")
    .where("service", "=", book.service)
    .where("lifted_at", "is", null)
    .where("id", "in", [...named])
    .execute();
  const lifted = named.difference(new Set(inEffect.map((h) => h.id)));
  const ending = holding.filter((e) => !heldBy(e).some((hold) => lifted.has(hold)));
  if (ending.length > 0) await remember(book, tx, ending);
  return lifted;
}

const NOTHING = { identities: [], collections: [] };

async function remember(book: Book, tx: Database, endings: readonly Ending[]): Promise<void> {
  const { rows } = await sql<{
    id: string;
    sealed_identities: Buffer | null;
    sealed_asked: Buffer | null;
    captured: Buffer | null;
  }>`select id, sealed_identities, sealed_asked, c.sealed as captured
       from requests left join request_captures c on c.request = id and c.part = 0
      where id = any(${endings.map((e) => e.request)}::uuid[]) and via <> ${VIA_SUPPRESSION}`.execute(tx);
  const shared = sharedIn(book.estate);
  for (const { id, sealed_identities: sealed, sealed_asked, captured } of rows) {
    const given = sealed === null ? [] : openIdentities(book, id, sealed);
    const lot = captured === null ? NOTHING : readLot(book.sealer.open(`capture/${id}/0`, captured));
    // What people share was found, and not said: it would lead to others.
    const more = lot.identities.filter((i) => !shared.has(i.namespace) && !given.some((g) => isSame(g, i)));
    const owed = { identities: [...given, ...more], accounts: accountsIn(book.estate.graph, lot) };
    const asked = openAsked(book, id, sealed_asked);
    const holds = new Set(endings.filter((e) => e.request === id).flatMap(heldBy));
    for (const hold of holds) {
      const place = { hold, request: id };
      await tx
        .insertInto("hold_owed")
        .values({
          ...place,
          sealed_identities: sealOwed(book, place, owed),
          sealed_asked: sealAsked(book, owedName(place), asked).sealed_asked,
        })
        .onConflict((c) => c.doNothing())
        .execute();
    }
  }
}

export interface Owed extends SealedOwed {
  readonly request: string;
  readonly asked: Asked;
}

export async function owedBy(book: Book, db: Database, hold: string): Promise<readonly Owed[]> {
  const rows = await db
    .selectFrom("hold_owed")
    .select(["request", "sealed_identities", "sealed_asked"])
    .where("hold", "=", hold)
    .orderBy("request")
    .execute();
  return rows.map(({ request, sealed_identities, sealed_asked }) => ({
    request,
    ...openOwed(book, { hold, request }, sealed_identities),
    asked: openAsked(book, owedName({ hold, request }), sealed_asked),
  }));
}

/** It does not end: what those holds kept remains. */
export function stillOwed(outcome: RequestOutcome, lifted: ReadonlySet<string>): RequestOutcome {
  const isOver = (hold: string | undefined): boolean => hold !== undefined && lifted.has(hold);
  return {
    ...outcome,
    state: "not_done",
    results: outcome.kept
      .filter((k) => isOver(k.hold))
      .map(({ store, collection, rows }) => ({ store, collection, result: "remains", rows })),
    kept: outcome.kept.filter((k) => !isOver(k.hold)),
    notes: [
      ...outcome.notes,
      "a legal hold was lifted while it ran: what the hold kept is still to go; run the same request again",
    ],
  };
}
