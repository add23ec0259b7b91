/** Calls of a migration of Rails, carried out on the picture of the schema. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { fieldFor, tableFor } from "../../source/inflect.ts";
import { type Call, isWord, textIn, textsIn, type Value } from "../../source/values.ts";
import { readInto } from "../../sql/read.ts";
import type { Statement } from "./statements.ts";

/** Change nothing that we look at. */
const IDLE =
  /^(?:enable_extension|disable_extension|create_enum|add_enum_value|rename_enum|rename_enum_value|drop_enum|add_check_constraint|remove_check_constraint|validate_\w+|change_column_default|change_column_comment|change_table_comment|rename_index|create_schema|drop_schema|create_trigger|create_function|create_view|update_view|drop_view|drop_trigger|drop_function|add_exclusion_constraint|remove_exclusion_constraint|create_or_replace_view)$/;
/** What changes a schema is called like this. */
const CHANGES = /^(?:create|add|change|remove|rename|drop|revert|alter)(?:_|$)/;
/** Their first argument is a table that is there. */
const ON_TABLE = /^(?:(?:add|change|remove)_\w+|rename_column)$/;
const IDLE_IN_TABLE =
  /^(?:check_constraint|exclusion_constraint|change_default|comment|remove_check_constraint|rename_index)$/;
const REFERENCES = /^(?:references|belongs_to)$/;
/** Of a step's arguments the first two are names of the schema; a default may follow. */
const NAMES_MAX = 2;

export class RailsSteps {
  readonly #picture: Picture;
  readonly #file: string;
  readonly #unread: Unread[];
  #open: { readonly block: string; readonly table: Table | null } | null = null;

  constructor(picture: Picture, { file, unread }: { readonly file: string; readonly unread: Unread[] }) {
    this.#picture = picture;
    this.#file = file;
    this.#unread = unread;
  }

