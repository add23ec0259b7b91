/** Steps of Ecto's migrations, carried out on the picture of the schema. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import { missing, type Unread } from "../../schema-file.ts";
import { type Call, isWord, textIn, textsIn, type Value } from "../../source/values.ts";
import { readWithin } from "../../sql/read.ts";

export interface Context {
  readonly picture: Picture;
  readonly file: string;
  /** What `add` is about: of the `create` or `alter` that stands before. */
  table: Table | null;
  readonly lost: (line: number, what: string) => void;
  readonly left: (unread: readonly Unread[]) => void;
}

/** Null: done. Else what was not understood. */
type Step = (call: Call, context: Context) => string | null;

const TYPES: Readonly<Record<string, string>> = {
  string: "varchar",
  id: "bigint",
  binary_id: "uuid",
  map: "jsonb",
  binary: "bytea",
  decimal: "numeric",
  utc_datetime: "timestamp",
  utc_datetime_usec: "timestamp",
  naive_datetime: "timestamp",
  naive_datetime_usec: "timestamp",
  time_usec: "time",
};

/** `table(:users)`, `index(:users, [:email])`. */
const innerOf = (call: Call): Call | undefined => {
  const [first] = call.args;
  return first?.is === "chain" ? first.calls[0] : undefined;
};

/** `:users`, `"users"`, with the schema of `prefix:`. */
function nameOf(inner: Call | undefined): string | null {
  const name = textIn(inner?.args[0]);
  const prefix = textIn(inner?.options.get("prefix"));
  return name === null || prefix === null || prefix === "public" ? name : `${prefix}.${name}`;
}

const create: Step = (call, context) => {
  const inner = innerOf(call);
  const name = nameOf(inner);
  if (inner === undefined || name === null) return inner?.name === "constraint" ? null : call.name;
  const { picture } = context;
  if (inner.name === "table") {
    const made = picture.create(name);
    context.table = made ?? picture.table(name) ?? null;
    if (made !== null && !isWord(inner.options.get("primary_key"), "false"))
      picture.setField(made, { name: "id", type: "bigint", nullable: false, primary: true });
    return null;
  }
  if (!/^(?:unique_)?index$/.test(inner.name)) return null;
  const table = picture.table(name);
  const fields = textsIn(inner.args[1]);
  if (table === undefined) return missing(inner.name, name);
  // Over an expression it says nothing of a field.
  if (fields === null || !fields.every((f) => table.fields.has(f))) return null;
  const isOfAll = inner.options.get("where") === undefined;
  const isUnique = inner.name === "unique_index" || isWord(inner.options.get("unique"), "true");
  const named = textIn(inner.options.get("name")) ?? `${name}_${fields.join("_")}_index`;
  picture.addIndex(table, fields, named);
  if (isUnique && isOfAll) picture.addUnique(table, fields, named);
  return null;
};

const alter: Step = (call, context) => {
  const name = nameOf(innerOf(call));
  context.table = name === null ? null : (context.picture.table(name) ?? null);
  if (name === null) return `${call.name}: the table is not called by its name`;
  return context.table === null ? missing(call.name, name) : null;
};

const add: Step = (call, { picture, table }) => {
  const [first, type] = call.args;
  const name = textIn(first);
  // What is missing was said of the table.
  if (table === null) return null;
  if (name === null || type === undefined) return `${table.name}: ${call.name}`;
  const known = table.fields.get(name);
  const isNull = call.options.get("null");
  picture.setField(table, {
    name,
    type: typeOf(type),
    nullable: isNull === undefined ? known?.nullable !== false : !isWord(isNull, "false"),
    primary: isWord(call.options.get("primary_key"), "true"),
  });
  const to = referenced(type);
  if (to === null) return null;
  const target = nameOf(to);
  if (target === null) return `${table.name}: ${name}: references`;
  picture.dropKeys(table, [name]);
  const column = textIn(to.options.get("column"));
  picture.addKey(table, { from: [name], to: target, fields: column === null ? [] : [column] });
  return null;
};

const referenced = (type: Value): Call | null => {
  const first = type.is === "chain" ? type.calls[0] : undefined;
  return first?.name === "references" ? first : null;
};

function typeOf(type: Value): string {
  const to = referenced(type);
  if (to !== null) return plainType(textIn(to.options.get("type")) ?? "bigint");
  // `{:array, :string}`.
  const items = type.is === "list" ? type.items : type.is === "map" ? [...type.entries.values()] : [];
  if (items.length > 0) return `${plainType(textIn(items.at(-1)) ?? "text")}[]`;
  return plainType(textIn(type) ?? "");
}

const plainType = (said: string): string => own(TYPES, said) ?? said.toLowerCase();

const drop: Step = (call, { picture }) => {
  const inner = innerOf(call);
  const name = nameOf(inner);
  if (inner === undefined || name === null) return call.name;
  if (inner.name === "table") picture.drop(picture.table(name)?.name ?? name);
  const table = picture.table(name);
  if (table === undefined || inner.name === "table") return null;
  const [fields, named] = [textsIn(inner.args[1]), textIn(inner.args[1])];
  if (inner.name === "constraint" && named !== null) picture.dropConstraint(table, named);
  if (/index$/.test(inner.name) && fields !== null)
    picture.dropConstraint(table, textIn(inner.options.get("name")) ?? `${name}_${fields.join("_")}_index`);
  return null;
};

const rename: Step = (call, { picture }) => {
  const name = nameOf(innerOf(call));
  const to = call.options.get("to");
  const field = textIn(call.args[1]);
  if (name === null || to === undefined) return call.name;
  if (field === null) {
    const target = nameOf(to.is === "chain" ? to.calls[0] : undefined);
    if (target !== null) picture.rename(name, target);
    return target === null ? call.name : null;
  }
  const [table, target] = [picture.table(name), textIn(to)];
  if (table === undefined) return missing(call.name, name);
  if (target !== null) picture.renameField(table, field, target);
  return target === null ? call.name : null;
};

const timestamps: Step = (call, { picture, table }) => {
  if (table === null) return null;
  const named = (option: string, usual: string): string | null => {
    const said = call.options.get(option);
    return isWord(said, "false") ? null : (textIn(said) ?? usual);
  };
  for (const name of [named("inserted_at", "inserted_at"), named("updated_at", "updated_at")])
    if (name !== null) picture.setField(table, { name, type: "timestamp", nullable: false });
  return null;
};

const remove: Step = (call, { picture, table }) => {
  const name = textIn(call.args[0]);
  if (table !== null && name !== null) picture.dropField(table, name);
  return name === null ? call.name : null;
};

const execute: Step = (call, { picture, file, left }) => {
  const text = textIn(call.args[0]);
  if (text === null) return call.name;
  left(readWithin(picture, { file, text, line: call.line }).unread);
  return null;
};

export const STEPS: Readonly<Record<string, Step>> = {
  create,
  create_if_not_exists: create,
  alter,
  add,
  add_if_not_exists: add,
  modify: add,
  remove,
  remove_if_exists: remove,
  timestamps,
  drop,
  drop_if_exists: drop,
  rename,
  execute,
};
