/** The store's own description of itself: what `describe` tells, and what the other operations need to write their SQL. */
import type {
  Cell,
  CollectionDescription,
  FieldDescription,
  ForeignKeyDescription,
} from "@avow/runtime/connector-kit/contract";
import { columnIn } from "@avow/runtime/connector-kit/places";
import { malformed } from "@avow/runtime/connector-kit/refused";
import {
  COLUMNS,
  collationSql,
  ESTIMATES,
  FOREIGN_KEYS,
  HAS_ESTIMATES,
  indexesSql,
  SCHEMAS,
  spanSql,
  tablesSql,
} from "./catalogue-sql.ts";
import { type Affinity, affinityOf, type Column, lengthOf } from "./column.ts";
import { collectionName, quoted } from "./name.ts";
import type { Session } from "./session.ts";

export interface Table {
  readonly name: string;
  readonly sql: string;
  readonly schema: string;
  /** The table's name inside of its schema. */
  readonly bare: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly withoutRowid: boolean;
  /** Some column compares otherwise than byte by byte. */
  readonly collated: boolean;
  readonly description: CollectionDescription;
}

type Rows = readonly (readonly Cell[])[];

const text = (cell: Cell | undefined): string => cell ?? "";
const keyOf = (row: readonly Cell[]): string => JSON.stringify([row[0], row[1]]);
const byTable = (rows: Rows): ReadonlyMap<string, Rows> => Map.groupBy(rows, keyOf);

const ON_DELETE: Readonly<Record<string, ForeignKeyDescription["onDelete"]>> = {
  "NO ACTION": "no action",
  RESTRICT: "restrict",
  CASCADE: "cascade",
  "SET NULL": "set null",
  "SET DEFAULT": "set default",
};

interface Index {
  readonly unique: boolean;
  readonly primary: boolean;
  readonly partial: boolean;
  /** Null stands for an expression. */
  readonly fields: readonly (string | null)[];
  readonly sql: string;
}

const indexesOf = (rows: Rows): readonly Index[] =>
  [...Map.groupBy(rows, (row) => text(row[2])).values()].map((parts) => ({
    unique: parts[0]?.[3] === "1",
    primary: parts[0]?.[4] === "pk",
    partial: parts[0]?.[5] === "1",
    fields: parts.map((part) => part[6] ?? null),
    sql: text(parts[0]?.[7]),
  }));

/** An expression may hold any column that its text mentions. */
const covers = (index: Index, name: string): boolean =>
  index.fields.includes(name) ||
  (index.fields.includes(null) && index.sql.toLowerCase().includes(name.toLowerCase()));

interface Parts {
  readonly columns: Rows;
  readonly indexes: Rows;
  readonly foreignKeys: Rows;
  readonly estimate: number | null;
  readonly most: number | null;
  /** By column. */
  readonly collations: ReadonlyMap<string, FieldDescription["notations"]>;
}

