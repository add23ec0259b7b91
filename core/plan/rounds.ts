/** Which collections can be asked about at the same time: those that none of the others may have something to say about. */
import type { Graph } from "../datamap/graph.ts";
import { type Collection, collectionId } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";

const above = new WeakMap<Graph, Map<string, ReadonlySet<string>>>();

/**
 * Of the collections that wait, those above which nothing waits. What lies on a cycle, and person collections that lead to one
 * another by identities, take turns in the graph's order.
 */
export function askable(graph: Graph, waiting: ReadonlySet<string>): string[] {
  const before = new Set<string>();
  return graph.ownersFirst.filter((id) => {
    if (!waiting.has(id)) return false;
    const free = before.size === 0 || isDisjoint(before, ancestors(graph, id));
    before.add(id);
    return free;
  });
}

/** The collection that a climb asks next: what it meets there may lead to any of the others, outside of cycles never the other way round. */
export const climbable = (graph: Graph, waiting: ReadonlySet<string>): string | null =>
  graph.ownersFirst.findLast((id) => waiting.has(id)) ?? null;

const isDisjoint = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  ![...some].some((id) => others.has(id));

/** All whose rows may lead to rows of this one. */
function ancestors(graph: Graph, id: string): ReadonlySet<string> {
  const known = above.get(graph) ?? new Map<string, ReadonlySet<string>>();
  above.set(graph, known);
  const found = known.get(id);
  if (found !== undefined) return found;
  const all = new Set<string>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const collection = must(graph.collections.get(at), "links lead to collections");
    const up = collection.links.map((l) => collectionId(l.to));
    for (const next of [...up, ...tellersOf(graph, collection)]) {
      if (all.has(next)) continue;
      all.add(next);
      open.push(next);
    }
  }
  known.set(id, all);
  return all;
}

/** Collections whose rows tell of identities that are looked for in this one: a shared identity is neither told nor looked for. */
function tellersOf(graph: Graph, { identities }: Collection): readonly string[] {
  const sought = new Set(identities.flatMap((i) => (i.shared ? [] : [i.namespace])));
  if (sought.size === 0) return [];
  return [...graph.collections].flatMap(([id, c]) =>
    c.identities.some((i) => !i.shared && sought.has(i.namespace)) ? [id] : [],
  );
}
