/** One line of a blueprint (`$table->foreignId('user_id')->nullable()->constrained()`), carried out on the picture of the schema. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import { tableFor } from "../../source/inflect.ts";
import { type Call, isWord, textIn, textsIn, type Value } from "../../source/values.ts";
import type { Chain } from "./statements.ts";

const IDLE =
  /^(?:engine|charset|collation|comment|temporary|dropIndex|dropFullText|dropSpatialIndex|fullText|fulltext|spatialIndex|renameIndex|index|rawIndex|dropUnique|dropForeign|after|innoDb|vectorIndex)$/;
const TYPES: Readonly<Record<string, string>> = {
  string: "varchar",
  tinytext: "tinytext",
  integer: "int",
  unsignedinteger: "int",
  biginteger: "bigint",
  unsignedbiginteger: "bigint",
  foreignid: "bigint",
  foreignuuid: "uuid",
  foreignulid: "char(26)",
  ulid: "char(26)",
  ipaddress: "varchar(45)",
  macaddress: "varchar(17)",
  datetimetz: "datetime",
  timestamptz: "timestamp",
  timetz: "time",
};
const INCREMENTS = /^(?:id|(?:big|medium|small|tiny)?increments)$/i;

/** Null: done. Else what was not understood. */
export function lineOfTable(
  picture: Picture,
  table: Table,
  { calls }: Chain,
  constants: ReadonlyMap<string, string>,
): string | null {
  const [first, ...rest] = calls;
  if (first === undefined) return null;
  const { name } = first;
  const many = textsIn(first.args[0]);
  const does = own(WHOLE, name);
  if (does !== undefined) return does(picture, table, first) ? null : name;
  if (name === "unique" || name === "primary") {
    if (many === null) return name;
    if (name === "unique") picture.addUnique(table, many, textIn(first.args[1]) ?? undefined);
    else table.primaryKey = many;
    return null;
  }
  if (name === "foreign") return many !== null && foreign(picture, table, many, rest) ? null : name;
  if (IDLE.test(name)) {
    if (name === "index" && many !== null) picture.addIndex(table, many, textIn(first.args[1]) ?? "");
    if (name === "dropForeign" && first.args[0]?.is === "list" && many !== null)
      picture.dropKeys(table, many);
    else if (/^drop(?:Foreign|Unique)$/.test(name) && many !== null) {
      picture.dropConstraint(table, many[0] ?? "");
      picture.dropUnique(table, many);
    }
    return null;
  }
  return column(picture, table, { first, rest, constants });
}

interface ColumnSaid {
  readonly first: Call;
  readonly rest: readonly Call[];
  readonly constants: ReadonlyMap<string, string>;
}

function column(picture: Picture, table: Table, { first, rest, constants }: ColumnSaid): string | null {
  const method = first.name.toLowerCase();
  const name = nameOf(first, constants);
  if (name === null) return first.name;
  const has = (modifier: string): Call | undefined => rest.find((c) => c.name === modifier);
  const nullable = has("nullable");
  picture.setField(table, {
    name,
    type: typeOf(first),
    nullable: /^softdeletes/.test(method) || (nullable !== undefined && !isWord(nullable.args[0], "false")),
    generated: has("storedAs") !== undefined || has("virtualAs") !== undefined,
    primary: INCREMENTS.test(method) || has("primary") !== undefined || has("autoIncrement") !== undefined,
    unique: has("unique") !== undefined,
  });
  const constrained = has("constrained");
  const references = has("references");
  if (constrained !== undefined) {
    const said = textIn(constrained.args[0]) ?? textIn(constrained.options.get("table"));
    if (said === null && constrained.args.length > 0) return `${first.name} ${name}: constrained`;
    const field = textIn(constrained.args[1]) ?? textIn(constrained.options.get("column"));
    const to = said ?? tableFor(name.replace(/_(?:id|uuid|ulid)$/, ""), picture.names);
    picture.addKey(table, { from: [name], to, fields: field === null ? [] : [field] });
  } else if (references !== undefined && !foreign(picture, table, [name], rest))
    return `${first.name} ${name}: references`;
  return null;
}

/** `->references('id')->on('users')`. */
function foreign(picture: Picture, table: Table, from: readonly string[], rest: readonly Call[]): boolean {
  const fields = textsIn(rest.find((c) => c.name === "references")?.args[0]);
  const on = rest.find((c) => c.name === "on" || c.name === "constrained");
  const to = textIn(on?.args[0]);
  if (to === null) return false;
  picture.addKey(table, { from, to, fields: fields ?? [] });
  return true;
}

function nameOf({ name, args, options }: Call, constants: ReadonlyMap<string, string>): string | null {
  const [first] = args;
  const said = textIn(first) ?? textIn(options.get("column"));
  if (said !== null && name !== "foreignIdFor") return said;
  if (name === "foreignIdFor") return textIn(args[1]) ?? keyOfModel(first);
  if (args.length === 0) return own(DEFAULTS, name) ?? null;
  return first?.is === "word" ? (constants.get(first.word.split(".").at(-1) ?? "") ?? null) : null;
}