function columnOf(
  row: readonly Cell[],
  context: { keys: readonly string[]; strictKey: boolean; indexes: readonly Index[] },
): Column {
  const name = text(row[2]);
  const declared = text(row[3]);
  const type = declared.replace(/\(.*$/s, "").trim().toUpperCase();
  const isKey = context.keys.includes(name);
  // A primary key may hold nulls here, but for a table without rowid and for a key that is the rowid itself.
  const neverNull = isKey && (context.strictKey || (type === "INTEGER" && context.keys.length === 1));
  return {
    name,
    type,
    affinity: affinityOf(type),
    lengthMax: lengthOf(declared),
    nullable: row[4] !== "1" && !neverNull,
    generated: row[6] === "2" || row[6] === "3",
    unique:
      (isKey && context.keys.length === 1) ||
      context.indexes.some((index) => index.unique && covers(index, name)),
  };
}

/** What the affinity turns a text into before it is compared. */
const NOTATIONS: Readonly<Record<Affinity, FieldDescription["notations"]>> = {
  ...{ integer: "integer", numeric: "integer", real: "number", text: undefined, blob: undefined },
};

function notationsOf({ name, affinity }: Column, { collations }: Parts): Pick<FieldDescription, "notations"> {
  const notations = NOTATIONS[affinity] ?? collations.get(name);
  return notations === undefined ? {} : { notations };
}

const isCollated = (table: readonly Cell[]): boolean => /\bcollate\b/i.test(text(table[3]));

/** `10`: another case is the same text; `01`: a blank more is. */
const COLLATED: Readonly<Record<string, FieldDescription["notations"]>> = {
  "10": "spelling",
  "01": "collation",
};

async function collationsOf(
  ask: (sql: string) => Promise<Rows>,
  table: readonly Cell[],
  columns: Rows,
): Promise<Parts["collations"]> {
  const names = columns.map((column) => text(column[2]));
  if (!isCollated(table) || names.length === 0) return new Map();
  const from = `${quoted(text(table[0]))}.${quoted(text(table[1]))}`;
  const told = new Map<string, FieldDescription["notations"]>();
  for (const name of names) told.set(name, await collationOf(ask, from, name));
  return told;
}

/** One that only the application has registered can't be asked about here. */
async function collationOf(
  ask: (sql: string) => Promise<Rows>,
  from: string,
  name: string,
): Promise<FieldDescription["notations"]> {
  try {
    const [row = []] = await ask(collationSql(from, quoted(name)));
    return COLLATED[text(row[0])];
  } catch {
    return "collation";
  }
}

const prefixOf = ({ fields }: Index): readonly string[] => {
  const at = fields.indexOf(null);
  return (at === -1 ? fields : fields.slice(0, at)).filter((field) => field !== null);
};

function tableOf(
  row: readonly Cell[],
  parts: Parts,
  keysOf: (schema: string, table: string) => readonly string[],
): Table {
  const [schema, bare] = [text(row[0]), text(row[1])];
  const primaryKey = keysOf(schema, bare);
  const indexes = indexesOf(parts.indexes);
  const context = { keys: primaryKey, strictKey: row[2] === "1", indexes };
  const columns = parts.columns.map((column) => columnOf(column, context));
  const foreignKeys = [...Map.groupBy(parts.foreignKeys, (key) => text(key[2])).values()].map((key) => {
    const parent = text(key[0]?.[3]);
    const named = key.map((part) => part[5] ?? null).filter((field) => field !== null);
    const to = {
      collection: collectionName(schema, parent),
      fields: named.length > 0 ? named : keysOf(schema, parent),
    };
    const from = key.map((part) => text(part[4]));
    return {
      name: `${from.join(", ")} -> ${to.collection}`,
      from,
      to,
      onDelete: ON_DELETE[text(key[0]?.[6])] ?? "no action",
    };
  });
  const name = collectionName(schema, bare);
  const listed = indexes.map(prefixOf).filter((fields) => fields.length > 0);
  const hasKeyIndex = indexes.some((index) => index.primary);
  return {
    name,
    schema,
    bare,
    sql: `${quoted(schema)}.${quoted(bare)}`,
    columns: new Map(columns.map((column) => [column.name, column])),
    withoutRowid: row[2] === "1",
    collated: isCollated(row),
    description: {
      name,
      rowsEstimate: parts.estimate,
      ...(parts.most === null ? {} : { rowsMost: parts.most }),
      fields: columns.map((column, i) => ({
        name: column.name,
        type: text(parts.columns[i]?.[3]),
        nullable: column.nullable,
        generated: column.generated,
        ...notationsOf(column, parts),
      })),
      primaryKey,
      uniques: indexes
        .filter((i) => i.unique && !i.primary && !i.partial && !i.fields.includes(null))
        .map(prefixOf),
      foreignKeys,
      // A key that is the rowid is no index of its own, but finds rows like one.
      indexes: hasKeyIndex || primaryKey.length === 0 ? listed : [primaryKey, ...listed],
    },
  };
}

async function estimates(ask: (sql: string) => Promise<Rows>): Promise<ReadonlyMap<string, number>> {
  if ((await ask(HAS_ESTIMATES))[0]?.[0] !== "1") return new Map();
  return new Map((await ask(ESTIMATES)).map((row) => [text(row[0]), Number.parseInt(text(row[1]), 10)]));
}

/** A row, with what points to it, takes no less. */
const ROW_BYTES_MIN = 5;

/** As many as fit into the file; where rows have numbers, no more than there are from the first to the last. */
async function rowsMost(
  ask: (sql: string) => Promise<Rows>,
  [schema, name, withoutRowid]: readonly Cell[],
  columns: Rows,
): Promise<number> {
  const numbers = async (sql: string): Promise<number> => Number((await ask(sql))[0]?.[0] ?? 0);
  const file = quoted(text(schema));
  const bytes = (await numbers(`PRAGMA ${file}.page_count`)) * (await numbers(`PRAGMA ${file}.page_size`));
  const fits = Math.ceil(bytes / ROW_BYTES_MIN);
  const taken = new Set(columns.map((column) => text(column[2]).toLowerCase()));
  const rowid = ["rowid", "_rowid_", "oid"].find((word) => !taken.has(word));
  if (withoutRowid === "1" || rowid === undefined) return fits;
  const table = `${file}.${quoted(text(name))}`;
  return Math.min(fits, await numbers(spanSql(table, rowid)));
}

async function load(session: Session): Promise<ReadonlyMap<string, Table>> {
  const ask = (sql: string): Promise<Rows> => session.rows(null, { text: sql, values: [] });
  const schemas = (await ask(SCHEMAS)).map((row) => text(row[0]));
  const tables = await ask(tablesSql(schemas));
  const columns = byTable(await ask(COLUMNS));
  const indexes = byTable(await ask(indexesSql(schemas)));
  const foreignKeys = byTable(await ask(FOREIGN_KEYS));
  const counted = await estimates(ask);
  const keysOf = (schema: string, table: string): readonly string[] =>
    [...(columns.get(JSON.stringify([schema, table])) ?? [])]
      .filter((column) => column[5] !== "0")
      .toSorted((a, b) => Number(a[5]) - Number(b[5]))
      .map((column) => text(column[2]));
  const made: Table[] = [];
  for (const row of tables) {
    const key = keyOf(row);
    const own = columns.get(key) ?? [];
    const estimate = row[0] === "main" ? (counted.get(text(row[1])) ?? null) : null;
    const parts = {
      columns: own,
      indexes: indexes.get(key) ?? [],
      foreignKeys: foreignKeys.get(key) ?? [],
      ...{ estimate, most: estimate === null ? await rowsMost(ask, row, own) : null },
      collations: await collationsOf(ask, row, own),
    };
    made.push(tableOf(row, parts, keysOf));
  }
  return new Map(made.map((table) => [table.name, table]));
}

/** Keeps the catalogue between calls; it is read anew when asked for, and when a name or a type no longer fits. */
export class CatalogueCache {
  readonly #session: Session;
  #loading: Promise<ReadonlyMap<string, Table>> | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  fresh(): Promise<ReadonlyMap<string, Table>> {
    const loading = load(this.#session);
    this.#loading = loading;
    loading.catch(() => this.forget());
    return loading;
  }

  forget(): void {
    this.#loading = null;
  }

  async all(): Promise<ReadonlyMap<string, Table>> {
    return this.#loading ?? this.fresh();
  }

  /** As `table`, where a field may be a place inside of a column. */
  async places(name: string, fields: readonly string[]): Promise<Table> {
    const table = await this.table(name, []);
    return this.table(
      name,
      fields.map((field) => columnIn(table, field)),
    );
  }

  /** The collection with these fields. Unknown names are refused, so no name that the catalogue does not hold reaches SQL. */
  async table(name: string, fields: readonly string[]): Promise<Table> {
    const cached = this.#loading === null ? null : await this.#loading;
    const fits = fields.every((field) => cached?.get(name)?.columns.has(field) ?? false);
    const table = (cached?.has(name) && fits ? cached : await this.fresh()).get(name);
    if (table === undefined) throw malformed(`there is no collection \`${name}\``);
    const missing = fields.find((field) => !table.columns.has(field));
    if (missing !== undefined) throw malformed(`\`${name}\` has no field \`${missing}\``);
    return table;
  }
}
