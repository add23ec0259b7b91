/**
 * A drill: an invented person (the canary) signs up, leaves traces, asks for their data and then to be erased, all through the
 * service's front door; what came of it is looked for in the stores themselves.
 *
 *   recorded ─► signed up ─► traces found ─► access: archive holds them ─► erase: gone, but for what is kept ─► cleaned up
 */
import { randomBytes } from "node:crypto";
import type { DataMap } from "@avow/core/datamap/model";
import { sql } from "kysely";
import type { Connector } from "../connector-kit/contract.ts";
import type { Database } from "../store/database.ts";
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
import { keptFields, NotSearched, search, type Traces, unzip } from "./drill-traces.ts";

export interface DrillInput extends Omit<CanaryBook, "left"> {
  readonly map: DataMap;
  readonly readers: Readonly<Record<string, Connector>>;
  /** How long a request may take; default a minute. */
  readonly waitMsMax?: number;
}

/** `busy`: another process drills this service, with a canary that is not ours to clean up. */
export type Drilled =
  | { readonly busy: true }
  | { readonly busy: false; readonly results: readonly DrillResult[] };

const WAIT_MS_MAX = 60_000;
const LOOK_AGAIN_MS = 300;
const NO_TRACE = "the canary left no trace in any store: there was nothing to show or to erase";

/** Throws when the drill could not be carried through; that says nothing about the rights, and is recorded as `stopped`. */
export async function runDrill(input: DrillInput): Promise<Drilled> {
  const book = bookOf(input);
  const done = await alone(input, async () => {
    await sweep(book);
    return runLocked(input, book);
  });
  return done === null ? { busy: true } : { busy: false, results: done.value };
}

/** Only cleans up what drills left behind that died. Gives how many canaries are not gone yet; null: a drill is running. */
export async function sweepDrills(input: DrillInput): Promise<number | null> {
  return (await alone(input, () => sweep(bookOf(input))))?.value ?? null;
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

const bookOf = (input: DrillInput): CanaryBook => ({ ...input, left: (token) => leftBehind(input, token) });

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
  const drills = {
    access: await record(book, "access", token),
    erase: await record(book, "erase", token),
  };
  const ids = Object.values(drills);
  let session: unknown = null;
  try {
    input.onStep("an invented person signs up");
    ({ session } = await input.adapter.signUp(input.base, { token }));
    await remember(book, ids, { token, session });
    await input.adapter.populate(input.base, session, { token });
    const traces = await search(input.readers, token);
    input.onStep(`left traces in ${[...traces.keys()].join(", ")}`);
    const seen = await judged("access", () => drillAccess(input, session, token, traces));
    await end(book, drills.access, seen);
    const gone = await judged("erase", () => drillErase(input, session, token, traces));
    await end(book, drills.erase, gone);
    return [seen, gone];
  } finally {
    await stop(book, ids);
    await cleanUp(book, { recorded: { token, session }, ids, startedAt });
  }
}

/** A service that answers but does not do what it is asked fails the drill; one that is away leaves it open. */
async function judged(right: string, act: () => Promise<Verdict>): Promise<DrillResult> {
  try {
    return { right, ...(await act()) };
  } catch (error) {
    if (isAway(error) || error instanceof NotSearched || !(error instanceof Error)) throw error;
    return { right, passed: false, detail: error.message };
  }
}

/** Nobody listens at the app's address, or not in time: what `fetch` throws then. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  ((error instanceof TypeError && error.message === "fetch failed") || error.name === "TimeoutError");

type Verdict = Omit<DrillResult, "right">;
const failed = (detail: string): Verdict => ({ passed: false, detail });

async function drillAccess(
  input: DrillInput,
  session: unknown,
  token: string,
  traces: Traces,
): Promise<Verdict> {
  if (traces.size === 0) return failed(NO_TRACE);
  const ended = await ask(input, session, "access");
  if (ended.state !== "closed") return failed(`the request ended as \`${ended.state}\``);
  const archive = await input.adapter.archive(input.base, session, ended.request);
  if (archive === null) return failed("there was no archive to download");
  const texts = await unzip(archive);
  const missing = [...traces.keys()].filter(
    (place) => !(texts.get(`data/${place}.json`) ?? "").toLowerCase().includes(token),
  );
  input.onStep(`archive of ${texts.size} files`);
  return missing.length > 0
    ? failed(`the archive lacks what lies in \`${missing.join("`, `")}\``)
    : { passed: true, detail: `the archive holds the traces of all ${traces.size} collections` };
}

async function drillErase(
  input: DrillInput,
  session: unknown,
  token: string,
  traces: Traces,
): Promise<Verdict> {
  if (traces.size === 0) return failed(NO_TRACE);
  const ended = await ask(input, session, "erase");
  if (ended.state !== "closed") return failed(`the request ended as \`${ended.state}\``);
  const left = await search(input.readers, token);
  const stays = keptFields(input.map);
  const wrong = [...left].flatMap(([place, fields]) =>
    [...fields].map((f) => `${place}.${f}`).filter((f) => !stays.has(f)),
  );
  input.onStep(
    `looked for the canary again: ${left.size === 0 ? "nothing left" : `left in ${[...left.keys()].join(", ")}`}`,
  );
  if (wrong.length > 0) return failed(`traces are left in \`${wrong.join("`, `")}\``);
  const kept = [...left].flatMap(([place, fields]) =>
    [...fields].map((f) => `\`${place}.${f}\` (${stays.get(`${place}.${f}`)})`),
  );
  const but = kept.length === 0 ? "" : `, but for what is kept: ${kept.join(", ")}`;
  return { passed: true, detail: `nothing of the canary is left in any store${but}` };
}

async function ask(
  input: DrillInput,
  session: unknown,
  right: "access" | "erase",
): Promise<{ request: string; state: string }> {
  input.onStep(`asks: ${right}`);
  const request = await input.adapter.requestRight(input.base, session, right);
  let state = "unknown";
  for (let waited = 0; waited < (input.waitMsMax ?? WAIT_MS_MAX); waited += LOOK_AGAIN_MS) {
    state = await input.adapter.status(input.base, session, request);
    if (state === "closed" || state === "not_found" || state === "ambiguous_identity") break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return { request, state };
}
