import type { PlanLine } from "@avow/core/plan/erase";
import type { Policy } from "@avow/core/policy/model";
import type { Right } from "@avow/core/rights/right";
import { must } from "@avow/core/terms/assert";
import type { Duration } from "@avow/core/terms/duration";
import type { Issue } from "@avow/core/terms/issue";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import type { Archives } from "../archive/kept.ts";
import { RIGHTS } from "../rights/index.ts";
import { StoreFailed } from "../run/ask.ts";
import { databaseJournal } from "../run/db-journal.ts";
import type { BoundEstate } from "../run/estate.ts";
import type { Journal } from "../run/journal.ts";
import { restrictionsOf } from "../run/restrictions.ts";
import { nothing, type RequestOutcome, type RunContext } from "../run/run.ts";
import { openAsked } from "./asked.ts";
import { certify } from "./certify.ts";
import { approved as approvedEntry, type Evidence, notDone } from "./evidence.ts";
import { endWithIt, letWait } from "./siblings.ts";
import { namesOf, openIdentities } from "./subjects.ts";

export interface Desk {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly service: string;
  readonly policy: Policy;
  readonly estate: BoundEstate;
  /** Reasons to keep that nobody has confirmed: as long as there are any, nothing is erased. */
  readonly unconfirmed: readonly Issue[];
  readonly archives: Archives;
  /** How long closed requests are kept. */
  readonly recordsKept: Duration;
  /** The evidence log: every change of a request leaves its entry there, in the same transaction. */
  readonly evidence: Evidence;
  readonly now: () => Date;
}

export type Ran =
  | { readonly busy: true }
  | {
      readonly busy: false;
      readonly right: string;
      readonly outcome: RequestOutcome;
      readonly failed: StoreFailed | null;
    };

/** What is known of a request when its plan is shown. */
export interface Asked {
  readonly via: string;
  /** Somebody has agreed to it already. */
  readonly approved: boolean;
}

export interface Hands extends Pick<RunContext, "onProgress" | "atPoint" | "archive"> {
  /** Shown the plan before anything changes; false leaves the request planned, for somebody to approve. */
  readonly approve: (plan: readonly PlanLine[], asked: Asked) => Promise<boolean>;
  /** Who it is that approves, for the record. */
  readonly approver: string;
  /** What the request gives is handed over before it closes: a crash in between hands it over twice, never not at all. */
  readonly deliver?: () => Promise<void>;
  /** The archive waits in our folder until the person fetches it. */
  readonly archiveWaits?: boolean;
}

/** Goes on with a request from wherever it stopped. `busy`: another process has it. */
export async function workOn(desk: Desk, id: string, hands: Hands): Promise<Ran> {
  return desk.db.connection().execute(async (held) => {
    const { rows } = await sql<{
      got: boolean;
    }>`select pg_try_advisory_lock(hashtextextended(${id}, 1)) as got`.execute(held);
    if (rows[0]?.got !== true) return { busy: true };
    try {
      // The lock goes with its connection: before each act it is seen that it is still there.
      const stillLocked = async (): Promise<void> => {
        await sql`select 1`.execute(held);
      };
      return await workOnLocked(desk, id, { ...hands, stillLocked });
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${id}, 1))`.execute(held);
    }
  });
}

async function workOnLocked(
  desk: Desk,
  id: string,
  hands: Hands & { readonly stillLocked: () => Promise<void> },
): Promise<Ran> {
  const row = await desk.db.selectFrom("requests").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const { runner, right } = must(RIGHTS.get(row.right_name), "stored rights are carried");
  if (row.sealed_identities === null)
    return {
      busy: false,
      right: row.right_name,
      outcome: nothing("closed", ["it was closed before"]),
      failed: null,
    };
  const identities = openIdentities(desk, id, row.sealed_identities);
  const written = databaseJournal({ ...desk, request: id, namesOf: (found) => namesOf(desk, found) });
  const journal: Journal = {
    ...written,
    async intend(step) {
      await hands.stillLocked();
      return written.intend(step);
    },
    async intendAll(steps) {
      await hands.stillLocked();
      return written.intendAll(steps);
    },
  };
  const approve: RunContext["approve"] = async (plan) => {
    const approved = row.approved_at !== null;
    if (!(await hands.approve(plan, { via: row.via, approved }))) return false;
    if (!approved) await recordApproval(desk, id, hands.approver);
    return true;
  };
  let failed: StoreFailed | null = null;
  const outcome = await (right.removes && desk.unconfirmed.length > 0
    ? Promise.resolve(
        nothing(
          "not_done",
          desk.unconfirmed.map((i) => i.message),
        ),
      )
    : runner.run({
        ...hands,
        estate: desk.estate,
        identities,
        asked: openAsked(desk, id, row.sealed_asked),
        marks: restrictionsOf(desk),
        journal,
        now: desk.now,
        approve,
      })
  ).catch(async (error: unknown) => {
    if (!(error instanceof StoreFailed)) throw error;
    failed = error;
    return {
      ...nothing("not_done", [
        `the store \`${error.store}\` failed (${error.failure.error}): ${error.failure.reason}; run the same request again`,
      ]),
      plan: (await journal.plan()) ?? [],
    };
  });
  const gives = outcome.state === "closed" && right.givesArchive;
  if (gives) await hands.deliver?.();
  const archiveWaits = gives && hands.archiveWaits === true;
  await writeDown(desk, row, { identities, outcome, right, archiveWaits });
  return { busy: false, right: right.name, outcome, failed };
}

