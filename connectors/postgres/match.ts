/**
 * Turns matches into SQL. Keys travel as typed arrays, so one statement takes any number of them and PostgreSQL can use indexes:
 *
 * - one field: `t.a = ANY($1::text[]::int4[])`. On 1,000,000 rows 50,000 keys take 40 ms that way; joined with `unnest` 220 ms.
 * - several fields: `(t.a, t.b) IN (SELECT … FROM unnest($1, $2))`, a semi-join.
 *
 * A text under a collation that is not deterministic equals itself only, too: an index answers loosely, and the texts themselves decide, but
 * for a match that asks for what the collation says.
 *
 * Conditions on single fields are OR-ed, which PostgreSQL answers with BitmapOr. A semi-join inside of an OR would be run against every
 * row, so each of those becomes a branch of a UNION ALL, less the rows of the branches before it.
 */

import { type Normaliser, normalise } from "@avow/core/terms/person";
import type { Match } from "@avow/runtime/connector-kit/contract";
import type { Kinded } from "@avow/runtime/connector-kit/kinds";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Binder, Condition } from "./binder.ts";
import type { Catalogue, Column, Table } from "./catalogue.ts";
import { meeting, strict, textOf } from "./collation.ts";
import { literal } from "./name.ts";
import { normalised } from "./normalised.ts";
import { placeCondition } from "./places-match.ts";
import { isText, validityOf } from "./validity.ts";

export const fieldsOf = (matches: readonly Match[]): readonly string[] =>
  matches.flatMap((match) => match.fields);

/** Fields in their normal form, beside others that are compared as ever. */
function byNormaliser(
  match: Match,
  columns: readonly Column[],
  normalisers: readonly Normaliser[],
  { catalogue, binds }: { readonly catalogue: Catalogue; readonly binds: Binder },
): Condition {
  const sides = columns.map((column, i) => sideOf(column, normalisers[i] ?? "exact", catalogue));
  const tuples = match.tuples
    .filter((tuple) => tuple.every((value, i) => isText(value) && (sides[i]?.fits?.(value) ?? true)))
    // The raw text goes along: where the server folds a letter otherwise, it folds both sides alike.
    .flatMap((tuple) => [tuple, tuple.map((value, i) => normalise(normalisers[i] ?? "exact", value))]);
  const keys = sides.map(({ key }, i) => key(`k.v${i}`));
  const arrays = columnsOf(tuples, match.fields.length);
  return {
    sql: semiJoin(
      sides.map(({ sql }) => sql),
      keys,
      arrays,
      binds.bind,
    ),
    plain: false,
  };
}

interface Side {
  readonly sql: string;
  readonly key: (value: string) => string;
  /** Null: only the server knows. */
  readonly fits: ((value: string) => boolean) | null;
}

function sideOf(column: Column, normaliser: Normaliser, catalogue: Catalogue): Side {
  if (normaliser !== "exact")
    return {
      sql: normalised(normaliser, textOf(column, column.name), catalogue),
      key: (value) => normalised(normaliser, value, catalogue),
      fits: null,
    };
  const fits = validityOf(column, catalogue.version);
  const key = (value: string): string =>
    fits === null ? castIfValid(value, column) : `${value}::${column.type}`;
  return { sql: strict(column), key, fits };
}

const columnsOf = (tuples: readonly (readonly string[])[], width: number): readonly (readonly string[])[] =>
  Array.from({ length: width }, (_, i) => tuples.map((tuple) => tuple[i] ?? ""));

function semiJoin(
  sides: readonly string[],
  keys: readonly string[],
  arrays: readonly (readonly string[])[],
  bind: Binder["bind"],
): string {
  const lists = arrays.map((values) => `${bind(values)}::text[]`).join(", ");
  const aliases = arrays.map((_, i) => `v${i}`).join(", ");
  return `(${sides.join(", ")}) IN (SELECT ${keys.join(", ")} FROM unnest(${lists}) AS k(${aliases}))`;
}

/** `CASE` and not `WHERE`: it is the one place where PostgreSQL promises not to cast first. */
const castIfValid = (value: string, column: Column): string =>
  `CASE WHEN pg_input_is_valid(${value}, ${literal(column.type)}) THEN ${value}::${column.type} END`;

