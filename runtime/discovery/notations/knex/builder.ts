/** One line of a table builder (`table.integer("user_id").notNullable().references("users.id")`), carried out on the picture of the schema. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import { allNamedBy, namedBy } from "../../source/script.ts";
import { type Call, isWord, textIn, type Value } from "../../source/values.ts";

export type Chain = Extract<Value, { is: "chain" }>;
type Constants = ReadonlyMap<string, string>;

/** Change no name, type or key that we look at. */
const IDLE =
  /^(?:comment|engine|charset|collate|inherits|check\w*|dropChecks|queryContext|after|before|dropIndex|dropSpatialIndex|renameIndex|fulltext)$/;
const TYPES: Readonly<Record<string, string>> = {
  increments: "integer",
  bigincrements: "bigint",
  tinyint: "tinyint",
  smallint: "smallint",
  mediumint: "mediumint",
  integer: "integer",
  int: "integer",
  bigint: "bigint",
  biginteger: "bigint",
  text: "text",
  tinytext: "text",
  mediumtext: "text",
  longtext: "text",
  string: "varchar",
  char: "char",
  float: "float",
  double: "double precision",
  decimal: "numeric",
  boolean: "boolean",
  bool: "boolean",
  date: "date",
  datetime: "timestamp",
  timestamp: "timestamp",
  time: "time",
  binary: "bytea",
  enum: "enum",
  enu: "enum",
  json: "json",
  jsonb: "jsonb",
  uuid: "uuid",
  geometry: "geometry",
  geography: "geography",
  point: "point",
};

/** Null: done. Else what was not understood. */
export function lineOfTable(
  picture: Picture,
  table: Table,
  { calls }: Chain,
  constants: Constants,
): string | null {
  const [first, ...rest] = calls;
  if (first === undefined || IDLE.test(first.name)) return null;
  const does = own(WHOLE, first.name);
  if (does !== undefined) return does({ picture, table, constants, rest }, first) ? null : first.name;
  return column({ picture, table, constants, rest }, first);
}

interface Said {
  readonly picture: Picture;
  readonly table: Table;
  readonly constants: Constants;
  /** What is called on the first. */
  readonly rest: readonly Call[];
}

function column({ picture, table, constants, rest }: Said, call: Call): string | null {
  const kind = call.name.toLowerCase();
  const isIncrements = /^(?:big)?increments$/.test(kind);
  const name = namedBy(call.args[0], constants) ?? (isIncrements && call.args.length === 0 ? "id" : null);
  const type = typeOf(kind, call);
  if (name === null || type === null) return call.name;
  const has = (modifier: string): Call | undefined => rest.find((c) => c.name === modifier);
  const before = has("alter") === undefined ? undefined : table.fields.get(name);
  picture.setField(table, {
    name,
    type,
    nullable:
      has("notNullable") === undefined && (before?.nullable !== false || has("nullable") !== undefined),
    primary: has("primary") !== undefined || (isIncrements && !isWord(optionOf(call, "primaryKey"), "false")),
    unique: has("unique") !== undefined,
  });
  if (has("index") !== undefined) picture.addIndex(table, [name]);
  const references = has("references");
  if (references !== undefined && !foreign({ picture, table, constants, rest }, [name]))
    return `${call.name} ${name}: references`;
  return null;
}

function typeOf(kind: string, { args }: Call): string | null {
  if (kind === "specifictype")
    return (
      textIn(args[1])
        ?.toLowerCase()
        .replace(/^n?varchar\(max\)$/, "text") ?? "text"
    );
  const base = own(TYPES, kind) ?? null;
  const [, size] = args;
  if (kind === "text") return textIn(size)?.toLowerCase() ?? base;
  return (base === "varchar" || base === "char") && size?.is === "number" ? `${base}(${size.number})` : base;
}

function optionOf({ args }: Call, name: string): Value | undefined {
  const map = args.find((a) => a.is === "map");
  return map?.is === "map" ? map.entries.get(name) : undefined;
}

