/** Who owns what, as a graph over collections: an arrow runs from a child to the collection that its link points at. */
import { must } from "../terms/assert.ts";
import { type Compared, meaningOf, meantAs, type Notations, ofType } from "../terms/notations.ts";
import { normaliserOf } from "../terms/person.ts";
import { type ByAddress, type Declared, linksByAddress } from "./addresses.ts";
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
  /** Collection → field → how it is compared, of fields that hold several texts for one value. */
  readonly notations: ReadonlyMap<string, ReadonlyMap<string, Compared>>;
  /** Fields that hold addresses, and whose links compare them as they are written. */
  readonly asWritten: readonly string[];
  /** Collections of which a question may read every row. */
  readonly readWhole: ReadonlySet<string>;
}

/** What stores say of their fields. */
export type Told = ReadonlyMap<string, ReadonlyMap<string, Notations>>;

/** `told`: what the stores say of their fields; left out: a text equals itself only. `isHeld`: see `Declared`; left out: no link is. `isReadWhole`: left out, all are. */
export function buildGraph(
  map: DataMap,
  told: Told = new Map(),
  isHeld: Declared["isHeld"] = () => false,
  isReadWhole: (collection: string) => boolean = () => true,
): Graph {
  const kindOf = (id: string, field: string): Notations | undefined => told.get(id)?.get(field);
  const plain = map.stores.flatMap((s) => s.collections);
  const { collections: all, asWritten } = linksCompared(plain, { kindOf, isHeld });
  const collections = new Map(all.map((c) => [idOf(c), c]));
  const into = new Map<string, Incoming[]>(all.map((c) => [idOf(c), []]));
  for (const child of all) {
    for (const link of child.links)
      must(into.get(collectionId(link.to)), "validated links lead somewhere").push({ child, link });
  }
  const edges = new Map(all.map((c) => [idOf(c), c.links.map((l) => collectionId(l.to))]));
  return {
    ...{ collections, into, ownersFirst: components(edges).flat() },
    ...{ notations: withUuidTexts(all, told), asWritten },
    readWhole: new Set([...collections.keys()].filter(isReadWhole)),
  };
}

/** Links and their conditions as the stores compare them. */
export function linksCompared(plain: readonly Collection[], declared: Declared): ByAddress {
  const { collections, asWritten } = linksByAddress(plain, declared);
  const compared = collections.map((c) => linksComparedBy(c, (field) => declared.kindOf(idOf(c), field)));
  return { collections: compared, asWritten };
}

/** Fields that name the same rows or people: those at the ends of a link, and those of one namespace that no normaliser compares. */
function alike(all: readonly Collection[]): readonly (readonly Place[])[] {
  const ends = all.flatMap((c) =>
    c.links.flatMap((l) =>
      l.from.map((field, i): readonly Place[] => [
        { of: idOf(c), field },
        { of: collectionId(l.to), field: must(l.to.fields[i], "links are even") },
      ]),
    ),
  );
  const named = all
    .flatMap((c) => c.identities.map(({ namespace, field }) => ({ namespace, at: { of: idOf(c), field } })))
    .filter(({ namespace }) => normaliserOf(namespace) === "exact");
  const spaces = [...Map.groupBy(named, (n) => n.namespace).values()].map((n) => n.map(({ at }) => at));
  return [...ends, ...spaces];
}

interface Place {
  readonly of: string;
  readonly field: string;
}

/**
 * One store knows a UUID as such and writes it in small letters, another holds it as the text that some program wrote. Such a text means the
 * UUID, whatever its letters: else its row would be left behind unseen. From field to field, until nothing is added.
 */
function withUuidTexts(all: readonly Collection[], told: Told): Graph["notations"] {
  if (![...told.values()].some((fields) => [...fields.values()].includes("uuid"))) return told;
  const known = new Map<string, Map<string, Compared>>(
    [...told].map(([id, fields]) => [id, new Map(fields)]),
  );
  const kindOf = ({ of, field }: Place): Compared | undefined => known.get(of)?.get(field);
  const groups = alike(all);
  for (let grew = true; grew; ) {
    grew = false;
    for (const places of groups) {
      if (!places.map(kindOf).some((kind) => kind === "uuid" || meaningOf(kind) === "uuid")) continue;
      for (const place of places) {
        const kind = told.get(place.of)?.get(place.field);
        // What takes either case by its type needs no more.
        const isClose = ofType(kind) === undefined || kind === "blanks";
        if (!isClose || meaningOf(kindOf(place)) !== undefined) continue;
        known.set(
          place.of,
          (known.get(place.of) ?? new Map<string, Compared>()).set(place.field, meantAs("uuid", kind)),
        );
        grew = true;
      }
    }
  }
  return known;
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
