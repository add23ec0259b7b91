/** Steps of a query runner, carried out on the picture of the schema. */
import type { Picture, Table } from "../../picture.ts";
import { missing } from "../../schema-file.ts";
import { allNamedBy, namedBy } from "../../source/script.ts";
import { type Call, isWord, textIn, type Value } from "../../source/values.ts";

type Constants = ReadonlyMap<string, string>;
type Entries = ReadonlyMap<string, Value>;
/** Null: done. Else what was not understood. */
export type Step = (picture: Picture, call: Call, constants: Constants) => string | null;

/** `new TableColumn({ … })`, or what it is made of. */
function entriesOf(value: Value | undefined): Entries | null {
  if (value?.is === "map") return value.entries;
  const [made] = value?.is === "chain" ? value.calls : [];
  const [first] = made?.args ?? [];
  return first?.is === "map" ? first.entries : null;
}

const listOf = (value: Value | undefined): readonly Value[] =>
  value?.is === "list" ? value.items : value === undefined ? [] : [value];

/** `"app.users"`, `new Table({ name: "users" })`. */
const nameIn = (value: Value | undefined, constants: Constants): string | null =>
  (namedBy(value, constants) ?? namedBy(entriesOf(value)?.get("name"), constants))?.replace(
    /^public\./,
    "",
  ) ?? null;

const onTable =
  (
    does: (
      picture: Picture,
      table: Table,
      said: { readonly args: readonly Value[]; readonly constants: Constants },
    ) => boolean,
  ): Step =>
  (picture, { name, args }, constants) => {
    const named = nameIn(args[0], constants);
    if (named === null) return `${name}: the table is not called by its name`;
    const table = picture.table(named);
    if (table === undefined) return missing(name, named);
    return does(picture, table, { args: args.slice(1), constants }) ? null : `${name} ${named}`;
  };

function column(picture: Picture, table: Table, said: Entries | null, constants: Constants): boolean {
  const name = namedBy(said?.get("name"), constants);
  if (said === null || name === null) return false;
  const isTrue = (key: string): boolean => isWord(said.get(key), "true");
  const length = said.get("length");
  const size = length?.is === "text" ? length.text : length?.is === "number" ? `${length.number}` : "";
  const type = (textIn(said.get("type")) ?? "text").toLowerCase();
  picture.setField(table, {
    name,
    type: `${type}${size === "" ? "" : `(${size})`}${isTrue("isArray") ? "[]" : ""}`,
    nullable: isTrue("isNullable"),
    generated: said.has("asExpression"),
    unique: isTrue("isUnique"),
  });
  if (isTrue("isPrimary")) table.primaryKey = [...table.primaryKey.filter((f) => f !== name), name];
  return true;
}

function foreignKey(picture: Picture, table: Table, said: Entries | null, constants: Constants): boolean {
  const from = allNamedBy(said?.get("columnNames"), constants);
  const to = namedBy(said?.get("referencedTableName"), constants);
  const fields = allNamedBy(said?.get("referencedColumnNames"), constants) ?? [];
  if (from === null || to === null) return false;
  const named = namedBy(said?.get("name"), constants);
  picture.addKey(table, {
    from,
    to: to.replace(/^public\./, ""),
    fields,
    ...(named === null ? {} : { named }),
  });
  return true;
}

function index(picture: Picture, table: Table, said: Entries | null, unique: boolean): boolean {
  const fields = allNamedBy(said?.get("columnNames"), new Map());
  // One over expressions says nothing of a field.
  if (said === null || fields === null) return said !== null;
  const named = textIn(said.get("name")) ?? undefined;
  picture.addIndex(table, fields, named);
  if ((unique || isWord(said.get("isUnique"), "true")) && !said.has("where"))
    picture.addUnique(table, fields, named);
  return true;
}

