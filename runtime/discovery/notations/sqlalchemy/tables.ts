/** Classes of models → tables. */
import { own } from "@avow/core/terms/own";
import type { Picture, Table } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import {
  type ColumnSaid,
  columnOf,
  constrain,
  isConstraint,
  type KeySaid,
  setColumn,
  targetOf,
} from "../../source/sqlalchemy.ts";
import { type Call, isWord, textIn, type Value } from "../../source/values.ts";
import type { Attribute, PythonClass } from "./classes.ts";

export interface Placed extends PythonClass {
  readonly file: string;
}
export interface PlacedTable {
  readonly call: Call;
  readonly file: string;
}

const COLUMN = /^(?:Column|mapped_column)$/;
const ABOVE_MAX = 20;

interface ColumnAt extends ColumnSaid {
  readonly attribute: string;
  readonly column: string;
}

interface Leading {
  readonly table: Table;
  readonly column: string;
  readonly typed: boolean;
  readonly key: KeySaid;
  readonly file: string;
  readonly line: number;
}

export function tablesOf(
  classes: readonly Placed[],
  tables: readonly PlacedTable[],
  picture: Picture,
): { readonly tables: number; readonly unread: readonly Unread[] } {
  const models = new Models(classes);
  const unread: Unread[] = [];
  const leading: Leading[] = [];
  for (const c of classes) {
    const name = models.tableOf(c);
    if (name === null) continue;
    const table = picture.create(name) ?? picture.table(name);
    if (table === null || table === undefined) continue;
    for (const said of models.columnsOf(c)) {
      if (!table.fields.has(said.column) || said.primary) setColumn(picture, table, said.column, said);
      leading.push(...said.keys.map((key) => ({ ...place(table, said), key, file: c.file, line: c.line })));
    }
    for (const call of models.constraintsOf(c))
      if (!constrain(picture, table, call))
        unread.push({ file: c.file, line: call.line, what: `${name}: ${call.name}` });
  }
  for (const { call, file } of tables) leading.push(...alone(call, file, { picture, unread }));
  for (const one of leading) lead(one, { models, picture, unread });
  return { tables: picture.collections().length, unread };
}

const place = (table: Table, said: ColumnSaid & { readonly column: string }) => ({
  table,
  column: said.column,
  typed: said.type !== null,
});

/** `Table("users_roles", metadata, Column(…), …)`. */
function alone(
  call: Call,
  file: string,
  { picture, unread }: { readonly picture: Picture; readonly unread: Unread[] },
): readonly Leading[] {
  const said = textIn(call.args[0]);
  const schema = textIn(call.options.get("schema"));
  const table = said === null ? null : picture.create(inSchema(schema, said));
  if (said === null) unread.push({ file, line: call.line, what: "Table: it is not called by its name" });
  if (table === null) return [];
  return call.args.slice(1).flatMap((item): readonly Leading[] => {
    const [inner] = item.is === "chain" ? item.calls : [];
    if (inner === undefined) return [];
    if (isConstraint(inner)) {
      if (!constrain(picture, table, inner))
        unread.push({ file, line: inner.line, what: `${table.name}: ${inner.name}` });
      return [];
    }
    const column = COLUMN.test(inner.name) ? columnOf(inner) : null;
    if (column === null || column.name === null) {
      if (column !== null) unread.push({ file, line: inner.line, what: `${table.name}: Column` });
      return [];
    }
    const named = { ...column, column: column.name };
    setColumn(picture, table, named.column, named);
    return column.keys.map((key) => ({ ...place(table, named), key, file, line: inner.line }));
  });
}

function inSchema(schema: string | null, name: string): string {
  return schema === null || schema === "public" || name.includes(".") ? name : `${schema}.${name}`;
}

function lead(
  { table, column, typed, key, file, line }: Leading,
  {
    models,
    picture,
    unread,
  }: { readonly models: Models; readonly picture: Picture; readonly unread: Unread[] },
): void {
  const to = key.isClass ? models.fieldAt(key.to) : targetOf(key.to);
  if (to === null) {
    unread.push({ file, line, what: `${table.name}.${column}: no file has what it leads to` });
    return;
  }
  picture.addKey(table, {
    from: [column],
    to: to.table,
    fields: [to.field],
    ...(key.named === null ? {} : { named: key.named }),
  });
  const type = picture.table(to.table)?.fields.get(to.field)?.type;
  if (!typed && type !== undefined) picture.setType(table, column, type);
}

