import type { PlanLine } from "@avow/core/plan/erase";
import type { Policy } from "@avow/core/policy/model";
import type { Right } from "@avow/core/rights/right";
import { must } from "@avow/core/terms/assert";
import type { Duration } from "@avow/core/terms/duration";
import type { Issue } from "@avow/core/terms/issue";
import type { Selectable, Updateable } from "kysely";
import { storeFailed } from "../../connector-kit/told.ts";
import { DiskRefused, whyRefused } from "../../disk/refused.ts";
import { sendAlong } from "../../store/along.ts";
import type { Database } from "../../store/database.ts";
import type { RequestsTable } from "../../store/tables.ts";
import { allOf } from "../../store/together.ts";
import type { Sealer } from "../../vault/seal.ts";
import type { Archives } from "../archive/kept.ts";
import type { Bundles } from "../grace/bundle.ts";
import { undoOf } from "../grace/undo.ts";
import { windowEnd } from "../grace/until.ts";
import { holdsOf } from "../holds/in-effect.ts";
import { HoldLifted, owe, stillOwed } from "../holds/owed.ts";
import { RIGHTS } from "../rights/index.ts";
import { StoreFailed } from "../run/ask.ts";
import { runByHandToo } from "../run/by-hand.ts";
import { type DatabaseJournal, databaseJournal, writePlan } from "../run/db-journal.ts";
import type { BoundEstate } from "../run/estate.ts";
import { withoutReasons } from "../run/held.ts";
import { withReach } from "../run/reach.ts";
import { untilOf } from "../run/refusal.ts";
import { restrictionsOf } from "../run/restrictions.ts";
import { nothing, type RequestOutcome, type RunContext } from "../run/run.ts";
import { estateFor } from "../suppression/bare.ts";
import { keepSuppressed, noteSuppressed } from "../suppression/names.ts";
import { dropAttachments, taskBook } from "../tasks/book.ts";
import { openAsked } from "./asked.ts";
import { certify } from "./certify.ts";
import { approved as approvedEntry, type Evidence, notDone } from "./evidence.ts";
import { holding } from "./lock.ts";
import { nextTryAt } from "./pause.ts";
import { dropFiles, endWithIt, letWait, othersOf, stillThere } from "./siblings.ts";
import { type About, namesOf, openAbout, openIdentities } from "./subjects.ts";

export interface Desk {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly service: string;
  readonly policy: Policy;
  readonly estate: BoundEstate;
  /** Reasons to keep that nobody has confirmed: as long as there are any, nothing is erased. */
  readonly unconfirmed: readonly Issue[];
  /** Stores that take no changes, as far as that was so, or not known, when it was opened and is so still: as long as there are any, no right is carried out that writes to stores. */
  readonly unwritable: () => Promise<readonly Issue[]>;
  readonly archives: Archives;
  /** Where undo bundles lie; how long an erasure can be taken back, null: not at all. */
  readonly bundles: Bundles;
  readonly grace: Duration | null;
  /** Stores that may be asked to clean up after an erasure. */
  readonly cleaned: ReadonlySet<string>;
  /** How long names of erased rows are kept: as long as a backup may hold them. */
  readonly suppression: Duration;
  /** What was found by hand for persons, until it goes into their archives. */
  readonly attachments: Archives;
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
      /** Nothing was done: it had ended before, and a second job, or a second process, came to it. */
      readonly endedBefore?: true;
      /** It is open, and its deadline is near or over; in words. */
      readonly urgent?: string;
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
  // The lock goes with its connection: what is intended is written on it before each act, so that it is still there.
  const ran = await holding(desk.db, id, (_, held) => workOnLocked(desk, id, { ...hands, held }));
  return ran ?? { busy: true };
}

