/** What a person sees: the rows that are theirs, alone or with others, and those that were written about them. */
import { type Collection, idOf } from "@avow/core/datamap/model";
import type { IdentityValue } from "@avow/core/terms/person";
import { standings } from "./ownership.ts";
import { findPerson } from "./person.ts";
import { pointsAtNobody, type Row, targetsOf, type World } from "./world.ts";

export type Access =
  | { readonly state: "closed"; readonly rows: ReadonlyMap<string, readonly Row[]> }
  | { readonly state: "not_found" | "ambiguous_identity" };

export function access(world: World, asked: readonly IdentityValue[]): Access {
  const person = findPerson(world, asked);
  if (person.ambiguous.length > 0) return { state: "ambiguous_identity" };
  if (person.rows.size === 0) return { state: "not_found" };
  const standing = standings(world, person.rows);
  const shown = (row: Row): boolean => {
    const s = standing.get(row);
    return s === "alone" || s === "with others" || s === "about";
  };
  const rows = world.tables.map(
    ({ collection, rows }) =>
      [
        idOf(collection),
        rows.filter(shown).map((row) => withoutOthers(world, { collection, row, shown })),
      ] as const,
  );
  return { state: "closed", rows: new Map(rows.filter(([, r]) => r.length > 0)) };
}

interface Shown {
  readonly collection: Collection;
  readonly row: Row;
  readonly shown: (row: Row) => boolean;
}

/** A link that leads to nothing the person sees leads to somebody else: its fields do not say to whom. */
function withoutOthers(world: World, { collection, row, shown }: Shown): Row {
  const links = collection.links
    .filter((link) => !pointsAtNobody(world, row, link))
    .map((link) => ({ link, own: targetsOf(world, row, link).some(shown) }));
  const named = (own: boolean, field: string): boolean =>
    links.some((l) => l.own === own && l.link.from.includes(field));
  return new Map(
    [...row].map(([field, cell]) => [
      field,
      cell !== null && named(false, field) && !named(true, field) ? "[somebody else]" : cell,
    ]),
  );
}