class Models {
  readonly #byName: ReadonlyMap<string, Placed>;
  readonly #tables = new Map<PythonClass, string | null>();
  /** Classes whose rows stand in the table of another, by that one. */
  readonly #kinds: ReadonlyMap<string, readonly Placed[]>;

  constructor(classes: readonly Placed[]) {
    this.#byName = new Map(classes.map((c) => [c.name, c]));
    this.#kinds = Map.groupBy(
      classes.filter((c) => this.tableOf(c) === null),
      (c) => this.#above(c).findLast((a) => this.tableOf(a) !== null)?.name ?? "",
    );
  }

  /** Null: it is none, or its rows stand in the table of a class above it. */
  tableOf(c: PythonClass): string | null {
    const known = this.#tables.get(c);
    if (known !== undefined) return known;
    const name = this.#told(c);
    this.#tables.set(c, name);
    return name;
  }

  #told(c: PythonClass): string | null {
    if (isWord(givenTo(c, "__abstract__") ?? undefined, "true")) return null;
    const said = textIn(givenTo(c, "__tablename__") ?? undefined);
    const name = said ?? this.#workedOut(c);
    return name === null ? null : inSchema(this.#schemaOf(c), name);
  }

  /** Columns with what they are called in the table: of the classes above first. Kinds of a class that stand in its table have theirs there. */
  columnsOf(c: PythonClass): readonly ColumnAt[] {
    const found = new Map<string, ColumnAt>();
    for (const of of [...this.#above(c).filter((a) => this.tableOf(a) === null), c])
      for (const a of of.attributes) {
        const said = columnIn(a, this.#isSqlModel(c));
        if (said !== null) found.set(a.name, { ...said, attribute: a.name, column: said.name ?? a.name });
      }
    for (const kind of this.#kinds.get(c.name) ?? [])
      for (const a of kind.attributes) {
        const said = columnIn(a, false);
        if (said !== null && !found.has(a.name))
          found.set(a.name, {
            ...said,
            nullable: said.nullable ?? true,
            attribute: a.name,
            column: said.name ?? a.name,
          });
      }
    return [...found.values()];
  }

  constraintsOf(c: PythonClass): readonly Call[] {
    const args = givenTo(c, "__table_args__");
    const items = args?.is === "list" ? args.items : args === null ? [] : [args];
    return items.flatMap((i) => (i.is === "chain" ? i.calls.slice(0, 1).filter(isConstraint) : []));
  }

  /** `User.id`. */
  fieldAt(path: string): { readonly table: string; readonly field: string } | null {
    const [name = "", attribute = ""] = path.split(".").slice(-2);
    const c = this.#byName.get(name);
    const table = c === undefined ? null : this.tableOf(c);
    if (c === undefined || table === null) return null;
    const column = this.columnsOf(c).find((x) => x.attribute === attribute);
    return { table, field: column?.column ?? attribute };
  }

  /** The name that Flask-SQLAlchemy, SQLModel or a class above gives. */
  #workedOut(c: PythonClass): string | null {
    const above = this.#above(c);
    if (isWord(c.options.get("table"), "true")) return c.name.toLowerCase();
    const parent = above.find((a) => textIn(givenTo(a, "__tablename__") ?? undefined) !== null);
    const columns = c.attributes.flatMap((a) => columnIn(a, false) ?? []);
    const hasKey = columns.some((x) => x.primary);
    if (parent !== undefined && !hasKey) return null;
    const naming = [c, ...above].find((a) => a.namesTables !== null)?.namesTables;
    const isModel = [c, ...above].some((a) => a.bases.includes("Model"));
    if (naming === undefined && !isModel) return null;
    const keyed = hasKey || above.some((a) => a.attributes.some((x) => columnIn(x, false)?.primary === true));
    if (!keyed || (naming !== undefined && c.namesTables !== null)) return null;
    return naming === "lower" ? c.name.toLowerCase() : snake(c.name);
  }

  #schemaOf(c: PythonClass): string | null {
    const args = givenTo(c, "__table_args__");
    const items = args?.is === "list" ? args.items : args === null ? [] : [args];
    const map = items.find((i) => i.is === "map");
    return map?.is === "map" ? textIn(map.entries.get("schema")) : null;
  }

  #isSqlModel(c: PythonClass): boolean {
    return isWord(c.options.get("table"), "true");
  }

  /** The classes above, the furthest first. */
  #above(c: PythonClass): readonly Placed[] {
    const found = new Map<string, Placed>();
    const next = [...c.bases];
    for (let name = next.shift(); name !== undefined && found.size < ABOVE_MAX; name = next.shift()) {
      const base = this.#byName.get(name);
      if (base === undefined || base.name === c.name || found.has(name)) continue;
      found.set(name, base);
      next.push(...base.bases);
    }
    return [...found.values()].reverse();
  }
}

