/**
 * Turns matches into SQL. The keys of a match travel as one JSON text, unpacked by `json_each`, so one statement takes any number of
 * them. The column's affinity turns a text into the number that the column would hold; where a column converts nothing, the key
 * goes along in each form that gives this text: values of one text are one key.
 */
import { must } from "@avow/core/terms/assert";
import { type Normaliser, normalise } from "@avow/core/terms/person";
import type { Match } from "@avow/runtime/connector-kit/contract";
import type { Kinded } from "@avow/runtime/connector-kit/kinds";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Table } from "./catalogue.ts";
import type { Column } from "./column.ts";
import { quoted } from "./name.ts";
import { elements, indexed, type Place, placeOf, valueAt } from "./places.ts";

export const fieldsOf = (matches: readonly Match[]): readonly string[] =>
  matches.flatMap((match) => match.fields);

/** A boolean expression over the alias `t`, and the values of its placeholders. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

/** Half a surrogate pair would turn into another character on its way. */
const isText = (value: string): boolean => value.isWellFormed();

/** As `read` writes them: any other text is a text. */
const BYTES = /^x'((?:[0-9a-f]{2})*)'$/;
const NUMBER = /^-?\d+(\.(0|\d*[1-9]))?(e[+-]\d+)?$/;
const INFINITE: Readonly<Record<string, string>> = { Inf: "9e999", "-Inf": "-9e999" };

/** The JSON for each value that is written as this text. Bytes are a list of one: JSON has none of its own. */
function forms(value: string, { affinity }: Column): readonly string[] {
  const made = [JSON.stringify(value)];
  const bytes = BYTES.exec(value)?.[1] ?? (value === "" ? "" : undefined);
  if (bytes !== undefined) made.push(`["${bytes}"]`);
  const infinite = INFINITE[value];
  if (infinite !== undefined && affinity !== "text") made.push(infinite);
  // `-0` and numbers with zeros in front are texts; JSON refuses the latter.
  if (affinity === "blob" && NUMBER.test(value) && !/^-?0\d/.test(value)) made.push(value);
  return made;
}

