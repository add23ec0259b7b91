/** The store's own description of itself: what `describe` tells, and what the other operations need to write their SQL. */
import type {
  Cell,
  CollectionDescription,
  FieldDescription,
  ForeignKeyDescription,
} from "@avow/runtime/connector-kit/contract";
import { columnIn } from "@avow/runtime/connector-kit/places";
import { malformed } from "@avow/runtime/connector-kit/refused";
import { COLUMNS, FOREIGN_KEYS, INDEXES, SERVER, TABLES } from "./catalogue-sql.ts";
import { collectionName, quoted } from "./name.ts";
import type { Session } from "./session.ts";

export interface Column {
  readonly name: string;
  /** The type that values are cast to: domains resolved, without length or precision, which would cut a value short. */
  readonly type: string;
  /** The catalogue's short name of that type: `int4`, `text`, `_text`. */
  readonly base: string;
  readonly isEnum: boolean;
  readonly isArray: boolean;
  /** Characters that a text column holds at most. */
  readonly lengthMax: number | null;
  readonly nullable: boolean;
  /** The store makes the value and takes none. */
  readonly generated: boolean;
  /** It is a number that a row which is put back may bring along. */
  readonly identity: boolean;
  /** Part of a unique index of any kind, partial ones and expressions included. */
  readonly unique: boolean;
  readonly firstLabel: string | null;
  /** Its collation takes different texts for the same one. */
  readonly loose: boolean;
  /** That collation, as SQL names it. */
  readonly looseAs?: string;
}

export interface Table {
  readonly name: string;
  /** For a `FROM` clause. Without partitions `ONLY`: tables that inherit are collections of their own. */
  readonly sql: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly description: CollectionDescription;
  /** Its blocks lie here, so that a part of them can be looked at. */
  readonly sampled: boolean;
}

export interface Catalogue {
  /** As `server_version_num`: 180000. */
  readonly version: number;
  /** `COLLATE …` for case folding, or nothing. */
  readonly folding: string;
  /** Whether SQL text can name any Unicode character. */
  readonly utf8: boolean;
  readonly tables: ReadonlyMap<string, Table>;
  /** As far as they are counted. */
  readonly largeObjects: number;
}

const text = (cell: Cell | undefined): string => cell ?? "";

function list(cell: Cell | undefined): readonly string[] {
  const value: unknown = JSON.parse(cell ?? "[]");
  return Array.isArray(value) ? value.map(String) : [];
}

const byTable = (rows: readonly Cell[][]): ReadonlyMap<string, Cell[][]> =>
  Map.groupBy(rows, (row) => text(row[0]));

const ON_DELETE: Readonly<Record<string, ForeignKeyDescription["onDelete"]>> = {
  a: "no action",
  r: "restrict",
  c: "cascade",
  n: "set null",
  d: "set default",
};

/** By `relkind`. Some foreign tables take changes, but not those that a plan needs to be sure of. */
const FIXED: Readonly<Record<string, string>> = { m: "a materialised view", f: "a foreign table" };

const LENGTH_LIMITED = new Set(["varchar", "bpchar"]);

function columnOf(row: readonly Cell[]): Column {
  const base = text(row[4]);
  const typmod = Number(row[7]);
  return {
    name: text(row[1]),
    type: text(row[3]),
    base,
    isEnum: row[5] === "e",
    isArray: row[6] === "A",
    lengthMax: LENGTH_LIMITED.has(base) && typmod > 4 ? typmod - 4 : null,
    nullable: row[8] === "true",
    generated: row[9] === "true",
    identity: row[12] === "true",
    unique: row[10] === "true",
    firstLabel: row[11] ?? null,
    loose: row[13] !== null,
    ...(typeof row[13] === "string" ? { looseAs: row[13] } : {}),
  };
}

/** Of all others, also those that extensions bring, a text equals itself only: what the store finds beyond that ends a request. */
const NOTATIONS: Readonly<Record<string, FieldDescription["notations"]>> = {
  ...{
    citext: "case",
    bpchar: "blanks",
    jsonb: "blanks",
    uuid: "uuid",
    numeric: "number",
    float4: "number",
    float8: "number",
  },
  ...{ int2: "integer", int4: "integer", int8: "integer" },
  ...{ date: "other", time: "other", timetz: "other", timestamp: "other", timestamptz: "other" },
  ...{ interval: "other", bytea: "other", bool: "boolean", bit: "other", varbit: "other" },
  ...{ inet: "other", cidr: "other", macaddr: "other", macaddr8: "other" },
};

/** Places in documents and elements of arrays are compared by their text. */
function notationsOf(
  { base, isArray, isEnum, loose }: Column,
  { asciiOnly }: Server,
): Pick<FieldDescription, "notations"> {
  if (isArray || isEnum) return {};
  const notations = Object.hasOwn(NOTATIONS, base) ? NOTATIONS[base] : loose ? "collation" : undefined;
  if (notations === undefined) return {};
  return { notations: notations === "case" && asciiOnly ? "ascii" : notations };
}

interface Server {
  /** Types that fold letters know those of ASCII only. */
  readonly asciiOnly: boolean;
}

interface Parts {
  readonly columns: readonly Cell[][];
  readonly indexes: readonly Cell[][];
  readonly foreignKeys: readonly Cell[][];
  readonly server: Server;
}

