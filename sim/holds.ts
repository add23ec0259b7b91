/** Erasures under a legal hold on the person, on random worlds: what is held stays as it is, and goes as ever once the hold is lifted. */
import { idOf } from "@avow/core/datamap/model";
import type { Hold } from "@avow/core/plan/hold";
import { must } from "@avow/core/terms/assert";
import { normalise, normaliserOf } from "@avow/core/terms/person";
import type { Holds } from "@avow/runtime/requests/holds/holds";
import { erase as runner } from "@avow/runtime/requests/rights/erase";
import { type BoundEstate, bindEstate } from "@avow/runtime/requests/run/estate";
import { memoryJournal } from "@avow/runtime/requests/run/journal";
import type { RequestOutcome } from "@avow/runtime/requests/run/run";
import { compareAfter, compareKept, compareRows } from "./compare.ts";
import { adapt } from "./engines/adapt.ts";
import type { Engine, EngineDatabase } from "./engines/engine.ts";
import { type Erasure, erase, type Kept } from "./model/erase.ts";
import { eraseHeld } from "./model/erase-held.ts";
import type { Row } from "./model/world.ts";
import { type Dice, diceOf } from "./random.ts";
import { declaredOf } from "./world/declared.ts";
import type { DraftTable } from "./world/draft.ts";
import { requestsFor, type SimRequest } from "./world/requests.ts";
import { assemble, NOW, type RandomWorld, STORE, worldOf } from "./world/world.ts";

export interface HoldTally {
  worlds: number;
  closed: number;
  /** Rows that a hold kept, with those that they need. */
  rowsHeld: number;
  /** Erasures after the hold, which had something left to erase. */
  owed: number;
}

const HELD = "held";
const HOLD: Hold = {
  ...{ id: "h", commitment: "claims", reason: "a case", classes: [HELD] },
  review: new Date(NOW.getTime() + 86_400_000),
};
const holding: Holds = {
  inEffect: async () => ({
    on: () => [HOLD],
    onNamed: async () => [HOLD],
    onOthers: async () => [],
    stillAll: async () => {},
  }),
  forPlan: () => holding.inEffect(),
  unchanged: async () => {},
};

/** About a third of the collections with data of persons are of the class that is held. */
function withHeld(world: RandomWorld, dice: Dice): RandomWorld {
  const names = new Set(
    world.model.tables.flatMap(({ collection: c }) =>
      c.class !== "system" && dice.chance(1 / 3) ? [c.name] : [],
    ),
  );
  const as = <C extends { readonly name: string; readonly class: string }>(c: C): C =>
    names.has(c.name) ? { ...c, class: HELD } : c;
  const rules = [...world.model.keepRules].map(
    ([id, r]) => [id, { ...r, classes: [...r.classes, HELD] }] as const,
  );
  return {
    ...world,
    map: {
      ...world.map,
      stores: world.map.stores.map((s) => ({ ...s, collections: s.collections.map(as) })),
    },
    model: {
      ...world.model,
      tables: world.model.tables.map((t) => ({ ...t, collection: as(t.collection) })),
      keepRules: new Map(rules),
    },
  };
}

interface Bench {
  readonly world: RandomWorld;
  readonly database: EngineDatabase;
  readonly estate: BoundEstate;
  readonly dice: number;
  readonly tally: HoldTally;
}

/** What went wrong, in words, by seed; empty when nothing did. */
export async function tryHolds(
  engine: Engine,
  seeds: readonly number[],
  people: number,
): Promise<{ readonly wrong: readonly string[]; readonly tally: HoldTally }> {
  const database = await engine.start();
  const tally: HoldTally = { worlds: 0, closed: 0, rowsHeld: 0, owed: 0 };
  const wrong: string[] = [];
  try {
    for (const seed of seeds) {
      const dice = seed ^ 0x686f6c64;
      const world = withHeld(adapt(worldOf(seed, { standIns: false }), engine), diceOf(dice));
      await database.layOut(world);
      tally.worlds += 1;
      const open = (access: "read" | "erase") =>
        engine.connector.open({ url: database.url, access, statementTimeoutMs: 20_000 });
      const stores = { [STORE]: { reader: open("read"), eraser: open("erase") } };
      const bound = await bindEstate({ map: world.map, keepRules: world.model.keepRules, stores });
      if (!bound.ok) throw new Error(`seed ${seed} is not bound`);
      const bench = { world, database, estate: bound.estate, dice, tally };
      for (const asked of requestsFor(diceOf(seed ^ 0x5eed), world, people)) {
        const said = await tryOne(bench, asked);
        if (said !== null) wrong.push(`seed ${seed} on ${engine.name}: ${said}`);
        await database.reset(world);
      }
      for (const { reader, eraser } of Object.values(stores))
        await Promise.all([reader.close(), eraser.close()]);
    }
  } finally {
    await database.stop();
  }
  return { wrong, tally };
}

async function tryOne(bench: Bench, { identities }: SimRequest): Promise<string | null> {
  const { world, database, estate, tally } = bench;
  const run = (holds?: Holds): Promise<RequestOutcome> =>
    runner.run({
      ...{ estate, journal: memoryJournal(), now: () => NOW, approve: async () => true },
      identities: identities.map((i) => ({ ...i, value: normalise(normaliserOf(i.namespace), i.value) })),
      ...(holds === undefined ? {} : { holds }),
    });
  const declared = declaredOf(world);
  const expected = eraseHeld({ world: world.model, declared, identities, hold: HOLD, now: NOW });
  const startedMs = Date.now();
  const outcome = await run(holding);
  const held = await compare(bench, world, { expected, outcome, startedMs });
  if (held !== null || expected.state !== "closed") return held;
  tally.closed += 1;
  const rows = outcome.kept.reduce((n, k) => n + (k.hold === undefined ? 0 : k.rows), 0);
  tally.rowsHeld += rows;
  // Once it is lifted, what the erasure left is a world like any other.
  const now = new Map<DraftTable, readonly Row[]>();
  for (const table of world.tables) now.set(table, await database.rowsOf(table));
  const left = withHeld(assemble(world.seed, world.tables, now), diceOf(bench.dice));
  const after = erase(left.model, identities, NOW);
  const again = await run();
  if (rows > 0 && after.state === "closed") tally.owed += 1;
  const lifted = await compare(bench, left, { expected: after, outcome: again, startedMs });
  return lifted === null ? null : `lifted: ${lifted}`;
}

interface Compared {
  readonly expected: Erasure;
  readonly outcome: RequestOutcome;
  readonly startedMs: number;
}

async function compare(
  { database }: Bench,
  world: RandomWorld,
  { expected, outcome, startedMs }: Compared,
): Promise<string | null> {
  if (outcome.state !== expected.state)
    return `the state should be ${expected.state}, and is ${outcome.state}: ${JSON.stringify(outcome.results)}`;
  for (const [i, table] of world.tables.entries()) {
    const { collection, rows } = must(world.model.tables[i], "tables and collections go together");
    const found = await database.rowsOf(table);
    const wrong =
      expected.state === "closed"
        ? compareAfter(table, expected.after.get(idOf(collection)) ?? [], found, { startedMs })
        : compareRows(table, rows, found);
    if (wrong !== null) return wrong;
  }
  if (expected.state !== "closed") return null;
  const kept = outcome.kept.map((k): Kept => ({ ...k, collection: `${k.store}.${k.collection}` }));
  return compareKept(expected.kept, kept);
}
