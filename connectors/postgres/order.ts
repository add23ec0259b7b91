/**
 * In which order collections can be emptied: a collection goes before those that its foreign keys point at. Collections that point at each
 * other, or at themselves, form a group that has to go in one statement.
 */
import type { ForeignKeyDescription } from "@avow/runtime/connector-kit/contract";

export interface Node {
  readonly name: string;
  readonly foreignKeys: readonly ForeignKeyDescription[];
}

export interface Group {
  readonly names: readonly string[];
  readonly cyclic: boolean;
}

/** All that is reached over one or more keys. */
function reachOf(start: string, nodes: ReadonlyMap<string, Node>): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const key of nodes.get(name)?.foreignKeys ?? []) {
      const to = key.to.collection;
      if (!nodes.has(to) || reached.has(to)) continue;
      reached.add(to);
      open.push(to);
    }
  }
  return reached;
}

export function deletionOrder(list: readonly Node[]): readonly Group[] {
  const nodes = new Map(list.map((node) => [node.name, node]));
  const reach = new Map([...nodes.keys()].map((name) => [name, reachOf(name, nodes)]));
  const reaches = (a: string, b: string): boolean => reach.get(a)?.has(b) ?? false;
  const placed = new Set<string>();
  const groups = [...nodes.keys()].flatMap((name): Group[] => {
    if (placed.has(name)) return [];
    const names = [...nodes.keys()].filter(
      (other) => other === name || (reaches(name, other) && reaches(other, name)),
    );
    for (const member of names) placed.add(member);
    return [{ names, cyclic: reaches(name, name) }];
  });
  // Who reaches more, itself included, goes first: whatever it points at reaches strictly less.
  const size = ({ names, cyclic }: Group): number =>
    (reach.get(names[0] ?? "")?.size ?? 0) + (cyclic ? 0 : 1);
  return groups.toSorted((a, b) => size(b) - size(a));
}