  /** False: it is not about the schema. */
  take({ on, call, block }: Statement): boolean {
    if (this.#open !== null && on === this.#open.block) {
      // What a table that is gone had.
      if (this.#open.table !== null && !this.#inTable(this.#open.table, call)) this.#left(call);
      return true;
    }
    if (on !== "" && on !== "connection" && on !== "self") return false;
    if (call.name === "execute") return this.#execute(call);
    const step = own(STEPS, call.name);
    if (step === undefined) {
      const isChange = CHANGES.test(call.name) && !IDLE.test(call.name) && call.args.length > 0;
      if (isChange) this.#left(call);
      return isChange;
    }
    const table = step(this.#picture, call);
    if (table === false) this.#left(call);
    if (block !== null) this.#open = { block, table: table === true || table === false ? null : table };
    return true;
  }

  /** Of what it was given only names of the schema are said: what a step or a table is called, never what somebody's own method takes. */
  #left(call: Call): void {
    const isStep = own(STEPS, call.name) !== undefined;
    const names = call.args.slice(0, isStep ? NAMES_MAX : 1).map(textIn);
    const isKnown = (name: string): boolean => this.#picture.table(name) !== undefined;
    const said = names.find((n) => n !== null && /^[\w.]+$/.test(n) && (isStep || isKnown(n))) ?? null;
    const what = [call.name, ...(said === null ? [] : [said])].join(" ");
    const onOther = isStep && ON_TABLE.test(call.name) && said !== null && !isKnown(said);
    this.#unread.push({
      file: this.#file,
      line: call.line,
      what: onOther ? `${what}: no file made the table` : what,
    });
  }

  #execute(call: Call): boolean {
    const sql = textIn(call.args[0]);
    if (sql === null) {
      this.#left(call);
      return true;
    }
    const { statements, unread } = readInto(this.#picture, [{ file: this.#file, text: sql }]);
    this.#unread.push(...unread.map((u) => ({ ...u, line: u.line + call.line - 1 })));
    return statements > 0;
  }

  /** A line of `create_table` or `change_table`. */
  #inTable(table: Table, call: Call): boolean {
    const { name, args, options } = call;
    const names = args.map(textIn);
    const [first] = names;
    if (IDLE_IN_TABLE.test(name)) return true;
    if (name === "timestamps") return timestamps(this.#picture, table, options);
    if (name === "index" || name === "unique_constraint")
      return index(this.#picture, table, { of: args[0], options, unique: name === "unique_constraint" });
    if (first === undefined || first === null) return false;
    if (REFERENCES.test(name))
      return names.every((n) => n !== null && reference(this.#picture, table, n, options));
    if (name === "column" || name === "change") {
      const type = textIn(args[1]);
      return type !== null && column(this.#picture, table, { name: first, type, options });
    }
    if (name === "remove" || name === "remove_columns" || name === "remove_column") {
      for (const n of names) if (n !== null) this.#picture.dropField(table, n);
      return true;
    }
    if (/^remove_(?:references|belongs_to)$/.test(name)) return dropReference(this.#picture, table, first);
    if (name === "rename") return renamed(this.#picture, table, [first, names[1] ?? null]);
    if (name === "change_null") return nullable(this.#picture, table, first, args[1]);
    if (name === "foreign_key") return foreignKey(this.#picture, table, first, options);
    if (name === "remove_index" || name === "remove_foreign_key" || name === "remove_timestamps") return true;
    return names.every((n) => n !== null && column(this.#picture, table, { name: n, type: name, options }));
  }
}

type Options = Call["options"];

function typeOf(type: string, options: Options): string {
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

function renamed(
  picture: Picture,
  table: Table,
  [from, to]: readonly [string | null, string | null],
): boolean {
  if (from === null || to === null) return false;
  picture.renameField(table, from, to);
  return true;
}

function nullable(picture: Picture, table: Table, name: string, value: Value | undefined): boolean {
  picture.setNullable(table, name, !isWord(value, "false"));
  return true;
}

/** True: done. False: not understood. A table: what the block that follows is about. */
type Step = (picture: Picture, call: Call) => Table | boolean;

/** A step whose first argument is a table; one that no file has made is somebody else's. */
const onTable =
  (does: (picture: Picture, table: Table, call: Call) => boolean): Step =>
  (picture, call) => {
    const name = textIn(call.args[0]);
    const table = name === null ? undefined : picture.table(name);
    return table === undefined ? false : does(picture, table, call);
  };

function createTable(picture: Picture, { args, options }: Call): Table | boolean {
  const name = textIn(args[0]);
  if (name === null) return false;
  if (isWord(options.get("if_not_exists"), "true") && picture.isMade(name)) return true;
  if (picture.isMade(name)) picture.drop(name);
  const table = picture.create(name);
  if (table === null) return false;
  const id = options.get("id");
  const key = options.get("primary_key");
  const several = key?.is === "list" ? textsIn(key) : null;
  if (several !== null) table.primaryKey = several;
  else if (!isWord(id, "false"))
    picture.setField(table, {
      name: textIn(key) ?? "id",
      type: typeOf((id?.is === "map" ? textIn(id.entries.get("type")) : textIn(id)) ?? "bigint", new Map()),
      nullable: false,
      primary: true,
    });
  return table;
}

function joinTable(picture: Picture, { args, options }: Call): Table | boolean {
  const [a, b] = args.map(textIn);
  if (typeof a !== "string" || typeof b !== "string") return false;
  const table = picture.create(textIn(options.get("table_name")) ?? [a, b].sort().join("_"));
  if (table === null) return false;
  for (const side of [a, b])
    picture.setField(table, {
      name: `${side.replace(/ies$/, "y").replace(/(?<!s)s$/, "")}_id`,
      type: "bigint",
      nullable: false,
    });
  return table;
}

function dropTables(picture: Picture, { args }: Call): boolean {
  const names = args.map(textIn);
  for (const n of names) if (n !== null) picture.drop(n);
  return !names.includes(null);
}

const dropColumns = onTable((picture, table, { args }) => {
  const names = args.slice(1).map(textIn);
  for (const n of names) if (n !== null) picture.dropField(table, n);
  return names.length > 0 && names[0] !== null;
});

const dropColumn = onTable((picture, table, { args }) => {
  const name = textIn(args[1]);
  if (name !== null) picture.dropField(table, name);
  return name !== null;
});

const addReference = onTable((picture, table, { args, options }) => {
  const name = textIn(args[1]);
  return name !== null && reference(picture, table, name, options);
});

const removeReference = onTable((picture, table, { args }) => {
  const name = textIn(args[1]);
  return name !== null && dropReference(picture, table, name);
});

const setColumn = onTable((picture, table, { args, options }) => {
  const [name, type] = [textIn(args[1]), textIn(args[2])];
  return name !== null && type !== null && column(picture, table, { name, type, options });
});

const STEPS: Readonly<Record<string, Step>> = {
  create_table: createTable,
  create_join_table: joinTable,
  drop_table: dropTables,
  drop_join_table: (picture, { args }) => {
    picture.drop(args.map(textIn).sort().join("_"));
    return true;
  },
  rename_table: (picture, { args }) => {
    const [from, to] = args.map(textIn);
    if (typeof from !== "string" || typeof to !== "string") return false;
    picture.rename(from, to);
    return true;
  },
  change_table: (picture, { args }) => picture.table(textIn(args[0]) ?? "") ?? false,
  add_column: setColumn,
  change_column: setColumn,
  add_columns: onTable((picture, table, { args, options }) => {
    const type = textIn(options.get("type"));
    const names = args.slice(1).map(textIn);
    return (
      type !== null && names.every((name) => name !== null && column(picture, table, { name, type, options }))
    );
  }),
  remove_column: dropColumn,
  remove_columns: dropColumns,
  rename_column: onTable((picture, table, { args }) =>
    renamed(picture, table, [textIn(args[1]), textIn(args[2])]),
  ),
  change_column_null: onTable((picture, table, { args }) => {
    const name = textIn(args[1]);
    return name !== null && nullable(picture, table, name, args[2]);
  }),
  add_timestamps: onTable((picture, table, { options }) => timestamps(picture, table, options)),
  remove_timestamps: onTable((picture, table) => {
    picture.dropField(table, "created_at");
    picture.dropField(table, "updated_at");
    return true;
  }),
  add_reference: addReference,
  add_belongs_to: addReference,
  remove_reference: removeReference,
  remove_belongs_to: removeReference,
  add_foreign_key: onTable((picture, table, { args, options }) => {
    const to = textIn(args[1]);
    return to !== null && foreignKey(picture, table, to, options);
  }),
  remove_foreign_key: onTable((picture, table, { args, options }) => {
    const from = textsIn(options.get("column")) ?? namedAfter(table, textIn(args[1]) ?? "");
    const named = textIn(options.get("name"));
    if (named !== null) picture.dropConstraint(table, named);
    else if (from !== null) picture.dropKeys(table, from);
    return named !== null || from !== null;
  }),
  add_index: onTable((picture, table, { args, options }) =>
    index(picture, table, { of: args[1], options, unique: false }),
  ),
  add_unique_constraint: onTable((picture, table, { args, options }) =>
    index(picture, table, { of: args[1], options, unique: true }),
  ),
  remove_index: onTable((picture, table, { args, options }) => {
    const named = textIn(options.get("name"));
    const fields = textsIn(options.get("column")) ?? textsIn(args[1]);
    if (named !== null) picture.dropConstraint(table, named);
    else if (fields !== null) picture.dropUnique(table, fields);
    return named !== null || fields !== null;
  }),
};
