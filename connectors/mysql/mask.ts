/** What a field of a row that stays is set to. Each expression leaves a value that is a tombstone already as it is, so a retry changes nothing. */
import type { MaskAct } from "@avow/core/datamap/model";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Column } from "./column.ts";
import { TEXTS } from "./column.ts";
import { literal, quoted } from "./name.ts";

const TIMES: Readonly<Record<string, string>> = {
  date: "CURRENT_DATE",
  datetime: "CURRENT_TIMESTAMP(6)",
  timestamp: "CURRENT_TIMESTAMP(6)",
};

/** Values that name nobody. A `timestamp` begins a second after the epoch. */
const EMPTY: Readonly<Record<string, string>> = {
  tinyint: "0",
  smallint: "0",
  mediumint: "0",
  int: "0",
  bigint: "0",
  decimal: "0",
  float: "0",
  double: "0",
  year: "0",
  bit: "b'0'",
  date: "'1970-01-01'",
  datetime: "'1970-01-01 00:00:00'",
  timestamp: "'1970-01-01 00:00:01'",
  time: "'00:00:00'",
  json: "'{}'",
  set: "''",
  binary: "''",
  varbinary: "''",
  tinyblob: "''",
  blob: "''",
  mediumblob: "''",
  longblob: "''",
  inet4: "'0.0.0.0'",
  inet6: "'::'",
};

const TAIL_LENGTH = 16;
/** Random, and not a digest of anything that was there. The server knows `RANDOM_BYTES` only since 10.10. */
const random = (length: number): string =>
  `LEFT(SHA2(CONCAT(RAND(), '/', RAND(), '/', UUID()), 256), ${length})`;

function textTombstone(column: Column): string {
  const field = `t.${quoted(column.name)}`;
  const room = column.lengthMax ?? 1_000;
  if (!column.unique) return literal("erased".slice(0, room));
  // A short field has room for the tail only, or for a part of both; below 15 characters the random part comes first.
  const head = room >= 15 ? "erased-" : "e".slice(0, Math.max(0, room - 1));
  const tail = Math.min(TAIL_LENGTH, room - head.length);
  const is = literal(`^${head}[0-9a-f]{${tail}}$`);
  const text = `CONVERT(${field} USING utf8mb4) COLLATE utf8mb4_bin`;
  return `CASE WHEN ${text} REGEXP ${is} THEN ${text} ELSE CONCAT(${literal(head)}, ${random(tail)}) END`;
}

/** By a mark of ours behind its zeros it is told from every value that somebody made or wrote. */
const uuidTombstone = (field: string): string =>
  `CASE WHEN CAST(${field} AS CHAR) REGEXP '^00000000-0000-4e4a-a[0-9a-f]{3}-[0-9a-f]{12}$' THEN ${field}
   ELSE CAST(CONCAT('00000000-0000-4e4a-a', INSERT(${random(15)}, 4, 0, '-')) AS UUID) END`;

function tombstone(column: Column, where: string): string {
  if (TEXTS.has(column.base)) return textTombstone(column);
  if (column.base === "uuid") return uuidTombstone(`t.${quoted(column.name)}`);
  if (column.base === "enum" && !column.unique) {
    const [label] = column.labels;
    return column.nullable || label === undefined ? "NULL" : literal(label);
  }
  const value = EMPTY[column.base];
  // Two rows can't both hold the zero of a unique field.
  if (value !== undefined && !column.unique) return value;
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
  const now =
    TIMES[column.base] ?? (TEXTS.has(column.base) ? "CAST(CURRENT_TIMESTAMP(6) AS CHAR)" : undefined);
  if (now === undefined) throw malformed(`${where} holds no date; \`now\` needs a field with a date or time`);
  return now;
}

/** A value for a link field of this type that leads to no row; null where none is known. */
export function pointsNowhere(type: string): string | null {
  const base = /^\w+/.exec(type)?.[0] ?? "";
  if (TEXTS.has(base)) return "''";
  return base === "uuid" ? "'00000000-0000-0000-0000-000000000000'" : (EMPTY[base] ?? null);
}
