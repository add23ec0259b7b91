/**
 * Takes open requests of a right into a sweep: those that ask for nothing more than the right, that nobody has in his hands, and that
 * never failed, unless the caller wants those too. The sweep's own lock must be held: it tells others that these are being worked on.
 */
import type { Right } from "@avow/core/rights/right";
import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Desk } from "../desk/desk.ts";
import { isFree, lockHeld } from "../desk/hold.ts";
import { VIA_CLI } from "../desk/via.ts";
import { STOPPED } from "../run/db-journal.ts";
import { VIA_SUPPRESSION } from "../suppression/bare.ts";
import { sweepBegun, sweepStopped, sweepUnknown } from "./evidence.ts";
import { whyAlone } from "./fit.ts";

export interface Claim {
  readonly sweep: string;
  readonly right: Right;
  /** Fewer are left alone. */
  readonly requestsMin: number;
  readonly requestsMax: number;
  /** Only what somebody has said yes to; else also what a rule may agree to. */
  readonly approvedOnly: boolean;
  /** Also those that were tried and could not be done: by themselves they wait for their pause to end. */
  readonly tried: boolean;
}

export interface Claimed {
  readonly id: string;
  readonly via: string;
  readonly sealed_identities: Buffer;
  readonly approved_at: Date | null;
  readonly tries: number;
  readonly due_at: Date;
}

type Wanted = Pick<Claim, "approvedOnly" | "tried"> & { readonly right: string };

/**
 * SQL over `requests`. A request of the command line is asked about there. Never one that can be taken back, has tasks, or erases single
 * rows that a backup brought back: those are carried out in a way of their own.
 */
export function takenBy(desk: Desk, { right, approvedOnly, tried }: Wanted): RawBuilder<boolean> {
  const agreed = approvedOnly
    ? sql`approved_at is not null`
    : sql`(approved_at is not null or (via <> ${VIA_CLI} and state in ('received', 'not_done')))`;
  return sql<boolean>`
    service = ${desk.service} and right_name = ${right} and asked_name = ''
    and sealed_asked is null and undo_key is null and grace_until is null and restoring_since is null
    and via <> ${VIA_SUPPRESSION} and not exists (select from request_tasks t where t.request = requests.id)
    and closed_at is null and sealed_identities is not null and ${agreed}
    and (${tried} or tries = 0)`;
}

/** How many a sweep would find. */
export async function countSweepable(
  desk: Desk,
  claim: Omit<Wanted, "right"> & Pick<Claim, "requestsMax"> & { readonly right: string },
): Promise<number> {
  if (whyAlone(desk) !== null) return 0;
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (select from requests where ${takenBy(desk, claim)} and ${isFree} limit ${claim.requestsMax}) r`.execute(
    desk.db,
  );
  return rows[0]?.n ?? 0;
}

/** In the order in which they came. Empty: there are too few. */
export async function claimRequests(desk: Desk, claim: Claim): Promise<readonly Claimed[]> {
  await endDeadSweeps(desk);
  if (whyAlone(desk) !== null) return [];
  return desk.db.transaction().execute(async (tx) => {
    const { rows: locked } = await sql<{ id: string }>`
      select id from requests where ${takenBy(desk, { ...claim, right: claim.right.name })}
       order by received_at, id limit ${claim.requestsMax} for update skip locked`.execute(tx);
    // With the rows in our hands: whoever takes a request's lock from here on waits to see whether it is ours.
    const ids = locked.map((l) => l.id);
    const { rows } = await sql<Claimed>`
      select id, via, sealed_identities, approved_at, tries, due_at from requests
       where id = any(${ids}::uuid[]) and ${isFree} order by received_at, id`.execute(tx);
    if (rows.length === 0 || rows.length < claim.requestsMin) return [];
    await sql`insert into sweeps (id, service, right_name, requests, started_at)
      values (${claim.sweep}, ${desk.service}, ${claim.right.name}, ${rows.length}, ${desk.now()})`.execute(
      tx,
    );
    await sql`update requests set sweep = ${claim.sweep} where id = any(${rows.map((r) => r.id)}::uuid[])`.execute(
      tx,
    );
    await desk.evidence.append(tx, [sweepBegun(claim.sweep, claim.right.name, rows.length)]);
    return rows;
  });
}

/** Sweeps whose process is gone. Their requests are open and go on from where they are. */
async function endDeadSweeps({ db, service, evidence, now }: Desk): Promise<void> {
  await db.transaction().execute((tx) => endDead(tx, { service, evidence, now }));
}

async function endDead(
  tx: Database,
  { service, evidence, now }: Pick<Desk, "service" | "evidence" | "now">,
): Promise<void> {
  const { rows: dead } = await sql<{ id: string }>`
    select id from sweeps where service = ${service} and ended_at is null
       and not ${lockHeld(sql`'sweep/' || sweeps.id::text`)} for update skip locked`.execute(tx);
  const ids = dead.map((d) => d.id);
  if (ids.length === 0) return;
  const { rows: left } = await sql<{ id: string; sweep: string }>`
    update sweep_steps set state = 'unknown', reason = ${STOPPED}, ended_at = ${now()}
     where state = 'intended' and sweep = any(${ids}::uuid[]) returning id, sweep`.execute(tx);
  await sql`update sweeps set ended_at = ${now()} where id = any(${ids}::uuid[])`.execute(tx);
  await evidence.append(tx, [
    ...left.map(({ id, sweep }) => sweepUnknown(sweep, id)),
    ...ids.map((sweep) => sweepStopped(sweep)),
  ]);
}
