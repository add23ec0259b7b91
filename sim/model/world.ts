/**
 * A world as the model sees it: the map's collections with their rows in plain arrays. A row is the same row when it is the same
 * object. Cells hold the store's own text.
 */
import { type Collection, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import type { KeepRule } from "@avow/core/plan/keep";
import { must } from "@avow/core/terms/assert";
import { normalise, normaliserOf } from "@avow/core/terms/person";

export type Cell = string | null;
export type Row = ReadonlyMap<string, Cell>;

export interface Table {
  readonly collection: Collection;
  /** As the map names it, or as the store's primary key has it. */
  readonly key: readonly string[];
  readonly rows: readonly Row[];
}

export interface World {
  readonly tables: readonly Table[];
  readonly keepRules: ReadonlyMap<string, KeepRule>;
}

/** An identity as one text: namespace and normalised value. */
export const identityText = (namespace: string, value: string): string =>
  JSON.stringify([namespace, normalise(normaliserOf(namespace), value)]);

/** Nothing at all and a tombstone name nobody. */
export const isNobody = (namespace: string, value: string): boolean =>
  ["", "erased"].some((v) => identityText(namespace, v) === identityText(namespace, value));

export const cellOf = (row: Row, field: string): Cell => row.get(field) ?? null;

/** Null when one of the fields is null: such a link points at nobody. */
export function tupleOf(row: Row, fields: readonly string[]): string | null {
  const cells = fields.map((f) => cellOf(row, f));
  return cells.includes(null) ? null : JSON.stringify(cells);
}

export const isPersonCollection = (c: Collection): boolean => c.identities.length > 0;

const parentOf = (world: World, link: Link): Table =>
  must(
    world.tables.find((t) => idOf(t.collection) === collectionId(link.to)),
    "links lead to collections",
  );

/** A link that does not hold for the row, with an empty field, or by an identity that names nobody. */
export function pointsAtNobody(world: World, row: Row, link: Link): boolean {
  const conditions = Object.entries(link.when ?? {});
  if (conditions.some(([f, values]) => !values.some((v) => v === cellOf(row, f)))) return true;
  if (tupleOf(row, link.from) === null) return true;
  return parentOf(world, link).collection.identities.some(({ namespace, field }) => {
    const from = link.from[link.to.fields.indexOf(field)];
    const value = from === undefined ? null : cellOf(row, from);
    return value !== null && isNobody(namespace, value);
  });
}

/** The rows that a row's link points at: found by looking at every row there is. */
export function targetsOf(world: World, row: Row, link: Link): readonly Row[] {
  if (pointsAtNobody(world, row, link)) return [];
  const wanted = tupleOf(row, link.from);
  return parentOf(world, link).rows.filter((r) => tupleOf(r, link.to.fields) === wanted);
}
