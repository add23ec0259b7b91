/** Ends the requests of a sweep, each with what is its own: results, kept lines, certificate. */
import type { PlanLine } from "@avow/core/plan/erase";
import type { Right } from "@avow/core/rights/right";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql, type Transaction } from "kysely";
import type { NewEntry } from "../../ledger/append.ts";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import { certifyAll } from "../desk/certify.ts";
import { type Desk, ENDED, GIVING, urgency } from "../desk/desk.ts";
import { notDone } from "../desk/evidence.ts";
import { nextTryAt } from "../desk/pause.ts";
import { dropFiles, endWithIt } from "../desk/siblings.ts";
import { askReach, reachedAs } from "../run/reach.ts";
import { keepSuppressed } from "../suppression/names.ts";
import { lotsOfRequests } from "./db-journal.ts";
import type { MemberOutcome } from "./run.ts";

export interface Ending extends MemberOutcome {
  readonly request: string;
  readonly identities: readonly IdentityValue[];
  readonly tries: number;
  readonly dueAt: Date;
}

export async function closeAll(desk: Desk, right: Right, endings: readonly Ending[]): Promise<void> {
  const said = await withReaches(desk, right, endings);
  for (const some of lotsOfRequests(said)) {
    const outdated = await desk.db.transaction().execute((tx) => closeLot(desk, tx, right, some));
    await dropFiles(desk, outdated);
  }
}

/** Each with how far it went, and with its deadline where that is near; the stores are asked once for all. */
async function withReaches(desk: Desk, right: Right, endings: readonly Ending[]): Promise<readonly Ending[]> {
  const goes = ({ outcome }: Ending): boolean => outcome.state === "closed" && right.removes;
  const gone = endings.filter(goes).flatMap((e) => e.outcome.results);
  const reach = await askReach(gone, desk);
  return endings.map((ending) => {
    const { outcome, dueAt } = ending;
    if (goes(ending)) return { ...ending, outcome: reachedAs(outcome, reach) };
    const urgent = ENDED.has(outcome.state) ? null : urgency(dueAt, desk.now());
    return urgent === null
      ? ending
      : { ...ending, outcome: { ...outcome, notes: [...outcome.notes, urgent] } };
  });
}

async function closeLot(
  desk: Desk,
  tx: Transaction<Tables>,
  right: Right,
  all: readonly Ending[],
): Promise<string[]> {
  await writeRows(desk, tx, all);
  const unfinished = all.filter((e) => e.outcome.state === "not_done");
  await desk.evidence.append(
    tx,
    unfinished.map((e): NewEntry => notDone(e.request, e.outcome, e.dueAt < desk.now())),
  );
  const ended = all.filter((e) => ENDED.has(e.outcome.state));
  if (ended.length === 0) return [];
  await certifyAll(
    desk,
    tx,
    ended.map(({ request, identities, outcome, steps }) => ({
      ...{ id: request, identities, outcome, swept: steps },
    })),
  );
  const closed = ended.filter((e) => e.outcome.state === "closed").map((e) => e.request);
  const outdated =
    right.endsArchives && closed.length > 0
      ? await endWithIt(desk, tx, {
          ...{ ids: closed, right: right.name, giving: GIVING },
          there: (id) => ended.find((e) => e.request === id)?.outcome.there,
        })
      : [];
  const ids = ended.map((e) => e.request);
  if (right.removes)
    await keepSuppressed(
      desk,
      tx,
      ended.map(({ request, outcome: { there } }) => ({ request, there })),
    );
  await sql`delete from request_captures where request = any(${ids}::uuid[])`.execute(tx);
  await sql`delete from request_subjects where request = any(${ids}::uuid[])`.execute(tx);
  return outdated;
}

/** A request that ended forgets whom it was about. */
async function writeRows(desk: Desk, tx: Database, all: readonly Ending[]): Promise<void> {
  const now = desk.now();
  const plans = all.map(({ outcome }) => planText(outcome.state, outcome.plan));
  const next = all.map((ending) => nextTryAt({ ...ending, now })?.toISOString() ?? null);
  const json = (of: (e: Ending) => unknown): string[] => all.map((e) => JSON.stringify(of(e)));
  await sql`
    update requests set
      state = e.state, results = e.results::jsonb, kept = e.kept::jsonb, notes = e.notes::jsonb,
      plan = coalesce(e.plan::jsonb, requests.plan),
      closed_at = case when e.ended then ${now} else requests.closed_at end,
      sealed_identities = case when e.ended then null else requests.sealed_identities end,
      sealed_asked = case when e.ended then null else requests.sealed_asked end,
      tries = requests.tries + (e.state = 'not_done')::int,
      next_try_at = case when e.state = 'not_done' then e.next else requests.next_try_at end
    from unnest(
      ${all.map((e) => e.request)}::uuid[], ${all.map((e) => e.outcome.state)}::text[],
      ${json((e) => e.outcome.results)}::text[], ${json((e) => e.outcome.kept)}::text[],
      ${json((e) => e.outcome.notes)}::text[], ${plans}::text[],
      ${all.map((e) => ENDED.has(e.outcome.state))}::boolean[], ${next}::timestamptz[]
    ) as e (id, state, results, kept, notes, plan, ended, next)
    where requests.id = e.id`.execute(tx);
}

/** Null leaves the plan that was shown. */
const planText = (state: string, plan: readonly PlanLine[]): string | null =>
  plan.length > 0 || ENDED.has(state) ? JSON.stringify(plan) : null;
