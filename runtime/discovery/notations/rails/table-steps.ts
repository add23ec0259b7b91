/** Steps of a migration of Rails that are about one table: the same for `add_index :users, …` and for `t.index …` within `change_table :users`. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import { fieldFor, tableFor } from "../../source/inflect.ts";
import { type Call, isWord, textIn, textsIn, type Value } from "../../source/values.ts";

/** `call`: without the table. False: not understood. */
export type TableStep = (picture: Picture, table: Table, call: Call) => boolean;

type Options = Call["options"];

export function typeOf(type: string, options: Options): string {
  const limit = options.get("limit");
  const size = limit?.is === "number" ? limit.number : null;
  const base =
    type === "string"
      ? `varchar${size === null ? "" : `(${size})`}`
      : type === "integer" && size === 8
        ? "bigint"
        : type.toLowerCase();
  return isWord(options.get("array"), "true") ? `${base}[]` : base;
}

const isNullable = (options: Options): boolean => !isWord(options.get("null"), "false");
const isColumn = (table: Table, name: string | null): name is string =>
  name !== null && table.fields.has(name);

function column(
  picture: Picture,
  table: Table,
  { name, type, options }: { readonly name: string; readonly type: string; readonly options: Options },
): boolean {
  picture.setField(table, {
    name,
    type:
      type === "primary_key"
        ? "bigint"
        : typeOf(type === "virtual" ? (textIn(options.get("type")) ?? "text") : type, options),
    nullable: isNullable(options),
    generated: type === "virtual",
    primary: type === "primary_key" || isWord(options.get("primary_key"), "true"),
  });
  const indexed = options.get("index");
  if (indexed?.is === "map")
    index(picture, table, { of: { is: "text", text: name }, options: indexed.entries, unique: false });
  return true;
}

function timestamps(picture: Picture, table: Table, options: Options): boolean {
  for (const name of ["created_at", "updated_at"])
    picture.setField(table, { name, type: "datetime", nullable: isWord(options.get("null"), "true") });
  return true;
}

function reference(picture: Picture, table: Table, name: string, options: Options): boolean {
  const polymorphic = options.get("polymorphic");
  const field = `${name}_id`;
  const type = textIn(options.get("type")) ?? "bigint";
  picture.setField(table, { name: field, type: typeOf(type, options), nullable: isNullable(options) });
  const isPolymorphic = polymorphic !== undefined && !isWord(polymorphic, "false");
  if (isPolymorphic)
    picture.setField(table, { name: `${name}_type`, type: "varchar", nullable: isNullable(options) });
  const indexed = options.get("index");
  if (indexed?.is === "map" && isWord(indexed.entries.get("unique"), "true"))
    picture.addUnique(table, [field]);
  const key = options.get("foreign_key");
  if (key === undefined || isWord(key, "false") || isPolymorphic) return true;
  const said = key.is === "map" ? textIn(key.entries.get("to_table")) : null;
  const to = said ?? tableFor(name, picture.names);
  picture.addKey(table, { from: [field], to, fields: [] });
  return true;
}

function dropReference(picture: Picture, table: Table, name: string): boolean {
  picture.dropField(table, `${name}_id`);
  picture.dropField(table, `${name}_type`);
  return true;
}

function index(
  picture: Picture,
  table: Table,
  {
    of,
    options,
    unique,
  }: { readonly of: Value | undefined; readonly options: Options; readonly unique: boolean },
): boolean {
  const fields = textsIn(of);
  if (fields === null) return false;
  // An expression says nothing of a field.
  if (!fields.every((f) => table.fields.has(f))) return true;
  const named = textIn(options.get("name")) ?? `index_${table.name}_on_${fields.join("_and_")}`;
  picture.addIndex(table, fields, named);
  if ((unique || isWord(options.get("unique"), "true")) && !options.has("where"))
    picture.addUnique(table, fields, named);
  return true;
}

function foreignKey(picture: Picture, table: Table, to: string, options: Options): boolean {
  const from = textsIn(options.get("column")) ?? (options.has("column") ? null : namedAfter(table, to));
  const fields = options.has("primary_key") ? textsIn(options.get("primary_key")) : [];
  if (from === null || fields === null) return false;
  const named = textIn(options.get("name"));
  picture.addKey(table, { from, to, fields, ...(named === null ? {} : { named }) });
  return true;
}

function namedAfter(table: Table, to: string): readonly string[] | null {
  const field = fieldFor(to, [...table.fields.keys()]);
  return field === null ? null : [field];
}

/** Every argument is a name of its own. */
const each =
  (does: (picture: Picture, table: Table, name: string, options: Options) => boolean): TableStep =>
  (picture, table, { args, options }) => {
    const names = args.map(textIn);
    return names.length > 0 && names.every((name) => name !== null && does(picture, table, name, options));
  };

const dropColumns = each((picture, table, name) => {
  picture.dropField(table, name);
  return true;
});
const references = each(reference);
const removeReferences = each(dropReference);

const addColumn: TableStep = (picture, table, { args, options }) => {
  const [name, type] = args.map(textIn);
  if (typeof name !== "string" || typeof type !== "string") return false;
  return column(picture, table, { name, type, options });
};

