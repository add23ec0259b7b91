import { setTimeout as sleep } from "node:timers/promises";
import type { Mutation } from "@avow/runtime/connector-kit/contract";
import { refused } from "@avow/runtime/connector-kit/refused";
import type { PoolClient } from "pg";
import type { CatalogueCache } from "./catalogue.ts";
import { failureOf } from "./failure.ts";
import { isJoint, type Step, stepsOf } from "./mutation-plan.ts";
import { restoringSteps } from "./restore.ts";
import { type Session, together } from "./session.ts";

const ATTEMPTS_MAX = 4;
const PAUSE_MS = 50;

/** The server undid the whole step because of a neighbour: doing it again is safe and usually enough. */
const isCollision = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "40001" || error.code === "40P01");

async function carryOut(
  session: Session,
  client: PoolClient,
  steps: readonly Step[],
  rows: number[],
): Promise<void> {
  for (const lot of lotsOf(steps)) {
    // Within the transaction: what follows a statement that failed is not carried out.
    const results = await together(lot.map((s) => session.change(client, s.collections, s.statement)));
    for (const [at, result] of results.entries()) {
      for (const [i, index] of lot[at]?.mutations.entries() ?? []) {
        const changed =
          result.command === "SELECT" ? Number(result.rows[0]?.[i] ?? 0) : (result.rowCount ?? 0);
        rows[index] = (rows[index] ?? 0) + changed;
      }
    }
  }
}

/** Keys that are on their way at once. */
const LOT_KEYS_MAX = 100_000;

function lotsOf(steps: readonly Step[]): Step[][] {
  const lots: Step[][] = [];
  let keys = Number.POSITIVE_INFINITY;
  for (const step of steps) {
    const own = step.statement.values.reduce((n, v) => n + (typeof v === "string" ? 1 : v.length), 0);
    if (keys + own > LOT_KEYS_MAX) {
      lots.push([]);
      keys = 0;
    }
    lots.at(-1)?.push(step);
    keys += own;
  }
  return lots;
}

async function commit(session: Session, client: PoolClient): Promise<void> {
  try {
    await session.mark(client, "COMMIT");
  } catch (error) {
    if (!session.isStale(error)) throw error;
    const reason = "the connection broke while the change was being made final: read back whether it was";
    throw refused({ error: "unreachable", retryable: true, unsure: true }, reason);
  }
}

async function begin(session: Session): Promise<PoolClient> {
  const client = await session.checkOut();
  try {
    await session.mark(client, "BEGIN");
    return client;
  } catch (error) {
    session.giveBack(client, true);
    throw error;
  }
}

async function once(session: Session, steps: readonly Step[], width: number): Promise<readonly number[]> {
  // A pooled connection that has died shows at `BEGIN`, before anything was changed.
  const client = await begin(session).catch((error: unknown) => {
    if (!session.isStale(error)) throw error;
    return begin(session);
  });
  const rows = Array.from({ length: width }, () => 0);
  let broken = true;
  try {
    await carryOut(session, client, steps, rows);
    await commit(session, client);
    broken = false;
    return rows;
  } catch (error) {
    broken = await session.mark(client, "ROLLBACK").then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    session.giveBack(client, broken);
  }
}

export async function mutate(
  session: Session,
  cache: CatalogueCache,
  mutations: readonly Mutation[],
): Promise<readonly number[]> {
  if (session.access === "read")
    throw refused({ error: "denied", retryable: false }, "this connection was opened for reading only");
  const restoring = await restoringSteps(mutations, cache);
  const steps = [...restoring, ...(await stepsOf(mutations, cache))];
  try {
    return await tried(session, steps, mutations.length);
  } catch (error) {
    // What several kinds do in one statement takes the right to see the fields that one of them changes.
    if (!steps.some(isJoint) || failureOf(error)?.error !== "denied") throw error;
    const apart = await stepsOf(mutations, cache, { apart: true });
    return tried(session, [...restoring, ...apart], mutations.length);
  }
}

async function tried(session: Session, steps: readonly Step[], width: number): Promise<readonly number[]> {
  if (steps.length === 0) return Array.from({ length: width }, () => 0);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(session, steps, width);
    } catch (error) {
      if (!isCollision(error) || attempt >= ATTEMPTS_MAX) throw error;
      await sleep(PAUSE_MS * attempt * (1 + Math.random()));
    }
  }
}
