/**
 * Jobs in Avow's own database, in a schema of their own that pg-boss keeps. A job is enqueued in the transaction of the change that
 * calls for it, so there is never the one without the other; PostgreSQL's NOTIFY wakes whoever waits when that transaction commits.
 *
 *     enqueue -> waiting -> taken -> done
 *                   ^         |  postponed, failed, timed out, or its worker died
 *                   +---------+
 *
 * Delivery is at least once: what a job does must bear being done again. A worker that dies is noticed by its missing heartbeat.
 */
import { type Kysely, sql, type Transaction } from "kysely";
import { fromKysely, PgBoss } from "pg-boss";
import type { Database } from "../store/database.ts";
import type { Tables } from "../store/tables.ts";
import { ownConnections, type Patience } from "../store/watch.ts";
import { kindOf } from "./failure.ts";
import { checkPayload, type Ids, type Job, keyOf, type Payload } from "./job.ts";
import { type Handler, startHandlers, type Working } from "./work.ts";

export const JOBS_SCHEMA = "avow_jobs";

/** Beside the database's own: one connection listens, the others take and settle. */
const CONNECTIONS_MAX = 3;
/** The least that pg-boss allows. A worker says twice as often that it lives. */
const HEARTBEAT_SECONDS = 10;
const LOOK_FOR_DEAD_SECONDS = 5;
const DONE_KEPT_SECONDS = 86_400;
const WAITING_KEPT_SECONDS = 90 * 86_400;
const HOUR_SECONDS = 3600;
/** As many as pg-boss gives at once. Beyond that a sweep asks for jobs that are there already, which changes nothing. */
const WAITING_MAX = 100_000;

export interface OpenJobs {
  readonly db: Database;
  /** Of the same database: workers hold connections of their own. */
  readonly url: string;
  /** Jobs of other services of the installation are not taken. */
  readonly service: string;
  readonly jobs: readonly Job[];
  readonly onLog: (line: string) => void;
  readonly patience?: Patience;
}

export interface Jobs {
  /**
   * Part of the transaction. A job that waits already for the same ids is that job; `due: now` also ends the pause before its next
   * attempt, `due: as_it_is` leaves it.
   */
  enqueue<I extends Ids>(
    tx: Transaction<Tables>,
    job: Job<I>,
    payload: Payload<I>,
    when?: When,
  ): Promise<void>;
  /** The keys (`keyOf`) of the jobs that wait, also for their next attempt. */
  waiting<I extends Ids>(tx: Transaction<Tables>, job: Job<I>): Promise<ReadonlySet<string>>;
  work<I extends Ids>(
    job: Job<I>,
    options: { readonly concurrency: number },
    handler: Handler,
  ): Promise<Working>;
  close(): Promise<void>;
}

export interface When {
  readonly due: "now" | "as_it_is";
}

/** Two processes that start at once make the schema once. */
export async function openJobs(options: OpenJobs): Promise<Jobs> {
  const boss = bossOf(options);
  try {
    await options.db.connection().execute(async (held) => {
      await whileLocked(held, () => boss.start());
    });
    await declareQueues(boss, options);
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  const queueOf = (job: Job): string => `${options.service}/${job.name}`;
  return {
    async enqueue(tx, job, payload, when = { due: "now" }) {
      const data = checkPayload(job, payload);
      await boss.upsert(queueOf(job), data, {
        db: fromKysely(tx),
        singletonKey: keyOf(job, data),
        ...(when.due === "now" ? { startAfter: 0 } : {}),
      });
    },
    async waiting(tx, job) {
      const found = await boss.findJobs<unknown>(queueOf(job), {
        db: fromKysely(tx),
        queued: true,
        limit: WAITING_MAX,
      });
      return new Set(found.flatMap(({ singletonKey }) => (singletonKey === null ? [] : [singletonKey])));
    },
    work: (job, { concurrency }, handler) =>
      startHandlers({ boss, queue: queueOf(job), job, concurrency, onLog: options.onLog }, handler),
    close: () => boss.stop({ graceful: true, timeout: CLOSE_MS_MAX }),
  };
}

/** Handlers have ended by then (`Working.stop`): this is for a statement of pg-boss's own. */
const CLOSE_MS_MAX = 5000;

function bossOf({ url, onLog, patience }: OpenJobs): PgBoss {
  const boss = new PgBoss({
    ...ownConnections(url, patience),
    schema: JOBS_SCHEMA,
    max: CONNECTIONS_MAX,
    application_name: "avow jobs",
    useListenNotify: true,
    superviseIntervalSeconds: LOOK_FOR_DEAD_SECONDS,
    monitorIntervalSeconds: LOOK_FOR_DEAD_SECONDS,
    maintenanceIntervalSeconds: HOUR_SECONDS,
    flowIntervalSeconds: HOUR_SECONDS,
    // Deadlines are rows of ours, and nobody reads the registry of instances.
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  // Only what kind of error: texts of the database are no matter for a log.
  boss.on("error", (error) => onLog(`jobs: ${kindOf(error)}; trying again`));
  boss.on("warning", ({ message }) => onLog(`jobs: ${message}`));
  return boss;
}

async function whileLocked(held: Kysely<Tables>, act: () => Promise<unknown>): Promise<void> {
  await sql`select pg_advisory_lock(hashtextextended(${JOBS_SCHEMA}, 0))`.execute(held);
  try {
    await act();
  } finally {
    await sql`select pg_advisory_unlock(hashtextextended(${JOBS_SCHEMA}, 0))`.execute(held);
  }
}

async function declareQueues(boss: PgBoss, { jobs, service }: OpenJobs): Promise<void> {
  for (const { name, retry, timeoutSeconds } of jobs) {
    const queue = `${service}/${name}`;
    const options = {
      retryLimit: retry.attemptsMax,
      retryDelay: retry.firstPauseSeconds,
      retryBackoff: true,
      retryDelayMax: retry.pauseSecondsMax,
      expireInSeconds: timeoutSeconds,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      retentionSeconds: WAITING_KEPT_SECONDS,
      deleteAfterSeconds: DONE_KEPT_SECONDS,
      notify: true,
    };
    // One job waits for one key, whatever number is being worked on: whoever asks again while it runs is not lost.
    await boss.createQueue(queue, { policy: "short", ...options });
    await boss.updateQueue(queue, options);
  }
}
