/**
 * A drill: an invented person (the canary) signs up, leaves traces, and goes through what people are promised, all through the service's
 * front door; what came of it is looked for in the stores themselves. Each thing that is tried is a file in `drills/`.
 *
 *   recorded ─► those without an account ─► signed up ─► traces found ─► access, … ─► erase: gone, but for what is kept ─► cleaned up
 */
import { randomBytes } from "node:crypto";
import type { DataMap } from "@avow/core/datamap/model";
import type { Policy } from "@avow/core/policy/model";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import type { Connector } from "../connector-kit/contract.ts";
import type { Database } from "../store/database.ts";
import { drillBasis } from "./drill-basis.ts";
import {
  type CanaryBook,
  cleanUp,
  type DrillResult,
  end,
  record,
  remember,
  stop,
  sweep,
} from "./drill-canary.ts";
import { stoppable } from "./drill-stopped.ts";
import { keptFields, NotSearched, search, type Traces } from "./drill-traces.ts";
import { drillsFor } from "./drills/index.ts";
import type { Drill, Stage, Verdict } from "./drills/stage.ts";

export interface DrillInput extends Omit<CanaryBook, "left" | "basisOf"> {
  /** What erasures are planned from (core/plan/basis.ts). */
  readonly planBasis: string;
  /** The adapter, as a hash. */
  readonly adapterBasis: string;
  readonly map: DataMap;
  readonly policy: Policy;
  readonly readers: Readonly<Record<string, Connector>>;
  /** How long a request may take; default a minute. */
  readonly waitMsMax?: number;
  /** Only these drills; left out: all that the adapter can be taken through. */
  readonly only?: readonly string[] | undefined;
  /** Lets a request go on that waits for what people do by hand: there is nothing of a canary to be found there. */
  readonly byHand?: (request: string) => Promise<void>;
  /** Aborted: no drill waits any more and no further one begins; the canary is taken away, as far as that takes no waiting. */
  readonly signal?: AbortSignal;
}

/** `busy`: another process drills this service, with a canary that is not ours to clean up. */
export type Drilled =
  | { readonly busy: true }
  | { readonly busy: false; readonly results: readonly DrillResult[] };

const WAIT_MS_MAX = 60_000;
/** For canaries of earlier drills, all together: one that can not go must not cost each later drill its whole time. */
const SWEEP_MS_MAX = 4_000;
/** Taking somebody away is a request, too; what has not gone by then waits for the next drill, or for a worker. */
const leaveBy = ({ waitMsMax = WAIT_MS_MAX }: Pick<DrillInput, "waitMsMax">): number =>
  performance.now() + waitMsMax;

/** Throws when the drill could not be carried through; that says nothing about the rights, and is recorded as `stopped`. */
export async function runDrill(input: DrillInput): Promise<Drilled> {
  const book = bookOf(input);
  const done = await alone(input, async () => {
    await sweep(book, Math.min(leaveBy(input), performance.now() + SWEEP_MS_MAX));
    input.signal?.throwIfAborted();
    return runLocked(input, book);
  });
  return done === null ? { busy: true } : { busy: false, results: done.value };
}

/** Only cleans up what drills left behind that died. Gives how many canaries are not gone yet; null: a drill is running. */
export async function sweepDrills(input: DrillInput): Promise<number | null> {
  // Whoever sweeps comes again.
  return (await alone(input, () => sweep(bookOf(input), 0)))?.value ?? null;
}

