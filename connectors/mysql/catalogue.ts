/** The store's own description of itself: what `describe` tells, and what the other operations need to write their SQL. */
import type {
  Cell,
  CollectionDescription,
  FieldDescription,
  ForeignKeyDescription,
} from "@avow/runtime/connector-kit/contract";
import { columnIn } from "@avow/runtime/connector-kit/places";
import { malformed, refused } from "@avow/runtime/connector-kit/refused";
import { COLUMNS, FOREIGN_KEYS, INDEXES, JSON_CHECKS, TABLES } from "./catalogue-sql.ts";
import { type Column, notationsOf } from "./column.ts";
import { collectionName, quoted } from "./name.ts";
import { BYTES } from "./notation.ts";
import type { Session } from "./session.ts";

export interface Table {
  readonly name: string;
  readonly sql: string;
  readonly columns: ReadonlyMap<string, Column>;
  /** Why rows of the table can't be changed as one step that leaves nothing behind; null when they can. */
  readonly unfit: string | null;
  readonly description: CollectionDescription;
}

export interface Catalogue {
  readonly tables: ReadonlyMap<string, Table>;
  /** Names of tables, constraints and indexes: what a failure may repeat. */
  readonly names: ReadonlySet<string>;
}

const text = (cell: Cell | undefined): string => cell ?? "";
const number = (cell: Cell | undefined): number | null =>
  cell === null || cell === undefined ? null : Number(cell);
const byTable = (rows: readonly Cell[][]): ReadonlyMap<string, Cell[][]> =>
  Map.groupBy(rows, (row) => text(row[0]));
const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

const ON_DELETE: Readonly<Record<string, ForeignKeyDescription["onDelete"]>> = {
  "NO ACTION": "no action",
  // The two are one here, checked row by row; and `restrict` is what a key without an action is called.
  RESTRICT: "no action",
  CASCADE: "cascade",
  "SET NULL": "set null",
  "SET DEFAULT": "set default",
};

/** `enum('it''s','b')`, and sets alike. */
function labelsOf(type: string): readonly string[] {
  if (!/^(enum|set)\(/i.test(type)) return [];
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, label = ""]) => label.replaceAll("''", "'"));
}

interface Parts {
  readonly columns: readonly Cell[][];
  readonly indexes: readonly Cell[][];
  readonly foreignKeys: readonly Cell[][];
  readonly checks: readonly Cell[][];
}

function columnOf(row: readonly Cell[], { indexes, checks }: Parts): Column {
  const name = text(row[1]);
  const type = text(row[3]);
  const extra = text(row[5]).toLowerCase();
  const isJson = checks.some(
    (check) => text(check[1]).toLowerCase() === `json_valid(${quoted(name)})`.toLowerCase(),
  );
  return {
    name,
    base: isJson ? "json" : text(row[2]).toLowerCase(),
    type,
    unsigned: /\bunsigned\b/i.test(type),
    lengthMax: number(row[6]),
    precision: number(row[7]) ?? 0,
    scale: number(row[8]) ?? 0,
    charset: row[9] ?? null,
    collation: row[10] ?? null,
    nullable: row[4] === "YES",
    generated: row[11] === "ALWAYS",
    stamped: extra.includes("on update"),
    unique: indexes.some((index) => index[2] === "0" && index[3] === name),
    labels: labelsOf(type),
  };
}

function foreignKeysOf(rows: readonly Cell[][]): readonly ForeignKeyDescription[] {
  return [...Map.groupBy(rows, (row) => text(row[1]))].map(([name, parts]) => ({
    name,
    from: parts.map((part) => text(part[2])),
    to: { collection: collectionName(text(parts[0]?.[3])), fields: parts.map((part) => text(part[4])) },
    onDelete: ON_DELETE[text(parts[0]?.[5])] ?? "no action",
  }));
}

function unfit(engine: string, type: string, transactions: Cell | undefined): string | null {
  if (type === "SYSTEM VERSIONED")
    return "keeps the history of its rows, so what is deleted or masked stays readable there; drop the versioning first";
  if (transactions !== "YES")
    return `is stored by the engine \`${engine}\`, which can't undo a step; use InnoDB`;
  return null;
}

/** PostgreSQL calls bits by the same name, and empties none. */
function labelOf({ base, nullable, labels: [first] }: Column): string | undefined {
  if (base === "bit") return "0";
  return base === "enum" && !nullable ? first : undefined;
}

