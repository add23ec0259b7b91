/** Ends a request in the evidence log: its certificate, and until when the controller can open what the log says of it. */
import type { Policy } from "@avow/core/policy/model";
import { must } from "@avow/core/terms/assert";
import { type Duration, plus } from "@avow/core/terms/duration";
import { sql } from "kysely";
import type { NewEntry } from "../../ledger/append.ts";
import { sendAlong } from "../../store/along.ts";
import type { Database } from "../../store/database.ts";
import { allOf } from "../../store/together.ts";
import { TRIED_TOGETHER } from "../run/journal.ts";
import type { RequestOutcome } from "../run/run.ts";
import { endTasks } from "../tasks/end.ts";
import { type Evidence, ended } from "./evidence.ts";
import type { About } from "./subjects.ts";

export interface Certifier {
  readonly policy: Policy;
  readonly evidence: Evidence;
  readonly recordsKept: Duration;
  readonly now: () => Date;
}

export interface Ending {
  readonly id: string;
  /** Whom it was about, as far as that is still known. */
  readonly about: About;
  readonly outcome: Pick<RequestOutcome, "results" | "kept" | "beyond">;
  /** The request of the same person that carried it out. */
  readonly carriedOutBy?: string;
  /** Left out: it ends here. Else the certificate says only that it is restricted, and until when. */
  readonly restrictedUntil?: Date;
  /** What goes into the log before the certificate. */
  readonly before?: readonly NewEntry[];
  /** Steps of the sweep that carried it out along with others, as far as its rows were part of them. */
  readonly swept?: Steps;
}

interface Steps {
  readonly done: number;
  readonly failed: number;
}
const NO_STEPS: Steps = { done: 0, failed: 0 };

/** Not its plan and its results, which are long and which the ending has. */
const COLUMNS = ["id", "state", "right_name", "via", "received_at", "due_at", "closed_at"] as const;

/** Part of the transaction that closes the request; its row is closed already. Its tasks end with it. */
export const certify = (desk: Certifier, tx: Database, ending: Ending): Promise<void> =>
  certifyAll(desk, tx, [ending]);

/** Of several that end at one time, in one transaction. */
export async function certifyAll(desk: Certifier, tx: Database, endings: readonly Ending[]): Promise<void> {
  if (endings.length === 0) return;
  const ids = endings.map((e) => e.id);
  const asked = {
    rows: tx.selectFrom("requests").select(COLUMNS).where(sql<boolean>`id = any(${ids}::uuid[])`).execute(),
    steps: stepsOf(tx, ids),
    keys: desk.evidence.keys.obtainAll(tx, ids.map(subjectOf)),
  };
  await allOf([endTasks(tx, ids), asked.rows, asked.steps, asked.keys]);
  const [rows, steps, keys] = [await asked.rows, await asked.steps, await asked.keys];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const all = endings.map((ending) => {
    const row = must(byId.get(ending.id), "the request is there");
    const closedAt = ending.restrictedUntil === undefined ? closedAtOf(row) : desk.now();
    const own = steps.get(ending.id) ?? NO_STEPS;
    const swept = ending.swept ?? NO_STEPS;
    const entry = ended({
      ...ending,
      ...ending.about,
      ...{ closedAt, state: row.state, right: row.right_name, via: row.via },
      ...{ receivedAt: row.received_at, dueAt: row.due_at },
      policy: { version: desk.policy.version, hash: desk.policy.hash },
      steps: { done: own.done + swept.done, failed: own.failed + swept.failed },
    });
    return { ...{ id: ending.id, closedAt, entry }, ends: ending.restrictedUntil === undefined };
  });
  const before = endings.flatMap((e) => e.before ?? []);
  const written = await desk.evidence.append(tx, [...before, ...all.map((a) => a.entry)], keys);
  const certificates = written.slice(before.length);
  const last = all.filter((a) => a.ends);
  const certified = sql`update requests set certificate = c.entry
          from unnest(${ids}::uuid[], ${certificates}::uuid[]) as c (request, entry)
         where requests.id = c.request`;
  await sendAlong(tx, certified.compile(tx));
  await endKeys(desk, tx, last);
}

/** They were closed at one moment. */
async function endKeys(
  desk: Certifier,
  tx: Database,
  last: readonly { readonly id: string; readonly closedAt: Date }[],
): Promise<void> {
  for (const [at, some] of Map.groupBy(last, (one) => one.closedAt.getTime())) {
    const subjects = some.map(({ id }) => subjectOf(id));
    await desk.evidence.keys.endAt(tx, subjects, plus(new Date(at), desk.recordsKept));
  }
}

const subjectOf = (request: string): `request:${string}` => `request:${request}`;

const closedAtOf = (row: { readonly closed_at: Date | null }): Date =>
  must(row.closed_at, "it was closed in this transaction");

/** A try of several steps at once is none of the steps: what could not be done so was tried one by one. */
async function stepsOf(tx: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Steps>> {
  const { rows } = await sql<Steps & { request: string }>`
    select request, count(*) filter (where state = 'done')::int as done,
           count(*) filter (where state in ('failed', 'partial') and coalesce(reason, '') not like ${`${TRIED_TOGETHER}%`})::int as failed
      from request_steps where request = any(${ids}::uuid[]) group by request`.execute(tx);
  return new Map(rows.map((row) => [row.request, row]));
}