/** Whether there is anything to sweep: asked often, and answered without the service. */
export async function leftCanaries(db: Database, service: string): Promise<number> {
  const { n } = await db
    .selectFrom("drills")
    .select((e) => e.fn.countAll<string>().as("n"))
    .where("service", "=", service)
    .where("sealed_canary", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

const bookOf = (input: DrillInput): CanaryBook => ({
  ...input,
  left: (token) => leftBehind(input, token),
  basisOf: (drill) =>
    drillBasis(
      drill,
      { policy: input.policy, map: input.map, now: input.now() },
      { plan: input.planBasis, adapter: input.adapterBasis },
    ),
});

/** Fields that hold the token and are not kept by any commitment. */
async function leftBehind({ map, readers }: DrillInput, token: string): Promise<string[]> {
  const stays = keptFields(map);
  return [...(await search(readers, token))].flatMap(([place, fields]) =>
    [...fields].map((f) => `${place}.${f}`).filter((f) => !stays.has(f)),
  );
}

async function alone<T>(
  { db, service }: Pick<DrillInput, "db" | "service">,
  act: () => Promise<T>,
): Promise<{ readonly value: T } | null> {
  return db.connection().execute(async (held) => {
    const lock = `drill/${service}`;
    const { rows } = await sql<{
      got: boolean;
    }>`select pg_try_advisory_lock(hashtextextended(${lock}, 2)) as got`.execute(held);
    if (rows[0]?.got !== true) return null;
    try {
      return { value: await act() };
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${lock}, 2))`.execute(held);
    }
  });
}

async function runLocked(input: DrillInput, book: CanaryBook): Promise<DrillResult[]> {
  const startedAt = input.now();
  const token = `canary${randomBytes(6).toString("hex")}`;
  const drills = drillsFor(input.adapter, input.only);
  const also = drills.flatMap((d) => d.also?.(token) ?? []);
  const names = drills.map((d) => d.name);
  const ids = await record(book, names, { token, also });
  const results: DrillResult[] = [];
  let session: unknown = null;
  let asked = false;
  let identities: Readonly<Record<string, string>> = {};
  let traces: Traces = new Map();
  let underWay = false;
  const adapter = stoppable(input.adapter, input.signal, () => {
    underWay = true;
  });
  const go = async (when: Drill["when"]): Promise<void> => {
    for (const [at, drill] of drills.entries()) {
      if (drill.when !== when) continue;
      input.signal?.throwIfAborted();
      const result = await judged(drill, {
        waitMsMax: WAIT_MS_MAX,
        ...input,
        adapter,
        token,
        session,
        identities,
        traces,
      });
      await end(book, must(ids[at], "each has an id"), result);
      results.push(result);
    }
  };
  try {
    await go("apart");
    if (drills.some((d) => d.when !== "apart")) {
      input.signal?.throwIfAborted();
      input.onStep("an invented person signs up");
      await remember(book, ids, { token, session, asked: true, also });
      asked = true;
      ({ session, identities } = await input.adapter.signUp(input.base, { token }));
      await remember(book, ids, { token, session, asked, also });
      await adapter.populate(input.base, session, { token });
      traces = await search(input.readers, token);
      input.onStep(`left traces in ${[...traces.keys()].join(", ")}`);
      await go("staying");
      await go("leaving");
    }
    return results;
  } finally {
    await stop(book, ids);
    // Whoever carried a drill to its end has seen to its canaries.
    const left = drills.filter((d) => !results.some((r) => r.right === d.name));
    const recorded = { token, session, asked, also: left.flatMap((d) => d.also?.(token) ?? []) };
    // Who has just been asked in vain to let it go is not waited for a second time.
    const isKept = results.some(
      (r) => !r.passed && r.unseen !== true && drills.some((d) => d.name === r.right && d.when === "leaving"),
    );
    await cleanUp(book, { recorded, ids, startedAt, underWay }, isKept ? 0 : leaveBy(input));
  }
}

/** A service that answers but does not do what it is asked fails the drill; one that is away leaves it open. */
async function judged(drill: Drill, stage: Stage): Promise<DrillResult> {
  try {
    const verdict: Verdict = await drill.run(stage);
    return { right: drill.name, ...verdict };
  } catch (error) {
    // Who was stopped has seen nothing that speaks for or against the service.
    if (stage.signal?.aborted === true) throw error;
    if (isAway(error) || error instanceof NotSearched || !(error instanceof Error)) throw error;
    return { right: drill.name, passed: false, detail: error.message };
  }
}

/** Nobody listens at the app's address, or not in time: what `fetch` throws then. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  ((error instanceof TypeError && error.message === "fetch failed") || error.name === "TimeoutError");
