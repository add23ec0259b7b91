/**
 * Carries requests on, some at a time, as long as it runs: any number of processes share the work. What an ordinary plan is, it approves;
 * another one waits for a person. What a crash left open goes on here after a restart, or in another worker.
 */
import { DiskRefused } from "@avow/runtime/disk/refused";
import { kindOf } from "@avow/runtime/jobs/failure";
import type { Jobs } from "@avow/runtime/jobs/open";
import type { Attempt, Ended } from "@avow/runtime/jobs/work";
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { FRONT_DOOR, needsCare } from "@avow/runtime/requests/desk/care";
import { type Asked, type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { enqueueOpen, enqueueWith, requestJob } from "@avow/runtime/requests/desk/jobs";
import { archiveRounds, forgetRecords, removeOutdated } from "@avow/runtime/requests/desk/retire";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import { endWindows, windowRounds } from "@avow/runtime/requests/grace/window";
import { followHolds } from "@avow/runtime/requests/holds/follow";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import type { CrashPoint, RunContext } from "@avow/runtime/requests/run/run";
import { lookWhenDue } from "@avow/runtime/requests/suppression/run";
import { countSweepable } from "@avow/runtime/requests/sweep/claim";
import {
  SWEEP_REQUESTS_MAX,
  SWEEP_REQUESTS_MIN,
  sweepable,
  sweepRequests,
} from "@avow/runtime/requests/sweep/desk";
import type { PlanShown } from "@avow/runtime/requests/sweep/run";
import { alone } from "./alone.ts";

export interface RequestWorker {
  /** Ends what runs at its next step. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly jobs: Jobs;
  readonly concurrency: number;
  readonly onLog: (line: string) => void;
  /** Tests stop the process at these moments. */
  readonly atPoint?: (point: CrashPoint) => void;
}

/** At a time, in one process: a large archive does not keep everybody else waiting. */
export const CONCURRENCY = 2;
/** How soon the request of a worker that died is another's: its lock goes with its connection, its heartbeat is missed only later. */
const SWEEP_EVERY_MS = 5000;
/** What has run out is looked for less often. */
const FORGET_EVERY_MS = 3_600_000;
/** Whoever is held and was not known yet is looked for this often. */
const FOLLOW_EVERY_MS = 60_000;
/** And everybody who is held: it may read whole collections. */
const FOLLOW_ALL_EVERY_MS = 3_600_000;
/** Where a request may be left: what was meant is done and written down. */
const BETWEEN_STEPS: ReadonlySet<CrashPoint> = new Set(["captured", "planned", "outcome", "verified"]);

class StopAsked extends Error {
  override readonly name = "StopAsked";
}

export async function startRequestWorker(desk: Desk, options: WorkerOptions): Promise<RequestWorker> {
  const { jobs, concurrency, onLog } = options;
  await enqueueOpen(desk, jobs);
  const working = await jobs.work(requestJob, { concurrency }, (attempt) => carryOn(desk, options, attempt));
  const stopping = new AbortController();
  const sweep = sweepingOf(desk, options, stopping.signal);
  const look = async (): Promise<void> => {
    const given = { by: "rule", enqueue: enqueueWith(jobs), stop: stopping.signal };
    for (const line of (await lookWhenDue(desk, given))?.lines ?? [])
      onLog(
        `${line.rows} erased rows of \`${line.collection}\` are there again: ${line.reason ?? "they are erased again"}`,
      );
  };
  // Each beside the others: the looks read whole collections, and must hold nobody up.
  const all = [
    alone(followingOf(desk), (error) =>
      onLog(`the look for whom holds are on was stopped by ${kindOf(error)}`),
    ),
    alone(look, (error) => onLog(`the look for rows that came back was stopped by ${kindOf(error)}`)),
    alone(sweep, (error) => onLog(`the sweep was stopped by ${kindOf(error)}; trying again`)),
  ];
  const clock = setInterval(() => {
    for (const one of all) void one.begin();
  }, SWEEP_EVERY_MS);
  return {
    async stop() {
      clearInterval(clock);
      stopping.abort();
      await Promise.all(all.map((one) => one.ended()));
      await working.stop();
    },
  };
}

/**
 * To be called often: gives open requests to whoever is free, and ends what has run out, some of it a round, as new requests wait behind it. Each by
 * itself, as an archive that the disk does not give up must not keep alive what another person was promised the end of; what is refused is said when
 * it is another than the last time.
 */
function sweepingOf(desk: Desk, { jobs, onLog }: WorkerOptions, stop: AbortSignal): () => Promise<void> {
  const said = new Map<string, string>();
  const each = async (
    name: string,
    act: () => Promise<unknown>,
    isWhole: () => boolean = () => true,
  ): Promise<void> => {
    if (stop.aborted) return;
    const why = await act().then(
      () => null,
      (error: unknown) => (error instanceof DiskRefused ? error.message : `stopped by ${kindOf(error)}`),
    );
    const before = said.get(name) ?? null;
    if (why === before) return;
    // Some of them are neither all done nor refused otherwise: the others have not had their turn.
    if (before !== null && !isWhole()) return;
    if (why === null) said.delete(name);
    else said.set(name, why);
    onLog(why === null ? `${name}: all is done again` : `${name}: ${why}; the rest goes on, trying again`);
  };
  const [archives, windows] = [archiveRounds(), windowRounds()];
  let forgotten = Number.NEGATIVE_INFINITY;
  return async () => {
    await each("open requests", () => enqueueOpen(desk, jobs));
    await each(
      "archives that have run out",
      () => removeOutdated(desk, { rounds: archives, stop }),
      () => archives.whole,
    );
    let ended = 0;
    const onEnded = (): void => {
      ended += 1;
    };
    await each(
      "windows that have ended",
      () => endWindows(desk, { rounds: windows, stop, onEnded }),
      () => windows.whole,
    );
    if (ended > 0) onLog(`${ended} erasures can be taken back no more: their bundles are destroyed`);
    if (performance.now() - forgotten < FORGET_EVERY_MS) return;
    forgotten = performance.now();
    await each("records that have run out", () => forgetRecords(desk, stop));
  };
}

/** To be called often: looks for whom holds are on when it is time to. */
function followingOf(desk: Desk): () => Promise<void> {
  let [some, all] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return async () => {
    const now = performance.now();
    if (now - some < FOLLOW_EVERY_MS) return;
    const which = now - all < FOLLOW_ALL_EVERY_MS ? "pending" : "all";
    some = now;
    await followHolds(desk, which);
    if (which === "all") all = now;
  };
}

async function carryOn(desk: Desk, options: WorkerOptions, attempt: Attempt): Promise<Ended> {
  const id = attempt.ids["request"] ?? "";
  const { onLog } = options;
  await sweepMany(desk, options, attempt.stop);
  const draft = desk.archives.draft(id);
  try {
    const ran = await workOn(desk, id, {
      approve: (plan, asked) => agreed(desk, plan, asked, (why) => onLog(`request ${id}: ${why}`)),
      approver: "rule",
      archive: { head: archiveHead(desk, "your data"), writable: draft.writable },
      archiveWaits: true,
      atPoint: (point) => {
        options.atPoint?.(point);
        if (attempt.stop.aborted && BETWEEN_STEPS.has(point)) throw new StopAsked();
      },
      deliver: () => draft.keep(),
    });
    if (ran.busy) return "postponed";
    // Said by whoever ended it: how many were closed can be counted in the log.
    if (ran.endedBefore === true) return "done";
    const next = NEXT[ran.outcome.state]?.(id) ?? "";
    const urgent = ran.urgent === undefined ? "" : `, ${ran.urgent}`;
    onLog(`request ${id}: ${ran.right} ${ran.outcome.state}${next}${urgent}`);
    // What is not done is tried again when its row says so: a sweep finds it.
    return "done";
  } catch (error) {
    if (error instanceof StopAsked) return "postponed";
    throw error;
  } finally {
    await draft.drop();
  }
}

/** Where very many wait, they are carried out together; the job that brought us here then finds its own request among them, or goes on with it. */
async function sweepMany(desk: Desk, options: WorkerOptions, stop: AbortSignal): Promise<void> {
  const { onLog } = options;
  const claim = {
    requestsMin: SWEEP_REQUESTS_MIN,
    requestsMax: SWEEP_REQUESTS_MAX,
    approvedOnly: false,
    tried: false,
  };
  for (const name of [...RIGHTS.keys()].filter(sweepable)) {
    if ((await countSweepable(desk, { ...claim, right: name })) < SWEEP_REQUESTS_MIN) continue;
    const swept = await sweepRequests(desk, {
      ...{ ...claim, right: name, approver: "rule", stop },
      approve: (plans) => agreedTo(desk, plans, onLog),
      atPoint: (point) => {
        options.atPoint?.(point);
        if (stop.aborted && BETWEEN_STEPS.has(point)) throw new StopAsked();
      },
    });
    if (swept === null) continue;
    const states = [...Map.groupBy(swept.requests, (r) => r.outcome.state)];
    onLog(`sweep ${swept.sweep}: ${name} ${states.map(([s, all]) => `${all.length} ${s}`).join(", ")}`);
  }
}

async function agreedTo(
  desk: Desk,
  plans: readonly PlanShown[],
  onLog: (line: string) => void,
): Promise<ReadonlySet<string>> {
  const agreedOnes = new Set<string>();
  for (const { request, plan } of plans) {
    const care = await needsCare(desk, plan, FRONT_DOOR);
    for (const reason of care) onLog(`request ${request}: ${reason}`);
    if (care.length === 0) agreedOnes.add(request);
  }
  return agreedOnes;
}

const NEXT: Readonly<Record<string, (id: string) => string>> = {
  planned: (id) => `, waits for approval: \`avow request approve ${id}\``,
  not_done: () => ", tried again later",
  requested: () => ", waits for tasks: `avow task list`",
};

async function agreed(
  desk: Desk,
  plan: Parameters<RunContext["approve"]>[0],
  { via, approved }: Asked,
  say: (why: string) => void,
): Promise<boolean> {
  if (approved) return true;
  // At the command line somebody is asked, and has not said yes.
  if (via === VIA_CLI) return false;
  const care = await needsCare(desk, plan, FRONT_DOOR);
  for (const reason of care) say(reason);
  return care.length === 0;
}
