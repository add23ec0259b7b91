/**
 * How often a store is asked about one collection (spec/rights.md, "How often a store is asked"): what is there, who else owns it, whether it is
 * gone, and each kind of act. Held wherever the map alone says it: not in rings of links that the store can not go along, nor of people who are found by one another's identities.
 */
import { components } from "@avow/core/datamap/graph";
import { type Collection, carriesOwnership, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import { standInLink } from "@avow/core/datamap/stand-in";
import { fieldWithin } from "@avow/core/plan/gather";
import { type Ring, ringsOf } from "@avow/core/plan/ring";
import type { Connector } from "@avow/runtime/connector-kit/contract";
import { isKey } from "@avow/runtime/connector-kit/kinds";
import type { BoundEstate } from "@avow/runtime/requests/run/estate";
import { told } from "@avow/runtime/requests/run/pool";
import { type Acts, NO_STATEMENTS, type Statements } from "./statements.ts";

type Estate = Pick<BoundEstate, "graph" | "cascades" | "keys" | "lives"> & {
  readonly stores: Readonly<Record<string, { readonly reader: Pick<Connector, "following"> }>>;
};

interface Asked {
  readonly estate: Estate;
  readonly statements: ReadonlyMap<string, Statements>;
  readonly acts: ReadonlyMap<string, Acts>;
}

/** What is there, who else owns it, and whether it is gone. */
const READS = 3;

/** In words; null: no collection was asked about more often than it may be. */
export function beyondBound({ estate, statements, acts }: Asked): string | null {
  const unsure = unsureOnes(estate);
  for (const collection of estate.graph.collections.values()) {
    const { name } = collection;
    const { capture, act, verify } = statements.get(name) ?? NO_STATEMENTS;
    const may = actsOf(estate, collection, acts.get(name));
    if (act > may) return `\`${name}\` was changed by ${act} statements, and ${may} are enough`;
    if (unsure.has(idOf(collection))) continue;
    const reads = READS + looksFor(estate, collection);
    if (capture + verify > reads)
      return `\`${name}\` was asked about ${capture} + ${verify} times, and ${reads} are enough`;
  }
  return null;
}

/** All that is set in one statement, and all that goes in one; before it, where rows of a ring let go of one another, one more for each link. */
function actsOf(estate: Estate, collection: Collection, acts: Acts | undefined): number {
  if (acts === undefined) return 0;
  const { kinds, sets, made } = acts;
  const live = estate.lives.get(idOf(collection));
  const together = live !== undefined && isKey(estate.keys.get(idOf(collection)) ?? [], live);
  const others = [...kinds].filter((kind) => !["set", "delete", "insert"].includes(kind)).length;
  return (
    (together ? Math.min(1, sets.size) : sets.size) +
    (kinds.has("delete") ? 1 + (live?.foreignKeys.length ?? 0) : 0) +
    made +
    others
  );
}

function looksFor(estate: Estate, collection: Collection): number {
  const id = idOf(collection);
  const { cascades, keys, graph } = estate;
  // What the store would take along by itself is looked at once for each foreign key that would.
  const spreading = cascades.filter(
    (c) =>
      c.store === collection.store &&
      (c.child === collection.name ||
        (c.parent === collection.name && c.parentFields.some((f) => !(keys.get(id) ?? []).includes(f)))),
  ).length;
  // Of documents and lists: whether there are some that can name nobody; and who asked for a row is not to be seen in it.
  const within = fieldWithin(collection) === null ? 0 : 2;
  // Rows that go on are looked at as they are, and for their pseudo-people free keys are drawn.
  const goesOn = standInLink(collection) === null ? 0 : 1;
  const people = [...graph.collections.values()].filter((c) => {
    const link = standInLink(c);
    return link !== null && collectionId(link.to) === id;
  }).length;
  return spreading + within + goesOn + people;
}

/** Collections whose rows lead to further rows of them, and what is looked for by identities that others tell: nobody knows beforehand how many times. */
function unsureOnes(estate: Estate): ReadonlySet<string> {
  const { graph } = estate;
  const all = [...graph.collections.values()];
  // People own nothing of one another: what a row of theirs mentions leads nowhere.
  const named = all.filter((c) => c.identities.length > 0).map(idOf);
  const edges = new Map(
    all.map((c) => [idOf(c), named.includes(idOf(c)) ? [] : c.links.map((l) => collectionId(l.to))]),
  );
  const rings = components(edges).filter(
    ([one, ...more]) => more.length > 0 || (one !== undefined && edges.get(one)?.includes(one) === true),
  );
  const isFollowed = followedIn(estate);
  return new Set([...rings.filter((ring) => !isFollowed(ring)).flat(), ...named]);
}

/** Of a ring: the store goes along each of its links by itself, down, and up where it makes owners. */
function followedIn(estate: Estate): (ring: readonly string[]) => boolean {
  const { graph } = estate;
  const [down, up] = WAYS.map((way) => ringsOf(graph, way, (id) => told(estate, id)));
  const hasAll = (rings: readonly Ring[] | undefined, ids: readonly string[], links: readonly Link[]) =>
    links.length === 0 ||
    rings?.some(
      (ring) =>
        isSure(graph, ring) &&
        ids.every((id) => ring.ids.includes(id)) &&
        links.every((l) => isAlong(ring, l)),
    ) === true;
  return (ids) => {
    const links = ids.flatMap((id) =>
      (graph.collections.get(id)?.links ?? []).filter((l) => ids.includes(collectionId(l.to))),
    );
    return hasAll(down, ids, links) && hasAll(up, ids, links.filter(carriesOwnership));
  };
}
const WAYS = ["down", "up"] as const;

const isAlong = ({ links }: Ring, link: Link): boolean => links.includes(link);

/** A text that may be that of two values is asked for once more. */
const isSure = ({ notations }: Estate["graph"], { arms, oneText }: Ring): boolean =>
  oneText || arms.every(({ id, from }) => from.every((field) => notations.get(id)?.get(field) === "integer"));
