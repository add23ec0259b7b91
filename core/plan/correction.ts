/**
 * What `--set` means on a map (spec/rights.md, "Rectify and supplement"): where the value stands that is wrong, where copies of it may
 * stand, and which links name their parent by it. Whatever would change whose a row is, or break it, is refused in words.
 */
import type { Graph } from "../datamap/graph.ts";
import { type Collection, collectionId, type Identity, idOf, type Link } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { isCategory } from "../terms/category.ts";
import { type Normaliser, normalise, normaliserOf } from "../terms/person.ts";
import { suggestion } from "../terms/suggest.ts";
import type { Correction } from "./asked.ts";
import { fieldsOfLink } from "./capture.ts";
import { namesNobody } from "./pointing.ts";

/** What a store declares of a collection, as far as it decides what can be corrected. */
export interface Declared {
  readonly uniques: readonly (readonly string[])[];
  readonly fields: readonly { readonly name: string; readonly generated: boolean }[];
  readonly foreignKeys: readonly {
    readonly from: readonly string[];
    readonly to: { readonly collection: string; readonly fields: readonly string[] };
  }[];
}

/** `replace`: what is there, and every copy of it. `fill`: only what is empty, of which there is no copy and no name. */
export type CorrectionMode = "replace" | "fill";

export interface Ground {
  readonly graph: Graph;
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly lives: ReadonlyMap<string, Declared>;
}

/** A field of a collection, by the collection's id. */
export interface Place {
  readonly collection: string;
  readonly field: string;
}

export interface Target {
  readonly value: string;
  readonly normaliser: Normaliser;
  readonly origin: readonly Place[];
  /** Fields that may hold the same again. */
  readonly copies: readonly Place[];
  /** Fields of links that name their parent by a field that changes. */
  readonly follow: readonly { readonly place: Place; readonly link: Link }[];
  /** Fields that may hold the same again and can not be set: in a list, of a key or a link, tied by a foreign key. */
  readonly stuck: readonly StuckPlace[];
}

export interface StuckPlace extends Place {
  /** The store makes it itself, perhaps from a field that is set. */
  readonly generated: boolean;
}

export type Resolved =
  | { readonly ok: true; readonly targets: readonly Target[] }
  | { readonly ok: false; readonly issues: readonly string[] };

export function resolveSets(ground: Ground, set: readonly Correction[], mode: CorrectionMode): Resolved {
  if (set.length === 0)
    return { ok: false, issues: ["say what is right: --set users.name=Ada, or by category"] };
  const results = set.map((correction) => resolve(ground, correction, mode));
  const issues = results.flatMap((r) => (typeof r === "string" ? [r] : []));
  const targets = results.flatMap((r) => (typeof r === "string" ? [] : [r]));
  const text = ({ collection, field }: Place): string => `${collection} ${field}`;
  const touched = targets.map(
    (t) => new Set([...t.origin, ...t.copies, ...t.follow.map((f) => f.place)].map(text)),
  );
  if (touched.some((a, i) => touched.slice(i + 1).some((b) => !a.isDisjointFrom(b))))
    issues.push("two of the values are for the same kind of field: make it two requests");
  return issues.length > 0 ? { ok: false, issues } : { ok: true, targets };
}

interface Named {
  readonly collection: Collection;
  readonly field: string;
  readonly category: string;
}

const placeOf = ({ collection, field }: Named): Place => ({ collection: idOf(collection), field });
const identitiesAt = ({ collection, field }: Named): readonly Identity[] =>
  collection.identities.filter((i) => i.field === field);

