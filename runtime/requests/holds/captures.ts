/** Captures people whom holds are on: all of them with one set of questions, but where a row's cells do not say who asked for it. */
import type { Capture, CapturedRow } from "@avow/core/plan/capture";
import { fieldWithin } from "@avow/core/plan/gather";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { type AccountRow, captureFrom, sharedRows } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import { captureAll, climbAll } from "../sweep/gather.ts";

export interface Known {
  readonly identities: readonly IdentityValue[];
  readonly accounts: readonly AccountRow[];
}

/** In the order given. `also`: fields to be read beside what a plan takes, by collection. Throws `StoreFailed`. */
export async function capturesOf(
  estate: BoundEstate,
  people: readonly Known[],
  also: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<readonly Capture[]> {
  if (!isAskedTogether(estate)) {
    const each: Capture[] = [];
    for (const { identities, accounts } of people)
      each.push(await captureFrom(estate, identities, accounts, also));
    return each;
  }
  const sought = people.map((p) => ({ ...p, earlier: null }));
  return people.length === 0 ? [] : (await captureAll(estate, sought, also)).captures;
}

/** Of each, the rows that somebody else owns too. */
export async function sharedOf(
  estate: BoundEstate,
  captures: readonly Capture[],
): Promise<readonly ReadonlySet<CapturedRow>[]> {
  if (isAskedTogether(estate)) {
    const { shared } = await climbAll(estate, captures);
    return captures.map((_, i) => must(shared[i], "each climb has its answer"));
  }
  const each: ReadonlySet<CapturedRow>[] = [];
  for (const state of captures) each.push(await sharedRows(estate, state));
  return each;
}

const isAskedTogether = ({ graph }: Pick<BoundEstate, "graph">): boolean =>
  [...graph.collections.values()].every((c) => fieldWithin(c) === null);
