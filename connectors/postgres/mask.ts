/** What a field of a row that stays is set to. Each expression leaves a value that is a tombstone already as it is, so a retry changes nothing. */
import type { MaskAct } from "@avow/core/datamap/model";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Column } from "./catalogue.ts";
import { textOf } from "./collation.ts";
import { literal, quoted } from "./name.ts";

const TEXTS = new Set(["text", "varchar", "bpchar", "citext"]);

const TIMES: Readonly<Record<string, string>> = {
  date: "CURRENT_DATE",
  timestamp: "LOCALTIMESTAMP",
  timestamptz: "transaction_timestamp()",
};

/** Values that name nobody. */
const EMPTY: Readonly<Record<string, string>> = {
  int2: "0",
  int4: "0",
  int8: "0",
  numeric: "0",
  float4: "0",
  float8: "0",
  money: "0::money",
  bool: "false",
  date: "'1970-01-01'::date",
  timestamp: "'1970-01-01 00:00:00'::timestamp",
  timestamptz: "'1970-01-01 00:00:00Z'::timestamptz",
  time: "'00:00'::time",
  timetz: "'00:00Z'::timetz",
  interval: "'0'::interval",
  json: "'{}'::json",
  jsonb: "'{}'::jsonb",
  xml: "''::xml",
  bytea: "''::bytea",
  inet: "'0.0.0.0'::inet",
  cidr: "'0.0.0.0/32'::cidr",
  macaddr: "'00:00:00:00:00:00'::macaddr",
  tsvector: "''::tsvector",
  hstore: "''",
};

const TAIL_LENGTH = 16;

function textTombstone(column: Column): string {
  const field = `t.${quoted(column.name)}`;
  const room = column.lengthMax ?? 1_000;
  if (!column.unique) return literal("erased".slice(0, room));
  // A short field has room for the tail only, or for a part of both; below 15 characters the random part comes first.
  const head = room >= 15 ? "erased-" : "e".slice(0, Math.max(0, room - 1));
  const tail = Math.min(TAIL_LENGTH, room - head.length);
  const made = `${literal(head)} || left(replace(gen_random_uuid()::text, '-', ''), ${tail})`;
  return `CASE WHEN btrim(${textOf(column, column.name)}) ~ '^${head}[0-9a-f]{${tail}}$' THEN ${field}::text ELSE ${made} END`;
}

/** By a mark of ours behind its zeros it is told from every value that somebody made or wrote. */
const uuidTombstone = (field: string): string =>
  `CASE WHEN ${field}::text ~ '^00000000-0000-4e4a-a[0-9a-f]{3}-[0-9a-f]{12}$' THEN ${field}
   ELSE ('00000000-0000-4e4a-a' || right(gen_random_uuid()::text, 16))::uuid END`;

function emptyValue(column: Column): string | null {
  if (column.isArray) return `'{}'::${column.type}`;
  if (column.isEnum) {
    if (column.nullable) return "NULL";
    return column.firstLabel === null ? null : `${literal(column.firstLabel)}::${column.type}`;
  }
  return EMPTY[column.base] ?? null;
}

function tombstone(column: Column, where: string): string {
  if (TEXTS.has(column.base)) return textTombstone(column);
  if (column.base === "uuid") return uuidTombstone(`t.${quoted(column.name)}`);
  const value = emptyValue(column);
  // Two rows can't both hold the zero of a unique field.
  if (value !== null && !column.unique) return value;
  if (column.nullable) return "NULL";
  const why = column.unique ? "must stay unique" : "is of a type without a value that names nobody";
  throw malformed(
    `${where} ${why} and can't be null: it can't become a tombstone; delete the row, or make the field nullable`,
  );
}

/** Null: the field stays as it is. */
export function maskExpression(act: MaskAct, column: Column, collection: string): string | null {
  const where = `\`${collection}.${column.name}\``;
  if (act === "keep") return null;
  if (column.generated) throw malformed(`${where} is made by the store and can't be set`);
  if (act === "tombstone") return tombstone(column, where);
  if (act === "null") {
    if (!column.nullable) throw malformed(`${where} can't be null; use \`tombstone\``);
    return "NULL";
  }
  const now = TIMES[column.base] ?? (TEXTS.has(column.base) ? "transaction_timestamp()::text" : undefined);
  if (now === undefined) throw malformed(`${where} holds no date; \`now\` needs a field with a date or time`);
  return now;
}

/** What an element of a list is replaced by. */
export function emptyElement(column: Column): string {
  const base = column.base.replace(/^_/, "");
  if (TEXTS.has(base)) return "'erased'";
  return base === "uuid" ? "'00000000-0000-0000-0000-000000000000'::uuid" : (EMPTY[base] ?? "NULL");
}
