/**
 * Whose rows are: people first, then every collection that a link of ownership joins to them. Links get their roles on the way.
 * A link to people is `owner` when its name says that the row is theirs; of several the nearest owns and the others are `co_owner`
 * (who received it), `about` (who it is about) or `mention` (who had to do with it).
 */

import type { About } from "../classify/about.ts";
import { PERSON_NOUNS } from "../classify/lexicon/nouns.table.ts";
import { headIs } from "../classify/name.ts";
import { sameWord, wordsOf } from "../classify/words.ts";
import type { Role } from "../model.ts";
import type { FoundLink, Looked, SchemaCollection } from "./model.ts";
import { ABOUT_OTHERS, partOf, RECEIVES } from "./parts-played.ts";

export interface Roled {
  readonly about: ReadonlyMap<string, About>;
  readonly links: ReadonlyMap<string, readonly FoundLink[]>;
  readonly people: ReadonlySet<string>;
}

export interface RolesInput {
  readonly collections: readonly SchemaCollection[];
  readonly links: ReadonlyMap<string, readonly FoundLink[]>;
  readonly people: readonly string[];
  readonly looked: ReadonlyMap<string, Looked>;
  /** Collections that hold personal fields by what their names or values say. */
  readonly personal: ReadonlySet<string>;
}

export function giveRoles(input: RolesInput): Roled {
  const people = rootPeople(input);
  const links = new Map([...input.links].map(([name, of]) => [name, [...of]]));
  const about = new Map<string, About>(
    input.collections.map((c) => [c.name, people.has(c.name) ? "person" : "other"]),
  );
  for (const c of input.collections) {
    const own = links.get(c.name) ?? [];
    if (people.has(c.name))
      links.set(
        c.name,
        own.map((l) => ({ ...l, role: people.has(l.to.collection) ? "mention" : null })),
      );
    else {
      const roled = towardsPeople(own, people);
      links.set(c.name, roled);
      if (roled.some((l) => l.role !== null && l.role !== "mention")) about.set(c.name, "owned");
    }
  }
  spread(input, links, about);
  return { about, links, people };
}

/** A collection that looks like people and is somebody's (a profile, an address book) belongs to that somebody. */
function rootPeople({ people, links, collections }: RolesInput): ReadonlySet<string> {
  const all = new Set(people);
  const roots = new Set<string>();
  for (const name of people) {
    const c = collections.find((x) => x.name === name);
    const owned = (links.get(name) ?? []).some((l) => {
      if (!all.has(l.to.collection) || l.to.collection === name || l.confidence < 0.6) return false;
      const part = partOf(l.from[0] ?? "");
      const key =
        c !== undefined &&
        l.from.length === 1 &&
        (c.primaryKey.join() === l.from.join() || c.uniques.some((u) => u.join() === l.from.join()));
      // An invoice with a copied address is no person of its own: it is of whom it points at.
      const copied =
        part.rank === 1 &&
        c !== undefined &&
        !isNamedAfterPeople(c) &&
        isFirst(people, l.to.collection, name);
      return key || part.rank === 0 || copied;
    });
    if (!owned) roots.add(name);
  }
  // A ring of people who own each other: the likeliest is the root.
  if (roots.size === 0 && people[0] !== undefined) roots.add(people[0]);
  return roots;
}

const isNamedAfterPeople = (c: SchemaCollection): boolean =>
  wordsOf(c.name.split(".").at(-1) ?? c.name).some((w) => headIs([w], PERSON_NOUNS));
const isFirst = (people: readonly string[], a: string, b: string): boolean =>
  people.indexOf(a) < people.indexOf(b);

function towardsPeople(links: readonly FoundLink[], people: ReadonlySet<string>): FoundLink[] {
  const to = links.filter((l) => people.has(l.to.collection));
  const ranks = to.map((l) => partOf(l.from.at(-1) ?? "").rank);
  const nearest = Math.min(...ranks, 3);
  let owners = 0;
  return links.map((l): FoundLink => {
    if (!people.has(l.to.collection)) return { ...l, role: null };
    const { rank, word } = partOf(l.from.at(-1) ?? "");
    // Staff that a row is called after, and nobody else: theirs. Beside a customer they only had to do with it.
    const alone = to.length === 1 && word !== null && wordsOf(l.to.collection).some((w) => sameWord(w, word));
    const role = roleOf(alone ? 0 : rank, word, alone ? 0 : nearest, owners);
    if (role === "owner") owners += 1;
    return { ...l, role };
  });
}

