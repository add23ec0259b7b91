/** Steps of Alembic's `op`, carried out on the picture of the schema. */
import type { Picture, Table } from "../../picture.ts";
import { missing } from "../../schema-file.ts";
import { columnOf, constrain, isConstraint, setColumn, targetOf, typeOf } from "../../source/sqlalchemy.ts";
import { type Call, isWord, textIn, type Value } from "../../source/values.ts";

export type TextOf = (value: Value | undefined) => string | null;

export interface Said {
  readonly picture: Picture;
  readonly textOf: TextOf;
}

/** Null: done. Else what was not understood. */
type Step = (call: Call, said: Said) => string | null;

/** A text, `op.f("…")`, or what a constant of the file says. */
export const textWith =
  (constants: ReadonlyMap<string, string>): TextOf =>
  (value) => {
    const [call] = value?.is === "chain" ? value.calls : [];
    if (call?.name === "f") return textIn(call.args[0]);
    if (value?.is === "word") return constants.get(value.word) ?? null;
    return textIn(value);
  };

/** Change no name, type or key that we look at, or rows only. */
const IDLE =
  /^(?:create_check_constraint|create_exclude_constraint|create_table_comment|drop_table_comment|add_check_constraint)$/;
export const isLeft = ({ name }: Call): boolean =>
  /^(?:create|add|alter|drop|rename)_/.test(name) && !IDLE.test(name);

/** Where the table stands among the arguments; a batch leaves it out. */
const TABLE_AT: Readonly<Record<string, number>> = { add_column: 0, drop_column: 0, alter_column: 0 };

export function inBatch(call: Call, table: string | null): Call {
  if (table === null) return call;
  const at = TABLE_AT[call.name] ?? 1;
  const args = [...call.args];
  while (args.length < at) args.push({ is: "unknown" });
  args.splice(at, 0, { is: "text", text: table });
  return { ...call, args };
}

const argument = ({ args, options }: Call, name: string, at: number): Value | undefined =>
  options.get(name) ?? args[at];

function listIn(value: Value | undefined, textOf: TextOf): readonly string[] | null {
  if (value?.is !== "list") return null;
  const texts = value.items.map(textOf);
  return texts.every((t) => t !== null) ? texts : null;
}

function inSchema(schema: string | null, name: string): string {
  return schema === null || schema === "public" || name.includes(".") ? name : `${schema}.${name}`;
}

const nameOf = (call: Call, value: Value | undefined, { textOf }: Said, key = "schema"): string | null => {
  const name = textOf(value);
  return name === null ? null : inSchema(textOf(call.options.get(key)), name);
};

const onTable =
  (at: number, does: (table: Table, call: Call, said: Said) => boolean): Step =>
  (call, said) => {
    const value = call.options.get("table_name") ?? call.options.get("source_table") ?? call.args[at];
    const name = nameOf(call, value, said, call.options.has("source_schema") ? "source_schema" : "schema");
    if (name === null) return `${call.name}: the table is not called by its name`;
    const table = said.picture.table(name);
    if (table === undefined) return missing(call.name, name);
    return does(table, call, said) ? null : `${call.name} ${name}`;
  };

/** Null: it is no column with a name. */
function column(table: Table, value: Value | undefined, { picture, textOf }: Said): string | null {
  const call = value?.is === "chain" ? value.calls.find((c) => c.name === "Column") : undefined;
  if (call === undefined) return null;
  const said = columnOf(call);
  const name = said.name ?? textOf(call.args[0]);
  if (name === null) return null;
  setColumn(picture, table, name, said);
  for (const { to, isClass, named } of said.keys) {
    const { table: other, field } = targetOf(to);
    if (!isClass)
      picture.addKey(table, {
        from: [name],
        to: other,
        fields: [field],
        ...(named === null ? {} : { named }),
      });
  }
  return name;
}

const createTable: Step = (call, said) => {
  const name = nameOf(call, argument(call, "table_name", 0), said);
  if (name === null) return `${call.name}: the table is not called by its name`;
  const table = said.picture.create(name);
  // Made before, where a migration makes sure.
  if (table === null) return null;
  const lost = call.args.slice(1).filter((item) => {
    const inner = item.is === "chain" ? item.calls.find(isConstraint) : undefined;
    if (inner !== undefined) return !constrain(said.picture, table, inner, said.textOf);
    return column(table, item, said) === null;
  });
  return lost.length === 0 ? null : `${call.name} ${name}`;
};

