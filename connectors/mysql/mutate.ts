import { setTimeout as sleep } from "node:timers/promises";
import type { Mutation } from "@avow/runtime/connector-kit/contract";
import { refused } from "@avow/runtime/connector-kit/refused";
import type { PoolConnection } from "mysql2";
import type { CatalogueCache } from "./catalogue.ts";
import { errnoOf, failureOf } from "./failure.ts";
import { isJoint, type Step, stepsOf } from "./mutation-plan.ts";
import { restoringSteps } from "./restore.ts";
import type { Session } from "./session.ts";

const ATTEMPTS_MAX = 4;
const PAUSE_MS = 50;
const DEADLOCK = 1213;
const CHANGED_MEANWHILE = 1020;

/** The server undid the whole step because of a neighbour: doing it again is safe and usually enough. */
const isCollision = (error: unknown): boolean => [DEADLOCK, CHANGED_MEANWHILE].includes(errnoOf(error));

async function carryOut(
  session: Session,
  client: PoolConnection,
  steps: readonly Step[],
  rows: number[],
): Promise<void> {
  for (const { collection, mutation, unchecked, statement, finds, kinds } of steps) {
    if (finds !== undefined) {
      const [row] = await session.send(client, null, statement);
      if (Number(row?.[0]) !== finds.rows) throw refused({ error: "blocked", retryable: false }, finds.or);
      continue;
    }
    if (unchecked) await session.command(client, "SET SESSION foreign_key_checks = 0");
    const changed = await session.change(client, collection, statement);
    if (unchecked) await session.command(client, "SET SESSION foreign_key_checks = 1");
    if (mutation !== null) rows[mutation] = (rows[mutation] ?? 0) + changed;
    if (kinds === undefined) continue;
    const counts = await countsOf(session, client, { collection, kinds, changed });
    for (const [i, index] of kinds.mutations.entries()) rows[index] = (rows[index] ?? 0) + (counts[i] ?? 0);
  }
}

/** The rows of each: those that it names, and where some of all are not there, those that are; they are locked by now. */
async function countsOf(
  session: Session,
  client: PoolConnection,
  { collection, kinds, changed }: { collection: string; kinds: NonNullable<Step["kinds"]>; changed: number },
): Promise<readonly number[]> {
  if (changed === kinds.named.reduce((a, b) => a + b, 0)) return kinds.named;
  const found = new Map(
    (await session.send(client, collection, kinds.count)).map(([kind, n]) => [Number(kind), Number(n)]),
  );
  return kinds.mutations.map((_, kind) => found.get(kind) ?? 0);
}

async function commit(session: Session, client: PoolConnection): Promise<void> {
  try {
    await session.command(client, "COMMIT");
  } catch (error) {
    if (!session.isStale(error)) throw error;
    const reason = "the connection broke while the change was being made final: read back whether it was";
    throw refused({ error: "unreachable", retryable: true, unsure: true }, reason);
  }
}

async function begin(session: Session): Promise<PoolConnection> {
  const client = await session.checkOut();
  try {
    await session.command(client, "START TRANSACTION READ WRITE");
    return client;
  } catch (error) {
    session.giveBack(client, true);
    throw error;
  }
}

async function once(session: Session, steps: readonly Step[], width: number): Promise<readonly number[]> {
  // A pooled connection that has died shows at the start, before anything was changed.
  const client = await begin(session).catch((error: unknown) => {
    if (!session.isStale(error)) throw error;
    return begin(session);
  });
  const rows = Array.from({ length: width }, () => 0);
  let whole = false;
  try {
    await carryOut(session, client, steps, rows);
    await commit(session, client);
    whole = true;
    return rows;
  } finally {
    // A connection that goes takes its transaction with it, and with it whatever was switched off for a statement.
    if (!whole) await session.command(client, "ROLLBACK").catch(() => undefined);
    session.giveBack(client, !whole);
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