function resolve(ground: Ground, { field: text, value }: Correction, mode: CorrectionMode): Target | string {
  const named = isCategory(text) ? byCategory(ground, text) : byName(ground, text);
  if (typeof named === "string") return named;
  const origin = named.map(placeOf);
  const [first] = named;
  const category = must(first, "something is named").category;
  const identities = named.flatMap(identitiesAt);
  const normaliser = normaliserOf(identities[0]?.namespace ?? "");
  if (identities.length > 0 && namesNobody(normalise(normaliser, value)))
    return `\`${text}\` is an identity: the value must name somebody; an identity goes only with the whole account, by \`avow request erase\` without a scope`;
  if (value === "")
    return `\`${text}\`: the value is empty, and a correction puts the right value where a wrong one is: give that, or have what it says erased with \`avow request erase --scope category=${category}\``;
  if (mode === "fill") {
    const taken = takenOver(ground, origin);
    return taken ?? { value, normaliser, origin, copies: [], follow: [], stuck: [] };
  }
  const namespaces = new Set(identities.map((i) => i.namespace));
  const all = fieldsOf(ground.graph);
  const alike = all
    .filter((f) => !named.some((n) => n.collection === f.collection && n.field === f.field))
    .filter(
      (f) =>
        (category !== "system" && f.category === category) ||
        identitiesAt(f).some((i) => namespaces.has(i.namespace)),
    );
  const copies = alike.filter((f) => unfit(ground, f) === null).map(placeOf);
  // Of a document its places are asked, each by itself.
  const stuck = alike
    .filter((f) => unfit(ground, f) !== null && !isOpened(f))
    .filter((f) => !isOtherNumber(ground, f, namespaces))
    .map((f) => ({ ...placeOf(f), generated: isGenerated(ground, f) }));
  const follow = followers(ground, [...origin, ...copies]);
  if (typeof follow === "string") return follow;
  return { value, normaliser, origin, copies, follow, stuck };
}

/**
 * Numbers of everything are of the category `user.unique_id`: that a badge was `3`, too, says nothing of the key `3`, nor of what points at it. One
 * that is looked for as the same identity is the same number.
 */
function isOtherNumber(
  { keys }: Ground,
  { collection, field, category }: Named,
  namespaces: ReadonlySet<string>,
): boolean {
  if (category !== "user.unique_id") return false;
  if (identitiesAt({ collection, field, category }).some((i) => namespaces.has(i.namespace))) return false;
  return (
    (keys.get(idOf(collection)) ?? []).includes(field) ||
    collection.links.some((l) => fieldsOfLink(l).includes(field))
  );
}

const fieldsOf = (graph: Graph): readonly Named[] =>
  [...graph.collections.values()].flatMap((collection) =>
    collection.fields.map(({ name, category }) => ({ collection, field: name, category })),
  );

function byCategory(ground: Ground, category: string): readonly Named[] | string {
  const all = fieldsOf(ground.graph).filter(
    (f) => f.category === category && f.collection.identities.length > 0,
  );
  const fit = all.filter((f) => unfit(ground, f) === null);
  if (fit.length > 0) return fit;
  const [first] = all;
  if (first !== undefined) return `\`${category}\`: ${unfit(ground, first)}`;
  return `no collection of persons has a field of the category \`${category}\`: name the field, as in \`collection.field\``;
}

function byName(ground: Ground, text: string): readonly Named[] | string {
  const found = fieldsOf(ground.graph).filter(({ collection: { store, name }, field }) =>
    [`${name}.${field}`, `${store}/${name}.${field}`].includes(text),
  );
  const [first, second] = found;
  if (first === undefined)
    return `\`${text}\` is neither a field of the map nor a category: ${suggestion(text, known(ground), "write `collection.field`")}`;
  if (second !== undefined) return `\`${text}\` may be in several stores: write \`store/collection.field\``;
  if (first.category === "system")
    return `\`${text}\` is of category \`system\`: it says nothing about a person`;
  const why = unfit(ground, first);
  return why === null ? [first] : `\`${text}\`: ${why}`;
}

const isOpened = ({ collection, field }: Pick<Named, "collection" | "field">): boolean =>
  collection.fields.find((f) => f.name === field)?.opened === true;

const isGenerated = (
  { lives }: Pick<Ground, "lives">,
  { collection, field }: Pick<Named, "collection" | "field">,
): boolean => lives.get(idOf(collection))?.fields.some((f) => f.name === field && f.generated) === true;

/** What `--set` could name, as one would write it. */
const known = ({ graph }: Ground): readonly string[] => {
  const fields = fieldsOf(graph).filter((f) => f.category !== "system");
  return [
    ...fields.map(({ collection, field }) => `${collection.name}.${field}`),
    ...fields.map(({ collection: { store, name }, field }) => `${store}/${name}.${field}`),
    ...new Set(fields.map((f) => f.category)),
  ];
};

