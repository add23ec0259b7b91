/** How a foreign key is taken out of a ring of rows that are about to be deleted: which of its fields is set to what. */
import type { CollectionDescription, FieldDescription } from "@avow/runtime/connector-kit/contract";
import { type Cut, deletionOrder } from "./deletion-order.ts";
import { pointsNowhere } from "./mask.ts";

interface Freeing {
  readonly field: string;
  readonly value: string;
  /** The value is no null, so it would be looked up: the checks have to be off meanwhile. */
  readonly unchecked: boolean;
}

/** Keys that act by themselves when the row that they point at goes do not hold the deletion up. */
const holds = ({ key }: Cut): boolean => key.onDelete === "no action" || key.onDelete === "restrict";

/** Null first, and never a field that others point at, or that has to stay unique. `all`: every collection of the store. */
export function freeingOf(
  cut: Cut,
  all: readonly CollectionDescription[],
): Freeing | "by itself" | "impossible" {
  const own = all.find(({ name }) => name === cut.collection);
  const pointedAt = new Set(
    all
      .flatMap((c) => c.foreignKeys)
      .flatMap(({ to }) => (to.collection === cut.collection ? to.fields : [])),
  );
  const fields = cut.key.from
    .flatMap((name): readonly FieldDescription[] => own?.fields.filter((field) => field.name === name) ?? [])
    .filter(({ name, generated }) => !generated && !pointedAt.has(name));
  const free = fields.find((field) => field.nullable);
  if (free !== undefined) return { field: free.name, value: "NULL", unchecked: false };
  if (!holds(cut)) return "by itself";
  const unique = new Set([...(own?.primaryKey ?? []), ...(own?.uniques.flat() ?? [])]);
  for (const { name, type } of fields) {
    const value = pointsNowhere(type);
    if (value !== null && !unique.has(name)) return { field: name, value, unchecked: true };
  }
  return "impossible";
}

/**
 * A key that deletes by itself needs no freeing, but then takes a row along that another key of the ring may still hold: that is for where
 * nothing else is left.
 */
export function costOf(cut: Cut, all: readonly CollectionDescription[]): number {
  const freeing = freeingOf(cut, all);
  if (freeing === "impossible") return 100;
  if (freeing === "by itself") return 20;
  return freeing.unchecked ? 10 : 0;
}

/** Fields that have to be set for rows of these collections to be deleted, by collection. */
export function freeingFields(
  collections: readonly CollectionDescription[],
): ReadonlyMap<string, readonly string[]> {
  const { cuts } = deletionOrder(collections, (cut) => costOf(cut, collections));
  const fields = new Map<string, readonly string[]>();
  for (const cut of cuts) {
    const freeing = freeingOf(cut, collections);
    if (typeof freeing !== "string")
      fields.set(cut.collection, [...(fields.get(cut.collection) ?? []), freeing.field]);
  }
  return fields;
}