async function recordApproval(desk: Desk, id: string, by: string): Promise<void> {
  await desk.db.transaction().execute(async (tx) => {
    await tx
      .updateTable("requests")
      .set({ approved_at: desk.now(), approved_by: by })
      .where("id", "=", id)
      .execute();
    await desk.evidence.append(tx, [approvedEntry(id, by)]);
  });
}

const ENDED: ReadonlySet<string> = new Set(["closed", "not_found", "ambiguous_identity"]);

const GIVING = [...RIGHTS.values()].filter((r) => r.right.givesArchive).map((r) => r.right.name);

interface Written {
  readonly identities: readonly IdentityValue[];
  readonly outcome: RequestOutcome;
  readonly right: Right;
  readonly archiveWaits: boolean;
}

/** A request that ended forgets whom it was about: what stays is what was done, and its certificate in the log. While its archive waits, an erasure must find it. */
async function writeDown(
  desk: Desk,
  { id, tries }: { readonly id: string; readonly tries: number },
  { identities, outcome, right, archiveWaits }: Written,
): Promise<void> {
  const ended = ENDED.has(outcome.state);
  const outdated = await desk.db.transaction().execute(async (tx) => {
    await tx
      .updateTable("requests")
      .set({
        state: outcome.state,
        results: JSON.stringify(outcome.results),
        kept: JSON.stringify(outcome.kept),
        notes: JSON.stringify(outcome.notes),
        ...(outcome.plan.length > 0 || ended ? { plan: JSON.stringify(outcome.plan) } : {}),
        ...(ended ? { closed_at: desk.now(), sealed_identities: null, sealed_asked: null } : {}),
        ...(outcome.state === "not_done"
          ? { tries: tries + 1, next_try_at: new Date(desk.now().getTime() + pauseMs(tries)) }
          : {}),
      })
      .where("id", "=", id)
      .execute();
    if (outcome.state === "not_done") await desk.evidence.append(tx, [notDone(id, outcome)]);
    if (!ended) return [];
    await certify(desk, tx, { id, identities, outcome });
    const last = outcome.state === "closed" && right.endsArchives;
    const ids = last ? await endWithIt(desk, tx, { id, right: right.name, giving: GIVING }) : [];
    await Promise.all([
      tx.deleteFrom("request_captures").where("request", "=", id).execute(),
      archiveWaits
        ? letWait(desk, tx, id)
        : tx.deleteFrom("request_subjects").where("request", "=", id).execute(),
    ]);
    return ids;
  });
  for (const request of outdated) await desk.archives.remove(request);
}

const FIRST_PAUSE_MS = 30_000;
const PAUSE_MS_MAX = 6 * 3_600_000;
/** Each try captures everything of the person again: 30 s, 2 min, 8 min … 6 h. Whoever asks again does not wait. */
const pauseMs = (tries: number): number => Math.min(FIRST_PAUSE_MS * 4 ** Math.min(tries, 10), PAUSE_MS_MAX);