const DEFAULTS: Readonly<Record<string, string>> = {
  id: "id",
  uuid: "uuid",
  ulid: "ulid",
  ipAddress: "ip_address",
  macAddress: "mac_address",
  softDeletes: "deleted_at",
  softDeletesTz: "deleted_at",
  softDeletesDatetime: "deleted_at",
};

/** `User::class` → `user_id`. */
function keyOfModel(value: Value | undefined): string | null {
  const path = value?.is === "word" ? value.word.split(".") : [];
  const model = path.at(-1) === "class" ? path.at(-2) : undefined;
  if (model === undefined) return null;
  return `${model
    .split("\\")
    .at(-1)
    ?.replaceAll(/(?<=[a-z\d])([A-Z])/g, "_$1")
    .toLowerCase()}_id`;
}

function typeOf({ name, args }: Call): string {
  const method = name.toLowerCase();
  if (INCREMENTS.test(method)) return method === "increments" ? "int" : "bigint";
  if (/^softdeletes/.test(method)) return "timestamp";
  if (method === "foreignidfor") return "bigint";
  if (method === "addcolumn") return textIn(args[0]) ?? "text";
  const [, size] = args;
  const base = own(TYPES, method) ?? method.replace(/^unsigned/, "").replace(/integer$/, "int");
  const sized = size?.is === "number" && (method === "string" || method === "char");
  return sized ? `${base}(${size.number})` : base;
}

type Does = (picture: Picture, table: Table, call: Call) => boolean;

const stamps: Does = (picture, table) => {
  for (const name of ["created_at", "updated_at"])
    picture.setField(table, { name, type: "timestamp", nullable: true });
  return true;
};

const morphs =
  (type: string, nullable: boolean): Does =>
  (picture, table, { args }) => {
    const name = textIn(args[0]);
    if (name === null) return false;
    picture.setField(table, { name: `${name}_type`, type: "varchar", nullable });
    picture.setField(table, { name: `${name}_id`, type, nullable });
    return true;
  };

const dropping =
  (namesOf: (call: Call) => readonly string[] | null): Does =>
  (picture, table, call) => {
    const names = namesOf(call);
    for (const name of names ?? []) picture.dropField(table, name);
    return names !== null;
  };

const dropNamed = dropping(({ args }) =>
  args.length > 1 ? textsIn({ is: "list", items: args }) : textsIn(args[0]),
);
const dropMorphs = dropping(({ args }) => {
  const name = textIn(args[0]);
  return name === null ? null : [`${name}_id`, `${name}_type`];
});

/** Methods that say more or less than one column. */
const WHOLE: Readonly<Record<string, Does>> = {
  timestamps: stamps,
  timestampsTz: stamps,
  nullableTimestamps: stamps,
  nullableTimestampsTz: stamps,
  datetimes: stamps,
  rememberToken: (picture, table) => {
    picture.setField(table, { name: "remember_token", type: "varchar(100)", nullable: true });
    return true;
  },
  morphs: morphs("bigint", false),
  nullableMorphs: morphs("bigint", true),
  numericMorphs: morphs("bigint", false),
  nullableNumericMorphs: morphs("bigint", true),
  uuidMorphs: morphs("uuid", false),
  nullableUuidMorphs: morphs("uuid", true),
  ulidMorphs: morphs("char(26)", false),
  nullableUlidMorphs: morphs("char(26)", true),
  dropColumn: dropNamed,
  dropColumns: dropNamed,
  dropConstrainedForeignId: dropNamed,
  dropForeignIdFor: dropping(({ args }) => {
    const name = textIn(args[1]) ?? keyOfModel(args[0]);
    return name === null ? null : [name];
  }),
  dropMorphs,
  dropTimestamps: dropping(() => ["created_at", "updated_at"]),
  dropTimestampsTz: dropping(() => ["created_at", "updated_at"]),
  dropSoftDeletes: dropping(() => ["deleted_at"]),
  dropSoftDeletesTz: dropping(() => ["deleted_at"]),
  dropRememberToken: dropping(() => ["remember_token"]),
  dropPrimary: (_, table) => {
    table.primaryKey = [];
    return true;
  },
  renameColumn: (picture, table, { args }) => {
    const [from, to] = args.map(textIn);
    if (typeof from !== "string" || typeof to !== "string") return false;
    picture.renameField(table, from, to);
    return true;
  },
  rename: (picture, table, { args }) => {
    const to = textIn(args[0]);
    if (to !== null) picture.rename(table.name, to);
    return to !== null;
  },
  drop: (picture, table) => {
    picture.drop(table.name);
    return true;
  },
  dropIfExists: (picture, table) => {
    picture.drop(table.name);
    return true;
  },
};
