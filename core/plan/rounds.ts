/** Which collections can be asked about at the same time: those that none of the others may have something to say about. */
import { components, type Graph } from "../datamap/graph.ts";
import { type Collection, collectionId } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { ownerLinks } from "./ways.ts";

/** What may have something to say about rows of a collection, over any number of links. */
interface Above {
  /** Without what people mention: it says nothing about anybody. */
  readonly order: readonly string[];
  readonly leading: ReadonlyMap<string, readonly string[]>;
  readonly ancestors: Map<string, ReadonlySet<string>>;
}

const known = new WeakMap<Graph, Above>();

/**
 * Of the collections that wait, those above which nothing waits. What lies on a cycle, and person collections that lead to one
 * another by identities, take turns. Those in `last` are of people, and wait for nothing but what their rows mention: nothing waits for them, and
 * they wait for whatever they mention.
 */
export function askable(
  graph: Graph,
  waiting: ReadonlySet<string>,
  last: ReadonlySet<string> = new Set(),
): string[] {
  const { order } = aboveIn(graph);
  const before = new Set<string>();
  const free = order.filter((id) => {
    if (!waiting.has(id) || last.has(id)) return false;
    const isFree = before.size === 0 || isDisjoint(before, ancestors(graph, id));
    before.add(id);
    return isFree;
  });
  const calm = [...last].filter((id) => {
    const { links } = must(graph.collections.get(id), "what waits is a collection");
    const mentioned = links.map((l) => collectionId(l.to));
    return mentioned.every((at) => !before.has(at) && isDisjoint(before, ancestors(graph, at)));
  });
  return [...free, ...calm];
}

/** The collection that a climb asks next: what it meets there may lead to any of the others, outside of rings of owners never the other way round. */
export const climbable = (graph: Graph, waiting: ReadonlySet<string>): string | null =>
  ownersOnly(graph).findLast((id) => waiting.has(id)) ?? null;

const orders = new WeakMap<Graph, readonly string[]>();

/** By the links that a climb goes along, and no others: with what people mention most of a schema is one cycle, and its order says nothing. */
function ownersOnly(graph: Graph): readonly string[] {
  const before = orders.get(graph);
  if (before !== undefined) return before;
  const edges = new Map(
    [...graph.collections].map(([id, c]) => [id, ownerLinks(c).map((l) => collectionId(l.to))]),
  );
  const fresh = components(edges).flat();
  orders.set(graph, fresh);
  return fresh;
}

const isDisjoint = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  ![...some].some((id) => others.has(id));

function aboveIn(graph: Graph): Above {
  const before = known.get(graph);
  if (before !== undefined) return before;
  const leading = new Map(
    [...graph.collections].map(([id, c]) => [
      id,
      c.identities.length > 0 ? tellersOf(graph, c) : c.links.map((l) => collectionId(l.to)),
    ]),
  );
  const fresh = { leading, order: components(leading).flat(), ancestors: new Map() };
  known.set(graph, fresh);
  return fresh;
}

/** All whose rows may lead to rows of this one. */
function ancestors(graph: Graph, id: string): ReadonlySet<string> {
  const { leading, ancestors: all } = aboveIn(graph);
  const found = all.get(id);
  if (found !== undefined) return found;
  const above = new Set(leading.get(id));
  for (const at of above) for (const next of leading.get(at) ?? []) above.add(next);
  all.set(id, above);
  return above;
}

/** Collections whose rows tell of identities that are looked for in this one: a shared identity is neither told nor looked for. */
function tellersOf(graph: Graph, { identities }: Collection): readonly string[] {
  const sought = new Set(identities.flatMap((i) => (i.shared ? [] : [i.namespace])));
  if (sought.size === 0) return [];
  return [...graph.collections].flatMap(([id, c]) =>
    c.identities.some((i) => !i.shared && sought.has(i.namespace)) ? [id] : [],
  );
}
