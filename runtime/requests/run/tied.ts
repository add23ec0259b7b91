/**
 * Held rows that point, by foreign keys which are no links of the map, at rows that an erasure is about to delete (spec/holds.md): a store would
 * empty the field (`on delete set null`) or delete the held row along (`on delete cascade`).
 */
import { collectionId } from "@avow/core/datamap/model";
import { type Capture, type Cells, cellsOf, type Tuple, tupleKey } from "@avow/core/plan/capture";
import type { Hold, RowsByKey } from "@avow/core/plan/hold";
import { sameNames } from "@avow/core/plan/named";
import { nameIn } from "@avow/core/plan/notation";
import { must } from "@avow/core/terms/assert";
import { readAll } from "./ask.ts";
import { kindsIn, meant } from "./cascade.ts";
import type { BoundEstate, Cascade } from "./estate.ts";

interface Tie extends Cascade {
  /** Ids of the collections. */
  readonly from: string;
  readonly to: string;
}

type Tied = Pick<BoundEstate, "cascades" | "loosened" | "graph">;

/** Foreign keys of collections of the map that no link says, into collections of the map; worked out once. */
const known = new WeakMap<BoundEstate["graph"], readonly Tie[]>();
function tiesIn({ cascades, loosened, graph }: Tied): readonly Tie[] {
  const before = known.get(graph);
  if (before !== undefined) return before;
  const touching = [...cascades, ...loosened.map((l): Cascade => ({ ...l, child: l.child.name }))];
  const all = touching.flatMap((tie): Tie[] => {
    const from = collectionId({ store: tie.store, collection: tie.child });
    const to = collectionId({ store: tie.store, collection: tie.parent });
    const own = graph.collections.get(from);
    if (own === undefined || !graph.collections.has(to)) return [];
    const isLink = own.links.some(
      (l) => collectionId(l.to) === to && l.when === undefined && isSame(l.from, tie.childFields),
    );
    return isLink ? [] : [{ ...tie, from, to }];
  });
  known.set(graph, all);
  return all;
}

const isSame = (a: readonly string[], b: readonly string[]): boolean => sameNames(a.toSorted(), b.toSorted());

/** Collections in which rows may be that point at what was captured. */
export const tiedTo = (estate: Tied, { collections }: Capture): ReadonlySet<string> =>
  new Set(tiesIn(estate).flatMap((t) => ((collections.get(t.to)?.rows.size ?? 0) > 0 ? [t.from] : [])));

export interface HeldPerson {
  readonly state: Capture;
  readonly holds: readonly Hold[];
}

/** The holds of each with what their rows point at; asked once for all. */
export async function withTied(
  estate: BoundEstate,
  people: readonly HeldPerson[],
): Promise<readonly (readonly Hold[])[]> {
  const found = new Map(people.map((p) => [p, p.holds.map(() => new Map<string, Set<string>>())]));
  const held = people.some((p) => p.holds.length > 0) ? people : [];
  for (const tie of tiesIn(estate)) {
    const among = held.filter(({ holds }) => holds.some((h) => mayHold(estate, h, tie.from)));
    const parents = await parentsOf(estate, tie, among);
    if (parents.tuples.length === 0) continue;
    const key = must(estate.keys.get(tie.from), "collections of the map have keys");
    const { anyOf, isMeant } = meant(estate, tie, parents.tuples);
    const rows = await readAll(estate, { collection: tie.from, fields: [...key, ...tie.childFields], anyOf });
    for (const cells of rows) {
      const [child, refers] = [cells.slice(0, key.length), cells.slice(key.length)];
      if (isMeant?.(refers) === false) continue;
      const tuple = cellsOf(tie.childFields, tie.childFields, refers);
      const name = tupleKey(child.map((cell) => must(cell, "key fields are never null")));
      for (const { person, row } of tuple === null ? [] : parents.at(tuple)) {
        for (const [n, hold] of person.holds.entries())
          if (keeps(person, hold, { id: tie.from, name })) {
            const own = must(found.get(person)?.[n], "each hold has its rows");
            own.set(tie.to, (own.get(tie.to) ?? new Set()).add(row));
          }
      }
    }
  }
  return people.map((person) =>
    person.holds.map((hold, n) => {
      const pointedAt: RowsByKey = must(found.get(person)?.[n], "each hold has its rows");
      return pointedAt.size === 0 ? hold : { ...hold, pointedAt };
    }),
  );
}

const mayHold = ({ graph }: BoundEstate, { classes, rows }: Hold, id: string): boolean =>
  rows === undefined
    ? classes.includes("all") || classes.includes(graph.collections.get(id)?.class ?? "")
    : (rows.get(id)?.size ?? 0) > 0;

interface Row {
  readonly id: string;
  readonly name: string;
}

/** The held person's own rows are those that were captured. */
const keeps = ({ state }: HeldPerson, { rows }: Hold, { id, name }: Row): boolean =>
  rows === undefined ? state.collections.get(id)?.rows.has(name) === true : rows.get(id)?.has(name) === true;

interface Parent {
  readonly person: HeldPerson;
  /** The name of its key. */
  readonly row: string;
}

interface Parents {
  readonly tuples: readonly Tuple[];
  at(tuple: Tuple): readonly Parent[];
}

/** What rows that were captured hold where the foreign key points; unless it is their key, the store says it. */
async function parentsOf(estate: BoundEstate, tie: Tie, people: readonly HeldPerson[]): Promise<Parents> {
  const { store, parent, parentFields } = tie;
  const kinds = kindsIn(estate, { store, collection: parent, fields: parentFields });
  const owners = new Map<string, HeldPerson[]>();
  const keys: Tuple[] = [];
  for (const person of people) {
    const captured = must(person.state.collections.get(tie.to), "collections of the map are captured");
    for (const [name, row] of captured.rows) {
      if (row.current === null) continue;
      const before = owners.get(name);
      if (before === undefined) keys.push(row.key);
      owners.set(name, [...(before ?? []), person]);
    }
  }
  if (keys.length === 0) return { tuples: [], at: () => [] };
  const key = must(estate.keys.get(tie.to), "collections of the map have keys");
  const isOfKey = parentFields.every((f) => key.includes(f));
  const fields = isOfKey ? key : [...key, ...parentFields];
  const rows: readonly Cells[] = isOfKey
    ? keys
    : await readAll(estate, { collection: tie.to, fields, anyOf: [{ fields: key, tuples: keys }] });
  const tuples: Tuple[] = [];
  const at = new Map<string, Parent[]>();
  for (const cells of rows) {
    const tuple = cellsOf(fields, parentFields, cells);
    if (tuple === null) continue;
    tuples.push(tuple);
    const row = tupleKey(cells.slice(0, key.length).map((c) => must(c, "key fields are never null")));
    const name = nameIn(kinds, tuple);
    at.set(name, [...(at.get(name) ?? []), ...(owners.get(row) ?? []).map((person) => ({ person, row }))]);
  }
  return { tuples, at: (tuple) => at.get(nameIn(kinds, tuple)) ?? [] };
}