const numbered = (cell: Cell | undefined): number | null =>
  cell === null || cell === undefined ? null : Math.round(Number(cell));

function tableOf(row: readonly Cell[], parts: Parts, nameOf: ReadonlyMap<string, string>): Table {
  const [, schema, relation, kind, estimate, most] = row;
  const name = collectionName(text(schema), text(relation));
  const columns = parts.columns.map(columnOf);
  const fixed = FIXED[text(kind)];
  const primaryKey = list(parts.indexes.find((index) => index[1] === "true")?.[3]);
  return {
    name,
    sql: `${kind === "p" ? "" : "ONLY "}${quoted(text(schema))}.${quoted(text(relation))}`,
    columns: new Map(columns.map((column) => [column.name, column])),
    sampled: kind !== "f",
    description: {
      name,
      rowsEstimate: numbered(estimate),
      ...(numbered(most) === null ? {} : { rowsMost: numbered(most) ?? 0 }),
      fields: columns.map((column, i) => ({
        name: column.name,
        type: text(parts.columns[i]?.[2]),
        nullable: column.nullable,
        generated: column.generated,
        ...(column.identity ? { identity: true as const } : {}),
        ...notationsOf(column, parts.server),
        ...(column.base === "bytea" ? { bytes: true as const } : {}),
        ...(column.nullable || column.firstLabel === null ? {} : { label: column.firstLabel }),
      })),
      primaryKey,
      uniques: parts.indexes.filter((index) => index[2] === "true").map((index) => list(index[3])),
      foreignKeys: parts.foreignKeys.flatMap((key) => {
        const to = nameOf.get(text(key[3]));
        const onDelete = ON_DELETE[text(key[5])];
        if (to === undefined || onDelete === undefined) return [];
        const ends = { from: list(key[2]), to: { collection: to, fields: list(key[4]) } };
        return [
          { name: text(key[1]), ...ends, onDelete, ...(key[6] === "true" ? { holds: true as const } : {}) },
        ];
      }),
      indexes: parts.indexes.map((index) => list(index[3])).filter((fields) => fields.length > 0),
      ...(fixed === undefined ? {} : { fixed }),
    },
  };
}

async function load(session: Session): Promise<Catalogue> {
  const [server] = await session.rows(null, { text: SERVER, values: [] });
  const tables = await session.rows(null, { text: TABLES, values: [] });
  const oids = tables.map((row) => text(row[0]));
  const columns = byTable(await session.rows(null, { text: COLUMNS, values: [oids] }));
  const indexes = byTable(await session.rows(null, { text: INDEXES, values: [oids] }));
  const foreignKeys = byTable(await session.rows(null, { text: FOREIGN_KEYS, values: [oids] }));
  const nameOf = new Map(tables.map((row) => [text(row[0]), collectionName(text(row[1]), text(row[2]))]));
  const made = tables.map((row) => {
    const oid = text(row[0]);
    const parts = {
      columns: columns.get(oid) ?? [],
      indexes: indexes.get(oid) ?? [],
      foreignKeys: foreignKeys.get(oid) ?? [],
      server: { asciiOnly: server?.[3] === "true" },
    };
    return tableOf(row, parts, nameOf);
  });
  const collation = server?.[1] ?? null;
  return {
    version: Number(server?.[0]),
    folding: collation === null ? "" : ` COLLATE pg_catalog.${quoted(collation)}`,
    utf8: server?.[2] === "UTF8",
    largeObjects: Number(server?.[4] ?? 0),
    tables: new Map(made.map((table) => [table.name, table])),
  };
}

/** Keeps the catalogue between calls; it is read anew when asked for, and when a name or a type no longer fits. */
export class CatalogueCache {
  readonly #session: Session;
  #loading: Promise<Catalogue> | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  fresh(): Promise<Catalogue> {
    const loading = load(this.#session);
    this.#loading = loading;
    loading.catch(() => this.forget());
    return loading;
  }

  forget(): void {
    this.#loading = null;
  }

  /** As `table`, where a field may be a place inside of a column. */
  async places(
    name: string,
    fields: readonly string[],
  ): Promise<{ readonly catalogue: Catalogue; readonly table: Table }> {
    const { table } = await this.table(name, []);
    return this.table(
      name,
      fields.map((field) => columnIn(table, field)),
    );
  }

  /** The collection with these fields. Unknown names are refused, so no name that the catalogue does not hold reaches SQL. */
  async table(
    name: string,
    fields: readonly string[],
  ): Promise<{ readonly catalogue: Catalogue; readonly table: Table }> {
    const knows = (c: Catalogue): boolean => fields.every((f) => c.tables.get(name)?.columns.has(f) ?? false);
    const cached = this.#loading === null ? null : await this.#loading;
    const catalogue = cached?.tables.has(name) && knows(cached) ? cached : await this.fresh();
    const table = catalogue.tables.get(name);
    if (table === undefined) throw malformed(`there is no collection \`${name}\``);
    const missing = fields.find((field) => !table.columns.has(field));
    if (missing !== undefined) throw malformed(`\`${name}\` has no field \`${missing}\``);
    return { catalogue, table };
  }
}
