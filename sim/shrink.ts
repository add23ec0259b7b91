/** Makes a world smaller while the same request still goes wrong: fewer tables, fewer rows, fewer links. */
import { must } from "@avow/core/terms/assert";
import type { Finding } from "./describe.ts";
import { type Ground, newTally, tryWorld } from "./differential.ts";
import type { Row } from "./model/world.ts";
import type { DraftTable } from "./world/draft.ts";
import { assemble, type RandomWorld } from "./world/world.ts";

const TRIALS_MAX = 250;

type At = Omit<Ground, "tally">;

export async function shrink(found: Finding, at: At): Promise<Finding> {
  let best = found;
  let trials = 0;
  for (let smaller = true; smaller && trials < TRIALS_MAX; ) {
    smaller = false;
    for (const candidate of candidates(best.world)) {
      if (++trials > TRIALS_MAX) break;
      const mismatch = await tryOnce(candidate, best, at);
      if (mismatch === null) continue;
      best = { mismatch, world: candidate };
      smaller = true;
      break;
    }
  }
  return best;
}

/** A candidate that the store does not take (a foreign key lost its row) is no candidate. */
async function tryOnce(world: RandomWorld, { mismatch }: Finding, at: At) {
  try {
    const again = await tryWorld(world, [mismatch.asked], { ...at, tally: newTally() });
    return again?.where === mismatch.where && kindOf(again.what) === kindOf(mismatch.what) ? again : null;
  } catch {
    return null;
  }
}

/** What went wrong, without names and values: a smaller world must not go wrong in some other way. */
const kindOf = (what: string): string =>
  /is gone|still there|missing|should not be|kept list|the state should be \w+, and is \w+|"act":"\w+"|and is "|and is null/.exec(
    what,
  )?.[0] ?? what;

export function* candidates(world: RandomWorld): Generator<RandomWorld> {
  const rows = rowsByTable(world);
  for (const table of world.tables) {
    const pointedAt = world.tables.some(
      (t) => t !== table && (t.links.some((l) => l.to === table) || t.aside.some((a) => a.to === table)),
    );
    if (pointedAt) continue;
    const tables = world.tables.filter((t) => t !== table);
    yield assemble(world.seed, tables, rows);
  }
  for (const table of world.tables) {
    const all = must(rows.get(table), "every table has rows");
    for (let size = all.length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < all.length; from += size) {
        const less = [...all.slice(0, from), ...all.slice(from + size)];
        yield assemble(world.seed, world.tables, new Map(rows).set(table, less));
      }
    }
  }
}

const rowsByTable = (world: RandomWorld): Map<DraftTable, readonly Row[]> =>
  new Map(world.tables.map((t, i) => [t, world.model.tables[i]?.rows ?? []]));
