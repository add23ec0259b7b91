/** Who owns what, as a graph over collections: an arrow runs from a child to the collection that its link points at. */
import { must } from "../terms/assert.ts";
import type { Notations } from "../terms/notations.ts";
import { linksComparedBy } from "./conditions.ts";
import { type Collection, collectionId, type DataMap, idOf, type Link } from "./model.ts";

export interface Incoming {
  readonly child: Collection;
  readonly link: Link;
}

export interface Graph {
  readonly collections: ReadonlyMap<string, Collection>;
  /** Links by the collection that they point at. */
  readonly into: ReadonlyMap<string, readonly Incoming[]>;
  /** Owners before what they own; collections of a cycle stand together. */
  readonly ownersFirst: readonly string[];
  /** Collection → field → how the store compares it, of fields that take several texts for one value. */
  readonly notations: ReadonlyMap<string, ReadonlyMap<string, Notations>>;
}

/** `notations`: what the stores say of their fields; left out: a text equals itself only. */
export function buildGraph(map: DataMap, notations: Graph["notations"] = new Map()): Graph {
  const all = map.stores
    .flatMap((s) => s.collections)
    .map((c) => linksComparedBy(c, (field) => notations.get(idOf(c))?.get(field)));
  const collections = new Map(all.map((c) => [idOf(c), c]));
  const into = new Map<string, Incoming[]>(all.map((c) => [idOf(c), []]));
  for (const child of all) {
    for (const link of child.links)
      must(into.get(collectionId(link.to)), "validated links lead somewhere").push({ child, link });
  }
  const edges = new Map(all.map((c) => [idOf(c), c.links.map((l) => collectionId(l.to))]));
  return { collections, into, ownersFirst: components(edges).flat(), notations };
}

/**
 * Strongly connected components, what is pointed at first (Tarjan, without recursion: schemas nest deeper than stacks).
 * `edges`: node → nodes that it points at.
 */
export function components(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const found: string[][] = [];
  const open = (node: string, work: [string, number][]): void => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    stack.push(node);
    onStack.add(node);
    work.push([node, 0]);
  };
  const lowest = (node: string, value: number): void => {
    low.set(node, Math.min(must(low.get(node), "opened"), value));
  };
  const close = (node: string): void => {
    if (low.get(node) !== index.get(node)) return;
    const from = stack.lastIndexOf(node);
    const members = stack.splice(from);
    for (const member of members) onStack.delete(member);
    found.push(members);
  };
  for (const root of edges.keys()) {
    if (index.has(root)) continue;
    const work: [string, number][] = [];
    open(root, work);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const [node, next] = frame;
      const target = edges.get(node)?.[next];
      if (target === undefined) {
        work.pop();
        close(node);
        const parent = work.at(-1)?.[0];
        if (parent !== undefined) lowest(parent, must(low.get(node), "opened"));
        continue;
      }
      frame[1] += 1;
      if (!edges.has(target)) continue;
      if (!index.has(target)) open(target, work);
      else if (onStack.has(target)) lowest(node, must(index.get(target), "opened"));
    }
  }
  return found;
}