async function workOnLocked(
  desk: Desk,
  id: string,
  hands: Hands & { readonly held: Database },
): Promise<Ran> {
  const row = await desk.db.selectFrom("requests").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const { runner, right } = must(RIGHTS.get(row.right_name), "stored rights are carried");
  if (row.sealed_identities === null)
    return {
      busy: false,
      right: row.right_name,
      outcome: nothing("closed", ["it was closed before"]),
      failed: null,
      endedBefore: true,
    };
  if (row.grace_until !== null)
    return { busy: false, right: row.right_name, outcome: nothing("restricted", []), failed: null };
  const identities = openIdentities(desk, id, row.sealed_identities);
  const holds = holdsOf(desk);
  const journal = databaseJournal({
    ...{ ...desk, request: id, held: hands.held },
    namesOf: (found) => namesOf(desk, found),
    beside: (tx, steps) => allOf([noteSuppressed({ ...desk, db: tx }, id, steps), holds.unchanged(tx)]),
  });
  const asked = openAsked(desk, id, row.sealed_asked);
  const book = taskBook(desk, { request: id, right, asked, dueAt: row.due_at });
  const approve: RunContext["approve"] = async (plan) => {
    const approved = row.approved_at !== null;
    if (!(await hands.approve(plan, { via: row.via, approved }))) return false;
    if (!approved) await recordApproval(desk, id, hands.approver);
    return true;
  };
  const context = {
    estate: estateFor(desk.estate, row.via),
    identities,
    asked,
    marks: restrictionsOf(desk),
    holds,
    journal,
    now: desk.now,
    ...(row.undo_key === null ? {} : { undo: undoOf({ ...desk, request: id, publicKey: row.undo_key }) }),
  };
  const unwritable = await desk.unwritable();
  const kept = [...(right.removes ? desk.unconfirmed : []), ...(right.writesStores ? unwritable : [])].map(
    (i) => i.message,
  );
  const { outcome: ran, failed } = await (kept.length > 0
    ? { outcome: nothing("not_done", kept), failed: null }
    : carriedOut({ right, runner, book }, { ...hands, ...context, approve }));
  const read =
    unwritable.length > 0 && right.givesArchive ? { ...ran, notes: [...ran.notes, PERHAPS_OLD] } : ran;
  const reached = read.state === "closed" && right.removes ? await withReach(read, desk) : read;
  const outcome =
    reached.state === "closed" && right.givesArchive ? await delivered(hands, reached) : reached;
  const gives = outcome.state === "closed" && right.givesArchive;
  const urgent = ENDED.has(outcome.state) ? null : urgency(row.due_at, desk.now());
  const said = urgent === null ? outcome : { ...outcome, notes: [...outcome.notes, urgent] };
  const archiveWaits = gives && hands.archiveWaits === true;
  const { held } = hands;
  const about = openAbout(desk, id, row.sealed_identities);
  const written = { about, outcome: said, failed, right, archiveWaits, journal };
  const ending = await orSettled(journal, endAsOwed({ ...desk, held }, row, written));
  return { busy: false, right: right.name, outcome: ending, failed, ...(urgent === null ? {} : { urgent }) };
}

const PERHAPS_OLD =
  "a store takes no changes: where it is a copy of another one, what came last may be missing";

async function delivered(hands: Hands, outcome: RequestOutcome): Promise<RequestOutcome> {
  const why = await whyRefused(async () => hands.deliver?.());
  if (why !== null) return { ...nothing("not_done", [againAfter(why)]), plan: outcome.plan };
  hands.atPoint?.("outcome");
  return outcome;
}

const againAfter = (why: string): string => `${why}; run the same request again`;

/** A store that can not be reached, or fails, is waited for, and so is the disk of Avow's home: what is done so far stays done. */
async function carriedOut(
  ask: Parameters<typeof runByHandToo>[0],
  context: RunContext & { readonly journal: DatabaseJournal },
): Promise<{ readonly outcome: RequestOutcome; readonly failed: StoreFailed | null }> {
  try {
    return { outcome: await runByHandToo(ask, context), failed: null };
  } catch (error) {
    const why = waitsFor(error);
    if (why === null) return orSettled(context.journal, Promise.reject(error));
    const plan = (await context.journal.plan()) ?? [];
    const failed = error instanceof StoreFailed ? error : null;
    return { outcome: { ...nothing("not_done", [why]), plan }, failed };
  }
}

/** In words; null: it is no failure that passes by itself. */
function waitsFor(error: unknown): string | null {
  if (error instanceof DiskRefused) return againAfter(error.message);
  if (!(error instanceof StoreFailed)) return null;
  const { store, failure } = error;
  return `${againAfter(storeFailed(store, failure))}${againAt(failure)}`;
}

function againAt(failure: StoreFailed["failure"]): string {
  const until = untilOf(failure);
  return until === null ? "" : `, or wait: it is tried again at ${until.toISOString()}`;
}

/** Whoever stops when a step has ended leaves it written down. Where that fails, too, the step is `unknown`: the first cause is told. */
async function orSettled<T>(journal: Pick<DatabaseJournal, "settle">, act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    await Promise.allSettled([journal.settle()]);
    throw error;
  }
}

const NEAR_MS = 3 * 86_400_000;

