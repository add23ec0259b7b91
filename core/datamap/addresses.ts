/**
 * Links by an e-mail address or a telephone number (spec/data-map.md, "Links by an address"): people write these in several ways, so what such
 * a link holds is compared as identities are. Which fields hold addresses is known by what the map calls them, and by the links between them.
 */
import { must } from "../terms/assert.ts";
import { holdsText, type Notations } from "../terms/notations.ts";
import { type Normaliser, normaliserOf } from "../terms/person.ts";
import { type Collection, collectionId, idOf, type Link } from "./model.ts";

type KindOf = (collection: string, field: string) => Notations | undefined;
/** What stores say of their fields, and whether a foreign key of the store vouches that the link leads to the very row that it names. */
export interface Declared {
  readonly kindOf: KindOf;
  readonly isHeld: (collection: string, link: Link) => boolean;
}
/** By collection and field. Null: it would be an e-mail address and a telephone number. */
type Addresses = ReadonlyMap<string, Normaliser | null>;

const placeOf = (collection: string, field: string): string => JSON.stringify([collection, field]);

/** The collections, with links that say which of their fields are compared as addresses. */
export function linksByAddress(all: readonly Collection[], declared: Declared): readonly Collection[] {
  const addresses = addressesIn(all);
  if (addresses.size === 0) return all;
  return all.map((c) => {
    const links = c.links.map((link) => {
      const { normalisers } = comparing(addresses, declared, idOf(c), link);
      return normalisers.every((n) => n === "exact") ? link : { ...link, normalisers };
    });
    return links.every((link, i) => link === c.links[i]) ? c : { ...c, links };
  });
}

/** Each once: fields of links between addresses that are compared as the store compares all others, though: they are no texts, or of two kinds. */
export function addressesAsWritten(all: readonly Collection[], declared: Declared): readonly string[] {
  const addresses = addressesIn(all);
  const named = all.flatMap((c) =>
    c.links.flatMap((link) =>
      comparing(addresses, declared, idOf(c), link).asWritten.map((f) => `${idOf(c)}.${f}`),
    ),
  );
  return [...new Set(named)];
}

/** Identities, and what is linked with them: a link that only holds for some rows says nothing of what the others have in its fields. */
function addressesIn(all: readonly Collection[]): Addresses {
  const known = new Map<string, Normaliser | null>(
    all.flatMap((c) =>
      c.identities.flatMap(({ namespace, field }) => {
        const normaliser = normaliserOf(namespace);
        return normaliser === "exact" ? [] : [[placeOf(idOf(c), field), normaliser] as const];
      }),
    ),
  );
  const named = new Set(known.keys());
  const learn = (place: string, normaliser: Normaliser | null | undefined): boolean => {
    const before = known.get(place);
    if (normaliser === undefined || normaliser === null || named.has(place)) return false;
    if (before === null || before === normaliser) return false;
    known.set(place, before === undefined ? normaliser : null);
    return true;
  };
  for (let grew = known.size > 0; grew; ) {
    grew = false;
    for (const c of all)
      for (const link of c.links)
        for (const [from, to] of pairsOf(idOf(c), link)) {
          if (link.when === undefined && learn(from, known.get(to))) grew = true;
          if (learn(to, known.get(from))) grew = true;
        }
  }
  return known;
}

const pairsOf = (child: string, { from, to }: Link): readonly (readonly [string, string])[] =>
  from.map((field, i) => [
    placeOf(child, field),
    placeOf(collectionId(to), must(to.fields[i], "links are even")),
  ]);

function comparing(
  addresses: Addresses,
  { kindOf, isHeld }: Declared,
  child: string,
  link: Link,
): { readonly normalisers: readonly Normaliser[]; readonly asWritten: readonly string[] } {
  if (isHeld(child, link)) return { normalisers: link.from.map(() => "exact"), asWritten: [] };
  const asWritten: string[] = [];
  const normalisers = link.from.map((field, i): Normaliser => {
    const other = must(link.to.fields[i], "links are even");
    const [held, meant] = [
      addresses.get(placeOf(child, field)),
      addresses.get(placeOf(collectionId(link.to), other)),
    ];
    if (meant === undefined && held === undefined) return "exact";
    const areTexts = holdsText(kindOf(child, field)) && holdsText(kindOf(collectionId(link.to), other));
    const one = held === undefined || held === meant ? meant : null;
    if (one !== undefined && one !== null && areTexts) return one;
    asWritten.push(field);
    return "exact";
  });
  return { normalisers, asWritten };
}
