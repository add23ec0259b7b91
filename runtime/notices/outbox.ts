/**
 * Alerts on their way: rows that commit with what they tell of, and are sent afterwards, each at least once under one id.
 *
 *     waiting ──sent──▶ sent
 *        │ failed, tries left: waits longer each time
 *        └── failed for the last time, or its receiver wants no more of any ──▶ dead (avow alert list, avow alert retry)
 *
 * Who tries takes the row for a minute: two processes do not send at once, and one that dies leaves it to the next.
 */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { type Sent, type Sink, sendWebhook } from "./webhook.ts";

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
/** No further one begins then: receivers that take long must not keep others, or whoever ran the checks, waiting. */
const A_RUN_MS_MAX = 30_000;
const KEPT_MS = 90 * 86_400_000;

export interface Delivery {
  readonly db: Database;
  readonly service: string;
  /** By what avow.yaml calls it; null: it has no address or secret now. */
  readonly sinkOf: (sink: string) => Promise<Sink | null>;
  readonly now: () => Date;
  readonly onLog: (line: string) => void;
  /** Aborted: nobody is waited for any more; what was under way is tried again by whoever comes next. */
  readonly signal?: AbortSignal | undefined;
}

/** Sends what is due now, each once; a receiver that is away is asked once. Gives how many were sent. */
export async function deliverDue(delivery: Delivery): Promise<number> {
  const [due, began] = [delivery.now(), performance.now()];
  await giveUpUnwanted(delivery);
  const away: string[] = [];
  let sent = 0;
  for (let n = 0; n < A_RUN_MAX && performance.now() - began < A_RUN_MS_MAX; n += 1) {
    if (delivery.signal?.aborted === true) break;
    const taken = await take(delivery, { due, away });
    if (taken === null) break;
    const result = await deliver(delivery, taken);
    if (result.ok) {
      sent += 1;
      await letComeNow(delivery, { sink: taken.sink, due });
    } else if (result.receiver !== "there") away.push(taken.sink);
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
  /** That came to an end: whoever is stopped or killed has used up none. */
  readonly tries: number;
}

/** What a receiver answers that is there, and can do nothing with this message. */
const UNREAD = ["http 400", "http 413", "http 415", "http 422", "http 500", "http 501"];
const AWAY = ["http 429", "http 502", "http 503", "http 504"];

/**
 * The row is ours until the pause is over, whatever becomes of us. What is told of one promise is told in the order in which it turned: a receiver
 * that was away when it broke, and there when it held again, would otherwise hear of the breach last, and believe it. A message that its receiver can
 * not read holds up none.
 */
async function take(
  { db, service, now }: Delivery,
  { due, away }: { readonly due: Date; readonly away: readonly string[] },
): Promise<Taken | null> {
  const until = new Date(now().getTime() + TAKEN_SECONDS * 1000);
  const { rows } = await sql<Taken>`
    update alerts set next_try_at = ${until}
     where id = (select id from alerts as a
                  where service = ${service} and state = 'waiting' and next_try_at <= ${due}
                    and sink <> all(${away}::text[])
                    and sink not in (select sink from alerts where service = ${service} and hold_until > ${due})
                    and not exists (select from alerts as earlier
                                     where earlier.service = a.service and earlier.sink = a.sink and earlier.state = 'waiting'
                                       and coalesce(earlier.failure, '') <> all(${UNREAD}::text[])
                                       and earlier.created_at < a.created_at
                                       and earlier.body -> 'data' ->> 'promise' = a.body -> 'data' ->> 'promise')
                  order by next_try_at, created_at limit 1 for update skip locked)
    returning id, sink, body::text as body, tries`.execute(db);
  return rows[0] ?? null;
}

/** A receiver that has taken one is there again: what it was away for waits no longer. */
async function letComeNow(
  { db, service }: Delivery,
  { sink, due }: { readonly sink: string; readonly due: Date },
): Promise<void> {
  await sql`
    update alerts set next_try_at = ${due}
     where service = ${service} and sink = ${sink} and state = 'waiting' and next_try_at > ${due}
       and (failure not like 'http %' or failure = any(${AWAY}::text[]))`.execute(db);
}

const GONE = "http 410";

async function deliver(delivery: Delivery, { id, sink, body, tries: before }: Taken): Promise<Sent> {
  const { db, now, onLog, signal } = delivery;
  const place = await delivery.sinkOf(sink);
  const sent =
    place === null
      ? ({ ok: false, failure: "no address", receiver: "away" } as const)
      : await sendWebhook(place, { id, body }, { now: now(), signal });
  const [at, tries] = [now(), before + 1];
  if (sent.ok) {
    await end(db, id, { state: "sent", at, tries, failure: null });
    return sent;
  }
  // Not its failure: the row is ours for a minute, and then anybody's.
  if (signal?.aborted === true) return sent;
  const { failure, receiver, afterMs = 0 } = sent;
  const pause = PAUSES[tries - 1];
  if (pause === undefined || receiver === "gone") {
    await end(db, id, { state: "dead", at, tries, failure: receiver === "gone" ? GONE : failure });
    onLog(`alert ${id}: given up after ${tries} tries (${failure}); see \`avow alert list\``);
    if (receiver === "gone") await giveUpUnwanted(delivery);
    return sent;
  }
  const seconds = Math.max(pause, Math.ceil(afterMs / 1000));
  const next = new Date(at.getTime() + seconds * 1000);
  // What a receiver says of when it can be asked again it says of all that it is to get, also of what comes until then.
  const hold = afterMs > 0 ? { hold_until: new Date(at.getTime() + afterMs) } : {};
  await db
    .updateTable("alerts")
    .set({ failure, tries, next_try_at: next, ...hold })
    .where("id", "=", id)
    .execute();
  onLog(`alert ${id}: not delivered (${failure}); tried again in ${seconds} seconds`);
  return sent;
}

/** The sinks whose receivers said that they want no more, and have taken nothing since. */
const off = (service: string) => sql<{ sink: string }>`
  select sink from alerts where service = ${service} group by sink
  having max(ended_at) filter (where state = 'dead' and failure = ${GONE})
       > coalesce(max(ended_at) filter (where state = 'sent'), '-infinity')`;

/** What is off until `retryDead`, by what avow.yaml calls it. */
export async function sinksOff(db: Database, service: string): Promise<string[]> {
  const { rows } = await off(service).execute(db);
  return rows.map((r) => r.sink).sort();
}

/** Whoever has said that it wants no more is asked no more, until somebody lets what is dead wait again. */
async function giveUpUnwanted({ db, service, now, onLog }: Delivery): Promise<void> {
  const { rows } = await sql<{ sink: string }>`
    update alerts set state = 'dead', failure = ${GONE}, ended_at = ${now()}, next_try_at = null
     where service = ${service} and state = 'waiting'
       and sink in (${off(service)})
    returning sink`.execute(db);
  for (const [sink, of] of Map.groupBy(rows, (r) => r.sink))
    onLog(
      `alerts to \`${sink}\`: ${of.length} given up unsent: its receiver said that it wants no more (${GONE}); \`avow alert retry\` begins again`,
    );
}

interface Ended {
  readonly state: "sent" | "dead";
  readonly at: Date;
  readonly tries: number;
  readonly failure: string | null;
}

async function end(db: Database, id: string, { state, at, tries, failure }: Ended): Promise<void> {
  await db
    .updateTable("alerts")
    .set({ state, failure, tries, ended_at: at, next_try_at: null })
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
    .selectFrom("alerts as a")
    .select(["id", "sink", "state", "tries", "failure", "created_at"])
    .select(
      sql<Date | null>`case when next_try_at is not null then greatest(next_try_at, (
        select max(h.hold_until) from alerts h where h.service = a.service and h.sink = a.sink
      )) end`.as("next_try_at"),
    )
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
    .set({ state: "waiting", tries: 0, failure: null, next_try_at: now, ended_at: null })
    .where("service", "=", service)
    .where("state", "=", "dead")
    .executeTakeFirst();
  return Number(changed.numUpdatedRows);
}
