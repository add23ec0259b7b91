/** Seeds in, findings and counts out. One database for all; each world has it to itself. */
import type { Finding } from "./describe.ts";
import { newTally, type Tally, tryWorld } from "./differential.ts";
import { adapt } from "./engines/adapt.ts";
import type { Engine } from "./engines/engine.ts";
import type { Merging } from "./merging.ts";
import { diceOf } from "./random.ts";
import { shrink } from "./shrink.ts";
import { type Coverage, shapesOf } from "./world/coverage.ts";
import { requestsFor } from "./world/requests.ts";
import { worldOf } from "./world/world.ts";

export interface SeedReport {
  readonly worlds: number;
  readonly tally: Tally;
  readonly coverage: Coverage;
  readonly found: readonly Finding[];
}

export interface SeedOptions {
  /** Requests per world. */
  readonly people: number;
  /** Stops after so many findings. */
  readonly findingsMax: number;
  readonly shrink: boolean;
  /** False: worlds as they were before rows could go on under pseudo-people. */
  readonly standIns?: boolean;
  /** Only worlds that have this shape, by its name; others are passed over. */
  readonly shape?: string;
  /** Some people are merged with others before anybody asks. */
  readonly merging?: Merging;
  /** Told at once: a long run may be stopped before its end. */
  readonly onFinding?: (finding: Finding) => void;
}

export async function runSeeds(
  engine: Engine,
  seeds: readonly number[],
  options: SeedOptions,
): Promise<SeedReport> {
  const database = await engine.start();
  const merging = options.merging === undefined ? {} : { merging: options.merging };
  const at = { engine, database, tally: newTally(), ...merging };
  const coverage: Map<string, number> = new Map();
  const found: Finding[] = [];
  let worlds = 0;
  try {
    for (const seed of seeds) {
      const world = adapt(worldOf(seed, { standIns: options.standIns ?? true }), engine);
      if (options.shape !== undefined && !shapesOf(world).includes(options.shape)) continue;
      worlds += 1;
      for (const shape of shapesOf(world)) coverage.set(shape, (coverage.get(shape) ?? 0) + 1);
      const mismatch = await tryWorld(world, requestsFor(diceOf(seed ^ 0x5eed), world, options.people), at);
      if (mismatch === null) continue;
      const plain: Finding = { mismatch, world };
      const finding = options.shrink ? await shrink(plain, at) : plain;
      options.onFinding?.(finding);
      found.push(finding);
      if (found.length >= options.findingsMax) break;
    }
  } finally {
    await database.stop();
  }
  return { worlds, tally: at.tally, coverage, found };
}