function roleOf(rank: number, word: string | null, nearest: number, owners: number): Role {
  if (word !== null && RECEIVES.test(word)) return "co_owner";
  if (word !== null && ABOUT_OTHERS.test(word)) return "about";
  if (rank === 2) return "mention";
  if (rank > nearest) return "mention";
  return owners === 0 ? "owner" : "co_owner";
}

const ROUNDS_MAX = 50;
/** A row that nearly every other row points at by itself is a part of it; one that many share is something they have in common. */
const ONE_TO_ONE_MIN = 0.9;

function spread(input: RolesInput, links: Map<string, FoundLink[]>, about: Map<string, About>): void {
  for (let round = 0, grew = true; grew && round < ROUNDS_MAX; round += 1) {
    grew = false;
    for (const c of input.collections) {
      if (about.get(c.name) !== "other") continue;
      const own = links.get(c.name) ?? [];
      const up = own.filter(
        (l) =>
          l.to.collection !== c.name &&
          about.get(l.to.collection) === "owned" &&
          !byStaff(links.get(l.to.collection) ?? []) &&
          (l.when !== undefined || !l.from.some((f) => partOf(f).rank === 2)),
      );
      const back = up.length > 0 ? [] : pointedAt(c, input, about, links);
      if (up.length === 0 && back.length === 0) continue;
      about.set(c.name, "owned");
      links.set(c.name, [
        ...own.map((l) =>
          l === up[0]
            ? { ...l, role: "owner" as const }
            : up.includes(l)
              ? { ...l, role: "co_owner" as const }
              : l,
        ),
        ...back,
      ]);
      grew = true;
    }
  }
  // What belongs to somebody and points at what belongs to somebody is theirs as well, where nothing nearer says so.
  for (const c of input.collections) {
    const own = links.get(c.name) ?? [];
    if (about.get(c.name) !== "owned" || own.some((l) => l.role === "owner" || l.role === "co_owner"))
      continue;
    const up = own.find(
      (l) => l.role === null && l.to.collection !== c.name && about.get(l.to.collection) === "owned",
    );
    if (up !== undefined)
      links.set(
        c.name,
        own.map((l) => (l === up ? { ...l, role: "owner" as const } : l)),
      );
  }
}

/** What staff look after is not about them: what hangs on it is nobody's for that. */
const byStaff = (links: readonly FoundLink[]): boolean => {
  const owning = links.filter((l) => l.role === "owner" || l.role === "co_owner");
  return owning.length > 0 && owning.every((l) => partOf(l.from.at(-1) ?? "").rank === 2);
};

/** `customers.address_id`: the address is the customer's, though the key stands on the other side. */
function pointedAt(
  c: SchemaCollection,
  input: RolesInput,
  about: ReadonlyMap<string, About>,
  links: ReadonlyMap<string, readonly FoundLink[]>,
): FoundLink[] {
  if (!input.personal.has(c.name)) return [];
  return input.collections.flatMap((p): FoundLink[] => {
    if (about.get(p.name) !== "person") return [];
    return (links.get(p.name) ?? []).flatMap((l): FoundLink[] => {
      const [field] = l.from;
      const looked = input.looked.get(p.name);
      const evidence = field === undefined ? undefined : looked?.evidence.get(field);
      if (l.to.collection !== c.name || l.from.length !== 1 || field === undefined) return [];
      const distinct =
        evidence === undefined || evidence.filled < 5 ? null : evidence.distinct / evidence.filled;
      if (distinct === null ? !p.uniques.some((u) => u.join() === field) : distinct < ONE_TO_ONE_MIN)
        return [];
      return [
        {
          role: "owner",
          from: l.to.fields,
          to: { collection: p.name, fields: [field] },
          source: l.source,
          confidence: Math.min(0.8, l.confidence),
          reason: `\`${p.name}.${field}\` leads here, each to a row of its own`,
        },
      ];
    });
  });
}
