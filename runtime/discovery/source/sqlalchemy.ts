/** What SQLAlchemy is told of columns and keys, the same in models as in migrations of Alembic: `Column("email", String(80), ForeignKey("users.id"), nullable=False)`. */
import type { Picture, Table } from "../picture.ts";
import { type Call, isWord, textIn, type Value } from "./values.ts";

export interface ColumnSaid {
  readonly name: string | null;
  /** Null: that of what it leads to. */
  readonly type: string | null;
  readonly nullable: boolean | null;
  readonly primary: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly generated: boolean;
  readonly keys: readonly KeySaid[];
}

export interface KeySaid {
  /** `users.id`, `clinic.users.id`, or a class with its field (`User.id`). */
  readonly to: string;
  readonly isClass: boolean;
  readonly named: string | null;
}

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/datetime|timestamp|arrow/, "timestamp"],
  [/^date$/, "date"],
  [/^time$/, "time"],
  [/interval/, "interval"],
  [/text|clob/, "text"],
  [/^n?(?:var)?char$|string|unicode|citext|email|password|phone|url|slug/, "varchar"],
  [/bigint|biginteger/, "bigint"],
  [/smallint|smallinteger|tinyint/, "smallint"],
  [/^(?:medium)?int(?:eger)?$/, "integer"],
  [/bool/, "boolean"],
  [/float|real|double/, "double precision"],
  [/numeric|decimal|money/, "numeric"],
  [/jsonb/, "jsonb"],
  [/json/, "json"],
  [/uuid|guid/, "uuid"],
  [/bytea|binary|blob|pickle/, "bytea"],
  [/enum|choice/, "enum"],
  [/inet|ipaddress/, "inet"],
];

/** No column's type. */
const NO_TYPE =
  /^(?:Sequence|Identity|FetchedValue|DefaultClause|CheckConstraint|ForeignKey|Computed|text|func)$/;

/** Null: it names none. */
export function typeOf(value: Value | undefined): string | null {
  const call = value?.is === "chain" ? value.calls[0] : undefined;
  const name = call?.name ?? (value?.is === "word" ? (value.word.split(".").at(-1) ?? "") : "");
  if (!/^[A-Za-z]\w*$/.test(name) || NO_TYPE.test(name)) return null;
  const lower = name.toLowerCase();
  if (/array$/.test(lower)) return `${typeOf(call?.args[0]) ?? "text"}[]`;
  const known = TYPES.find(([pattern]) => pattern.test(lower))?.[1];
  // `MutableDict.as_mutable(JSONB)`: what is wrapped says it.
  if (known === undefined) return wrapped(call?.args[0]) ?? lower;
  const length = call?.options.get("length") ?? call?.args[0];
  return known === "varchar" && length?.is === "number" ? `${known}(${length.number})` : known;
}

const KNOWN: ReadonlySet<string> = new Set(TYPES.map(([, type]) => type));

function wrapped(value: Value | undefined): string | null {
  const type = value === undefined || value.is === "text" ? null : typeOf(value);
  return type !== null && KNOWN.has(type.replace(/\(\d+\)$/, "")) ? type : null;
}

export function columnOf({ args, options }: Call): ColumnSaid {
  const inner = args.flatMap((a) => (a.is === "chain" && a.calls[0] !== undefined ? [a.calls[0]] : []));
  const isTrue = (key: string): boolean => isWord(options.get(key), "true");
  const types = [options.get("type_"), options.get("sa_type"), ...args].map(typeOf);
  const keys = inner.flatMap((c) => (c.name === "ForeignKey" ? keyIn(c) : []));
  const nullable = options.get("nullable");
  const primary = isTrue("primary_key");
  return {
    name: textIn(options.get("name")) ?? textIn(args[0]),
    // A key whose type only the project knows has the type of what it leads to.
    type:
      types.find((t) => t !== null && (keys.length === 0 || KNOWN.has(t.replace(/\(\d+\)$/, "")))) ?? null,
    nullable: primary ? false : nullable === undefined ? null : !isWord(nullable, "false"),
    primary,
    unique: isTrue("unique"),
    index: isTrue("index"),
    generated: inner.some((c) => c.name === "Computed"),
    keys,
  };
}

function keyIn({ args, options }: Call): readonly KeySaid[] {
  const [first = options.get("column")] = args;
  const to = first?.is === "word" ? first.word : textIn(first);
  return to === null ? [] : [{ to, isClass: first?.is === "word", named: textIn(options.get("name")) }];
}

/** `clinic.users.id` → `clinic.users` and `id`. */
export function targetOf(to: string): { readonly table: string; readonly field: string } {
  const parts = to.replace(/^public\./, "").split(".");
  return { table: parts.slice(0, -1).join("."), field: parts.at(-1) ?? "" };
}

const CONSTRAINT =
  /^(?:PrimaryKeyConstraint|UniqueConstraint|ForeignKeyConstraint|Index|CheckConstraint|ExcludeConstraint)$/;

export const isConstraint = (call: Call): boolean => CONSTRAINT.test(call.name);

/** A constraint over several columns. False: not understood. */
export function constrain(picture: Picture, table: Table, call: Call, textOf = textIn): boolean {
  const texts = (values: readonly Value[]): readonly string[] | null => {
    const found = values.map(textOf);
    return found.every((t) => t !== null) ? found : null;
  };
  const listIn = (value: Value | undefined): readonly string[] | null =>
    value?.is === "list" ? texts(value.items) : null;
  const named = textOf(call.options.get("name")) ?? undefined;
  if (/^(?:Check|Exclude)/.test(call.name)) return true;
  if (call.name === "ForeignKeyConstraint") {
    const [from, to] = [
      listIn(call.args[0] ?? call.options.get("columns")),
      listIn(call.args[1] ?? call.options.get("refcolumns")),
    ];
    if (from === null || to === null || to[0] === undefined) return false;
    const fields = to.map((t) => targetOf(t).field);
    picture.addKey(table, {
      from,
      to: targetOf(to[0]).table,
      fields,
      ...(named === undefined ? {} : { named }),
    });
    return true;
  }
  const isIndex = call.name === "Index";
  const fields = texts(isIndex ? call.args.slice(1) : call.args);
  // One over an expression says nothing of a field.
  if (fields === null) return isIndex;
  if (call.name === "PrimaryKeyConstraint") table.primaryKey = fields;
  else if (isIndex) {
    const name = textOf(call.args[0]) ?? undefined;
    picture.addIndex(table, fields, name);
    const isPartial = [...call.options.keys()].some((k) => /_where$/.test(k));
    if (isWord(call.options.get("unique"), "true") && !isPartial) picture.addUnique(table, fields, name);
  } else picture.addUnique(table, fields, named);
  return true;
}

/** The column itself, without its keys. */
export function setColumn(picture: Picture, table: Table, name: string, said: ColumnSaid): void {
  const key = table.primaryKey;
  picture.setField(table, {
    name,
    type: said.type ?? "integer",
    nullable: said.nullable ?? true,
    generated: said.generated,
    primary: said.primary,
    unique: said.unique,
  });
  if (said.primary) table.primaryKey = [...key.filter((k) => k !== name), name];
  if (said.index) picture.addIndex(table, [name]);
}
