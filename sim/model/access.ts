/** What a person sees: the rows that are theirs, alone or with others, and those that were written about them. */
import { idOf } from "@avow/core/datamap/model";
import type { IdentityValue } from "@avow/core/terms/person";
import { standings } from "./ownership.ts";
import { findPerson } from "./person.ts";
import type { Row, World } from "./world.ts";

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
  const rows = world.tables.map((t) => [idOf(t.collection), t.rows.filter(shown)] as const);
  return { state: "closed", rows: new Map(rows.filter(([, r]) => r.length > 0)) };
}
