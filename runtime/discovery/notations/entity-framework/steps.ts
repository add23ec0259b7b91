/** Steps of a migration builder, carried out on the picture of the schema. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import { missing } from "../../schema-file.ts";
import { allNamedBy, namedBy } from "../../source/script.ts";
import type { Token } from "../../source/tokens.ts";
import { type Call, isWord, type Value, Values } from "../../source/values.ts";

type Constants = ReadonlyMap<string, string>;
/** Null: done. Else what was not understood. */
export type Step = (picture: Picture, call: Call, constants: Constants) => string | null;

/** An argument by its name, or by its place. */
const given = (call: Call, name: string, at: number): Value | undefined =>
  call.options.get(name) ?? call.args[at];

/** The schema that a system has of its own accord is left out. */
const within = (schema: string | null, table: string): string =>
  schema === null || /^(?:dbo|public|main)$/i.test(schema) ? table : `${schema}.${table}`;

interface Said {
  readonly picture: Picture;
  readonly table: Table;
  readonly call: Call;
  readonly constants: Constants;
}

/** Steps that are told the table second, behind a name of what they are about, if not elsewhere. */
const onTable =
  (does: (said: Said) => boolean, at = 1): Step =>
  (picture, call, constants) => {
    const named = namedBy(given(call, "table", at), constants);
    if (named === null) return `${call.name}: the table is not called by its name`;
    const full = within(namedBy(call.options.get("schema"), constants), named);
    const table = picture.table(full);
    if (table === undefined) return missing(call.name, full);
    return does({ picture, table, call, constants }) ? null : `${call.name} ${full}`;
  };

/** Types of C#, in small letters, as columns have them. */
export const CLR: Readonly<Record<string, string>> = {
  string: "text",
  char: "char",
  int: "integer",
  uint: "integer",
  short: "smallint",
  byte: "smallint",
  long: "bigint",
  ulong: "bigint",
  float: "real",
  double: "double precision",
  decimal: "numeric",
  bool: "boolean",
  guid: "uuid",
  datetime: "timestamp",
  datetimeoffset: "timestamp",
  dateonly: "date",
  timeonly: "time",
  timespan: "interval",
  "byte[]": "blob",
};
/** In SQLite, times, switches and ids are kept as one of these: what they are in C# says more. */
const LOOSE = /^(?:text|integer)$/i;
const TELLING = /^(?:bool|guid|datetime|datetimeoffset|dateonly|timeonly)$/;

function typeIn(call: Call, constants: Constants): string {
  const clr = (namedBy(call.options.get("clr"), constants) ?? "").replace(/\?$/, "").toLowerCase();
  const bare = clr.split(".").at(-1) ?? "";
  const type = namedBy(call.options.get("type"), constants);
  if (type !== null && !(LOOSE.test(type) && TELLING.test(bare))) return type;
  const size = call.options.get("maxLength");
  if (bare === "string" && size?.is === "number") return `varchar(${size.number})`;
  return own(CLR, bare) ?? type ?? "";
}

function setColumn({ picture, table, call, constants }: Said, name: string): void {
  const type = typeIn(call, constants);
  picture.setField(table, {
    name,
    type: type === "" ? (table.fields.get(name)?.type ?? "") : type,
    nullable: isWord(call.options.get("nullable"), "true"),
    generated: call.options.has("computedColumnSql"),
  });
}

const bodyOf = (value: Value | undefined): readonly Token[] => (value?.is === "block" ? value.body : []);
/** `x => x.Id`, `x => new { x.A, x.B }`. */
const membersIn = (value: Value | undefined): readonly string[] =>
  bodyOf(value).flatMap((token, at, all) =>
    token.kind === "word" && all[at - 1]?.text === "." ? [token.text] : [],
  );

const createTable: Step = (picture, call, constants) => {
  const named = namedBy(given(call, "name", 0), constants);
  if (named === null) return "CreateTable: the table is not called by its name";
  const schema = namedBy(call.options.get("schema"), constants);
  const full = within(schema, named);
  const columns = new Values(bodyOf(call.options.get("columns") ?? call.args[1])).value();
  if (columns.is !== "map") return `CreateTable ${full}`;
  const table = picture.create(full);
  // Of another context, or of another system's folder.
  if (table === null) return null;
  const lost: string[] = [];
  const names = new Map<string, string>();
  for (const [property, value] of columns.entries) {
    // Called on nothing, it is the project's own.
    const column = value.is === "chain" && value.on !== "" ? value.calls[0] : undefined;
    if (column?.name !== "Column") lost.push(property);
    else {
      const name = namedBy(column.options.get("name"), constants) ?? property.replace(/^@/, "");
      names.set(property.replace(/^@/, ""), name);
      setColumn({ picture, table, call: column, constants }, name);
    }
  }
  for (const said of callsOn(bodyOf(call.options.get("constraints"))))
    if (!constraint({ picture, table, call: said, constants }, names)) lost.push(said.name);
  return lost.length === 0 ? null : `CreateTable ${full}: ${lost.join(", ")}`;
};

/** `table.PrimaryKey(…); table.ForeignKey(…);`. */
function callsOn(body: readonly Token[]): readonly Call[] {
  const found: Call[] = [];
  for (let at = 0; at < body.length; at += 1) {
    if (body[at]?.kind !== "word" || body[at + 1]?.text !== "." || body[at + 3]?.text !== "(") continue;
    const values = new Values(body, { at });
    const value = values.value();
    if (value.is === "chain") found.push(...value.calls.slice(0, 1));
    at = Math.max(at, values.at - 1);
  }
  return found;
}