/** Whether it may be empty stays as it was, where that is not said anew. */
const changeColumn: TableStep = (picture, table, call) => {
  const [name = null] = call.args.map(textIn);
  const before = isColumn(table, name) ? table.fields.get(name) : undefined;
  if (before === undefined || !addColumn(picture, table, call)) return false;
  if (!call.options.has("null")) picture.setNullable(table, before.name, before.nullable);
  return true;
};

const removeForeignKey: TableStep = (picture, table, { args, options }) => {
  const named = textIn(options.get("name"));
  const to = textIn(args[0]) ?? textIn(options.get("to_table"));
  const leading = table.foreignKeys.filter((k) => k.to.collection === to);
  const only = leading.length === 1 ? leading[0]?.from : undefined;
  const from = textsIn(options.get("column")) ?? only ?? namedAfter(table, to ?? "");
  if (named !== null) picture.dropConstraint(table, named);
  else if (from !== null) picture.dropKeys(table, from);
  return named !== null || from !== null;
};

const removeIndex: TableStep = (picture, table, { args, options }) => {
  const named = textIn(options.get("name"));
  const fields = textsIn(options.get("column")) ?? textsIn(args[0]);
  if (named !== null) picture.dropConstraint(table, named);
  else if (fields !== null) {
    picture.dropUnique(table, fields);
    picture.dropIndex(table, fields);
  }
  return named !== null || fields !== null;
};

/** As they are called on the migration, where the table is their first argument. */
export const TABLE_STEPS: Readonly<Record<string, TableStep>> = {
  add_column: addColumn,
  change_column: changeColumn,
  add_columns: (picture, table, { args, options }) => {
    const type = textIn(options.get("type"));
    const names = args.map(textIn);
    return (
      type !== null && names.every((name) => name !== null && column(picture, table, { name, type, options }))
    );
  },
  // What follows the name says what it was, for the way back.
  remove_column: (picture, table, call) =>
    dropColumns(picture, table, { ...call, args: call.args.slice(0, 1) }),
  remove_columns: dropColumns,
  rename_column: (picture, table, { args }) => {
    const [from = null, to = null] = args.map(textIn);
    if (!isColumn(table, from) || to === null) return false;
    picture.renameField(table, from, to);
    return true;
  },
  change_column_null: (picture, table, { args }) => {
    const [name = null] = args.map(textIn);
    if (!isColumn(table, name)) return false;
    picture.setNullable(table, name, !isWord(args[1], "false"));
    return true;
  },
  add_timestamps: (picture, table, { options }) => timestamps(picture, table, options),
  remove_timestamps: (picture, table) => {
    picture.dropField(table, "created_at");
    picture.dropField(table, "updated_at");
    return true;
  },
  add_reference: references,
  add_belongs_to: references,
  remove_reference: removeReferences,
  remove_belongs_to: removeReferences,
  add_foreign_key: (picture, table, { args, options }) => {
    const to = textIn(args[0]);
    return to !== null && foreignKey(picture, table, to, options);
  },
  remove_foreign_key: removeForeignKey,
  add_index: (picture, table, { args, options }) =>
    index(picture, table, { of: args[0], options, unique: false }),
  add_unique_constraint: (picture, table, { args, options }) =>
    index(picture, table, { of: args[0], options, unique: true }),
  remove_index: removeIndex,
  remove_unique_constraint: removeIndex,
};

/** What the same steps are called in a block of `create_table` or `change_table`. */
const IN_TABLE: Readonly<Record<string, string>> = {
  column: "add_column",
  change: "change_column",
  remove: "remove_columns",
  remove_column: "remove_columns",
  remove_columns: "remove_columns",
  rename: "rename_column",
  rename_column: "rename_column",
  change_null: "change_column_null",
  timestamps: "add_timestamps",
  remove_timestamps: "remove_timestamps",
  references: "add_reference",
  belongs_to: "add_belongs_to",
  remove_references: "remove_reference",
  remove_belongs_to: "remove_belongs_to",
  foreign_key: "add_foreign_key",
  remove_foreign_key: "remove_foreign_key",
  index: "add_index",
  remove_index: "remove_index",
  unique_constraint: "add_unique_constraint",
  remove_unique_constraint: "remove_unique_constraint",
};
const IDLE_IN_TABLE =
  /^(?:check_constraint|exclusion_constraint|change_default|comment|(?:remove|validate)_(?:check|exclusion)_constraint|rename_index)$/;
/** Never the type of a column. */
const OTHER_STEP = /^(?:add|change|remove|rename|drop|validate)_/;

/** A line of such a block; what is called like no step is called like a type. */
export function lineInTable(picture: Picture, table: Table, call: Call): boolean {
  if (IDLE_IN_TABLE.test(call.name)) return true;
  const step = own(TABLE_STEPS, own(IN_TABLE, call.name) ?? "");
  if (step !== undefined) return step(picture, table, call);
  if (OTHER_STEP.test(call.name)) return false;
  return each((_, __, name, options) => column(picture, table, { name, type: call.name, options }))(
    picture,
    table,
    call,
  );
}
