/** One pass over an undo bundle: to look what would come back (`act` null), or to bring it back. */
import { staysInWords } from "@avow/core/plan/restore";
import type { StoreFailed } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import type { ResultLine } from "../run/run.ts";
import { type Act, bringBack, Tally, Waits } from "./back.ts";
import type { Bundles } from "./bundle.ts";
import { erasedRows } from "./erased.ts";
import { type BundleKey, type Lot, lotsOf, type TakenStep } from "./lots.ts";
import type { PutBack } from "./put-back.ts";
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

/** `steps`: the last first, as what was let go last is what others refer to. `put`: what this restore has put back so far. */
export async function passOver(
  bundle: BundleOf,
  steps: readonly TakenStep[],
  act: Act,
  put: PutBack,
): Promise<Passed> {
  const { estate } = bundle;
  const tally = new Tally();
  const waits = new Waits();
  const found = await erasedRows(estate, allLots(bundle, steps));
  const around = {
    ...{ estate, ...found, put },
    ...{ promised: new Names(), others: new Names(), doubtful: new Doubtful() },
  };
  for await (const lot of allLots(bundle, steps)) await bringBack({ around, act, tally, waits }, lot);
  for (const head of around.doubtful.left) tally.add(head, "stays_erased", 1, staysInWords({ why: "key" }));
  return { lines: tally.lines, waits: waits.first };
}

async function* allLots(bundle: BundleOf, steps: readonly TakenStep[]): AsyncGenerator<Lot> {
  for (const step of steps) yield* lotsOf(bundle, step);
}
