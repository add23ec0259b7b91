/**
 * In which order tables can be emptied, where foreign keys are checked row by row and at once. A table goes before those that its keys
 * point at. Where keys form a ring (a table that points at itself included), one of them has to be cut first: the rows that are
 * about to go are made to point nowhere.
 */
import type { ForeignKeyDescription } from "@avow/runtime/connector-kit/contract";

export interface Node {
  readonly name: string;
  readonly foreignKeys: readonly ForeignKeyDescription[];
}

export interface Cut {
  readonly collection: string;
  readonly key: ForeignKeyDescription;
}

export interface Order {
  readonly names: readonly string[];
  readonly cuts: readonly Cut[];
}

/** Whether one leads to another over one or more of the edges. */
function leads(from: string, to: string, edges: readonly Cut[]): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const { collection, key } of edges) {
      if (collection !== name || seen.has(key.to.collection)) continue;
      if (key.to.collection === to) return true;
      seen.add(key.to.collection);
      open.push(key.to.collection);
    }
  }
  return false;
}

/** `costs`: how dear it is to cut a key; the cheapest of a ring is cut. Keys that act on deletion by themselves hold nothing up. */
export function deletionOrder(nodes: readonly Node[], costs: (cut: Cut) => number): Order {
  const known = new Set(nodes.map((node) => node.name));
  let edges = nodes.flatMap(({ name, foreignKeys }) =>
    foreignKeys.filter((key) => known.has(key.to.collection)).map((key): Cut => ({ collection: name, key })),
  );
  const cuts: Cut[] = [];
  for (;;) {
    const ring = edges.filter(
      ({ collection, key }) =>
        leads(key.to.collection, collection, edges) || key.to.collection === collection,
    );
    const [cheapest] = ring.toSorted((a, b) => costs(a) - costs(b));
    if (cheapest === undefined) break;
    cuts.push(cheapest);
    edges = edges.filter((edge) => edge !== cheapest);
  }
  const names: string[] = [];
  const open = nodes.map((node) => node.name);
  while (open.length > 0) {
    // Without rings there always is one that nobody left points at.
    const at = open.findIndex(
      (name) =>
        !edges.some(
          (e) => e.key.to.collection === name && e.collection !== name && open.includes(e.collection),
        ),
    );
    names.push(...open.splice(Math.max(0, at), 1));
  }
  return { names, cuts };
}
