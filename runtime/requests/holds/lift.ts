/** The end of a legal hold, and what is owed then (spec/holds.md). */
import { erase } from "@avow/core/rights/erase/right";
import { plus } from "@avow/core/terms/duration";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import { dueAfterHold } from "../desk/deadlines.ts";
import type { Desk } from "../desk/desk.ts";
import { openRequest } from "../desk/intake.ts";
import { isSame, sharedIn } from "../desk/subjects.ts";
import { VIA_CLI } from "../desk/via.ts";
import { VIA_SUPPRESSION } from "../suppression/bare.ts";
import { isSamePerson } from "./accounts.ts";
import { keptBy } from "./book.ts";
import { holdLifted, subjectOf } from "./evidence.ts";
import { namesNow } from "./follow.ts";
import { lockOf } from "./in-effect.ts";
import { namesPerson } from "./naming.ts";
import { type Owed, owedBy } from "./owed.ts";
import { openSealed, type SealedHold, sealHold } from "./sealed.ts";

export interface LiftedHold {
  /** Erasures that kept rows because of it. */
  readonly kept: readonly string[];
  /** The erasures that are open for what they kept: each waits for somebody's yes, for the person may be a customer again. */
  readonly again: readonly string[];
  /** Of `kept`: erasures of what a backup had brought back, which the next look finds again. */
  readonly cameBack: readonly string[];
}

interface Lifting {
  readonly reason: string;
  readonly by: string;
}

/**
 * Null: there is no such hold in effect. The erasures are opened first: whoever is stopped in between leaves some that wait, and lifts the hold
 * again, which joins them. One that kept rows and ends meanwhile is seen, and opened, too.
 */
export async function liftHold(
  desk: Desk,
  id: string,
  lifting: Lifting,
): Promise<LiftedHold | "names_person" | null> {
  const known = await inEffect(desk, desk.db, id);
  if (known === null) return null;
  if (namesPerson(lifting.reason, known.identities)) return "names_person";
  const called = await namesNow(desk, known);
  const again = new Map<string, string>();
  for (;;) {
    const owed = await owedBy(desk, desk.db, id);
    for (const one of owed)
      if (!again.has(one.request))
        again.set(one.request, await eraseAgain(desk, calledNow(desk, { known, called }, one)));
    const lifted = await lift(desk, id, { ...lifting, again });
    if (lifted !== "more") return lifted;
  }
}

interface Called {
  readonly known: SealedHold;
  /** Null: nobody knows. */
  readonly called: readonly IdentityValue[] | null;
}

/** The held person's own erasure goes by what the account is called now: an old address may be nobody's, or somebody else's. */
function calledNow(desk: Desk, { known, called }: Called, owed: Owed): Owed {
  const shared = sharedIn(desk.estate);
  if (called === null || !isTheirs(owed, { known, called, shared })) return owed;
  const said = owed.identities.filter((i) => shared.has(i.namespace) || i.merged === true);
  return { ...owed, identities: [...said, ...called.filter((c) => !said.some((s) => isSame(s, c)))] };
}

/**
 * Whoever has an address of the held person by now, or a phone in common with them, is not the one: the rows of accounts say who it was. Where
 * they are not known, only what the account is called now does, and only where nothing else contradicts it: whoever is held may not have asked.
 */
function isTheirs(
  { identities, accounts }: Owed,
  {
    known,
    called,
    shared,
  }: {
    readonly known: Pick<SealedHold, "accounts">;
    readonly called: readonly IdentityValue[];
    readonly shared: ReadonlySet<string>;
  },
): boolean {
  if (accounts.length > 0) return isSamePerson(known.accounts ?? [], accounts);
  const own = identities.filter((i) => !shared.has(i.namespace));
  const compared = own.filter((i) => called.some((c) => c.namespace === i.namespace));
  return compared.length > 0 && compared.every((i) => called.some((c) => isSame(c, i)));
}

async function inEffect(desk: Desk, db: Database, id: string): Promise<SealedHold | null> {
  const row = await db
    .selectFrom("holds")
    .select("sealed")
    .where("id", "=", id)
    .where("service", "=", desk.service)
    .where("lifted_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : openSealed(desk, id, row.sealed);
}

async function lift(
  desk: Desk,
  id: string,
  { reason, by, again: opened }: Lifting & { readonly again: ReadonlyMap<string, string> },
): Promise<LiftedHold | "more" | null> {
  return desk.db.transaction().execute(async (tx) => {
    // Behind every erasure that is about to end: each either is owed by now, or sees that the hold is over.
    await sql`select pg_advisory_xact_lock(hashtextextended(${lockOf(desk.service)}, 4))`.execute(tx);
    const known = await inEffect(desk, tx, id);
    if (known === null) return null;
    const owed = await owedBy(desk, tx, id);
    if (owed.some((o) => !opened.has(o.request))) return "more";
    const kept = (await keptBy(tx, desk.service, [id])).get(id) ?? [];
    const again = [...new Set(opened.values())];
    await dueAfterHold(tx, id, desk.now());
    await tx
      .updateTable("holds")
      .set({
        lifted_at: desk.now(),
        sealed: sealHold(desk, id, {
          ...known,
          ...{ identities: [], accounts: [], lostSince: undefined, lifted: { reason, by } },
        }),
      })
      .where("id", "=", id)
      .execute();
    await tx.deleteFrom("hold_names").where("hold", "=", id).execute();
    await tx.deleteFrom("hold_owed").where("hold", "=", id).execute();
    await desk.evidence.append(tx, [holdLifted(id, { by, kept, again })]);
    await desk.evidence.keys.endAt(tx, subjectOf(id), plus(desk.now(), desk.recordsKept));
    return { kept, again, cameBack: await againOnes(tx, kept) };
  });
}

/** Those of what a backup had brought back. */
async function againOnes(tx: Database, kept: readonly string[]): Promise<readonly string[]> {
  if (kept.length === 0) return [];
  const rows = await tx
    .selectFrom("requests")
    .select("id")
    .where("id", "in", [...kept])
    .where("via", "=", VIA_SUPPRESSION)
    .orderBy("id")
    .execute();
  return rows.map((r) => r.id);
}

async function eraseAgain(desk: Desk, { identities, asked }: Owed): Promise<string> {
  const { id } = await openRequest(desk, { right: erase.name, identities, asked, via: VIA_CLI });
  await desk.db
    .updateTable("requests")
    .set({ state: "planned" })
    .where("id", "=", id)
    .where("state", "=", "received")
    .where("approved_at", "is", null)
    .execute();
  return id;
}
