/** How far an erasure went in each store, as far as the store can show it (spec/erasure-certificate.md, "How far"). */
import type { BoundEstate } from "./estate.ts";
import type { RequestOutcome, ResultLine } from "./run.ts";

interface Asking {
  readonly estate: BoundEstate;
  /** Stores that may be asked to clean up at once. */
  readonly cleaned: ReadonlySet<string>;
  readonly now: () => Date;
}

export const withReach = async (outcome: RequestOutcome, asking: Asking): Promise<RequestOutcome> =>
  reachedAs(outcome, await askReach(outcome.results, asking));

/** What the stores say of the collections of all these lines, each store asked once. */
export interface Reach {
  readonly at: string;
  readonly beyond: readonly { readonly store: string; readonly places: readonly string[] }[];
  /** By store and collection. */
  readonly reached: ReadonlyMap<string, ResultLine["reached"]>;
}

const isGone = (line: ResultLine): boolean => line.result === "verified_absent";

/** A store that can not say, or fails, claims nothing: that what was deleted is gone for queries was looked at before. */
export async function askReach(results: readonly ResultLine[], asking: Asking): Promise<Reach> {
  const at = asking.now().toISOString();
  const beyond: { store: string; places: readonly string[] }[] = [];
  const reached = new Map<string, ResultLine["reached"]>();
  for (const [store, lines] of Map.groupBy(results.filter(isGone), (line) => line.store)) {
    const collections = [...new Set(lines.map((line) => line.collection))];
    const query = { collections, clean: asking.cleaned.has(store) };
    const answer = await asking.estate.stores[store]?.eraser.reached?.(query);
    if (answer?.ok !== true) continue;
    beyond.push({ store, places: answer.value.beyond });
    for (const said of answer.value.collections)
      if (said.reached === "vacuumed") reached.set(`${store}.${said.collection}`, { vacuumed: said.at });
  }
  return { at, beyond, reached };
}

export function reachedAs(outcome: RequestOutcome, { at, beyond, reached }: Reach): RequestOutcome {
  const results = outcome.results.map((line) =>
    isGone(line)
      ? {
          ...line,
          reached: { deleted: at, ...line.reached, ...reached.get(`${line.store}.${line.collection}`) },
        }
      : line,
  );
  const own = beyond.filter(({ store }) => outcome.results.some((l) => isGone(l) && l.store === store));
  return { ...outcome, results, ...(own.length === 0 ? {} : { beyond: own }) };
}