const createTable: Step = (picture, { args }, constants) => {
  const said = entriesOf(args[0]);
  const name = nameIn(args[0], constants);
  if (said === null || name === null) return "createTable";
  const schema = namedBy(said.get("schema"), constants);
  const full = schema === null || schema === "public" || name.includes(".") ? name : `${schema}.${name}`;
  const table = picture.create(full);
  // With `ifNotExists`, or in a later migration that makes sure.
  if (table === null) return null;
  const lost = [
    ...listOf(said.get("columns")).filter((c) => !column(picture, table, entriesOf(c), constants)),
    ...listOf(said.get("foreignKeys")).filter((k) => !foreignKey(picture, table, entriesOf(k), constants)),
    ...listOf(said.get("uniques")).filter((u) => !index(picture, table, entriesOf(u), true)),
    ...listOf(said.get("indices")).filter((i) => !index(picture, table, entriesOf(i), false)),
  ];
  return lost.length === 0 ? null : `createTable ${full}`;
};

const each = (does: (picture: Picture, table: Table, value: Value, constants: Constants) => boolean): Step =>
  onTable((picture, table, { args, constants }) => {
    const all = listOf(args[0]);
    return all.length > 0 && all.map((one) => does(picture, table, one, constants)).every((done) => done);
  });

const addColumn = each((picture, table, one, constants) => column(picture, table, entriesOf(one), constants));
const addKey = each((picture, table, one, constants) =>
  foreignKey(picture, table, entriesOf(one), constants),
);
const addIndex = each((picture, table, one) => index(picture, table, entriesOf(one), false));
const addUnique = each((picture, table, one) => index(picture, table, entriesOf(one), true));
const dropColumn = each((picture, table, one, constants) => {
  const name = nameIn(one, constants);
  if (name !== null) picture.dropField(table, name);
  return name !== null;
});

/** By its name, or by its columns. What is looked up in a run (`table.foreignKeys.find(…)`) leads nowhere. */
const dropKey = each((picture, table, one, constants) => {
  const name = nameIn(one, constants);
  const fields = allNamedBy(entriesOf(one)?.get("columnNames"), constants);
  if (name !== null) picture.dropConstraint(table, name);
  else if (fields !== null) {
    picture.dropKeys(table, fields);
    picture.dropUnique(table, fields);
  }
  return name !== null || fields !== null;
});

const changeColumn = onTable((picture, table, { args, constants }) => {
  const [from, said] = [nameIn(args[0], constants), entriesOf(args[1])];
  const to = nameIn(args[1], constants);
  if (from === null || to === null || !table.fields.has(from)) return false;
  picture.renameField(table, from, to);
  return said === null || column(picture, table, said, constants);
});

export const STEPS: Readonly<Record<string, Step>> = {
  createTable,
  dropTable: (picture, { args }, constants) => {
    const name = nameIn(args[0], constants);
    if (name !== null) picture.drop(picture.table(name)?.name ?? name);
    return name === null ? "dropTable" : null;
  },
  renameTable: (picture, { args }, constants) => {
    const [from, to] = [nameIn(args[0], constants), nameIn(args[1], constants)];
    if (from === null || to === null) return "renameTable";
    picture.rename(from, to);
    return null;
  },
  addColumn,
  addColumns: addColumn,
  dropColumn,
  dropColumns: dropColumn,
  renameColumn: changeColumn,
  changeColumn,
  createForeignKey: addKey,
  createForeignKeys: addKey,
  dropForeignKey: dropKey,
  dropForeignKeys: dropKey,
  createIndex: addIndex,
  createIndices: addIndex,
  createUniqueConstraint: addUnique,
  createUniqueConstraints: addUnique,
  dropUniqueConstraint: dropKey,
  createPrimaryKey: onTable((_, table, { args, constants }) => {
    const fields = allNamedBy(args[0], constants);
    if (fields !== null) table.primaryKey = fields;
    return fields !== null;
  }),
  dropPrimaryKey: onTable((_, table) => {
    table.primaryKey = [];
    return true;
  }),
};
