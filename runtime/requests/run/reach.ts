/** How far an erasure went in each store, as far as the store can show it (spec/erasure-certificate.md, "How far"). */
import type { BoundEstate } from "./estate.ts";
import type { RequestOutcome, ResultLine } from "./run.ts";

interface Asking {
  readonly estate: BoundEstate;
  /** Stores that may be asked to clean up at once. */
  readonly cleaned: ReadonlySet<string>;
  readonly now: () => Date;
}

/** A store that can not say, or fails, claims nothing: that what was deleted is gone for queries was looked at before. */
export async function withReach(outcome: RequestOutcome, asking: Asking): Promise<RequestOutcome> {
  const at = asking.now().toISOString();
  const gone = outcome.results.filter((line) => line.result === "verified_absent");
  const beyond: { store: string; places: readonly string[] }[] = [];
  const reached = new Map<string, ResultLine["reached"]>();
  for (const [store, lines] of Map.groupBy(gone, (line) => line.store)) {
    const collections = [...new Set(lines.map((line) => line.collection))];
    const query = { collections, clean: asking.cleaned.has(store) };
    const answer = await asking.estate.stores[store]?.eraser.reached?.(query);
    if (answer?.ok !== true) continue;
    beyond.push({ store, places: answer.value.beyond });
    for (const said of answer.value.collections)
      if (said.reached === "vacuumed") reached.set(`${store}.${said.collection}`, { vacuumed: said.at });
  }
  const results = outcome.results.map((line) =>
    line.result === "verified_absent"
      ? { ...line, reached: { deleted: at, ...reached.get(`${line.store}.${line.collection}`) } }
      : line,
  );
  return { ...outcome, results, ...(beyond.length === 0 ? {} : { beyond }) };
}
