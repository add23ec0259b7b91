/** What a plan asks of a store, as the contract of connectors says it. */
import type { Change } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import { chunks, TUPLES_PER_STATEMENT } from "../../connector-kit/chunks.ts";
import type { Answer, Erasing, Match, Still } from "../../connector-kit/contract.ts";
import type { BoundEstate } from "./estate.ts";
import { type HoldersOf, stillOf } from "./still.ts";

export interface Changing {
  readonly estate: BoundEstate;
  readonly store: string;
  /** Who found the rows. */
  readonly holdersOf: HoldersOf;
}

/** Each of the statements of a change says what must still be true: of that much beside its keys. */
const STILL_MAX = 1_000;

/** All of the changes of a step as one act of its store; how many rows each of them changed. */
export async function mutateAll(
  { estate, store, holdersOf }: Changing,
  changes: readonly Change[],
): Promise<Answer<readonly number[]>> {
  const all = changes.map((change) => mutationsOf(estate, change, holdersOf));
  const { eraser } = must(estate.stores[store], "bound stores are connected");
  const answer = await eraser.mutate(all.flat());
  const byChange = (rows: readonly number[]): number[] => {
    const open = [...rows];
    return all.map((own) => open.splice(0, own.length).reduce((a, b) => a + b, 0));
  };
  if (answer.ok) return { ok: true, value: byChange(answer.value) };
  return answer.left === undefined ? answer : { ...answer, left: byChange(answer.left) };
}

/** One, or as many as statements carry its keys, where each has much to say of its own. */
export function mutationsOf(estate: BoundEstate, change: Change, holdersOf: HoldersOf): readonly Erasing[] {
  const still = stillOf(change, holdersOf);
  const tells = [...(still?.each ?? []), ...(still?.anyOf ?? [])].reduce((n, m) => n + m.tuples.length, 0);
  if (change.keys.length <= TUPLES_PER_STATEMENT || tells <= STILL_MAX)
    return [mutationOf(estate, change, still)];
  return chunks(whereOf(estate, change)).map(({ tuples }) => {
    const lot = { ...change, keys: tuples };
    return mutationOf(estate, lot, stillOf(lot, holdersOf));
  });
}

const whereOf = ({ keys }: BoundEstate, change: Change): Match => ({
  fields: must(keys.get(change.collection), "bound"),
  tuples: change.keys,
});

function mutationOf(estate: BoundEstate, change: Change, still: Still | undefined): Erasing {
  const collection = must(estate.graph.collections.get(change.collection), "known");
  const where = whereOf(estate, change);
  const rows = { collection: collection.name, where, ...(still === undefined ? {} : { still }) };
  return change.act === "delete"
    ? { act: "delete", ...rows }
    : {
        ...{ act: "set", ...rows, set: change.set },
        ...(change.only === undefined ? {} : { only: change.only }),
      };
}
