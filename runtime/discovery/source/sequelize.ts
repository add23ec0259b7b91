/** What Sequelize is told of a field, the same in models as in migrations: `{ type: DataTypes.STRING(80), allowNull: false, references: { model: "users", key: "id" } }`. */
import { own } from "@avow/core/terms/own";
import { namedBy } from "./script.ts";
import type { Token } from "./tokens.ts";
import { isWord, type Value } from "./values.ts";

type Constants = ReadonlyMap<string, string>;

export interface AttributeSaid {
  /** Where it is called otherwise than its property. */
  readonly column: string | null;
  readonly type: string;
  readonly nullable: boolean;
  readonly primary: boolean;
  /** A name: unique together with the others that say the same. */
  readonly unique: boolean | string;
  readonly generated: boolean;
  readonly leadsTo: { readonly to: string; readonly isModel: boolean; readonly field: string | null } | null;
}

const TYPES: Readonly<Record<string, string>> = {
  STRING: "varchar",
  CHAR: "char",
  TEXT: "text",
  CITEXT: "citext",
  TINYINT: "tinyint",
  SMALLINT: "smallint",
  MEDIUMINT: "mediumint",
  INTEGER: "integer",
  BIGINT: "bigint",
  FLOAT: "float",
  REAL: "real",
  DOUBLE: "double precision",
  DECIMAL: "numeric",
  NUMERIC: "numeric",
  NUMBER: "numeric",
  BOOLEAN: "boolean",
  DATE: "timestamp",
  NOW: "timestamp",
  DATEONLY: "date",
  TIME: "time",
  UUID: "uuid",
  UUIDV1: "uuid",
  UUIDV4: "uuid",
  JSON: "json",
  JSONB: "jsonb",
  JSONTYPE: "json",
  HSTORE: "hstore",
  BLOB: "blob",
  ENUM: "enum",
  GEOMETRY: "geometry",
  GEOGRAPHY: "geography",
  INET: "inet",
  CIDR: "cidr",
  MACADDR: "macaddr",
  RANGE: "range",
  TSVECTOR: "tsvector",
};

/** Null: it is computed, and nothing of it is stored. Of a type of the project's own nothing is known. */
export function attributeOf(value: Value, constants: Constants): AttributeSaid | null {
  const said = value.is === "map" ? value.entries : new Map([["type", value]]);
  const type = typeOf(said.get("type"));
  if (type === "virtual") return null;
  const unique = said.get("unique");
  const isPrimary = isTrue(said.get("primaryKey"));
  return {
    column: namedBy(said.get("field"), constants),
    type,
    nullable: !isPrimary && !isWord(said.get("allowNull"), "false"),
    primary: isPrimary,
    unique: namedBy(unique, constants) ?? (isTrue(unique) || unique?.is === "map"),
    generated: false,
    leadsTo: referenceIn(said, constants),
  };
}

const isTrue = (value: Value | undefined): boolean => isWord(value, "true");

function typeOf(value: Value | undefined): string {
  if (value?.is === "text") return value.text.toLowerCase();
  if (value?.is === "word") return typeNamed(value.word.split("."));
  if (value?.is !== "chain") return "";
  const call = value.calls.find(
    (c) => own(TYPES, c.name.toUpperCase()) !== undefined || /^(?:ARRAY|VIRTUAL)$/.test(c.name),
  );
  // `STRING.BINARY()`, `INTEGER.UNSIGNED(10)`.
  if (call === undefined) return typeNamed(value.on.split("."));
  if (call.name === "ARRAY") return `${typeOf(call.args[0]) || "text"}[]`;
  if (call.name === "VIRTUAL") return "virtual";
  const base = typeNamed([call.name]);
  const [size] = call.args;
  return /char$/.test(base) && size?.is === "number" ? `${base}(${size.number})` : base;
}

/** Written in whatever letters: `Sequelize.string` of its first versions. */
function typeNamed(words: readonly string[]): string {
  if (words.some((w) => w.toUpperCase() === "VIRTUAL")) return "virtual";
  return words.flatMap((w) => own(TYPES, w.toUpperCase()) ?? [])[0] ?? "";
}

function referenceIn(said: ReadonlyMap<string, Value>, constants: Constants): AttributeSaid["leadsTo"] {
  const references = said.get("references");
  if (references === undefined) return null;
  if (references.is !== "map") {
    const to = namedBy(references, constants);
    return to === null ? null : { to, isModel: false, field: namedBy(said.get("referencesKey"), constants) };
  }
  const { entries } = references;
  const to = entries.get("model") ?? entries.get("table");
  const field = namedBy(entries.get("key") ?? entries.get("field"), constants);
  const table = tableNamed(to, constants);
  if (table !== null) return { to: table, isModel: false, field };
  return to?.is === "word" ? { to: to.word.split(".").at(-1) ?? to.word, isModel: true, field } : null;
}

/** `"users"`, `{ tableName: "users", schema: "app" }`, a constant that says it. */
export function tableNamed(value: Value | undefined, constants: Constants): string | null {
  if (value?.is !== "map") return namedBy(value, constants);
  const table = namedBy(value.entries.get("tableName"), constants);
  const schema = namedBy(value.entries.get("schema"), constants);
  return table === null || schema === null || schema === "public" ? table : `${schema}.${table}`;
}

const GENERIC_TOKENS_MAX = 400;

/** `define<A, B>("user", …)`: what TypeScript is told of it says nothing of what is stored. */
export function withoutGenerics(tokens: readonly Token[], behind: ReadonlySet<string>): readonly Token[] {
  const kept: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    kept.push(token);
    if (token.kind === "word" && behind.has(token.text) && tokens[at + 1]?.text === "<")
      at = genericEnd(tokens, at + 1) ?? at;
  }
  return kept;
}

function genericEnd(tokens: readonly Token[], opening: number): number | null {
  let depth = 0;
  for (let at = opening; at < Math.min(tokens.length, opening + GENERIC_TOKENS_MAX); at += 1) {
    const text = tokens[at]?.kind === "sign" ? tokens[at]?.text : "";
    if (text === "<") depth += 1;
    else if (text === ">") depth -= 1;
    if (depth === 0) return tokens[at + 1]?.text === "(" ? at : null;
  }
  return null;
}
