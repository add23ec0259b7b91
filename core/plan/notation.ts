/**
 * Two notations of one value. A store finds rows by what its types call equal (`citext`, numbers, blanks that fill up a `char`), and the text
 * of such a row may be another than what was asked for (spec/connector.md, "Several notations"). The store says of which fields that is true,
 * and how; all others equal themselves only, in whatever row they stand.
 */
import type { Graph } from "../datamap/graph.ts";
import { collectionId, idOf, type Link } from "../datamap/model.ts";
import {
  type Compared,
  isReadAsOne,
  meaningOf,
  meantAs,
  type Notations,
  ofType,
  oneNotation,
  ownOf,
  spellingsOf,
} from "../terms/notations.ts";
import { isUuid, type Normaliser, normalise, normaliserOf } from "../terms/person.ts";
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

/** By which fields rows are meant, and how these are compared. */
export interface Matching {
  readonly fields: readonly string[];
  /** Field by field; left out: none. */
  readonly normalisers?: readonly Normaliser[];
  readonly collated?: true;
}

export interface Match extends Matching {
  readonly tuples: readonly (readonly string[])[];
  /** The field of which the value is not one that was read, but one that is to be set. */
  readonly given?: string;
}

/** Field by field. */
export type Kinds = readonly (Compared | undefined)[];

/** Null: all of the fields equal themselves only. */
export function kindsOf(graph: Graph, collection: string, fields: readonly string[]): Kinds | null {
  const known = graph.notations.get(collection);
  if (known === undefined || !fields.some((f) => known.has(f))) return null;
  return fields.map((f) => known.get(f));
}

/** As a store answers a match: by their types, where it is one of links by their collations, and by what a normaliser makes of them. */
export function kindsOfMatch(graph: Graph, collection: string, match: Matching): Kinds | null {
  const { fields, normalisers, collated } = match;
  const kinds = kindsOf(graph, collection, fields);
  if (kinds === null && normalisers === undefined) return null;
  const all = fields.map((_, i) => {
    const [own, normaliser = "exact"] = [kinds?.[i], normalisers?.[i]];
    if (normaliser !== "exact") return meantAs(normaliser, ownOf(own));
    return collated === true ? own : ofType(own);
  });
  return all.some((kind) => kind !== undefined) ? all : null;
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
  /** It names an address, which rows that the store calls two may have in common: people who share it, each of whom it names. */
  readonly several: boolean;
}
const EXACT: LinkKinds = { held: null, mixed: false, several: false };

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
  graph.notations.size === 0 && link.normalisers === undefined
    ? EXACT
    : (kindsOfLinks(graph).get(link) ?? EXACT);

function kindsOfLink(graph: Graph, child: string, link: Link): LinkKinds {
  const held = kindsOfMatch(graph, child, matchingOf(link, link.from));
  if (held === null) return EXACT;
  const parent = kindsOf(graph, collectionId(link.to), link.to.fields) ?? [];
  const mixed = held.some(
    (kind, i) => kind !== undefined && !isAddress(kind) && !isSameKind(kind, parent[i]),
  );
  const several = held.some((kind, i) => isAddress(kind) && !isOnePersons(graph, link, i));
  // What both sides write in one way needs no second look.
  return !mixed && held.every(isReadAsOne) ? EXACT : { held, mixed, several };
}

/** How what a link holds is compared, of its own fields or of those that it leads to. */
export const matchingOf = (
  { normalisers }: Pick<Link, "normalisers">,
  fields: readonly string[],
): Matching => ({
  fields,
  ...(normalisers === undefined ? {} : { normalisers }),
  collated: true,
});

const isAddress = (kind: Compared | undefined): boolean => {
  const meaning = meaningOf(kind);
  return meaning !== undefined && meaning !== "uuid";
};

/** All rows with this address are one person's, however it is written: none of them can be somebody else's. */
const isOnePersons = (graph: Graph, { to }: Link, at: number): boolean =>
  graph.collections
    .get(collectionId(to))
    ?.identities.some(
      (i) => i.field === to.fields[at] && !i.shared && normaliserOf(i.namespace) !== "exact",
    ) ?? false;

/** A UUID is one and the same in a text, and a text that is none is compared as it is. */
const isSameKind = (held: Compared, parent: Compared | undefined): boolean =>
  held === parent ||
  held === "uuid_text" ||
  (held === "uuid" && meaningOf(parent) === "uuid") ||
  (meaningOf(held) === "uuid" && parent === "uuid");