function exact(match: Match, columns: readonly Column[], catalogue: Catalogue, { bind }: Binder): Condition {
  const checks = columns.map((column) => validityOf(column, catalogue.version));
  const [only] = columns;
  const arrays =
    columns.length === 1
      ? [fitting(match.tuples, checks[0] ?? null)]
      : columnsOf(
          match.tuples.filter((tuple) =>
            tuple.every((value, i) => isText(value) && (checks[i]?.(value) ?? true)),
          ),
          columns.length,
        );
  if (columns.length === 1 && only !== undefined && checks[0] !== null) {
    const keys = `ANY(${bind(arrays[0] ?? [])}::text[]::${only.type}[])`;
    const sql = meeting(only, keys);
    return { sql: only.loose ? `(${sql})` : sql, plain: true };
  }
  const sides = columns.map((column) => sideOf(column, "exact", catalogue));
  const keys = sides.map(({ key }, i) => key(`k.v${i}`));
  return {
    sql: semiJoin(
      sides.map(({ sql }) => sql),
      keys,
      arrays,
      bind,
    ),
    plain: false,
  };
}

/** Rows that a list of keys names, each with its kind. A key that the type can't hold names none. */
export function joined(
  fields: readonly string[],
  of: { readonly table: Table; readonly catalogue: Catalogue; readonly lot: readonly Kinded[] },
  { bind }: Binder,
): { readonly list: string; readonly meets: string } {
  const columns = fields.flatMap((field) => of.table.columns.get(field) ?? []);
  const checks = columns.map((column) => validityOf(column, of.catalogue.version));
  const lot = of.lot.filter(({ tuple }) => tuple.every((v, i) => isText(v) && (checks[i]?.(v) ?? true)));
  const arrays = columnsOf(
    lot.map(({ tuple }) => tuple),
    columns.length,
  ).map((values) => `${bind(values)}::text[]`);
  const kinds = `${bind(lot.map(({ kind }) => String(kind)))}::int4[]`;
  const aliases = columns.map((_, i) => `v${i}`);
  const meets = columns.map(
    (column, i) =>
      `${strict(column)} = ${checks[i] === null ? castIfValid(`k.v${i}`, column) : `k.v${i}::${column.type}`}`,
  );
  return {
    list: `unnest(${[...arrays, kinds].join(", ")}) AS k(${[...aliases, "kind"].join(", ")})`,
    meets: meets.join(" AND "),
  };
}

/** Of tuples of one: in one pass, for there may be very many. */
function fitting(tuples: Match["tuples"], fits: ((value: string) => boolean) | null): readonly string[] {
  const values: string[] = [];
  // What fits a type is a text.
  const check = fits ?? isText;
  for (const [value] of tuples) if (value !== undefined && check(value)) values.push(value);
  return values;
}

/** A boolean expression over the alias `t`. */
export function condition(match: Match, table: Table, catalogue: Catalogue, binds: Binder): Condition {
  if (match.fields.length === 0) throw malformed(`a match on \`${table.name}\` names no field`);
  if (match.tuples.some((tuple) => tuple.length !== match.fields.length))
    throw malformed(`a match on \`${table.name}\` has a key of another length than its fields`);
  const inside = placeCondition(match, table, catalogue, binds);
  if (inside !== null) return inside;
  const { normalisers = [], collated } = match;
  // What is made into its normal form first is compared as that: patterns can not be asked of a text under such a collation.
  const isCollated = (i: number): boolean => collated === true && (normalisers[i] ?? "exact") === "exact";
  const columns = match.fields
    .flatMap((field) => table.columns.get(field) ?? [])
    .map((column, i) => (isCollated(i) && column.loose ? { ...column, loose: false } : column));
  return normalisers.every((n) => n === "exact")
    ? exact(match, columns, catalogue, binds)
    : byNormaliser(match, columns, normalisers, { catalogue, binds });
}

/** Conditions that can be asked side by side; none: nothing can match. */
export function branchesOf(
  anyOf: readonly Match[],
  { table, catalogue }: { readonly table: Table; readonly catalogue: Catalogue },
  binds: Binder,
): readonly string[] {
  const conditions = anyOf
    .filter((match) => match.tuples.length > 0)
    .map((match) => condition(match, table, catalogue, binds));
  const plain = conditions.filter((c) => c.plain).map((c) => c.sql);
  const joins = conditions.filter((c) => !c.plain).map((c) => c.sql);
  return plain.length === 0 ? joins : [plain.join(" OR "), ...joins];
}

/** None of these. */
export const but = (before: readonly string[]): string =>
  before.map((other) => ` AND (${other}) IS NOT TRUE`).join("");

/** `SELECT … UNION ALL SELECT …`: each matching row once. Null when nothing can match. */
export function selection(
  select: string,
  anyOf: readonly Match[] | undefined,
  at: { readonly table: Table; readonly catalogue: Catalogue },
  binds: Binder,
): string | null {
  const all = `SELECT ${select} FROM ${at.table.sql} AS t`;
  if (anyOf === undefined) return all;
  const branches = branchesOf(anyOf, at, binds);
  if (branches.length === 0) return null;
  return branches
    .map((branch, i) => `${all} WHERE (${branch})${but(branches.slice(0, i))}`)
    .join(" UNION ALL ");
}
