/** One pass over an undo bundle: to look what would come back (`act` null), or to bring it back. */
import { collectionId } from "@avow/core/datamap/model";
import { cellsOf } from "@avow/core/plan/capture";
import { staysInWords } from "@avow/core/plan/restore";
import type { StoreFailed } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import type { ResultLine } from "../run/run.ts";
import { type Act, bringBack, Tally, Waits } from "./back.ts";
import type { Bundles } from "./bundle.ts";
import { type BundleKey, lotsOf } from "./lots.ts";
import { mapLinks } from "./map-links.ts";
import { BeforeMask } from "./own.ts";
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
  const source = { ...bundle, described: estate.described };
  const { erased, beforeMask } = await erasedRows(source, steps);
  const around = {
    estate,
    erased,
    beforeMask,
    promised: new Names(),
    lost: new Names(),
    doubtful: new Doubtful(),
  };
  for (const step of steps)
    for await (const lot of lotsOf(source, step)) await bringBack({ around, act, tally, waits }, lot);
  for (const head of around.doubtful.left) tally.add(head, "stays_erased", 1, staysInWords({ why: "key" }));
  return { lines: tally.lines, waits: waits.first };
}

interface Erased {
  readonly erased: Names;
  readonly beforeMask: BeforeMask;
}

/** What the bundle has, before anything comes back: what links that only the map knows may lead to, and what masks took. */
async function erasedRows(
  source: BundleOf & Parameters<typeof lotsOf>[0],
  steps: readonly string[],
): Promise<Erased> {
  const { estate } = source;
  const [erased, beforeMask] = [new Names(), new BeforeMask()];
  const all = [...estate.graph.collections.values()].flatMap((c) => mapLinks(estate, c));
  const named = Map.groupBy(all, ({ link }) => collectionId(link.to));
  // What a mask took from a row may be what another is told by.
  for (const step of steps)
    for await (const lot of lotsOf(source, step))
      for (const { head, rows } of "deleted" in lot ? lot.deleted : [lot.masked]) {
        if (head.act === "delete") beforeMask.deletes(head);
        else beforeMask.masks(head, rows);
        for (const { link } of named.get(collectionId(head)) ?? [])
          for (const { plain } of rows) {
            const tuple = cellsOf(head.plain, link.to.fields, plain);
            if (tuple !== null) erased.add(head.store, head.collection, link.to.fields, tuple);
          }
      }
  return { erased, beforeMask };
}