const givenTo = (c: PythonClass, name: string): Value | null =>
  c.attributes.find((a) => a.name === name)?.value ?? null;

const snake = (name: string): string =>
  name.replaceAll(/((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))/g, "_$1").toLowerCase();

const PLAIN: Readonly<Record<string, string>> = {
  int: "integer",
  str: "varchar",
  bool: "boolean",
  float: "double precision",
  bytes: "bytea",
  datetime: "timestamp",
  date: "date",
  time: "time",
  timedelta: "interval",
  Decimal: "numeric",
  decimal: "numeric",
  UUID: "uuid",
  uuid: "uuid",
  dict: "json",
  Dict: "json",
  EmailStr: "varchar",
};
const AROUND: ReadonlySet<string> = new Set([
  "Mapped",
  "Optional",
  "Union",
  "None",
  "Annotated",
  "typing",
  "datetime",
]);

/** The column that an attribute is; null: it is none. */
function columnIn({ name, type, value }: Attribute, isSqlModel: boolean): ColumnSaid | null {
  const words = type.filter((t) => /^\w+$/.test(t));
  const nullable = words.includes("Optional") || words.includes("None");
  const inner = words.filter((w, i) => !AROUND.has(w) || (w === "datetime" && words[i + 1] !== "datetime"));
  const written = own(PLAIN, inner[0] ?? "");
  const call = callIn(value);
  const isMapped = words[0] === "Mapped" || words[1] === "Mapped";
  if (call !== null && COLUMN.test(call.name)) {
    const said = columnOf(call);
    const typed =
      said.type ??
      (said.keys.length > 0
        ? null
        : (written ?? (words.length === 0 ? "text" : (inner[0]?.toLowerCase() ?? "text"))));
    return { ...said, type: typed, nullable: said.nullable ?? (words.length === 0 ? null : nullable) };
  }
  // `id = primary_key("User")`: a function of the project's own makes the key.
  if (
    name === "id" &&
    call !== null &&
    type.length === 0 &&
    !/^(?:relationship|synonym|association_proxy|hybrid_property)$/.test(call.name)
  )
    return { ...NOTHING, type: "integer", nullable: false, primary: true };
  const isField = isSqlModel && call !== null && call.name === "Field";
  if (isField) return sqlModelField(call, { type: written ?? "varchar", nullable });
  const isPlain = value === null || (isSqlModel && call === null);
  if (!isPlain || written === undefined || !(isMapped || isSqlModel)) return null;
  return { ...NOTHING, type: written, nullable };
}

const NOTHING: ColumnSaid = {
  name: null,
  type: null,
  nullable: null,
  primary: false,
  unique: false,
  index: false,
  generated: false,
  keys: [],
};

function sqlModelField(
  call: Call,
  { type, nullable }: { readonly type: string; readonly nullable: boolean },
): ColumnSaid {
  const column = callIn(call.options.get("sa_column") ?? null);
  if (column !== null && COLUMN.test(column.name))
    return { ...columnOf(column), type: columnOf(column).type ?? type };
  const said = columnOf({ ...call, args: [] });
  const to = textIn(call.options.get("foreign_key"));
  return {
    ...said,
    name: null,
    type: said.type ?? type,
    nullable: said.primary ? false : (said.nullable ?? nullable),
    keys: to === null ? [] : [{ to, isClass: false, named: null }],
  };
}

/** `Column(…)`, also within `deferred(…)` and `column_property(…)`. */
function callIn(value: Value | null): Call | null {
  const [call] = value?.is === "chain" ? value.calls : [];
  if (call === undefined) return null;
  if (!/^(?:deferred|column_property)$/.test(call.name)) return call;
  const [first] = call.args;
  return (first?.is === "chain" ? first.calls[0] : undefined) ?? null;
}
