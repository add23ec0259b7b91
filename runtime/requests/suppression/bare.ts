/**
 * The estate as an erasure of single rows sees it: nothing leads from one row to another. What a backup brought back goes; what the person, or
 * whoever has their address or their number by now, has since is not looked for. Nobody is asked to look by hand: there is nobody to name.
 */
import type { Graph } from "@avow/core/datamap/graph";
import { idOf } from "@avow/core/datamap/model";
import type { BoundEstate } from "../run/estate.ts";

/** The way in of requests that erase again what came back. */
export const VIA_SUPPRESSION = "suppression";

export const estateFor = (estate: BoundEstate, via: string): BoundEstate =>
  via === VIA_SUPPRESSION ? { ...estate, graph: bare(estate.graph), byHand: [] } : estate;

const bare = (graph: Graph): Graph => ({
  ...ofNobody(graph),
  into: new Map([...graph.into.keys()].map((id) => [id, []])),
});

/** The estate as it leads from rows that are back to what hangs on them, and to nothing by a name. */
export const hangingOn = (estate: BoundEstate): BoundEstate => ({
  ...estate,
  graph: ofNobody(estate.graph),
  byHand: [],
});

/** Identities that are shared find nobody but those who are named; and here nobody is. They still say that a row is a person's. */
function ofNobody({ collections, into, ...rest }: Graph): Graph {
  const known = new Map(
    [...collections].map(([id, c]) => [
      id,
      { ...c, identities: c.identities.map((i) => ({ ...i, shared: true })) },
    ]),
  );
  const links = [...into].map(
    ([id, all]) =>
      [id, all.map(({ child, link }) => ({ child: known.get(idOf(child)) ?? child, link }))] as const,
  );
  return { collections: known, into: new Map(links), ...rest };
}
