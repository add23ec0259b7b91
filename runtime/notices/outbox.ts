/**
 * Alerts on their way: rows that commit with what they tell of, and are sent afterwards, each at least once under one id.
 *
 *     waiting ──sent──▶ sent
 *        │ failed, tries left: waits longer each time
 *        └── failed for the last time, or the receiver wants no more ──▶ dead (avow alert list, avow alert retry)
 *
 * Who tries takes the row for a minute: two processes do not send at once, and one that dies leaves it to the next.
 */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { type Sink, sendWebhook } from "./webhook.ts";

export interface NewAlert {
  /** What avow.yaml calls the place: the address as written there. */
  readonly sink: string;
  /** No values of persons. */
  readonly body: unknown;
}

/** Part of the transaction. */
export async function putAlerts(
  tx: Database,
  service: string,
  { alerts, now }: { readonly alerts: readonly NewAlert[]; readonly now: Date },
): Promise<void> {
  if (alerts.length === 0) return;
  await tx
    .insertInto("alerts")
    .values(
      alerts.map(({ sink, body }) => ({
        ...{ id: randomUUID(), service, sink, body: JSON.stringify(body), state: "waiting" },
        ...{ failure: null, created_at: now, next_try_at: now, ended_at: null },
      })),
    )
    .execute();
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Seconds after each failure; after the last one it is dead. Three days in all. */
const PAUSES = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
const TAKEN_SECONDS = MINUTE;
const A_RUN_MAX = 100;
const KEPT_MS = 90 * 86_400_000;

export interface Delivery {
  readonly db: Database;
  readonly service: string;
  /** By what avow.yaml calls it; null: it has no address or secret now. */
  readonly sinkOf: (sink: string) => Promise<Sink | null>;
  readonly now: () => Date;
  readonly onLog: (line: string) => void;
}

/** Sends what is due. Gives how many were sent. */
export async function deliverDue(delivery: Delivery): Promise<number> {
  let sent = 0;
  for (let n = 0; n < A_RUN_MAX; n += 1) {
    const taken = await take(delivery);
    if (taken === null) break;
    if (await deliver(delivery, taken)) sent += 1;
  }
  const before = new Date(delivery.now().getTime() - KEPT_MS);
  await delivery.db
    .deleteFrom("alerts")
    .where("service", "=", delivery.service)
    .where("ended_at", "<", before)
    .execute();
  return sent;
}

interface Taken {
  readonly id: string;
  readonly sink: string;
  readonly body: string;
  readonly tries: number;
}

/** The row is ours until the pause is over, whatever becomes of us. */
async function take({ db, service, now }: Delivery): Promise<Taken | null> {
  const at = now();
  const until = new Date(at.getTime() + TAKEN_SECONDS * 1000);
  const { rows } = await sql<Taken>`
    update alerts set tries = tries + 1, next_try_at = ${until}
     where id = (select id from alerts
                  where service = ${service} and state = 'waiting' and next_try_at <= ${at}
                  order by next_try_at, created_at limit 1 for update skip locked)
    returning id, sink, body::text as body, tries`.execute(db);
  return rows[0] ?? null;
}

async function deliver(delivery: Delivery, { id, sink, body, tries }: Taken): Promise<boolean> {
  const { db, now, onLog } = delivery;
  const place = await delivery.sinkOf(sink);
  const sent =
    place === null
      ? ({ ok: false, failure: "no address", gone: false } as const)
      : await sendWebhook(place, { id, body }, now());
  const at = now();
  if (sent.ok) {
    await end(db, id, { state: "sent", at, failure: null });
    return true;
  }
  const pause = PAUSES[tries - 1];
  if (pause === undefined || sent.gone) {
    await end(db, id, { state: "dead", at, failure: sent.failure });
    onLog(`alert ${id}: given up after ${tries} tries (${sent.failure}); see \`avow alert list\``);
    return false;
  }
  await db
    .updateTable("alerts")
    .set({ failure: sent.failure, next_try_at: new Date(at.getTime() + pause * 1000) })
    .where("id", "=", id)
    .execute();
  onLog(`alert ${id}: not delivered (${sent.failure}); tried again in ${pause} seconds`);
  return false;
}

async function end(
  db: Database,
  id: string,
  { state, at, failure }: { readonly state: string; readonly at: Date; readonly failure: string | null },
): Promise<void> {
  await db
    .updateTable("alerts")
    .set({ state, failure, ended_at: at, next_try_at: null })
    .where("id", "=", id)
    .execute();
}

export interface ListedAlert {
  readonly id: string;
  readonly sink: string;
  readonly state: string;
  readonly tries: number;
  readonly failure: string | null;
  readonly createdAt: string;
  readonly nextTryAt: string | null;
}

const LISTED_MAX = 500;

/** The newest first. */
export async function listAlerts(db: Database, service: string): Promise<ListedAlert[]> {
  const rows = await db
    .selectFrom("alerts")
    .select(["id", "sink", "state", "tries", "failure", "created_at", "next_try_at"])
    .where("service", "=", service)
    .orderBy("created_at", "desc")
    .limit(LISTED_MAX)
    .execute();
  return rows.map(({ created_at, next_try_at, ...rest }) => ({
    ...rest,
    createdAt: created_at.toISOString(),
    nextTryAt: next_try_at?.toISOString() ?? null,
  }));
}

/** What is dead waits again, with all of its tries. Gives how many. */
export async function retryDead(db: Database, service: string, now: Date): Promise<number> {
  const changed = await db
    .updateTable("alerts")
    .set({ state: "waiting", tries: 0, next_try_at: now, ended_at: null })
    .where("service", "=", service)
    .where("state", "=", "dead")
    .executeTakeFirst();
  return Number(changed.numUpdatedRows);
}