/** Whoever answers for requests hears of a deadline before it is over. */
export function urgency(dueAt: Date, now: Date): string | null {
  const leftMs = dueAt.getTime() - now.getTime();
  const day = dueAt.toISOString().slice(0, "2026-01-31".length);
  if (leftMs < 0) return `past its deadline (${day})`;
  return leftMs < NEAR_MS ? `due on ${day}` : null;
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

export const ENDED: ReadonlySet<string> = new Set(["closed", "not_found", "ambiguous_identity"]);

export const GIVING = [...RIGHTS.values()].filter((r) => r.right.givesArchive).map((r) => r.right.name);

interface Written {
  readonly about: About;
  readonly outcome: RequestOutcome;
  readonly failed: StoreFailed | null;
  readonly right: Right;
  readonly archiveWaits: boolean;
  readonly journal: Pick<DatabaseJournal, "withEndings">;
}

type Row = Pick<Selectable<RequestsTable>, "id" | "tries" | "undo_key" | "due_at">;

/** Where a hold was lifted since the last plan, it does not end yet. */
async function endAsOwed(
  desk: Desk & { readonly held: Database },
  row: Row,
  written: Written,
): Promise<RequestOutcome> {
  try {
    return await writeDown(desk, row, written);
  } catch (error) {
    if (!(error instanceof HoldLifted)) throw error;
    return writeDown(desk, row, { ...written, outcome: stillOwed(written.outcome, error.holds) });
  }
}

/**
 * A request that ended forgets whom it was about: what stays is what was done, and its certificate in the log. While its archive waits, an
 * erasure must find it. Written on the connection that holds the lock: whoever lost it ends nothing.
 */
async function writeDown(
  desk: Desk & { readonly held: Database },
  row: Row,
  { about, outcome, failed, right, archiveWaits, journal }: Written,
): Promise<RequestOutcome> {
  const { id, tries, due_at } = row;
  const until = restrictedUntil(desk, row, outcome);
  const ended = ENDED.has(outcome.state) && until === null;
  const state = until === null ? outcome.state : "restricted";
  const outdated = await journal.withEndings(desk.held, async (tx, { entries: before, written: steps }) => {
    if (ended || until !== null) {
      const lifted = await owe(desk, tx, [{ request: id, outcome }]);
      if (lifted.size > 0) throw new HoldLifted(lifted);
    }
    const shown = outcome.state === "planned" ? await writePlan({ request: id }, tx, outcome.plan) : [];
    const row = updateOpen(tx, id, {
      ...{ state, ...toldBy(outcome) },
      ...(outcome.plan.length > 0 || ended ? { plan: JSON.stringify(withoutReasons(outcome.plan)) } : {}),
      ...(ended ? { closed_at: desk.now(), sealed_identities: null, sealed_asked: null } : {}),
      ...(until === null ? {} : { grace_until: until }),
      ...nextTry(outcome, failed, tries, desk.now()),
    });
    if (!ended && until === null) {
      await allOf([row, steps]);
      const open = outcome.state === "not_done" ? [notDone(id, outcome, due_at < desk.now())] : [];
      const entries = [...shown, ...before, ...open];
      if (entries.length > 0) await desk.evidence.append(tx, entries);
      return [];
    }
    const restricted = until === null ? {} : { restrictedUntil: until };
    const others = outcome.state === "closed" && right.endsArchives ? othersOf(desk, tx, [id]) : null;
    // Sent behind one another: the certificate is made of the row as it is closed.
    await allOf([
      row,
      steps,
      others,
      right.removes
        ? keepSuppressed(desk, tx, [{ request: id, there: outcome.there, given: outcome.given }])
        : null,
      certify(desk, tx, { id, about, outcome, before, ...restricted }),
    ]);
    // Other requests of the person end with the erasure, not with what may still be taken back.
    const siblings = until === null ? right.name : null;
    const closing = { ids: [id], right: siblings, giving: GIVING, there: () => outcome.there };
    const ids = others === null ? [] : await endWithIt(desk, tx, closing, await others);
    await sendAlong(tx, tx.deleteFrom("request_captures").where("request", "=", id).compile());
    if (archiveWaits) await letWait(desk, tx, id);
    else if (until === null)
      await sendAlong(tx, tx.deleteFrom("request_subjects").where("request", "=", id).compile());
    return ids;
  });
  const left = [
    await dropFiles(desk, outdated),
    ended ? await whyRefused(() => dropAttachments(desk)) : null,
    ended && row.undo_key !== null ? await whyRefused(() => desk.bundles.remove(id)) : null,
  ].find((why) => why !== null);
  const told = left === undefined ? outcome : { ...outcome, notes: [...outcome.notes, stillThere(left)] };
  return until === null ? told : { ...told, state: "restricted", restrictedUntil: until.toISOString() };
}

/** It was ended while we had it in hand. Whoever tries again is told that it was closed before: no try comes here twice. */
export class EndedElsewhere extends Error {
  constructor(request: string) {
    super(
      `another process ended the request \`${request}\` meanwhile, and its end and certificate stay as they are: there is nothing left to do`,
    );
    this.name = "EndedElsewhere";
  }
}

/** What ended keeps its end: a second certificate beside the first would say something else of one request. */
async function updateOpen(tx: Database, id: string, set: Updateable<RequestsTable>): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("requests")
    .set(set)
    .where("id", "=", id)
    .where("closed_at", "is", null)
    .where("grace_until", "is", null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new EndedElsewhere(id);
}

const toldBy = ({ results, kept, notes }: RequestOutcome) => ({
  results: JSON.stringify(results),
  kept: JSON.stringify(kept),
  notes: JSON.stringify(notes),
});

function nextTry(outcome: RequestOutcome, failed: StoreFailed | null, tries: number, now: Date) {
  const at = nextTryAt({ outcome, failed, tries, now });
  if (at === null) return {};
  return { next_try_at: at, ...(outcome.state === "not_done" ? { tries: tries + 1 } : {}) };
}

/** Null: it ends here. Where nothing was changed there is nothing to take back. */
function restrictedUntil(desk: Desk, { undo_key, due_at }: Row, outcome: RequestOutcome): Date | null {
  if (outcome.state !== "closed" || undo_key === null || desk.grace === null) return null;
  return outcome.results.length === 0 ? null : windowEnd(desk.grace, desk.now(), due_at);
}
