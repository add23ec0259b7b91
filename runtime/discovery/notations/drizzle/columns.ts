/** A column as Drizzle is told it: `varchar("name", { length: 80 }).notNull()` → what the picture keeps. */
import { own } from "@avow/core/terms/own";
import type { NewField } from "../../picture.ts";
import { type Call, textIn, type Value } from "../../source/values.ts";

const TYPES: Readonly<Record<string, string>> = {
  serial: "integer",
  smallserial: "smallint",
  bigserial: "bigint",
  int: "integer",
  integer: "integer",
  smallint: "smallint",
  tinyint: "tinyint",
  mediumint: "mediumint",
  bigint: "bigint",
  real: "real",
  float: "float",
  double: "double precision",
  doublePrecision: "double precision",
  numeric: "numeric",
  decimal: "numeric",
  boolean: "boolean",
  text: "text",
  tinytext: "text",
  mediumtext: "text",
  longtext: "text",
  varchar: "varchar",
  char: "char",
  uuid: "uuid",
  json: "json",
  jsonb: "jsonb",
  timestamp: "timestamp",
  datetime: "timestamp",
  date: "date",
  time: "time",
  year: "year",
  interval: "interval",
  inet: "inet",
  cidr: "cidr",
  macaddr: "macaddr",
  macaddr8: "macaddr",
  point: "point",
  geometry: "geometry",
  bytea: "bytea",
  blob: "blob",
  binary: "binary",
  varbinary: "varbinary",
  mysqlEnum: "enum",
  vector: "vector",
};

/** How SQLite keeps what it has no type for. */
const MODES: Readonly<Record<string, string>> = {
  timestamp: "timestamp",
  timestamp_ms: "timestamp",
  boolean: "boolean",
  json: "json",
  buffer: "blob",
};

/** Null: it is no column. What is no type of Drizzle is one of the project's own, as a rule a list of words (`pgEnum`). */
export function columnOf(property: string, value: Value): NewField | null {
  if (value.is !== "chain") return null;
  const [first, ...rest] = value.calls;
  if (first === undefined) return null;
  const has = (name: string): boolean => rest.some((c) => c.name === name);
  const base = typeOf(first);
  return {
    name: textIn(first.args[0]) ?? property,
    type: has("array") ? `${base}[]` : base,
    nullable: !has("notNull") && !has("primaryKey"),
    primary: has("primaryKey"),
    unique: has("unique"),
    generated: has("generatedAlwaysAs") || has("generatedAlwaysAsIdentity"),
  };
}

function typeOf(call: Call): string {
  const options = call.args.find((a) => a.is === "map");
  const mode = options?.is === "map" ? textIn(options.entries.get("mode")) : null;
  const length = options?.is === "map" ? options.entries.get("length") : undefined;
  const base = own(TYPES, call.name) ?? "enum";
  const kept = mode === null ? undefined : own(MODES, mode);
  if (kept !== undefined && /^(?:integer|text|blob)$/.test(base)) return kept;
  return length?.is === "number" && /char$/.test(base) ? `${base}(${length.number})` : base;
}