/** Every combination of the forms of a tuple's parts. */
const combined = (parts: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  parts.reduce<readonly (readonly string[])[]>(
    (tuples, part) => tuples.flatMap((tuple) => part.map((form) => [...tuple, form])),
    [[]],
  );

/** Numbers that JSON would make out of a text are kept from it: only `forms` says what is one. */
function unpacked(width: number, hasBytes: boolean): readonly string[] {
  return Array.from({ length: width }, (_, i) => {
    const value = `k.value ->> ${i}`;
    return hasBytes
      ? `CASE json_type(k.value, '$[${i}]') WHEN 'array' THEN unhex(k.value ->> '$[${i}][0]') ELSE ${value} END`
      : `(${value})`;
  });
}

function semiJoin(sides: readonly string[], keys: readonly string[], tuples: readonly string[]): Condition {
  return {
    sql: `(${sides.join(", ")}) IN (SELECT ${keys.join(", ")} FROM json_each(?) AS k)`,
    values: [`[${tuples.join(",")}]`],
  };
}

/** What the others hold is a number wherever it can be, and told of as such. */
const TEXTUAL: ReadonlySet<Column["affinity"]> = new Set(["text", "blob"]);

type Side = Column | Place;
const byCollation = ({ collated }: Match, side: Side | undefined): boolean =>
  collated === true && side !== undefined && isColumn(side) && TEXTUAL.has(side.affinity);
const isColumn = (side: Side): side is Column => "affinity" in side;
const sideOf = (side: Side): string => (isColumn(side) ? `t.${quoted(side.name)}` : valueAt(side));

const formsAt = (side: Side, text: string): readonly string[] =>
  isColumn(side) ? forms(text, side) : [JSON.stringify(text)];

interface Packed {
  /** A JSON list for each way to write a tuple. */
  readonly lists: readonly string[];
  readonly hasBytes: boolean;
}

/** `tail`: what follows the cells of each. Null: none of the tuples is one of texts. */
function packed<T extends { readonly tuple: readonly string[] }>(
  all: Iterable<T>,
  parts: (text: string, i: number) => readonly string[],
  tail: (of: T) => readonly number[] = () => [],
): Packed | null {
  const lists = new Set<string>();
  let hasBytes = false;
  for (const one of all) {
    if (!one.tuple.every(isText)) continue;
    const made = one.tuple.map(parts);
    hasBytes ||= made.flat().some((form) => form.startsWith("["));
    for (const cells of combined(made)) lists.add(`[${[...cells, ...tail(one)].join(",")}]`);
  }
  return lists.size === 0 ? null : { lists: [...lists], hasBytes };
}

const packedOf = (match: Match, parts: (text: string, i: number) => readonly string[]): Packed | null =>
  packed(
    match.tuples.map((tuple) => ({ tuple })),
    parts,
  );

function exact(match: Match, columns: readonly Side[], table: Table): Condition | null {
  const made = packedOf(match, (text, i) => formsAt(must(columns[i], "each field has a side"), text));
  if (made === null) return null;
  const { lists, hasBytes } = made;
  const sides = columns.map(sideOf);
  const keys = unpacked(columns.length, hasBytes);
  const plain = withIndexes(semiJoin(sides, keys, lists), columns, match);
  if (!table.collated) return plain;
  // The column's own comparison goes first, because its index answers it; the second is byte by byte, but for links.
  const strict = semiJoin(
    sides.map((side, i) => (byCollation(match, columns[i]) ? side : `${side} COLLATE BINARY`)),
    keys,
    lists,
  );
  return { sql: `${plain.sql} AND ${strict.sql}`, values: [...plain.values, ...strict.values] };
}

/** Masks name columns without their table: the list's own are called as none of them is. */
function freePrefix(table: Table): string {
  const names = [...table.columns.keys()].map((name) => name.toLowerCase());
  let prefix = "avow_";
  while (names.some((name) => name.startsWith(prefix))) prefix = `${prefix}_`;
  return prefix;
}

/** The rows that a list of keys names, each with its kind. Null when it can name none. */
export function joined(
  fields: readonly string[],
  table: Table,
  lot: readonly Kinded[],
): {
  readonly list: string;
  readonly meets: string;
  readonly kind: string;
  readonly values: readonly string[];
} | null {
  const own = freePrefix(table);
  const columns = fields.flatMap((field) => table.columns.get(field) ?? []);
  const made = packed(
    lot,
    (text, i) => formsAt(must(columns[i], "each field has a column"), text),
    ({ kind }) => [kind],
  );
  if (made === null) return null;
  const { lists, hasBytes } = made;
  const width = columns.length;
  const cells = [
    ...unpacked(width, hasBytes).map((key, i) => `${key} AS ${own}v${i}`),
    `k.value ->> ${width} AS ${own}kind`,
  ];
  const meets = columns.flatMap(({ name }, i) => {
    const side = `t.${quoted(name)}`;
    const key = `k.${own}v${i}`;
    return [`${side} = ${key}`, ...(table.collated ? [`${side} COLLATE BINARY = ${key}`] : [])];
  });
  return {
    // Made once, so that whichever side goes first, the other is found by an index.
    list: `WITH k AS MATERIALIZED (SELECT ${cells.join(", ")} FROM json_each(?) AS k)`,
    meets: meets.join(" AND "),
    kind: `k.${own}kind`,
    values: [`[${lists.join(",")}]`],
  };
}

/** Each place by itself first, where an index may answer: it holds numbers as numbers. */
function withIndexes(found: Condition, sides: readonly Side[], match: Match): Condition {
  const parts = sides.flatMap((side, i): Condition[] => {
    if (isColumn(side) || side.path.each !== null) return [];
    const keys = new Set(match.tuples.map((tuple) => tuple[i] ?? "").filter(isText));
    const all = [...keys].flatMap((key) => [
      JSON.stringify(key),
      ...(/^-?(0|[1-9]\d*)$/.test(key) ? [key] : []),
      ...(key === "true" ? ["1"] : key === "false" ? ["0"] : []),
    ]);
    return [
      { sql: `${indexed(side)} IN (SELECT k.value FROM json_each(?) AS k)`, values: [`[${all.join(",")}]`] },
    ];
  });
  return {
    sql: [...parts, found].map((p) => p.sql).join(" AND "),
    values: [...parts, found].flatMap((p) => p.values),
  };
}

/** Fields in their normal form, beside others that are compared as ever. No index helps with these. */
function byNormaliser(
  match: Match,
  columns: readonly Side[],
  normalisers: readonly Normaliser[],
  table: Table,
): Condition | null {
  const folds = (i: number): boolean => (normalisers[i] ?? "exact") !== "exact";
  const rest = columns.flatMap((side, i) => (folds(i) ? [] : [{ side, i }]));
  const made = packedOf(match, (text, i) =>
    folds(i)
      ? [JSON.stringify(normalise(normalisers[i] ?? "exact", text))]
      : formsAt(must(columns[i], "each field has a side"), text),
  );
  if (made === null) return null;
  const { lists, hasBytes } = made;
  const sides = columns.map((side, i) => {
    if (folds(i)) return `avow_${normalisers[i]}(${sideOf(side)})`;
    const strictly = table.collated && !byCollation(match, side) ? " COLLATE BINARY" : "";
    return `${sideOf(side)}${strictly}`;
  });
  const whole = semiJoin(sides, unpacked(columns.length, hasBytes), lists);
  if (rest.length === 0) return whole;
  // What an index can answer goes first.
  const plain = exact(
    {
      ...match,
      fields: rest.map(({ i }) => match.fields[i] ?? ""),
      tuples: match.tuples.filter((t) => t.every(isText)).map((t) => rest.map(({ i }) => t[i] ?? "")),
    },
    rest.map(({ side }) => side),
    table,
  );
  if (plain === null) return null;
  return { sql: `${plain.sql} AND ${whole.sql}`, values: [...plain.values, ...whole.values] };
}

/** Null when no row can match. */
export function condition(match: Match, table: Table): Condition | null {
  if (match.fields.length === 0) throw malformed(`a match on \`${table.name}\` names no field`);
  if (match.tuples.some((tuple) => tuple.length !== match.fields.length))
    throw malformed(`a match on \`${table.name}\` has a key of another length than its fields`);
  const sides = match.fields.map((field): Side => table.columns.get(field) ?? placeOf(table, field));
  const { normalisers = [] } = match;
  const found = normalisers.every((n) => n === "exact")
    ? exact(match, sides, table)
    : byNormaliser(match, sides, normalisers, table);
  const over = sides.find((side): side is Place => !isColumn(side) && side.path.each !== null);
  if (found === null || over === undefined) return found;
  return { ...found, sql: `EXISTS (SELECT 1 FROM ${elements(over)} WHERE ${found.sql})` };
}

/** Of those that can match. */
export const conditionsOf = (anyOf: readonly Match[], table: Table): readonly Condition[] =>
  anyOf
    .filter((match) => match.fields.length === 0 || match.tuples.length > 0)
    .flatMap((match) => condition(match, table) ?? []);

/** One `OR`, so each row comes once; SQLite answers it with an index for each part, where all of them have one. Null when nothing can match. */
export function selection(
  select: string,
  anyOf: readonly Match[] | undefined,
  table: Table,
): Condition | null {
  const all = `SELECT ${select} FROM ${table.sql} AS t`;
  if (anyOf === undefined) return { sql: all, values: [] };
  const parts = conditionsOf(anyOf, table);
  if (parts.length === 0) return null;
  return {
    sql: `${all} WHERE ${parts.map((part) => `(${part.sql})`).join(" OR ")}`,
    values: parts.flatMap((part) => part.values),
  };
}