/** Why a field can not be given another value; null when it can. */
function unfit({ graph, keys, lives }: Ground, { collection, field }: Named): string | null {
  const id = idOf(collection);
  if ((keys.get(id) ?? []).includes(field)) return "it is part of the key: the row could not be found again";
  if (collection.links.some((l) => fieldsOfLink(l).includes(field)))
    return "it says whose the row is: correct what it points at";
  const place = collection.fields.find((f) => f.name === field);
  if (isOpened({ collection, field })) return "it is a document: name the place in it";
  if (place?.path !== undefined && place.path.each !== null)
    return "it stands in a list, where it has no place of its own: change it in the application";
  if (isGenerated({ lives }, { collection, field }))
    return "the store makes it itself: correct what it is made from";
  return isTied({ graph, lives }, collection, field)
    ? "a foreign key of the store ties it to another field: change both in the application"
    : null;
}

function isTied({ graph, lives }: Pick<Ground, "graph" | "lives">, c: Collection, field: string): boolean {
  if (lives.get(idOf(c))?.foreignKeys.some((fk) => fk.from.includes(field)) === true) return true;
  return [...graph.collections.values()].some(
    (other) =>
      other.store === c.store &&
      lives
        .get(idOf(other))
        ?.foreignKeys.some((fk) => fk.to.collection === c.name && fk.to.fields.includes(field)) === true,
  );
}

/** To a fixpoint: a link's field may be what another link names its parent by. */
function followers({ graph, keys, lives }: Ground, changing: readonly Place[]): Target["follow"] | string {
  const follow: { place: Place; link: Link }[] = [];
  const open = [...changing];
  const seen = new Set(open.map((p) => `${p.collection} ${p.field}`));
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { child, link } of graph.into.get(at.collection) ?? []) {
      const from = link.from[link.to.fields.indexOf(at.field)];
      if (from === undefined) continue;
      const parent = must(graph.collections.get(collectionId(link.to)), "links lead to collections");
      const shown = `\`${child.name}\` names its row of \`${parent.name}\` by \`${at.field}\``;
      const way = `a correction would leave rows of \`${child.name}\` without their owner: change both in the application, or link them by the key of \`${parent.name}\``;
      if (!leadsToOne(parent, link, keys, lives)) return `${shown}, which several people may share; ${way}`;
      if (from === link.each) return `${shown}, and holds it in a list (\`${from}\`); ${way}`;
      if ((keys.get(idOf(child)) ?? []).includes(from))
        return `${shown}, and that is part of its key (\`${from}\`); ${way}`;
      if (isTied({ graph, lives }, child, from))
        return `${shown}, and a foreign key of the store holds it (\`${from}\`); ${way}`;
      const place = { collection: idOf(child), field: from };
      follow.push({ place, link });
      const name = `${place.collection} ${place.field}`;
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(place);
    }
  }
  return follow;
}

/**
 * Nothing is named by an empty field, so that filling it takes no row away from anybody. But rows may hold the new value already: where
 * several people may have it, these are somebody else's, and would be the person's as well.
 */
function takenOver({ graph, keys, lives }: Ground, origin: readonly Place[]): string | null {
  for (const { collection, field } of origin) {
    const parent = must(graph.collections.get(collection), "places are in collections");
    const named = (graph.into.get(collection) ?? []).find(
      ({ link }) => link.to.fields.includes(field) && !leadsToOne(parent, link, keys, lives),
    );
    if (named !== undefined)
      return `\`${named.child.name}\` names its row of \`${parent.name}\` by \`${field}\`, which several people may share; what is filled in could make rows of somebody else the person's, too: fill it in in the application, or link them by the key of \`${parent.name}\``;
  }
  return null;
}

function leadsToOne(parent: Collection, link: Link, keys: Ground["keys"], lives: Ground["lives"]): boolean {
  if (parent.identities.some((i) => !i.shared && link.to.fields.includes(i.field))) return true;
  const uniques = [keys.get(idOf(parent)) ?? [], ...(lives.get(idOf(parent))?.uniques ?? [])];
  return uniques.some((u) => u.length > 0 && u.every((f) => link.to.fields.includes(f)));
}