/**
 * The matches that find what is meant. An address is looked for in its normal form, which no plain index answers; where the field takes more
 * texts for one by itself, that is asked beside it, so that a row which the store ties to it and Avow does not know comes to light.
 */
export function matchesBy(
  graph: Graph,
  collection: string,
  { tuples, ...by }: Match,
): readonly [Match, ...Match[]] {
  const anyLetters = inAnyLetters(graph, collection, { ...by, tuples });
  const { normalisers, ...plain } = by;
  const known = graph.notations.get(collection);
  const isLoose = by.fields.some(
    (f, i) => (normalisers?.[i] ?? "exact") !== "exact" && known?.has(f) === true,
  );
  return isLoose
    ? [{ ...by, tuples }, { ...plain, tuples }, ...anyLetters]
    : [{ ...by, tuples }, ...anyLetters];
}

/** UUIDs in texts that are written in small letters and capitals at once: found by reading every row, where there are not too many of them. */
export function inAnyLetters(graph: Graph, collection: string, match: Match): readonly Match[] {
  if (!graph.readWhole.has(collection)) return [];
  const { fields, normalisers, tuples, collated } = match;
  const kinds = kindsOf(graph, collection, fields);
  const isFolded = fields.map(
    (_, i) =>
      (normalisers?.[i] ?? "exact") === "exact" &&
      isUuidText(kinds?.[i]) &&
      !(collated === true && FOLDS.has(ownOf(kinds?.[i]))),
  );
  if (!isFolded.includes(true)) return [];
  // Of any other text the letters count.
  const uuids = tuples.filter((tuple) => tuple.every((text, i) => isFolded[i] !== true || isUuid(text)));
  const small = uuids.map((tuple) =>
    tuple.map((text, i) => normalise(isFolded[i] === true ? "uuid" : "exact", text)),
  );
  const byFold = fields.map((_, i) => (isFolded[i] === true ? "uuid" : (normalisers?.[i] ?? "exact")));
  const each = [...new Map(small.map((tuple) => [tupleKey(tuple), tuple])).values()];
  return each.length === 0 ? [] : [{ ...match, normalisers: byFold, tuples: each }];
}

/** Its store knows nothing of UUIDs; a collation that takes either case finds them all, where it is asked by. */
const isUuidText = (kind: Compared | undefined): boolean => meaningOf(kind) === "uuid";

/** None of the fields holds UUIDs as texts. */
export const isSpelledOneWay = (graph: Graph, collection: string, fields: readonly string[]): boolean =>
  kindsOf(graph, collection, fields)?.some(isUuidText) !== true;

/** What to ask for, so that a store that compares texts finds every row that is meant. */
export function spelled(
  graph: Graph,
  collection: string,
  fields: readonly string[],
  tuples: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const kinds = kindsOf(graph, collection, fields);
  if (kinds?.some(isUuidText) !== true) return tuples;
  return tuples.flatMap((tuple) =>
    tuple.reduce<readonly (readonly string[])[]>(
      (all, text, i) =>
        isUuidText(kinds[i])
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

const FOLDS: ReadonlySet<Notations | undefined> = new Set<Notations>(["case", "ascii", "spelling", "padded"]);

const isLoose = (own: Notations | undefined): boolean => FOLDS.has(own) || own === "collation";

/** Fields that hold text as it is, and lead to one that folds letters: what they hold in another notation is found by no question. */
export const closerFields = oncePer((graph): readonly string[] => [
  ...[...graph.collections.values()].flatMap((child) =>
    child.links.flatMap(({ from, to, normalisers }) =>
      from
        .filter(
          (field, i) =>
            (normalisers?.[i] ?? "exact") === "exact" &&
            ownOf(graph.notations.get(idOf(child))?.get(field)) === undefined &&
            isLoose(ownOf(graph.notations.get(collectionId(to))?.get(to.fields[i] ?? ""))),
        )
        .map((field) => `${idOf(child)}.${field}`),
    ),
  ),
  ...graph.asWritten,
]);

/** Fields that hold UUIDs as texts in which letters count (of an identity they do under any collation), in collections that are not read whole: one in both small and capital ones is found by no question. */
export const uuidTexts = oncePer((graph): readonly string[] =>
  [...graph.notations].flatMap(([id, fields]) =>
    [...fields]
      .filter(([, kind]) => meaningOf(kind) === "uuid")
      .filter(
        ([field, kind]) =>
          !graph.readWhole.has(id) &&
          (!FOLDS.has(ownOf(kind)) ||
            graph.collections.get(id)?.identities.some((i) => i.field === field) === true),
      )
      .map(([field]) => `${id}.${field}`),
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
