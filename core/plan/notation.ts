/**
 * Two notations of one value. A store finds rows by what its types call equal (`citext`, numbers, blanks that fill up a `char`), and the text
 * of such a row may be another than what was asked for (spec/connector.md, "Several notations"). The store says of which fields that is true,
 * and how; all others equal themselves only, in whatever row they stand.
 */
import type { Graph } from "../datamap/graph.ts";
import { collectionId, idOf, type Link } from "../datamap/model.ts";
import { type Compared, isReadAsOne, ofType, oneNotation, spellingsOf } from "../terms/notations.ts";
import { textKey, tupleKey } from "./named.ts";

/** A store answered with a row that fits no question, in no notation. */
export class UnmatchedRow extends Error {
  override readonly name = "UnmatchedRow";
  constructor(collection: string) {
    super(
      `\`${collection}\` answered with a row that fits no question: its link or identity fields compare values in a way that Avow does not know`,
    );
  }
}

/** Field by field. */
export type Kinds = readonly (Compared | undefined)[];

/** Null: all of the fields equal themselves only. */
export function kindsOf(graph: Graph, collection: string, fields: readonly string[]): Kinds | null {
  const known = graph.notations.get(collection);
  if (known === undefined || !fields.some((f) => known.has(f))) return null;
  return fields.map((f) => known.get(f));
}

/** As a store answers a match: by their types, and where it is one of links, by their collations. */
export function kindsOfMatch(
  graph: Graph,
  collection: string,
  { fields, collated }: { readonly fields: readonly string[]; readonly collated?: true },
): Kinds | null {
  const kinds = kindsOf(graph, collection, fields);
  if (kinds === null || collated === true) return kinds;
  const own = kinds.map(ofType);
  return own.some((kind) => kind !== undefined) ? own : null;
}

/** Two tuples that the store calls the same have the same name; without kinds it is the `tupleKey`. */
export function nameIn(kinds: Kinds | null, tuple: readonly string[]): string {
  if (kinds === null) return tupleKey(tuple);
  const [only] = tuple;
  // Most links and keys are one field: for them nothing is made.
  if (only !== undefined && tuple.length === 1) return textKey(oneNotation(kinds[0], only));
  return tupleKey(tuple.map((text, i) => oneNotation(kinds[i], text)));
}

interface LinkKinds {
  /** As the row that holds the link is compared. Null: what it holds is the text of the row that it leads to. */
  readonly held: Kinds | null;
  /** The store may call two rows two, and what a link to them holds one. */
  readonly mixed: boolean;
}
const EXACT: LinkKinds = { held: null, mixed: false };

/** Worked out once for each graph. */
function oncePer<T>(make: (graph: Graph) => T): (graph: Graph) => T {
  const known = new WeakMap<Graph, { readonly made: T }>();
  return (graph) => {
    const one = known.get(graph) ?? { made: make(graph) };
    known.set(graph, one);
    return one.made;
  };
}

const kindsOfLinks = oncePer(
  (graph): ReadonlyMap<Link, LinkKinds> =>
    new Map(
      [...graph.collections.values()].flatMap((c) =>
        c.links.map((l) => [l, kindsOfLink(graph, idOf(c), l)] as const),
      ),
    ),
);

export const linkKinds = (graph: Graph, link: Link): LinkKinds =>
  graph.notations.size === 0 ? EXACT : (kindsOfLinks(graph).get(link) ?? EXACT);

function kindsOfLink(graph: Graph, child: string, link: Link): LinkKinds {
  const held = kindsOf(graph, child, link.from);
  if (held === null) return EXACT;
  const parent = kindsOf(graph, collectionId(link.to), link.to.fields) ?? [];
  const mixed = held.some((kind, i) => kind !== undefined && !isSameKind(kind, parent[i]));
  // What both sides write in one way needs no second look.
  return !mixed && held.every(isReadAsOne) ? EXACT : { held, mixed };
}

/** A UUID is one and the same in a text, and a text that is none is compared as it is. */
const isSameKind = (held: Compared, parent: Compared | undefined): boolean =>
  held === parent || held === "uuid_text" || (held === "uuid" && parent === "uuid_text");

/** What to ask for, so that a store that compares texts finds every row that is meant. */
export function spelled(
  graph: Graph,
  collection: string,
  fields: readonly string[],
  tuples: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const kinds = kindsOf(graph, collection, fields);
  if (kinds?.includes("uuid_text") !== true) return tuples;
  return tuples.flatMap((tuple) =>
    tuple.reduce<readonly (readonly string[])[]>(
      (all, text, i) =>
        kinds[i] === "uuid_text"
          ? all.flatMap((one) => spellingsOf(text).map((other) => one.with(i, other)))
          : all,
      [tuple],
    ),
  );
}

/** What a link holds, and what the row that it leads to is known by, have the same name. */
export const linkName = (graph: Graph, link: Link, tuple: readonly string[]): string =>
  nameIn(linkKinds(graph, link).held, tuple);

/** The same, but where it may be another row's: then what is held in another notation has a name of its own. */
export const closeName = (graph: Graph, link: Link, tuple: readonly string[]): string =>
  linkKinds(graph, link).mixed ? tupleKey(tuple) : linkName(graph, link, tuple);

const FOLDS: ReadonlySet<Compared | undefined> = new Set<Compared>(["case", "ascii", "spelling", "padded"]);

const CLOSE: ReadonlySet<Compared | undefined> = new Set<Compared | undefined>([undefined, "uuid_text"]);

/** Fields that hold text as it is, and lead to one that folds letters: what they hold in another notation is found by no question. */
export const closerFields = oncePer((graph): readonly string[] =>
  [...graph.collections.values()].flatMap((child) =>
    child.links.flatMap(({ from, to }) =>
      from
        .filter(
          (field, i) =>
            CLOSE.has(graph.notations.get(idOf(child))?.get(field)) &&
            FOLDS.has(graph.notations.get(collectionId(to))?.get(to.fields[i] ?? "")),
        )
        .map((field) => `${idOf(child)}.${field}`),
    ),
  ),
);

const ownNotations = oncePer((graph): ReadonlyMap<string, readonly Compared[]> => {
  const found = [...graph.collections].flatMap(([id, c]) =>
    c.identities.flatMap((i) =>
      (kindsOfMatch(graph, id, { fields: [i.field] }) ?? []).map((kind) => ({ kind, of: i.namespace })),
    ),
  );
  return new Map(
    [...Map.groupBy(found, (f) => f.of)].map(([of, all]) => [
      of,
      [...new Set(all.flatMap(({ kind }) => kind ?? []))],
    ]),
  );
});

/** By namespace: the notations in which fields of the graph hold its identities. */
export const identityNotations = (graph: Graph, namespace: string): readonly Compared[] =>
  graph.notations.size === 0 ? [] : (ownNotations(graph).get(namespace) ?? []);
