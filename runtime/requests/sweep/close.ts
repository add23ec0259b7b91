/** Ends the requests of a sweep, each with what is its own: results, kept lines, certificate. */
import type { Right } from "@avow/core/rights/right";
import { sql, type Transaction } from "kysely";
import type { NewEntry } from "../../ledger/append.ts";
import { textArray, uuidArray } from "../../ledger/wire.ts";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import { certifyAll } from "../desk/certify.ts";
import { type Desk, ENDED, GIVING, urgency } from "../desk/desk.ts";
import { notDone } from "../desk/evidence.ts";
import { nextTryAt } from "../desk/pause.ts";
import { dropFiles, endWithIt, othersOf } from "../desk/siblings.ts";
import type { About } from "../desk/subjects.ts";
import { owe, stillOwed } from "../holds/owed.ts";
import { withoutReasons } from "../run/held.ts";
import { askReach, reachedAs } from "../run/reach.ts";
import { keepSuppressed } from "../suppression/names.ts";
import { lotsOfRequests } from "./db-journal.ts";
import type { MemberOutcome } from "./run.ts";
import { Said } from "./said.ts";

export interface Ending extends MemberOutcome {
  readonly request: string;
  readonly about: About;
  readonly tries: number;
  readonly dueAt: Date;
}

export interface Closing {
  readonly sweep: string;
  readonly right: Right;
}

/** The states that its requests came to, without those that others have ended or taken. */
export async function closeAll(
  desk: Desk,
  closing: Closing,
  endings: readonly Ending[],
): Promise<readonly string[]> {
  const said = await withReaches(desk, closing.right, endings);
  const states: string[] = [];
  for (const some of lotsOfRequests(said)) {
    const closed = await desk.db.transaction().execute(async (tx) => {
      const own = await stillOwn(tx, closing.sweep, some);
      return own.length === 0 ? { states: [], outdated: [] } : closeLot(desk, tx, closing.right, own);
    });
    states.push(...closed.states);
    await dropFiles(desk, closed.outdated);
  }
  return states;
}

interface Closed {
  readonly states: readonly string[];
  /** Files of archives that nobody may fetch any more. */
  readonly outdated: readonly string[];
}

/**
 * Those that nobody else has ended or taken since. The sweep's lock goes with its connection, and from then on others go on with its requests: what
 * they end has its end and its certificate.
 */
async function stillOwn(tx: Database, sweep: string, all: readonly Ending[]): Promise<readonly Ending[]> {
  const { rows } = await sql<{ id: string }>`
    select id from requests
     where id = any(${uuidArray(all.map((e) => e.request))}::uuid[]) and sweep = ${sweep}
       and closed_at is null and grace_until is null
     order by id for update`.execute(tx);
  const own = new Set(rows.map((row) => row.id));
  return all.filter((e) => own.has(e.request));
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
  given: readonly Ending[],
): Promise<Closed> {
  const all = await asOwed(desk, tx, given);
  const states = all.map((e) => e.outcome.state);
  await writeRows(desk, tx, all);
  const unfinished = all.filter((e) => e.outcome.state === "not_done");
  await desk.evidence.append(
    tx,
    unfinished.map((e): NewEntry => notDone(e.request, e.outcome, e.dueAt < desk.now())),
  );
  const ended = all.filter((e) => ENDED.has(e.outcome.state));
  if (ended.length === 0) return { states, outdated: [] };
  await certifyAll(
    desk,
    tx,
    ended.map(({ request, about, outcome, steps }) => ({
      ...{ id: request, about, outcome, swept: steps },
    })),
  );
  const closed = ended.filter((e) => e.outcome.state === "closed").map((e) => e.request);
  const outdated =
    right.endsArchives && closed.length > 0
      ? await endWithIt(
          desk,
          tx,
          {
            ...{ ids: closed, right: right.name, giving: GIVING },
            there: (id) => ended.find((e) => e.request === id)?.outcome.there,
          },
          await othersOf(desk, tx, closed),
        )
      : [];
  const ids = ended.map((e) => e.request);
  if (right.removes)
    await keepSuppressed(
      desk,
      tx,
      ended.map(({ request, outcome: { there, given } }) => ({ request, there, given })),
    );
  await sql`delete from request_captures where request = any(${ids}::uuid[])`.execute(tx);
  await sql`delete from request_subjects where request = any(${ids}::uuid[])`.execute(tx);
  return { states, outdated };
}

/** One whose rows a hold kept that is lifted by now does not end. */
async function asOwed(
  desk: Desk,
  tx: Transaction<Tables>,
  all: readonly Ending[],
): Promise<readonly Ending[]> {
  const lifted = await owe(
    desk,
    tx,
    all.filter((e) => ENDED.has(e.outcome.state)),
  );
  if (lifted.size === 0) return all;
  return all.map((e) =>
    ENDED.has(e.outcome.state) && e.outcome.kept.some((k) => k.hold !== undefined && lifted.has(k.hold))
      ? { ...e, outcome: stillOwed(e.outcome, lifted) }
      : e,
  );
}

/** A request that ended forgets whom it was about. */
async function writeRows(desk: Desk, tx: Database, all: readonly Ending[]): Promise<void> {
  const now = desk.now();
  const next = all.map((ending) => nextTryAt({ ...ending, now })?.toISOString() ?? null);
  const said = new Said();
  const of = (text: (e: Ending) => string | null): (number | null)[] => all.map((e) => said.place(text(e)));
  const places = {
    results: of((e) => JSON.stringify(e.outcome.results)),
    kept: of((e) => JSON.stringify(e.outcome.kept)),
    notes: of((e) => JSON.stringify(e.outcome.notes)),
    plan: of(planText),
  };
  await sql`
    with said as materialized (
      select n, text::jsonb as value from unnest(${textArray(said.texts)}::text[]) with ordinality as t (text, n))
    update requests set
      state = e.state, results = results.value, kept = kept.value, notes = notes.value,
      plan = coalesce(plan.value, requests.plan),
      closed_at = case when e.ended then ${now} else requests.closed_at end,
      sealed_identities = case when e.ended then null else requests.sealed_identities end,
      sealed_asked = case when e.ended then null else requests.sealed_asked end,
      tries = requests.tries + (e.state = 'not_done')::int,
      next_try_at = case when e.state = 'not_done' then e.next else requests.next_try_at end
    from unnest(
      ${uuidArray(all.map((e) => e.request))}::uuid[], ${all.map((e) => e.outcome.state)}::text[],
      ${all.map((e) => ENDED.has(e.outcome.state))}::boolean[], ${next}::timestamptz[],
      ${places.results}::int[], ${places.kept}::int[], ${places.notes}::int[], ${places.plan}::int[]
    ) as e (id, state, ended, next, results, kept, notes, plan)
      join said results on results.n = e.results
      join said kept on kept.n = e.kept
      join said notes on notes.n = e.notes
      left join said plan on plan.n = e.plan
    where requests.id = e.id`.execute(tx);
}

/** Null leaves the plan that was shown: most are the one that is written there, which is long. */
function planText({ outcome: { state, plan }, planIsWritten }: Ending): string | null {
  if (planIsWritten) return null;
  return plan.length > 0 || ENDED.has(state) ? JSON.stringify(withoutReasons(plan)) : null;
}
