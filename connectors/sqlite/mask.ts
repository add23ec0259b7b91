/** What a field of a row that stays is set to. Each expression leaves a value that is a tombstone already as it is, so a retry changes nothing. */
import type { MaskAct } from "@avow/core/datamap/model";
import { malformed } from "@avow/runtime/connector-kit/refused";
import { type Column, type Purpose, purposeOf } from "./column.ts";
import { literal, quoted } from "./name.ts";

const TAIL_LENGTH = 16;
const random = (length: number): string => `substr(lower(hex(randomblob(16))), 1, ${length})`;

function textTombstone(column: Column): string {
  const field = quoted(column.name);
  const room = column.lengthMax ?? 1_000;
  if (!column.unique) return literal("erased".slice(0, room));
  // A short field has room for the tail only, or for a part of both; below 15 characters the random part comes first.
  const head = room >= 15 ? "erased-" : "e".slice(0, Math.max(0, room - 1));
  const tail = Math.min(TAIL_LENGTH, room - head.length);
  const is = `${head}${HEX.repeat(tail)}`;
  return `CASE WHEN ${field} GLOB ${literal(is)} THEN ${field} ELSE ${literal(head)} || ${random(tail)} END`;
}

const HEX = "[0-9a-f]";
/** By a mark of ours behind its zeros it is told from every value that somebody made or wrote. */
const uuidTombstone = (field: string): string =>
  `CASE WHEN ${field} GLOB '00000000-0000-4e4a-a${HEX.repeat(3)}-${HEX.repeat(12)}' THEN ${field}
   ELSE '00000000-0000-4e4a-a' || ${random(3)} || '-' || ${random(12)} END`;

/** A date stays of the kind that it was: text, whole or real number. */
const dated = (field: string, text: string, whole: string): string =>
  `CASE typeof(${field}) WHEN 'integer' THEN ${whole} WHEN 'real' THEN CAST(${whole} AS REAL) ELSE ${text} END`;

const PURPOSES: Readonly<Record<Exclude<Purpose, null>, (field: string) => string>> = {
  date: (field) => dated(field, "'1970-01-01'", "0"),
  datetime: (field) => dated(field, "'1970-01-01 00:00:00'", "0"),
  time: () => "'00:00:00'",
  boolean: () => "0",
  json: () => "'{}'",
  uuid: uuidTombstone,
};

/** A column without a type may hold anything, so the value decides. */
const byValue = (field: string): string =>
  `CASE typeof(${field}) WHEN 'integer' THEN 0 WHEN 'real' THEN 0.0 WHEN 'blob' THEN x'' ELSE 'erased' END`;

function emptyValue(column: Column): string {
  const field = quoted(column.name);
  const purpose = purposeOf(column);
  if (purpose !== null) return PURPOSES[purpose](field);
  if (column.affinity === "blob") return column.type.includes("BLOB") ? "x''" : byValue(field);
  return "0";
}

function tombstone(column: Column, where: string): string {
  const purpose = purposeOf(column);
  if (purpose === "uuid") return uuidTombstone(quoted(column.name));
  if (purpose === null && column.affinity === "text") return textTombstone(column);
  // Two rows can't both hold the zero of a unique field.
  if (!column.unique) return emptyValue(column);
  if (column.nullable) return "NULL";
  throw malformed(
    `${where} must stay unique and can't be null: it can't become a tombstone; delete the row, or make the field nullable`,
  );
}

function now(column: Column): string | null {
  const field = quoted(column.name);
  const seconds = "CAST(unixepoch() AS INTEGER)";
  const whole = `CASE WHEN abs(${field}) >= 100000000000 THEN ${seconds} * 1000 ELSE ${seconds} END`;
  const real = `CASE WHEN ${field} BETWEEN 1721059.5 AND 5373484.5 THEN julianday('now') ELSE unixepoch('now', 'subsec') END`;
  const text = purposeOf(column) === "date" ? "date('now')" : "datetime('now')";
  if (["date", "datetime"].includes(purposeOf(column) ?? ""))
    return `CASE typeof(${field}) WHEN 'integer' THEN ${whole} WHEN 'real' THEN ${real} ELSE ${text} END`;
  return purposeOf(column) === null && column.affinity === "text" ? text : null;
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
  const stamp = now(column);
  if (stamp === null)
    throw malformed(`${where} holds no date; \`now\` needs a field that is declared as date, time or text`);
  return stamp;
}
