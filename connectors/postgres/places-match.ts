/**
 * Conditions on places inside of columns. What an index can answer goes first, in the form that such an index has (spec/connector.md); the
 * exact comparison follows.
 */
import { type Normaliser, normalise } from "@avow/core/terms/person";
import type { Match } from "@avow/runtime/connector-kit/contract";
import { isPlace } from "@avow/runtime/connector-kit/places";
import type { Binder, Condition } from "./binder.ts";
import type { Catalogue, Column, Table } from "./catalogue.ts";
import { textOf } from "./collation.ts";
import { normalised } from "./normalised.ts";
import { canonical, down, downText, elements, elementText, type Place, placeOf } from "./places.ts";
import { isText, validityOf } from "./validity.ts";

const INTEGER = /^-?\d+$/;
/** Beyond these an index would be asked too often: the collection is read once instead. */
const LOOKS_MAX = 64;

/** Null: every field is a column. */
export function placeCondition(
  match: Match,
  table: Table,
  catalogue: Catalogue,
  binds: Binder,
): Condition | null {
  if (!match.fields.some((f) => isPlace(table, f))) return null;
  const normaliserAt = (i: number): Normaliser => match.normalisers?.[i] ?? "exact";
  const fold = (sql: string, i: number): string => {
    const normaliser = normaliserAt(i);
    return normaliser === "exact" ? sql : normalised(normaliser, sql, catalogue);
  };
  const places = match.fields.map((f) => (isPlace(table, f) ? placeOf(table, f, catalogue) : null));
  const raw = match.tuples.filter((tuple) => tuple.every(isText));
  const isFolded = match.fields.some((_, i) => normaliserAt(i) !== "exact");
  const tuples = !isFolded
    ? raw
    : raw.flatMap((tuple) => [tuple, tuple.map((value, i) => normalise(normaliserAt(i), value))]);
  const [only] = places;
  if (places.length === 1 && only !== null && only !== undefined && !isFolded)
    return single(only, tuples.flat(), catalogue, binds);
  const list = places.find((p) => p !== null && p.path.each !== null);
  const sides = match.fields.map((f, i) => sideOf(places[i] ?? null, table.columns.get(f)));
  const arrays = match.fields.map((_, i) => tuples.map((tuple) => tuple[i] ?? ""));
  const bound = arrays.map((values) => `${binds.bind(values)}::text[]`).join(", ");
  const aliases = arrays.map((_, i) => `v${i}`).join(", ");
  const keys = sides.map((_, i) => fold(`k.v${i}`, i)).join(", ");
  const joined = `(${sides.map(fold).join(", ")}) IN (SELECT ${keys} FROM unnest(${bound}) AS k(${aliases}))`;
  const whole =
    list === undefined || list === null ? joined : `EXISTS (SELECT FROM ${elements(list)} WHERE ${joined})`;
  // Each place by itself first, where an index may answer.
  const parts = places.flatMap((place, i) =>
    place === null || normaliserAt(i) !== "exact"
      ? []
      : [single(place, [...new Set(arrays[i] ?? [])], catalogue, binds).sql],
  );
  return { sql: [...parts, whole].join(" AND "), plain: false };
}

const sideOf = (place: Place | null, column: Column | undefined): string => {
  if (place !== null)
    return place.path.each === null ? canonical(down(place.document, place.path.head)) : elementText(place);
  // Beside a place a column is compared by its text: no type can refuse a key then.
  return textOf(column, column?.name ?? "");
};

function single(place: Place, keys: readonly string[], catalogue: Catalogue, { bind }: Binder): Condition {
  const { document, path } = place;
  if (path.each === null) {
    const forms = keys.flatMap((key) => (INTEGER.test(key) ? [key, `${key}.0`] : [key]));
    const coarse = `${downText(document, path.head)} = ANY (${bind(forms)}::text[])`;
    const fine = `${canonical(down(document, path.head))} = ANY (${bind(keys)}::text[])`;
    return { sql: `(${coarse} AND ${fine})`, plain: true };
  }
  const fine = `EXISTS (SELECT FROM ${elements(place)} WHERE ${elementText(place)} = ANY (${bind(keys)}::text[]))`;
  const coarse = place.isArray
    ? overlap(place, keys, catalogue, bind)
    : place.isBinary && keys.length <= LOOKS_MAX
      ? containment(place, keys, bind)
      : null;
  return { sql: coarse === null ? fine : `((${coarse}) AND ${fine})`, plain: true };
}

function overlap(
  { column, document }: Place,
  keys: readonly string[],
  { version }: Catalogue,
  bind: Binder["bind"],
): string | null {
  const element: Column = {
    ...column,
    base: column.base.replace(/^_/, ""),
    type: column.type.replace(/\[\]$/, ""),
    isArray: false,
  };
  const check = validityOf(element, version);
  if (check === null) return null;
  return `${document} && ${bind(keys.filter(check))}::text[]::${column.type}`;
}

/** As a document that would be contained: text, and number or truth value where the key reads as one. */
function containment({ document, path }: Place, keys: readonly string[], bind: Binder["bind"]): string {
  const wrap = (value: unknown): unknown => {
    const inner = (path.each ?? []).reduceRight<unknown>((v, key) => ({ [key]: v }), value);
    return path.head.reduceRight<unknown>((v, key) => ({ [key]: v }), [inner]);
  };
  const NUMBER = "\u0001number";
  const texts = keys.flatMap((key) => {
    const made = [JSON.stringify(wrap(key))];
    const plain = JSON.stringify(wrap(NUMBER));
    // Written into the text as it is: read as a number, a long one would become its neighbour.
    if (/^(-?(0|[1-9]\d*)(\.\d+)?|true|false)$/.test(key))
      made.push(plain.replace(JSON.stringify(NUMBER), () => key));
    return made;
  });
  if (texts.length === 0) return "false";
  return texts.map((text) => `${document} @> ${bind(text)}::jsonb`).join(" OR ");
}