const alterColumn = onTable(0, (table, call, { picture, textOf }) => {
  const name = textOf(argument(call, "column_name", 1));
  if (name === null || !table.fields.has(name)) return false;
  const type = typeOf(call.options.get("type_") ?? call.options.get("type"));
  if (type !== null) picture.setType(table, name, type);
  const nullable = call.options.get("nullable");
  if (nullable !== undefined) picture.setNullable(table, name, !isWord(nullable, "false"));
  const to = textOf(call.options.get("new_column_name") ?? call.options.get("name"));
  if (to !== null) picture.renameField(table, name, to);
  return true;
});

const createIndex = onTable(1, (table, call, { picture, textOf }) => {
  const fields = listIn(argument(call, "columns", 2), textOf);
  const named = textOf(argument(call, "index_name", 0)) ?? undefined;
  // One over an expression says nothing of a field.
  if (fields === null || !fields.every((f) => table.fields.has(f))) return true;
  picture.addIndex(table, fields, named);
  const isPartial = [...call.options.keys()].some((k) => /_where$/.test(k));
  if (isWord(call.options.get("unique"), "true") && !isPartial) picture.addUnique(table, fields, named);
  return true;
});

const createForeignKey = onTable(1, (table, call, said) => {
  const { picture, textOf } = said;
  const to = nameOf(call, argument(call, "referent_table", 2), said, "referent_schema");
  const from = listIn(argument(call, "local_cols", 3), textOf);
  const fields = listIn(argument(call, "remote_cols", 4), textOf);
  if (to === null || from === null || fields === null) return false;
  const named = textOf(argument(call, "constraint_name", 0));
  picture.addKey(table, { from, to, fields, ...(named === null ? {} : { named }) });
  return true;
});

const dropConstraint = onTable(1, (table, call, { picture, textOf }) => {
  const name = textOf(argument(call, "constraint_name", 0));
  const isPrimary = textOf(argument(call, "type_", 2)) === "primary";
  if (isPrimary) table.primaryKey = [];
  else if (name !== null) picture.dropConstraint(table, name);
  return isPrimary || name !== null;
});

export const STEPS: Readonly<Record<string, Step>> = {
  create_table: createTable,
  drop_table: (call, said) => {
    const name = nameOf(call, argument(call, "table_name", 0), said);
    if (name !== null) said.picture.drop(said.picture.table(name)?.name ?? name);
    return name === null ? call.name : null;
  },
  rename_table: (call, said) => {
    const from = nameOf(call, argument(call, "old_table_name", 0), said);
    const to = nameOf(call, argument(call, "new_table_name", 1), said);
    if (from === null || to === null) return call.name;
    said.picture.rename(from, to);
    return null;
  },
  add_column: onTable(0, (table, call, said) => column(table, argument(call, "column", 1), said) !== null),
  drop_column: onTable(0, (table, call, { picture, textOf }) => {
    const name = textOf(argument(call, "column_name", 1));
    if (name !== null) picture.dropField(table, name);
    return name !== null;
  }),
  alter_column: alterColumn,
  create_foreign_key: createForeignKey,
  create_index: createIndex,
  drop_index: (call, { picture, textOf }) => {
    const [name, table] = [textOf(argument(call, "index_name", 0)), textOf(argument(call, "table_name", 1))];
    const found = table === null ? undefined : picture.table(table);
    if (found !== undefined && name !== null) picture.dropConstraint(found, name);
    return null;
  },
  create_unique_constraint: onTable(1, (table, call, { picture, textOf }) => {
    const fields = listIn(argument(call, "columns", 2), textOf);
    if (fields !== null)
      picture.addUnique(table, fields, textOf(argument(call, "constraint_name", 0)) ?? undefined);
    return fields !== null;
  }),
  create_primary_key: onTable(1, (table, call, { textOf }) => {
    const fields = listIn(argument(call, "columns", 2), textOf);
    if (fields !== null) table.primaryKey = fields;
    return fields !== null;
  }),
  drop_constraint: dropConstraint,
};