function fieldOf(column: Column): FieldDescription {
  const { name, type, nullable, generated, stamped, base } = column;
  const notations = notationsOf(column);
  const label = labelOf(column);
  return {
    ...{ name, type, nullable, generated },
    ...(stamped ? { stamped } : {}),
    ...(notations === undefined ? {} : { notations }),
    ...(BYTES.has(base) ? { bytes: true as const } : {}),
    ...(label === undefined ? {} : { label }),
  };
}

function tableOf(row: readonly Cell[], parts: Parts): Table {
  const bare = text(row[0]);
  const name = collectionName(bare);
  const columns = parts.columns.map((column) => columnOf(column, parts));
  const indexes = [...Map.groupBy(parts.indexes, (index) => text(index[1]))].map(([index, rows]) => ({
    index,
    unique: rows[0]?.[2] === "0",
    fields: rows.map((r) => text(r[3])),
  }));
  const rowsEstimate = number(row[2]);
  return {
    name,
    sql: quoted(bare),
    columns: new Map(columns.map((column) => [column.name, column])),
    unfit: unfit(text(row[1]), text(row[3]), row[4]),
    description: {
      name,
      rowsEstimate,
      fields: columns.map(fieldOf),
      primaryKey: indexes.find(({ index }) => index === "PRIMARY")?.fields ?? [],
      uniques: indexes
        .filter(({ index, unique }) => unique && index !== "PRIMARY")
        .map(({ fields }) => fields),
      foreignKeys: foreignKeysOf(parts.foreignKeys),
      indexes: indexes.map(({ fields }) => fields),
    },
  };
}

async function load(session: Session): Promise<Catalogue> {
  const ask = (sql: string): Promise<Cell[][]> => session.rows(null, { text: sql, values: [] });
  const tables = await ask(TABLES);
  const [columns, indexes, foreignKeys, checks] = [
    byTable(await ask(COLUMNS)),
    byTable(await ask(INDEXES)),
    byTable(await ask(FOREIGN_KEYS)),
    byTable(await ask(JSON_CHECKS)),
  ];
  const made = tables.map((row) => {
    const name = text(row[0]);
    const of = (parts: ReadonlyMap<string, Cell[][]>): readonly Cell[][] => parts.get(name) ?? [];
    return tableOf(row, {
      columns: of(columns),
      indexes: of(indexes),
      foreignKeys: of(foreignKeys),
      checks: of(checks),
    });
  });
  const constraints = [foreignKeys, indexes].flatMap((parts) =>
    [...parts.values()].flat().map((row) => text(row[1])),
  );
  const checkNames = [...checks.values()].flat().map((row) => text(row[2]));
  return {
    tables: new Map(made.map((table) => [table.name, table])),
    names: new Set(distinct([...made.map((table) => table.name), ...constraints, ...checkNames])),
  };
}

/** Keeps the catalogue between calls; it is read anew when asked for, and when a name or a type no longer fits. */
export class CatalogueCache {
  readonly #session: Session;
  #loading: Promise<Catalogue> | null = null;
  #names: ReadonlySet<string> = new Set();

  constructor(session: Session) {
    this.#session = session;
  }

  fresh(): Promise<Catalogue> {
    const loading = load(this.#session);
    this.#loading = loading;
    loading.then(
      (catalogue) => {
        this.#names = catalogue.names;
      },
      () => this.forget(),
    );
    return loading;
  }

  forget(): void {
    this.#loading = null;
  }

  knows(name: string): boolean {
    return this.#names.has(name);
  }

  async all(): Promise<Catalogue> {
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
    const knows = (c: Catalogue): boolean => fields.every((f) => c.tables.get(name)?.columns.has(f) ?? false);
    const cached = this.#loading === null ? null : await this.#loading;
    const catalogue = cached?.tables.has(name) && knows(cached) ? cached : await this.fresh();
    const table = catalogue.tables.get(name);
    if (table === undefined) throw malformed(`there is no collection \`${name}\``);
    if (table.columns.size === 0)
      throw refused(
        { error: "denied", retryable: false },
        `the account may not see the fields of \`${name}\``,
      );
    const missing = fields.find((field) => !table.columns.has(field));
    if (missing !== undefined) throw malformed(`\`${name}\` has no field \`${missing}\``);
    return table;
  }
}
