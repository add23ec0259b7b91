import type { Mutation } from "@avow/runtime/connector-kit/contract";
import { refused } from "@avow/runtime/connector-kit/refused";
import type { CatalogueCache } from "./catalogue.ts";
import { StoreError } from "./failure.ts";
import type { Keeper } from "./keeper.ts";
import { type Step, stepsOf } from "./mutation-plan.ts";
import { quoted } from "./name.ts";
import { restoringSteps } from "./restore.ts";
import type { Session } from "./session.ts";

const FOREIGN_KEY = 787;

const tell = (keeper: Keeper, sql: string): Promise<unknown> => keeper.ask({ do: "change", sql, values: [] });

async function begin(session: Session): Promise<Keeper> {
  const keeper = await session.checkOut();
  try {
    // At once as a writer: a reader that becomes one later can't wait for its neighbour, only fail.
    await tell(keeper, "BEGIN IMMEDIATE");
    return keeper;
  } catch (error) {
    session.giveBack(keeper);
    throw error;
  }
}

/** The store names no foreign key that was broken; the tables that point at those of the step are asked while everything still stands. */
async function referring(keeper: Keeper, steps: readonly Step[], cache: CatalogueCache): Promise<string> {
  const touched = new Set(steps.map(({ table }) => table.name));
  const children = [...(await cache.all()).values()].filter((table) =>
    table.description.foreignKeys.some((key) => touched.has(key.to.collection)),
  );
  const names: string[] = [];
  for (const { name, schema, bare } of children) {
    const sql = `PRAGMA ${quoted(schema)}.foreign_key_check(${quoted(bare)})`;
    if ((await keeper.ask({ do: "rows", sql, values: [] })).rows.length > 0) names.push(name);
  }
  return names.join("`, `");
}

async function commit(
  session: Session,
  keeper: Keeper,
  steps: readonly Step[],
  cache: CatalogueCache,
): Promise<void> {
  try {
    await tell(keeper, "COMMIT");
  } catch (error) {
    if (error instanceof StoreError && error.code === FOREIGN_KEY)
      throw new StoreError(FOREIGN_KEY, await referring(keeper, steps, cache));
    if (!session.isStale(error)) throw error;
    const reason = "the connection broke while the change was being made final: read back whether it was";
    throw refused({ error: "unreachable", retryable: true, unsure: true }, reason);
  }
}

/** The rows of each: those that it names, and where some of all are not there, those that are. Nobody else writes meanwhile. */
async function countsOf(
  session: Session,
  keeper: Keeper,
  { table, kinds, changed }: { table: Step["table"]; kinds: NonNullable<Step["kinds"]>; changed: number },
): Promise<readonly number[]> {
  if (changed === kinds.named.reduce((a, b) => a + b, 0)) return kinds.named;
  session.count(table.name);
  const { rows } = await keeper.ask({ do: "rows", sql: kinds.count.text, values: kinds.count.values });
  const found = new Map(rows.map(([kind, n]) => [Number(kind), Number(n)]));
  return kinds.mutations.map((_, kind) => found.get(kind) ?? 0);
}

/** What is gone from the tables is still in the write-ahead log until that is emptied. The change stands whether that works or not. */
async function emptyLog(keeper: Keeper): Promise<void> {
  await keeper.ask({ do: "settle" }).catch(() => keeper.kill());
}

export async function mutate(
  session: Session,
  cache: CatalogueCache,
  mutations: readonly Mutation[],
): Promise<readonly number[]> {
  if (session.access === "read")
    throw refused({ error: "denied", retryable: false }, "this connection was opened for reading only");
  const steps = [...(await restoringSteps(mutations, cache)), ...(await stepsOf(mutations, cache))];
  const rows = mutations.map(() => 0);
  if (steps.length === 0) return rows;
  // A connection that has died shows at the start, before anything was changed.
  const keeper = await begin(session).catch((error: unknown) => {
    if (!session.isStale(error)) throw error;
    return begin(session);
  });
  let whole = false;
  try {
    await tell(keeper, "PRAGMA defer_foreign_keys = ON");
    for (const { table, mutation, statement, runs, uncounted, kinds } of steps) {
      session.count(table.name);
      const { changed } = await keeper.ask(
        runs === undefined
          ? { do: "change", sql: statement.text, values: statement.values }
          : { do: "changes", sql: statement.text, runs },
      );
      if (mutation !== null && uncounted !== true) rows[mutation] = (rows[mutation] ?? 0) + changed;
      if (kinds === undefined) continue;
      const counts = await countsOf(session, keeper, { table, kinds, changed });
      for (const [i, index] of kinds.mutations.entries()) rows[index] = (rows[index] ?? 0) + (counts[i] ?? 0);
    }
    await commit(session, keeper, steps, cache);
    whole = true;
    await emptyLog(keeper);
    return rows;
  } finally {
    // A process that goes takes its transaction with it.
    if (!whole) await tell(keeper, "ROLLBACK").catch(() => keeper.kill());
    session.giveBack(keeper);
  }
}
