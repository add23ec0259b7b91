/** A sweep from the requests that wait to the certificates: what workers and the command line call. */
import { randomUUID } from "node:crypto";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import type { Desk } from "../desk/desk.ts";
import { approved as approvedEntry } from "../desk/evidence.ts";
import { sweepLock } from "../desk/hold.ts";
import { namesOf, openAbout, openIdentities } from "../desk/subjects.ts";
import { holdsOf } from "../holds/in-effect.ts";
import { RIGHTS } from "../rights/index.ts";
import type { StoreFailed } from "../run/ask.ts";
import type { RequestOutcome, RunContext } from "../run/run.ts";
import { type Claim, type Claimed, claimRequests } from "./claim.ts";
import { closeAll } from "./close.ts";
import { databaseSweepJournal, lotsOfRequests } from "./db-journal.ts";
import { sweepClosed } from "./evidence.ts";
import type { SweepJournal } from "./journal.ts";
import type { PlanShown, SweepMember } from "./run.ts";

/**
 * Below that many a request of its own costs little more and leaves its own steps; above the most, what is captured of everybody would
 * take more than a gigabyte.
 */
export const SWEEP_REQUESTS_MIN = 100;
export const SWEEP_REQUESTS_MAX = 10_000;

export interface SweepHands
  extends Pick<Claim, "requestsMin" | "requestsMax" | "approvedOnly" | "tried">,
    Pick<RunContext, "onProgress" | "atPoint"> {
  readonly right: string;
  /** Of requests that nobody has agreed to yet: those that a rule, or whoever is asked, agrees to. */
  readonly approve: (plans: readonly PlanShown[]) => Promise<ReadonlySet<string>>;
  /** Who it is that approves, for the record. */
  readonly approver: string;
  /** Aborted: what is thrown from `atPoint` is a wish to stop, and no failure of the requests. */
  readonly stop?: AbortSignal;
}

export interface SweptRequest {
  readonly request: string;
  readonly outcome: RequestOutcome;
  readonly failed: StoreFailed | null;
}

export interface Swept {
  readonly sweep: string;
  /** In the order in which they came. */
  readonly requests: readonly SweptRequest[];
}

/** The rights whose requests can be carried out together. */
export const sweepable = (right: string): boolean => RIGHTS.get(right)?.sweep !== undefined;

/** Null: there are too few to sweep, the policy is not confirmed, or a store takes no changes. */
export async function sweepRequests(desk: Desk, hands: SweepHands): Promise<Swept | null> {
  const sweep = randomUUID();
  return desk.db.connection().execute(async (held) => {
    await sql`select pg_advisory_lock(hashtextextended(${sweepLock(sweep)}, 1))`.execute(held);
    try {
      const { right } = must(RIGHTS.get(hands.right), "the caller checked the right");
      if (right.removes && desk.unconfirmed.length > 0) return null;
      // Each by itself says so.
      if (right.writesStores && (await desk.unwritable()).length > 0) return null;
      const claimed = await claimRequests(desk, { ...hands, sweep, right });
      if (claimed.length === 0) return null;
      // The lock goes with its connection: before each act it is seen that it is still there.
      const stillLocked = async (): Promise<void> => {
        await sql`select 1`.execute(held);
      };
      try {
        return await sweepClaimed(desk, hands, { sweep, claimed, stillLocked });
      } catch (error) {
        if (hands.stop?.aborted !== true) await giveBack(desk, claimed);
        throw error;
      }
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${sweepLock(sweep)}, 1))`.execute(held);
    }
  });
}

interface Claims {
  readonly sweep: string;
  readonly claimed: readonly Claimed[];
  readonly stillLocked: () => Promise<void>;
}

async function sweepClaimed(desk: Desk, hands: SweepHands, claims: Claims): Promise<Swept> {
  const { sweep, claimed, stillLocked } = claims;
  const { right, sweep: carryOut } = must(RIGHTS.get(hands.right), "the caller checked the right");
  const members = membersOf(desk, claimed);
  const holds = holdsOf(desk);
  const written = databaseSweepJournal({
    ...{ ...desk, sweep, requests: claimed.map((c) => c.id) },
    ...(right.removes ? { beside: (tx) => holds.unchanged(tx) } : {}),
    namesOf: (found) => namesOf(desk, found),
  });
  const journal: SweepJournal = {
    ...written,
    async note(rows) {
      await stillLocked();
      await written.note(rows);
    },
    async intend(step) {
      await stillLocked();
      return written.intend(step);
    },
  };
  const outcomes = await must(
    carryOut,
    "the caller asked whether it can be swept",
  )({
    ...hands,
    ...{ estate: desk.estate, asked: NOTHING_MORE, members, journal, holds, now: desk.now },
    approve: (plans) => agree(desk, hands, claimed, plans),
  });
  const states = await closeAll(
    desk,
    { sweep, right },
    outcomes.map((o, i) => {
      const { request } = must(members[i], "outcomes are in the order of the members");
      const {
        tries,
        due_at: dueAt,
        sealed_identities,
      } = must(claimed[i], "members are those who were claimed");
      return { ...o, request, about: openAbout(desk, request, sealed_identities), tries, dueAt };
    }),
  );
  await endSweep(desk, sweep, states);
  return {
    sweep,
    requests: outcomes.map(({ outcome, failed }, i) => ({ request: claimed[i]?.id ?? "", outcome, failed })),
  };
}

export const membersOf = (
  desk: Desk,
  claimed: readonly Pick<Claimed, "id" | "sealed_identities">[],
): SweepMember[] =>
  claimed.map(({ id, sealed_identities: sealed }) => ({
    request: id,
    identities: openIdentities(desk, id, sealed),
  }));

/** What somebody agreed to before stays agreed to. */
async function agree(
  desk: Desk,
  hands: SweepHands,
  claimed: readonly Claimed[],
  plans: readonly PlanShown[],
): Promise<ReadonlySet<string>> {
  const before = new Set(claimed.filter((c) => c.approved_at !== null).map((c) => c.id));
  const open = plans.filter((p) => !before.has(p.request));
  const agreed = open.length === 0 ? new Set<string>() : await hands.approve(open);
  for (const some of lotsOfRequests([...agreed]))
    await desk.db.transaction().execute(async (tx) => {
      await sql`update requests set approved_at = ${desk.now()}, approved_by = ${hands.approver}
        where id = any(${some}::uuid[])`.execute(tx);
      await desk.evidence.append(
        tx,
        some.map((id) => approvedEntry(id, hands.approver)),
      );
    });
  return before.union(agreed);
}

/** Whoever found it without its lock has ended it as stopped, and said so: it has one end. */
async function endSweep(desk: Desk, sweep: string, states: readonly string[]): Promise<void> {
  const counts = Object.fromEntries([...Map.groupBy(states, (s) => s)].map(([s, all]) => [s, all.length]));
  await desk.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("sweeps")
      .set({ ended_at: desk.now() })
      .where("id", "=", sweep)
      .where("ended_at", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await desk.evidence.append(tx, [sweepClosed(sweep, counts)]);
  });
}

/** Something that nobody foresaw, perhaps about one of them: from now on each is tried alone. */
async function giveBack({ db, now }: Desk, claimed: readonly Claimed[]): Promise<void> {
  await sql`update requests set tries = tries + 1, next_try_at = ${now()}
    where closed_at is null and tries = 0 and id = any(${claimed.map((c) => c.id)}::uuid[])`.execute(db);
}