/** `.references("id").inTable("users")`, `.references("users.id")`. */
function foreign({ picture, table, constants, rest }: Said, from: readonly string[]): boolean {
  const said = allNamedBy(rest.find((c) => c.name === "references")?.args[0], constants);
  const on = rest.find((c) => c.name === "inTable" || c.name === "on");
  const to = namedBy(on?.args[0], constants);
  if (said === null) return false;
  if (to !== null)
    picture.addKey(table, { from, to: bare(to), fields: said.map((f) => f.split(".").at(-1) ?? f) });
  else {
    const [first = ""] = said;
    const parts = first.split(".");
    if (parts.length < 2) return false;
    picture.addKey(table, {
      from,
      to: bare(parts.slice(0, -1).join(".")),
      fields: said.map((f) => f.split(".").at(-1) ?? f),
    });
  }
  return true;
}

const bare = (name: string): string => name.replace(/^public\./, "");

type Does = (said: Said, call: Call) => boolean;

const dropping =
  (namesOf: (said: Said, call: Call) => readonly string[] | null): Does =>
  (said, call) => {
    const names = namesOf(said, call);
    for (const name of names ?? []) said.picture.dropField(said.table, name);
    return names !== null;
  };

/** `created_at`; `createdAt` where the third argument or an option says so. */
function stampsOf(call: Call): readonly string[] {
  const camel =
    isWord(call.args[2], "true") ||
    isWord(optionOf(call, "useCamelCase"), "true") ||
    (call.name === "dropTimestamps" && isWord(call.args[0], "true"));
  return camel ? ["createdAt", "updatedAt"] : ["created_at", "updated_at"];
}

const nullable =
  (value: boolean): Does =>
  ({ picture, table, constants }, { args }) => {
    const name = namedBy(args[0], constants);
    if (name !== null) picture.setNullable(table, name, value);
    return name !== null;
  };

const dropNames: Does = dropping(({ constants }, { args }) =>
  allNamedBy(args.length === 1 ? args[0] : { is: "list", items: args }, constants),
);

/** An index's name, where it is said. */
const nameIn = (call: Call): string | null => textIn(call.args[1]) ?? textIn(optionOf(call, "indexName"));

/** By its columns or, when a second argument says so, by its name. */
const dropUnique: Does = ({ picture, table, constants }, call) => {
  const [fields, named] = [allNamedBy(call.args[0], constants), nameIn(call)];
  if (named !== null) picture.dropConstraint(table, named);
  if (fields !== null) picture.dropUnique(table, fields);
  return fields !== null || named !== null;
};

/** Methods that say more or less than one column. */
const WHOLE: Readonly<Record<string, Does>> = {
  timestamps: ({ picture, table }, call) => {
    const required = isWord(call.args[1], "true") || isWord(optionOf(call, "defaultToNow"), "true");
    for (const name of stampsOf(call))
      picture.setField(table, { name, type: "timestamp", nullable: !required });
    return true;
  },
  primary: ({ table, constants }, { args }) => {
    const fields = allNamedBy(args[0], constants);
    if (fields !== null) table.primaryKey = fields;
    return fields !== null;
  },
  unique: ({ picture, table, constants }, call) => {
    const fields = allNamedBy(call.args[0], constants);
    // One that holds under a condition proves nothing of the other rows.
    if (fields !== null && optionOf(call, "predicate") === undefined)
      picture.addUnique(table, fields, nameIn(call) ?? undefined);
    return fields !== null;
  },
  index: ({ picture, table, constants }, call) => {
    const fields = allNamedBy(call.args[0], constants);
    if (fields !== null) picture.addIndex(table, fields, nameIn(call) ?? "");
    return true;
  },
  foreign: (said, { args }) => {
    const from = allNamedBy(args[0], said.constants);
    return from !== null && foreign(said, from);
  },
  dropForeign: ({ picture, table, constants }, call) => {
    const [fields, named] = [allNamedBy(call.args[0], constants), nameIn(call)];
    if (named !== null) picture.dropConstraint(table, named);
    else if (fields !== null) picture.dropKeys(table, fields);
    return fields !== null || named !== null;
  },
  dropUnique,
  dropPrimary: ({ table }) => {
    table.primaryKey = [];
    return true;
  },
  dropColumn: dropNames,
  dropColumns: dropNames,
  dropTimestamps: dropping((_, call) => stampsOf(call)),
  renameColumn: ({ picture, table, constants }, { args }) => {
    const [from, to] = args.map((a) => namedBy(a, constants));
    if (typeof from !== "string" || typeof to !== "string" || !table.fields.has(from)) return false;
    picture.renameField(table, from, to);
    return true;
  },
  setNullable: nullable(true),
  dropNullable: nullable(false),
};
