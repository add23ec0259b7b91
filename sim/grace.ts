/** Erasures under grace that are taken back: the world must be what it was, but for what a neighbour wrote in between. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "@avow/core/terms/assert";
import { normalise, normaliserOf } from "@avow/core/terms/person";
import type { Act } from "@avow/runtime/requests/grace/back";
import { bundlesIn } from "@avow/runtime/requests/grace/bundle";
import { passOver } from "@avow/runtime/requests/grace/pass";
import { PutBack } from "@avow/runtime/requests/grace/put-back";
import { undoOf } from "@avow/runtime/requests/grace/undo";
import { erase } from "@avow/runtime/requests/rights/erase";
import { type BoundEstate, bindEstate } from "@avow/runtime/requests/run/estate";
import { memoryJournal } from "@avow/runtime/requests/run/journal";
import type { ResultLine } from "@avow/runtime/requests/run/run";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import { createSealer } from "@avow/runtime/vault/seal";
import { compareRows } from "./compare.ts";
import { adapt } from "./engines/adapt.ts";
import type { Engine, EngineDatabase } from "./engines/engine.ts";
import type { Row } from "./model/world.ts";
import { type Dice, diceOf } from "./random.ts";
import type { DraftTable } from "./world/draft.ts";
import { requestsFor, type SimRequest } from "./world/requests.ts";
import { collectionName, NOW, type RandomWorld, STORE, worldOf } from "./world/world.ts";

export interface GraceTally {
  worlds: number;
  taken: number;
  rowsBack: number;
  neighbours: number;
}

type Rows = ReadonlyMap<DraftTable, readonly Row[]>;

interface Bench {
  readonly world: RandomWorld;
  readonly database: EngineDatabase;
  readonly estate: BoundEstate;
  readonly folder: string;
  readonly dice: Dice;
  readonly tally: GraceTally;
}

/** What went wrong, in words, by seed; empty when nothing did. */
export async function takeBack(
  engine: Engine,
  seeds: readonly number[],
  people: number,
): Promise<{ readonly wrong: readonly string[]; readonly tally: GraceTally }> {
  const database = await engine.start();
  const folder = await mkdtemp(join(tmpdir(), "avow-sim-undo-"));
  const tally: GraceTally = { worlds: 0, taken: 0, rowsBack: 0, neighbours: 0 };
  const wrong: string[] = [];
  try {
    for (const seed of seeds) {
      const world = adapt(worldOf(seed, { standIns: false }), engine);
      await database.layOut(world);
      tally.worlds += 1;
      const open = (access: "read" | "erase") =>
        engine.connector.open({ url: database.url, access, statementTimeoutMs: 20_000 });
      const stores = { [STORE]: { reader: open("read"), eraser: open("erase") } };
      const bound = await bindEstate({ map: world.map, keepRules: world.model.keepRules, stores });
      if (!bound.ok) throw new Error(`seed ${seed} is not bound`);
      const dice = diceOf(seed ^ 0x67726163);
      const bench = { world, database, estate: bound.estate, folder, dice, tally };
      for (const asked of requestsFor(diceOf(seed ^ 0x5eed), world, people)) {
        const said = await takeOneBack(bench, asked);
        if (said !== null) wrong.push(`seed ${seed} on ${engine.name}: ${said}`);
        await database.reset(world);
      }
      for (const { reader, eraser } of Object.values(stores))
        await Promise.all([reader.close(), eraser.close()]);
    }
  } finally {
    await database.stop();
    await rm(folder, { recursive: true });
  }
  return { wrong, tally };
}

async function rowsNow({ world, database }: Bench): Promise<Rows> {
  const rows = new Map<DraftTable, readonly Row[]>();
  for (const table of world.tables) rows.set(table, await database.rowsOf(table));
  return rows;
}

