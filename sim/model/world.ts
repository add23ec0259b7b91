/**
 * A world as the model sees it: the map's collections with their rows in plain arrays. A row is the same row when it is the same
 * object. Cells hold the store's own text.
 */
import { type Collection, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import type { KeepRule } from "@avow/core/plan/keep";
import { must } from "@avow/core/terms/assert";
import { type IdentityValue, normalise, normaliserOf } from "@avow/core/terms/person";
import { placeIn, textsAt } from "./places.ts";

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
  /** Identities that one person goes by though no row says so (spec/person.md, "Merged visitors"). */
  readonly merges?: readonly (readonly IdentityValue[])[];
}

/** An identity as one text: namespace and normalised value. */
export const identityText = (namespace: string, value: string): string =>
  JSON.stringify([namespace, normalise(normaliserOf(namespace), value)]);

/** Nothing at all and a tombstone name nobody. */
export const isNobody = (namespace: string, value: string): boolean =>
  ["", "erased"].some((v) => identityText(namespace, v) === identityText(namespace, value));

/** What a pseudo-person's row is known by, where the map says that such rows are made. */
export const isPseudo = ({ standIn }: Collection, value: string): boolean =>
  standIn !== undefined && looksPseudo(value);

export function looksPseudo(value: string): boolean {
  if (/^erased-[0-9a-f]{16}$/.test(value) || /^00000000-0000-4[0-9a-f]{3}-/i.test(value)) return true;
  return /^-[0-9]+$/.test(value) && BigInt(value) >= -2147483648n && BigInt(value) <= -1073741825n;
}

/** A place that runs over a list gives the list of what its elements have there. */
export function cellOf(row: Row, field: string): Cell {
  const place = placeIn(row.keys(), field);
  if (place === null) return row.get(field) ?? null;
  const texts = textsAt(row.get(place.column) ?? null, place);
  if (place.each === null) return texts?.[0] ?? null;
  return texts === null ? null : JSON.stringify(texts);
}

/** What a field holds, value by value: one at most, but for a list. */
export function valuesOf(row: Row, field: string): readonly string[] {
  const place = placeIn(row.keys(), field);
  const all = place === null ? [row.get(field) ?? null] : textsAt(row.get(place.column) ?? null, place);
  return [...new Set(all ?? [])].filter((v) => v !== null);
}

/** Every combination of what the fields hold; none when one of them holds nothing: such a link points at nobody. */
export function tuplesOf(row: Row, fields: readonly string[]): readonly (readonly string[])[] {
  return fields.reduce<readonly (readonly string[])[]>(
    (tuples, f) => tuples.flatMap((tuple) => valuesOf(row, f).map((v) => [...tuple, v])),
    [[]],
  );
}

export const isPersonCollection = (c: Collection): boolean => c.identities.length > 0;

const parentOf = (world: World, link: Link): Table =>
  must(
    world.tables.find((t) => idOf(t.collection) === collectionId(link.to)),
    "links lead to collections",
  );

/** What a row's link holds, and the rows that this points at: found by looking at every row there is. */
export interface Arm {
  readonly tuple: readonly string[];
  readonly targets: readonly Row[];
}

/** None for a link that does not hold for the row, with an empty field, or by an identity that names nobody. */
export function armsOf(world: World, row: Row, link: Link): readonly Arm[] {
  const conditions = Object.entries(link.when ?? {});
  if (conditions.some(([f, values]) => !values.some((v) => v === cellOf(row, f)))) return [];
  const { collection, rows } = parentOf(world, link);
  return tuplesOf(row, link.from)
    .filter((tuple) => !tuple.some((value) => isPseudo(collection, value)))
    .filter(
      (tuple) =>
        !collection.identities.some(({ namespace, field }) => {
          const value = tuple[link.to.fields.indexOf(field)];
          return value !== undefined && isNobody(namespace, value);
        }),
    )
    .map((tuple) => ({
      tuple,
      targets: rows.filter((r) =>
        tuplesOf(r, link.to.fields).some((t) =>
          t.every((v, i) => isSame(collection, link.to.fields[i] ?? "", v, tuple[i] ?? "")),
        ),
      ),
    }));
}

/** A text is itself only, but what somebody goes by: there the same address may be written in several ways. */
function isSame({ identities }: Collection, field: string, one: string, other: string): boolean {
  const namespaces = identities.filter((i) => i.field === field).map((i) => i.namespace);
  return one === other || namespaces.some((n) => identityText(n, one) === identityText(n, other));
}

export const targetsOf = (world: World, row: Row, link: Link): readonly Row[] => [
  ...new Set(armsOf(world, row, link).flatMap((a) => a.targets)),
];
