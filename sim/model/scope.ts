/** What is in a scope (spec/rights.md, "Scope"). */
import type { Collection } from "@avow/core/datamap/model";
import type { Scope } from "@avow/core/plan/scope";
import { dateOf } from "./date.ts";
import { cellOf, type Row } from "./world.ts";

const isBelow = (category: string, above: string): boolean => `${category}.`.startsWith(`${above}.`);

export const fieldInScope = (category: string, scope: Scope): boolean =>
  scope.categories.length === 0 || scope.categories.some((c) => isBelow(category, c));

export function rowInScope(collection: Collection, row: Row, scope: Scope): boolean {
  const { products, since, until } = scope;
  if (products.length > 0 && !products.some((p) => p === collection.product)) return false;
  if (!collection.fields.some((f) => fieldInScope(f.category, scope))) return false;
  if (since === null && until === null) return true;
  const field = new Map(Object.entries(collection.anchors)).get("creation");
  const date = field === undefined ? null : dateOf(cellOf(row, field), null);
  if (date === null) return false;
  const day = date.toISOString().slice(0, 10);
  return (since === null || since <= day) && (until === null || day <= until);
}
