/** One pass over an undo bundle: to look what would come back (`act` null), or to bring it back. */
import { staysInWords } from "@avow/core/plan/restore";
import type { StoreFailed } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import type { ResultLine } from "../run/run.ts";
import { type Act, bringBack, Tally, Waits } from "./back.ts";
import type { Bundles } from "./bundle.ts";
import { erasedRows } from "./erased.ts";
import { type BundleKey, type Lot, lotsOf } from "./lots.ts";
import { Doubtful, Names } from "./situation.ts";

export interface BundleOf {
  readonly estate: BoundEstate;
  readonly bundles: Bundles;
  readonly request: string;
  readonly key: BundleKey;
}

export interface Passed {
  readonly lines: readonly ResultLine[];
  /** What a store holds back for a time; null: nothing, it is over. */
  readonly waits: StoreFailed | null;
}

/** `steps`: those of the erasure that may have changed something, the last first: what was let go last is what others refer to. */
export async function passOver(bundle: BundleOf, steps: readonly string[], act: Act): Promise<Passed> {
  const { estate } = bundle;
  const tally = new Tally();
  const waits = new Waits();
  const found = await erasedRows(estate, allLots(bundle, steps));
  const around = { estate, ...found, promised: new Names(), doubtful: new Doubtful() };
  for await (const lot of allLots(bundle, steps)) await bringBack({ around, act, tally, waits }, lot);
  for (const head of around.doubtful.left) tally.add(head, "stays_erased", 1, staysInWords({ why: "key" }));
  return { lines: tally.lines, waits: waits.first };
}

async function* allLots(bundle: BundleOf, steps: readonly string[]): AsyncGenerator<Lot> {
  for (const step of steps) yield* lotsOf(bundle, step);
}
