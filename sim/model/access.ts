/** What a person sees: the rows that are theirs, alone or with others, and those that were written about them. */
import { type Collection, idOf, type Link } from "@avow/core/datamap/model";
import type { Scope } from "@avow/core/plan/scope";
import type { IdentityValue } from "@avow/core/terms/person";
import { standings } from "./ownership.ts";
import { findPerson } from "./person.ts";
import { withoutOthers as hidden, type Place, placeIn, textsAt } from "./places.ts";
import { fieldInScope, rowInScope } from "./scope.ts";
import {
  armsOf,
  type Cell,
  cellOf,
  isPersonCollection,
  type Row,
  type Table,
  targetsOf,
  type World,
} from "./world.ts";

export type Access =
  | { readonly state: "closed"; readonly rows: ReadonlyMap<string, readonly Row[]> }
  | { readonly state: "not_found" | "ambiguous_identity" };

export function access(world: World, asked: readonly IdentityValue[], scope: Scope | null = null): Access {
  const person = findPerson(world, asked);
  if (person.ambiguous.length > 0) return { state: "ambiguous_identity" };
  if (person.rows.size === 0) return { state: "not_found" };
  const standing = standings(world, person.rows);
  const shown = isSeen(standing);
  const fields = (t: Table): string[] => t.collection.fields.map((f) => f.name);
  return { state: "closed", rows: pick(world, { scope, shown, given: shown, fields }) };
}

const isSeen =
  (standing: ReturnType<typeof standings>) =>
  (row: Row): boolean => {
    const s = standing.get(row);
    return s === "alone" || s === "with others" || s === "about";
  };

/** What the person gave or produced (spec/rights.md, "Portability"). */
export function portable(world: World, asked: readonly IdentityValue[], scope: Scope | null = null): Access {
  const person = findPerson(world, asked);
  if (person.ambiguous.length > 0) return { state: "ambiguous_identity" };
  if (person.rows.size === 0) return { state: "not_found" };
  const given = new Set(person.rows);
  for (let grew = true; grew; ) {
    grew = false;
    for (const { collection, rows } of world.tables) {
      if (isPersonCollection(collection)) continue;
      for (const row of rows) {
        if (given.has(row) || !ownersIn(world, collection, row, given)) continue;
        given.add(row);
        grew = true;
      }
    }
  }
  const kept = ({ collection, key }: Table): string[] => {
    const personal = collection.fields.filter((f) => f.category !== "system" && f.derived !== true);
    const joins = new Set([
      ...key,
      ...made(collection).flatMap((l) => [...l.from, ...Object.keys(l.when ?? {})]),
    ]);
    return collection.fields.filter((f) => personal.includes(f) || joins.has(f.name)).map((f) => f.name);
  };
  const shown = isSeen(standings(world, person.rows));
  const rows = pick(world, { scope, shown, given: (row) => given.has(row), fields: kept });
  const personal = [...rows].filter(([id, [first]]) =>
    world.tables.some(
      ({ collection }) =>
        idOf(collection) === id &&
        collection.fields.some(
          (f) => first?.has(f.name) === true && f.category !== "system" && f.derived !== true,
        ),
    ),
  );
  return { state: "closed", rows: new Map(personal) };
}

const made = (c: Collection): readonly Link[] => c.links.filter((l) => l.role === "owner");
const ownersIn = (world: World, c: Collection, row: Row, given: ReadonlySet<Row>): boolean =>
  made(c).some((l) => targetsOf(world, row, l).some((r) => given.has(r)));

interface Giving {
  readonly scope: Scope | null;
  /** What the person may see at all. */
  readonly shown: (row: Row) => boolean;
  readonly given: (row: Row) => boolean;
  readonly fields: (table: Table) => readonly string[];
}

/** Rows with the fields that are shown; a collection without any is left out. */
function pick(
  world: World,
  { scope, shown, given, fields: fieldsOf }: Giving,
): ReadonlyMap<string, readonly Row[]> {
  const all = world.tables.map((table) => {
    const { collection, key } = table;
    const categories = new Map(collection.fields.map((f) => [f.name, f.category]));
    const fields = fieldsOf(table).filter(
      (f) => scope === null || key.includes(f) || fieldInScope(categories.get(f) ?? "system", scope),
    );
    const rows = table.rows.filter((r) => given(r) && (scope === null || rowInScope(collection, r, scope)));
    return [
      idOf(collection),
      rows.map((row): Row => {
        const seen = withoutOthers(world, { collection, row, shown });
        return new Map([...seen].filter(([f]) => fields.includes(f)));
      }),
    ] as const;
  });
  return new Map(all.filter(([, r]) => r.length > 0));
}

interface Shown {
  readonly collection: Collection;
  readonly row: Row;
  readonly shown: (row: Row) => boolean;
}

/**
 * What a link holds that leads to nothing the person sees names somebody else: it does not say whom, nor what stands beside it in a list. A
 * document that says nothing of people itself is left out: its places are shown.
 */
function withoutOthers(world: World, { collection, row, shown }: Shown): Row {
  const arms = collection.links
    .filter((link) => link.via !== true)
    .flatMap((link) =>
      armsOf(world, row, link).flatMap(({ tuple, targets }) =>
        link.from.map((field, i) => ({ field, value: tuple[i] ?? "", own: targets.some(shown) })),
      ),
    );
  const place = (field: string): Place | null => placeIn(row.keys(), field);
  const lists = new Map<string, { place: Place; at: Set<number> }>();
  for (const { field, value } of arms.filter((x) => !x.own)) {
    const at = place(field);
    if (at === null || at.each === null) continue;
    if (arms.some((b) => b.own && b.field === field && b.value === value)) continue;
    const list = lists.get(listText(at)) ?? { place: at, at: new Set() };
    lists.set(listText(at), list);
    for (const [i, v] of (textsAt(row.get(at.column) ?? null, at) ?? []).entries())
      if (v === value) list.at.add(i);
  }
  const isOthers = (field: string): boolean =>
    arms.some((x) => x.field === field && !x.own) && !arms.some((x) => x.field === field && x.own);
  return new Map(
    collection.fields
      .filter((f) => f.opened !== true || f.category !== "system")
      .map(({ name, opened, category }): [string, Cell] => {
        const cell = cellOf(row, name);
        if (cell === null) return [name, null];
        if (`${category}.`.startsWith("user.authorization.")) return [name, "[held, not given out]"];
        if (opened === true) {
          const places = collection.fields.flatMap((f) => {
            const at = place(f.name);
            return at?.column === name && at.each === null && isOthers(f.name) ? [at] : [];
          });
          const elements = [...lists.values()].filter((l) => l.place.column === name);
          return [name, hidden(cell, { places, elements }, OTHERS)];
        }
        const at = place(name);
        if (at?.each != null) {
          const hide = lists.get(listText(at))?.at ?? new Set<number>();
          const all = textsAt(row.get(at.column) ?? null, at) ?? [];
          return [name, JSON.stringify(all.map((v, i) => (v !== null && hide.has(i) ? OTHERS : v)))];
        }
        return [name, isOthers(name) ? OTHERS : cell];
      }),
  );
}

const OTHERS = "[somebody else]";
const listText = ({ column, head }: Place): string => JSON.stringify([column, head]);