function constraint({ picture, table, call, constants }: Said, names: ReadonlyMap<string, string>): boolean {
  if (call.name === "CheckConstraint") return true;
  const fields = membersIn(given(call, "columns", 1) ?? call.options.get("column")).map(
    (m) => names.get(m) ?? m,
  );
  if (fields.length === 0) return false;
  const named = namedBy(given(call, "name", 0), constants) ?? undefined;
  if (call.name === "PrimaryKey") table.primaryKey = fields;
  else if (call.name === "UniqueConstraint") picture.addUnique(table, fields, named);
  else if (call.name === "ForeignKey")
    return keyTo({ picture, table, call, constants }, { from: fields, named, at: WITHIN_TABLE });
  else return false;
  return true;
}

/** Where a key's table and column stand among what is not called by its name: in `table.ForeignKey`, and in `AddForeignKey`. */
const WITHIN_TABLE = { table: 2, column: 3 };
const ALONE = { table: 3, column: 6 };

interface NewKey {
  readonly from: readonly string[];
  readonly named: string | undefined;
  readonly at: typeof ALONE;
}

function keyTo({ picture, table, call, constants }: Said, { from, named, at }: NewKey): boolean {
  const to = namedBy(given(call, "principalTable", at.table), constants);
  if (to === null) return false;
  const fields = call.options.get("principalColumns") ?? given(call, "principalColumn", at.column);
  picture.addKey(table, {
    ...{ from, to: within(namedBy(call.options.get("principalSchema"), constants), to) },
    fields: fields === undefined ? [] : (allNamedBy(fields, constants) ?? []),
    ...(named === undefined ? {} : { named }),
  });
  return true;
}

const columnsIn = (call: Call, constants: Constants): readonly string[] | null =>
  allNamedBy(call.options.get("columns") ?? given(call, "column", 2), constants);

/** About the column that is named first. */
const onColumn = (does: (said: Said, name: string) => boolean): Step =>
  onTable((said) => {
    const name = namedBy(given(said.call, "name", 0), said.constants);
    return name !== null && does(said, name);
  });

const setsColumn = onColumn((said, name) => {
  setColumn(said, name);
  return true;
});
const dropsNamed = onColumn(({ picture, table }, name) => {
  picture.dropConstraint(table, name);
  return true;
});

export const STEPS: Readonly<Record<string, Step>> = {
  CreateTable: createTable,
  DropTable: (picture, call, constants) => {
    const name = namedBy(given(call, "name", 0), constants);
    if (name === null) return "DropTable: the table is not called by its name";
    const full = within(namedBy(call.options.get("schema"), constants), name);
    picture.drop(picture.table(full)?.name ?? full);
    return null;
  },
  RenameTable: (picture, call, constants) => {
    const [from, to] = [
      namedBy(given(call, "name", 0), constants),
      namedBy(given(call, "newName", 2), constants),
    ];
    if (from === null) return "RenameTable: the table is not called by its name";
    const schema = namedBy(given(call, "schema", 1), constants);
    const full = within(schema, from);
    if (picture.table(full) === undefined) return missing("RenameTable", full);
    const into = namedBy(call.options.get("newSchema"), constants) ?? schema;
    picture.rename(full, within(into, to ?? from));
    return null;
  },
  AddColumn: setsColumn,
  AlterColumn: setsColumn,
  DropColumn: onColumn(({ picture, table }, name) => {
    picture.dropField(table, name);
    return true;
  }),
  RenameColumn: onColumn(({ picture, table, call, constants }, from) => {
    const to = namedBy(given(call, "newName", 2), constants);
    if (to === null || !table.fields.has(from)) return false;
    picture.renameField(table, from, to);
    return true;
  }),
  AddForeignKey: onTable((said) => {
    const from = columnsIn(said.call, said.constants);
    const named = namedBy(given(said.call, "name", 0), said.constants) ?? undefined;
    return from !== null && keyTo(said, { from, named, at: ALONE });
  }),
  DropForeignKey: dropsNamed,
  AddPrimaryKey: onTable(({ table, call, constants }) => {
    const fields = columnsIn(call, constants);
    if (fields !== null) table.primaryKey = fields;
    return fields !== null;
  }),
  DropPrimaryKey: onTable(({ table }) => {
    table.primaryKey = [];
    return true;
  }),
  AddUniqueConstraint: onTable(({ picture, table, call, constants }) => {
    const fields = columnsIn(call, constants);
    const named = namedBy(given(call, "name", 0), constants) ?? undefined;
    if (fields !== null) picture.addUnique(table, fields, named);
    return fields !== null;
  }),
  DropUniqueConstraint: dropsNamed,
  CreateIndex: onTable(({ picture, table, call, constants }) => {
    const fields = columnsIn(call, constants);
    const named = namedBy(given(call, "name", 0), constants) ?? undefined;
    if (fields === null) return false;
    picture.addIndex(table, fields, named);
    // What is empty is left out of an index of SQL Server's by such a filter; what is not tells rows apart all the same.
    const filter = namedBy(call.options.get("filter"), constants);
    const isWhole = filter === null || /^\s*[[\w"\]]+\s+is\s+not\s+null\s*$/i.test(filter);
    if (isWord(call.options.get("unique"), "true") && isWhole) picture.addUnique(table, fields, named);
    return true;
  }),
  DropIndex: dropsNamed,
  RenameIndex: onTable(({ picture, table, call, constants }) => {
    const from = namedBy(given(call, "name", 0), constants);
    const to = namedBy(given(call, "newName", 1), constants);
    if (from === null || to === null) return false;
    picture.renameIndex(table, from, to);
    return true;
  }, 2),
};
