/**
 * The order of an erasure's changes: what points before what is pointed at, dependents before the rows that carry identities. What
 * lies on a cycle of foreign keys becomes one step, which the store makes in one statement.
 */
import { components, type Graph } from "../datamap/graph.ts";
import { collectionId, idOf } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import type { Change, Step } from "./step.ts";

/** A foreign key that the store itself enforces, between collections as the map names them. */
export interface ForeignKey {
  readonly from: string;
  readonly to: string;
}

export function orderSteps(
  graph: Graph,
  changes: readonly Change[],
  foreignKeys: readonly ForeignKey[],
): Step[] {
  const byCollection = new Map<string, Change[]>();
  for (const c of changes) byCollection.set(c.collection, [...(byCollection.get(c.collection) ?? []), c]);
  const groups = childrenFirst(graph, foreignKeys);
  const identityFrom = groupsAfterIdentity(graph, groups, foreignKeys);
  const steps = groups.map((group): Step => {
    const first = must(
      graph.collections.get(must(group[0], "a component has a member")),
      "components are collections",
    );
    const own = group.flatMap((id) => byCollection.get(id) ?? []);
    // Emptied link fields first: the rows that stay let go of those that leave.
    const ordered = [...own.filter((c) => c.act === "set"), ...own.filter((c) => c.act === "delete")];
    const phase = identityFrom.has(group) ? "identity" : "dependents";
    return { phase, store: first.store, changes: ordered };
  });
  const filled = steps.filter((s) => s.changes.length > 0);
  return [...filled.filter((s) => s.phase === "dependents"), ...filled.filter((s) => s.phase === "identity")];
}

/**
 * Foreign keys bind within a store and make cycles of it. The map's own links order what the store does not know of; where they
 * would close a cycle that no foreign key has, each collection stays a step of its own.
 */
function childrenFirst(graph: Graph, foreignKeys: readonly ForeignKey[]): string[][] {
  const ids = [...graph.collections.keys()];
  const hard = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const fk of foreignKeys) {
    if (fk.from !== fk.to && hard.has(fk.to)) hard.get(fk.from)?.push(fk.to);
  }
  const groups = components(hard);
  const groupOf = new Map(groups.flatMap((g) => g.map((id) => [id, g] as const)));
  const linked = new Map<string, string[]>(ids.map((id) => [id, [...(hard.get(id) ?? [])]]));
  for (const [id, c] of graph.collections) {
    for (const l of c.links) {
      // A soft edge must not turn a hard order around: it counts only where no hard path runs against it.
      if (!reaches(hard, collectionId(l.to), id)) linked.get(id)?.push(collectionId(l.to));
    }
  }
  const parentsFirst = components(linked).flatMap((component) => {
    const inner = new Map(
      component.map((id) => [id, (hard.get(id) ?? []).filter((t) => component.includes(t))]),
    );
    return components(inner);
  });
  const seen = new Set<string[]>();
  const ordered: string[][] = [];
  for (const [id] of parentsFirst) {
    const group = must(groupOf.get(must(id, "a component has a member")), "every collection is in a group");
    if (seen.has(group)) continue;
    seen.add(group);
    ordered.push(group);
  }
  return ordered.reverse();
}

function reaches(edges: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === to) return true;
    for (const next of edges.get(at) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      work.push(next);
    }
  }
  return false;
}

/** Person collections, and whatever a foreign key of theirs points at: it can not go before they have. */
function groupsAfterIdentity(
  graph: Graph,
  groups: readonly string[][],
  foreignKeys: readonly ForeignKey[],
): ReadonlySet<string[]> {
  const late = new Set([...graph.collections.values()].filter((c) => c.identities.length > 0).map(idOf));
  for (let grew = true; grew; ) {
    grew = false;
    for (const group of groups) {
      if (!group.some((id) => late.has(id))) continue;
      const targets = foreignKeys.filter((fk) => group.includes(fk.from)).map((fk) => fk.to);
      for (const id of [...group, ...targets]) {
        if (late.has(id)) continue;
        late.add(id);
        grew = true;
      }
    }
  }
  return new Set(groups.filter((g) => g.some((id) => late.has(id))));
}
