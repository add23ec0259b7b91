/**
 * Carries requests on, some at a time, as long as it runs: any number of processes share the work. A request that is too large to run
 * unseen stays planned, for a person to confirm. What a crash left open goes on here after a restart, or in another worker.
 */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { kindOf } from "@avow/runtime/jobs/failure";
import type { Jobs } from "@avow/runtime/jobs/open";
import type { Attempt, Ended } from "@avow/runtime/jobs/work";
import { archiveHead } from "@avow/runtime/requests/archive-head";
import { needsCare } from "@avow/runtime/requests/care";
import { type Desk, workOn } from "@avow/runtime/requests/desk";
import { enqueueOpen, requestJob } from "@avow/runtime/requests/jobs";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import type { CrashPoint } from "@avow/runtime/requests/run";

export interface RequestWorker {
  /** Ends what runs at its next step. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly jobs: Jobs;
  /** The folder of archives. */
  readonly archives: string;
  readonly concurrency: number;
  readonly onLog: (line: string) => void;
  /** Tests stop the process at these moments. */
  readonly atPoint?: (point: CrashPoint) => void;
}

/** At a time, in one process: a large archive does not keep everybody else waiting. */
export const CONCURRENCY = 2;
/** How soon the request of a worker that died is another's: its lock goes with its connection, its heartbeat is missed only later. */
const SWEEP_EVERY_MS = 5000;
/** How long a person has to download an archive. */
const ARCHIVE_MS_MAX = 7 * 86_400_000;
/** Where a request may be left: what was meant is done and written down. */
const BETWEEN_STEPS: ReadonlySet<CrashPoint> = new Set(["captured", "planned", "outcome", "verified"]);

export const archivePath = (archives: string, request: string): string => join(archives, `${request}.zip`);

class StopAsked extends Error {
  override readonly name = "StopAsked";
}

export async function startRequestWorker(desk: Desk, options: WorkerOptions): Promise<RequestWorker> {
  const { jobs, concurrency, onLog } = options;
  await mkdir(options.archives, { recursive: true, mode: 0o700 });
  await enqueueOpen(desk, jobs);
  const working = await jobs.work(requestJob, { concurrency }, (attempt) => carryOn(desk, options, attempt));
  let sweeping: Promise<unknown> | null = null;
  const clock = setInterval(() => {
    sweeping ??= Promise.all([enqueueOpen(desk, jobs), prune(options.archives, desk.now())])
      .catch((error: unknown) => onLog(`the sweep was stopped by ${kindOf(error)}; trying again`))
      .finally(() => {
        sweeping = null;
      });
  }, SWEEP_EVERY_MS);
  return {
    async stop() {
      clearInterval(clock);
      await sweeping;
      await working.stop();
    },
  };
}

async function carryOn(desk: Desk, options: WorkerOptions, attempt: Attempt): Promise<Ended> {
  const id = attempt.ids["request"] ?? "";
  const path = archivePath(options.archives, id);
  // A name of its own: another worker may have the same request in its hands before one of the two finds it locked.
  const draft = `${path}.part-${randomUUID()}`;
  const file = createWriteStream(draft, { mode: 0o600 });
  try {
    const ran = await workOn(desk, id, {
      approve: async (plan) => (await needsCare(desk, plan)).length === 0,
      archive: { head: archiveHead(desk, "your data"), writable: Writable.toWeb(file) },
      atPoint: (point) => {
        options.atPoint?.(point);
        if (attempt.stop.aborted && BETWEEN_STEPS.has(point)) throw new StopAsked();
      },
      deliver: async (right) => {
        if (RIGHTS.get(right)?.right.givesArchive === true) await rename(draft, path);
      },
    });
    if (ran.busy) return "postponed";
    options.onLog(`request ${id}: ${ran.right} ${ran.outcome.state}`);
    return ran.outcome.state === "not_done" ? "postponed" : "done";
  } catch (error) {
    if (error instanceof StopAsked) return "postponed";
    throw error;
  } finally {
    file.destroy();
    await rm(draft, { force: true });
  }
}

const DRAFT_MS_MAX = 86_400_000;

/** Archives that have run out, and drafts of workers that were killed. */
async function prune(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    const ageMsMax = name.includes(".part-") ? DRAFT_MS_MAX : ARCHIVE_MS_MAX;
    if (found !== null && now.getTime() - found.mtimeMs > ageMsMax) await rm(path, { force: true });
  }
}
