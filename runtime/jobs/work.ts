/**
 * Takes jobs and hands them to their handler, some at a time. A handler that is told to stop ends at its next step and says
 * `postponed`; so does one that finds that the work can not go on yet.
 */
import type { PgBoss } from "pg-boss";
import { kindOf } from "./failure.ts";
import { checkPayload, type Ids, type Job } from "./job.ts";

export type Ended = "done" | "postponed";

export interface Attempt {
  /** As it was enqueued: the ids that the job declares. */
  readonly ids: Readonly<Record<string, string>>;
  /** Aborted when the worker stops, or when the attempt is no longer this worker's. */
  readonly stop: AbortSignal;
}

export type Handler = (attempt: Attempt) => Promise<Ended>;

export interface Working {
  /** Takes no more, tells what runs to stop at its next step, and waits for it. */
  stop(): Promise<void>;
}

interface Hands<I extends Ids> {
  readonly boss: PgBoss;
  readonly queue: string;
  readonly job: Job<I>;
  readonly concurrency: number;
  readonly onLog: (line: string) => void;
}

/** While NOTIFY works, for jobs whose pause has ended: nobody notifies of those. */
const LOOK_AGAIN_SECONDS = 2;

/** What is written down of a failed attempt: its kind, never what it said. */
class Unfinished extends Error {
  override readonly name = "Unfinished";
  constructor(kind: string) {
    super(kind);
    delete this.stack;
  }
}

export async function startHandlers<I extends Ids>(hands: Hands<I>, handler: Handler): Promise<Working> {
  const { boss, queue, concurrency } = hands;
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  for (let n = 0; n < concurrency; n += 1) {
    const self = Promise.withResolvers<string>();
    const id = await boss.work(
      queue,
      {
        batchSize: 1,
        pollingIntervalSeconds: LOOK_AGAIN_SECONDS,
        notifyPollingIntervalSeconds: LOOK_AGAIN_SECONDS,
      },
      async (batch) => {
        // After this one, look for the next at once: pg-boss would wait for its next look.
        boss.notifyWorker(await self.promise);
        for (const taken of batch) {
          const stop = AbortSignal.any([stopping.signal, taken.signal]);
          const attempt = run(hands, handler, { data: taken.data, stop });
          running.add(attempt);
          await attempt.finally(() => running.delete(attempt));
        }
      },
    );
    self.resolve(id);
  }
  return {
    async stop() {
      stopping.abort();
      await boss.offWork(queue, { wait: true });
      // A handler that outran its time-out is no longer pg-boss's, and still ours.
      await Promise.allSettled(running);
    },
  };
}

async function run<I extends Ids>(
  { job, onLog }: Hands<I>,
  handler: Handler,
  taken: { readonly data: unknown; readonly stop: AbortSignal },
): Promise<void> {
  if (taken.stop.aborted) throw new Unfinished("postponed");
  let ended: Ended;
  try {
    ended = await handler({ ids: checkPayload(job, taken.data), stop: taken.stop });
  } catch (error) {
    onLog(`job ${job.name}: stopped by ${kindOf(error)}; it is tried again`);
    throw new Unfinished(kindOf(error));
  }
  if (ended === "postponed") throw new Unfinished("postponed");
}
