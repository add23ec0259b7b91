/** What a person sees: the rows that are theirs, alone or with others, and those that were written about them. */
import { type Collection, idOf, type Link } from "@avow/core/datamap/model";
import type { Scope } from "@avow/core/plan/scope";
import type { IdentityValue } from "@avow/core/terms/person";
import { standings } from "./ownership.ts";
import { findPerson } from "./person.ts";
import { fieldInScope, rowInScope } from "./scope.ts";
import { isPersonCollection, type Row, type Table, targetsOf, type World } from "./world.ts";

export type Access =
  | { readonly state: "closed"; readonly rows: ReadonlyMap<string, readonly Row[]> }
  | { readonly state: "not_found" | "ambiguous_identity" };

export function access(world: World, asked: readonly IdentityValue[], scope: Scope | null = null): Access {
  const person = findPerson(world, asked);
  if (person.ambiguous.length > 0) return { state: "ambiguous_identity" };
  if (person.rows.size === 0) return { state: "not_found" };
  const standing = standings(world, person.rows);
  const shown = (row: Row): boolean => {
    const s = standing.get(row);
    return s === "alone" || s === "with others" || s === "about";
  };
  return { state: "closed", rows: pick(world, scope, shown, (t) => t.collection.fields.map((f) => f.name)) };
}

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
  const rows = pick(world, scope, (row) => given.has(row), kept);
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

/** Rows with the fields that are shown; a collection without any is left out. */
function pick(
  world: World,
  scope: Scope | null,
  shown: (row: Row) => boolean,
  fieldsOf: (table: Table) => readonly string[],
): ReadonlyMap<string, readonly Row[]> {
  const all = world.tables.map((table) => {
    const { collection, key } = table;
    const categories = new Map(collection.fields.map((f) => [f.name, f.category]));
    const fields = fieldsOf(table).filter(
      (f) => scope === null || key.includes(f) || fieldInScope(categories.get(f) ?? "system", scope),
    );
    const rows = table.rows.filter((r) => shown(r) && (scope === null || rowInScope(collection, r, scope)));
    return [
      idOf(collection),
      rows.map((r): Row => new Map([...r].filter(([f]) => fields.includes(f)))),
    ] as const;
  });
  return new Map(all.filter(([, r]) => r.length > 0));
}
