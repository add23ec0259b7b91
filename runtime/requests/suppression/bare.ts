/**
 * The estate as an erasure of single rows sees it: nothing leads from one row to another. What a backup brought back goes; what the person, or
 * whoever has their address or their number by now, has since is not looked for. Nobody is asked to look by hand: there is nobody to name.
 */
import type { Graph } from "@avow/core/datamap/graph";
import type { BoundEstate } from "../run/estate.ts";

/** The way in of requests that erase again what came back. */
export const VIA_SUPPRESSION = "suppression";

export const estateFor = (estate: BoundEstate, via: string): BoundEstate =>
  via === VIA_SUPPRESSION ? { ...estate, graph: bare(estate.graph), byHand: [] } : estate;

/** Identities that are shared find nobody but those who are named; and here nobody is. They still say that a row is a person's. */
function bare({ collections, into, ...rest }: Graph): Graph {
  return {
    collections: new Map(
      [...collections].map(([id, c]) => [
        id,
        { ...c, identities: c.identities.map((i) => ({ ...i, shared: true })) },
      ]),
    ),
    into: new Map([...into.keys()].map((id) => [id, []])),
    ...rest,
  };
}
