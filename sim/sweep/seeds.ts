/** Seeds in, findings and counts out. */

import { adapt } from "../engines/adapt.ts";
import type { Engine } from "../engines/engine.ts";
import type { Merging } from "../merging.ts";
import { saidMost } from "../statements.ts";
import { foreignKeySql, schemaSql } from "../world/sql.ts";
import { type RandomWorld, worldOf } from "../world/world.ts";
import { mapYaml } from "../world/yaml.ts";
import { newSweepTally, peopleOf, type SweepTally, shrinkSweep, trySweep } from "./differential.ts";

export interface SweepReport {
  readonly worlds: number;
  readonly tally: SweepTally;
  readonly found: readonly string[];
}

export interface SweepSeedOptions {
  /** People of one sweep. */
  readonly people: number;
  readonly findingsMax: number;
  readonly shrink: boolean;
  /** Some people are merged with others before all are swept. */
  readonly merging?: Merging;
  readonly onFinding?: (finding: string) => void;
}

export async function runSweepSeeds(
  engine: Engine,
  seeds: readonly number[],
  { people, findingsMax, shrink, merging, onFinding }: SweepSeedOptions,
): Promise<SweepReport> {
  const database = await engine.start();
  const ground = { engine, database, tally: newSweepTally(), ...(merging === undefined ? {} : { merging }) };
  const found: string[] = [];
  let worlds = 0;
  try {
    for (const seed of seeds) {
      // Where a map looks into values, requests are carried out one by one (`whyAlone`).
      const world = adapt(worldOf(seed, { places: false, standIns: false }), engine);
      worlds += 1;
      const who = peopleOf(world, people);
      const wrong = await trySweep(world, who, ground);
      if (wrong === null) continue;
      const smallest = shrink ? await shrinkSweep(world, who, ground) : { world, people: who, wrong };
      const finding = describe(seed, engine.name, { count: people, merged: merging !== undefined }, smallest);
      onFinding?.(finding);
      found.push(finding);
      if (found.length >= findingsMax) break;
    }
  } finally {
    await database.stop();
  }
  return { worlds, tally: ground.tally, found };
}

interface Smallest {
  readonly world: RandomWorld;
  readonly people: ReturnType<typeof peopleOf>;
  readonly wrong: string;
}

const describe = (
  seed: number,
  engine: string,
  { count, merged }: { readonly count: number; readonly merged: boolean },
  { world, people, wrong }: Smallest,
): string =>
  [
    `seed ${seed} on ${engine}: ${wrong}`,
    `people: ${people.map((p) => p.map((i) => `${i.namespace}=${i.value}`).join(" and ")).join("; ")}`,
    mapYaml(world),
    `${schemaSql(world)}\n${foreignKeySql(world)}`,
    ...world.model.tables.flatMap(({ collection, rows }) =>
      rows.map((r) => `  ${collection.name} ${JSON.stringify(Object.fromEntries(r))}`),
    ),
    `again: node sim/run.ts --sweep${merged ? " --merged" : ""} --engine ${engine} --worlds 1 --people ${count} --seed ${seed}`,
  ].join("\n");

export const sweepTable = ({ worlds, tally, found }: SweepReport): string =>
  [
    `${worlds} worlds, ${tally.people} people in sweeps: ${[...tally.states].map(([s, n]) => `${n} ${s}`).join(", ")}`,
    `in ${tally.sharing} worlds they shared rows, ${tally.sharedRows} rows in all; ${saidMost(tally.statementsMax)}`,
    `${found.length} findings`,
  ].join("\n");