async function takeOneBack(bench: Bench, asked: SimRequest): Promise<string | null> {
  const { estate, tally, world } = bench;
  const before = await rowsNow(bench);
  const key = oneWayKey();
  const bundles = bundlesIn(bench.folder, createSealer(randomBytes(32)));
  const request = randomBytes(8).toString("hex");
  const journal = memoryJournal();
  const outcome = await erase.run({
    estate,
    identities: asked.identities.map((i) => ({
      ...i,
      value: normalise(normaliserOf(i.namespace), i.value),
    })),
    journal,
    undo: undoOf({ estate, bundles, request, publicKey: key.publicKey }),
    now: () => NOW,
    approve: async () => true,
  });
  if (outcome.state !== "closed") return null;
  const written = await neighbour(bench);
  const { eraser } = must(estate.stores[STORE], "the store is connected");
  const steps = journal.steps
    .flatMap(({ step, outcome: ended }, i) => {
      if (ended?.state !== "done") return [];
      const named = step.changes.reduce((n, c) => n + c.keys.length, 0);
      return [{ id: String(i), whole: ended.rows >= named }];
    })
    .toReversed();
  const bundle = { estate, bundles, request, key };
  const put = new PutBack();
  const { lines: looked } = await passOver(bundle, steps, null, put);
  const acted = async () => {
    const act: Act = async (_, mutations) => {
      const answer = await eraser.mutate(mutations);
      return answer.ok ? null : answer;
    };
    return (await passOver(bundle, steps, act, put)).lines;
  };
  const lines = await acted();
  tally.taken += 1;
  tally.rowsBack += back(lines);
  if (JSON.stringify(sum(looked)) !== JSON.stringify(sum(lines)))
    return `the look promised ${JSON.stringify(sum(looked))}, and ${JSON.stringify(sum(lines))} came`;
  const after = await rowsNow(bench);
  for (const table of world.tables) {
    const expected = (before.get(table) ?? []).map((row) => written?.(table, row) ?? row);
    const differs = compareRows(table, expected, after.get(table) ?? []);
    if (differs !== null) return `${differs}; it said ${JSON.stringify(lines)}`;
  }
  // A second time everything is back already.
  const again = await acted();
  return back(again) >= back(lines) ? null : `a second time only ${back(again)} of ${back(lines)} are back`;
}

const back = (lines: readonly ResultLine[]): number =>
  lines.reduce((n, l) => n + (l.result === "restored" ? l.rows : 0), 0);
const sum = (lines: readonly ResultLine[]): readonly string[] =>
  lines.map((l) => `${l.collection} ${l.result} ${l.rows} ${l.reason ?? ""}`).sort();

const WRITTEN = "a neighbour was here";

/** Writes into a field that nothing hangs on, of a row that is there while the person is gone. Gives what that makes of the row as it was. */
async function neighbour(bench: Bench): Promise<((table: DraftTable, row: Row) => Row | null) | null> {
  const { world, dice, estate, tally } = bench;
  const now = await rowsNow(bench);
  const places = world.tables.flatMap((table) =>
    freeColumns(world, table).flatMap((column) =>
      (now.get(table) ?? []).length > 0 ? [{ table, column }] : [],
    ),
  );
  if (places.length === 0) return null;
  const { table, column } = dice.pick(places);
  const row = dice.pick([...(now.get(table) ?? [])]);
  const fields = table.key.map((c) => c.name);
  const key = fields.map((f) => must(row.get(f) ?? undefined, "keys are never null"));
  const { eraser } = must(estate.stores[STORE], "the store is connected");
  const answer = await eraser.mutate([
    {
      act: "set",
      collection: collectionName(table),
      where: { fields, tuples: [key] },
      set: {},
      values: { [column]: WRITTEN },
    },
  ]);
  if (!answer.ok) throw new Error(`the neighbour could not write: ${answer.reason}`);
  tally.neighbours += 1;
  return (at, old) =>
    at === table && fields.every((f, i) => old.get(f) === key[i])
      ? new Map([...old, [column, WRITTEN]])
      : null;
}

/** Plain texts, in no key, unique value, identity or link. */
function freeColumns(world: RandomWorld, table: DraftTable): readonly string[] {
  const into = world.tables.flatMap((t) => t.links.filter((l) => l.to === table));
  const bound = new Set([
    ...into.flatMap((l) => l.toColumns),
    ...table.key,
    ...table.links.flatMap((l) => [...l.from, ...(l.when === undefined ? [] : [l.when.column])]),
    ...table.aside.map((a) => a.column),
  ]);
  const identities = new Set(table.identities.map((i) => i.field));
  return table.columns
    .filter((c) => c.type === "text" && !bound.has(c) && !identities.has(c.name) && !c.unique)
    .map((c) => c.name);
}
