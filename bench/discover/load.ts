/** The schema as tables of a real server, with the rows in them; foreign keys only where asked for. */
import { DatabaseSync } from "node:sqlite";
import { familyOf } from "@avow/core/datamap/classify/name";
import type { CollectionDescription } from "@avow/runtime/connector-kit/contract";
import mysql from "mysql2/promise";
import pg from "pg";
import type { Cell, Rows } from "./rows.ts";
import type { Truth } from "./truth.ts";
import { RAW } from "./values.ts";

type Engine = Truth["engine"];

/** A type that this server knows and that is of the same family. */
function typeFor(engine: Engine, type: string, keyed: boolean): string {
  const t = type.toLowerCase().replaceAll('"', "");
  const family = familyOf(t);
  const array = t.endsWith("[]");
  if (engine === "sqlite") return type === "" ? "text" : type;
  if (family === "boolean") return engine === "mysql" ? "tinyint(1)" : "boolean";
  if (family === "json") return engine === "mysql" ? "longtext" : "jsonb";
  if (family === "binary")
    return engine === "mysql" ? (/^(var)?binary\(\d+\)$/.test(t) ? t : "longblob") : "bytea";
  if (family === "date")
    return /^year/.test(t)
      ? engine === "mysql"
        ? "year"
        : "int"
      : /interval/.test(t)
        ? "text"
        : /^date$/.test(t)
          ? "date"
          : /^time(\(|$)/.test(t)
            ? "time"
            : engine === "mysql"
              ? "datetime"
              : "timestamptz";
  if (family === "number") {
    if (/float|double|real/.test(t)) return engine === "mysql" ? "double" : "double precision";
    if (/dec|numeric|money/.test(t)) return engine === "mysql" ? "decimal(20,4)" : "numeric";
    return /big/.test(t)
      ? "bigint"
      : /small|tiny/.test(t)
        ? "smallint"
        : engine === "mysql"
          ? "int(11)"
          : "integer";
  }
  if (engine === "mysql") {
    if (keyed) return `varchar(${Math.min(150, Number(/\((\d+)\)/.exec(t)?.[1] ?? 150))})`;
    return /^(var)?char\(\d+\)$/.test(t) ? t : /text/.test(t) ? t : "varchar(255)";
  }
  if (family === "uuid" || family === "address") return array ? "text" : t;
  if (family === "point" || array) return "text";
  return /^(character varying|varchar|char|character|bpchar)/.test(t)
    ? t.replace(/^(char|character|bpchar)\(/, "varchar(")
    : "text";
}

/** Texts in columns of bytes are stored as their bytes, as many a system does; only what is marked as raw is no text. */
const bytesIn = (cell: Cell): Buffer | null =>
  cell === null ? null : cell.startsWith(RAW) ? Buffer.from(cell.slice(1), "hex") : Buffer.from(cell);
const valuesOf = (collection: CollectionDescription, row: readonly Cell[]): readonly (Cell | Buffer)[] =>
  row.map((cell, i) => (familyOf(collection.fields[i]?.type ?? "") === "binary" ? bytesIn(cell) : cell));

/** What a row of MySQL may take; texts lie outside of it. The declared sizes count, four bytes a sign. */
const MYSQL_ROW_BYTES_MAX = 60_000;
const rowBytes = (c: CollectionDescription): number =>
  c.fields.reduce((sum, f) => sum + 4 * Number(/char\w*\((\d+)\)/i.exec(f.type)?.[1] ?? 4), 0);

function ddl(engine: Engine, c: CollectionDescription): string {
  const q = (name: string): string => (engine === "mysql" ? `\`${name}\`` : `"${name}"`);
  const keys = new Set([...c.primaryKey, ...c.uniques.flat(), ...c.indexes.flat()]);
  const wide = engine === "mysql" && rowBytes(c) > MYSQL_ROW_BYTES_MAX;
  const lines = c.fields.map((f) => {
    const type = typeFor(engine, f.type, keys.has(f.name));
    return `${q(f.name)} ${wide && !keys.has(f.name) && /^varchar/.test(type) ? "text" : type}`;
  });
  const here = (names: readonly string[]): boolean =>
    names.length > 0 && names.every((n) => c.fields.some((f) => f.name === n));
  if (here(c.primaryKey)) lines.push(`primary key (${c.primaryKey.map(q).join(", ")})`);
  for (const u of c.uniques.filter(here)) lines.push(`unique (${u.map(q).join(", ")})`);
  return `create table ${c.name.split(".").map(q).join(".")} (${lines.join(", ")})`;
}

interface Loader {
  run(sql: string): Promise<void>;
  insert(rows: Rows): Promise<void>;
  end(): Promise<void>;
}

async function postgresLoader(url: string): Promise<Loader> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const q = (name: string): string =>
    name
      .split(".")
      .map((n) => client.escapeIdentifier(n))
      .join(".");
  return {
    run: async (sql) => {
      await client.query(sql);
    },
    insert: async ({ collection, fields, rows }) => {
      for (const row of rows)
        await client.query(
          `insert into ${q(collection.name)} (${fields.map((f) => client.escapeIdentifier(f)).join(", ")}) values (${fields.map((_, i) => `$${i + 1}`).join(", ")})`,
          valuesOf(collection, row).map((cell, i) =>
            collection.fields[i] !== undefined && familyOf(collection.fields[i].type) === "boolean"
              ? cell === "1"
              : cell,
          ),
        );
    },
    end: () => client.end(),
  };
}

async function mysqlLoader(url: string): Promise<Loader> {
  const client = await mysql.createConnection({ uri: url });
  await client.query("set session sql_mode = ''");
  return {
    run: async (sql) => {
      await client.query(sql);
    },
    insert: async ({ collection, fields, rows }) => {
      for (let at = 0; at < rows.length; at += 200)
        await client.query("insert into ?? (??) values ?", [
          collection.name,
          fields,
          rows.slice(at, at + 200).map((row) => valuesOf(collection, row)),
        ]);
    },
    end: () => client.end(),
  };
}

function sqliteLoader(file: string): Loader {
  const db = new DatabaseSync(file);
  return {
    run: async (sql) => db.exec(sql),
    insert: async ({ collection, fields, rows }) => {
      const statement = db.prepare(
        `insert into "${collection.name}" (${fields.map((f) => `"${f}"`).join(", ")}) values (${fields.map(() => "?").join(", ")})`,
      );
      for (const row of rows) statement.run(...valuesOf(collection, row));
    },
    end: async () => db.close(),
  };
}

/** `url`: of an empty database, or a new file. */
export async function load(engine: Engine, url: string, all: readonly Rows[]): Promise<void> {
  const loader =
    engine === "postgres"
      ? await postgresLoader(url)
      : engine === "mysql"
        ? await mysqlLoader(url)
        : sqliteLoader(url.replace(/^sqlite:/, ""));
  try {
    if (engine === "postgres")
      for (const schema of new Set(
        all.flatMap((r) => (r.collection.name.includes(".") ? [r.collection.name.split(".")[0] ?? ""] : [])),
      ))
        await loader.run(`create schema if not exists "${schema}"`);
    if (engine !== "mysql") await loader.run("begin");
    for (const rows of all) {
      await loader.run(ddl(engine, rows.collection));
      await loader.insert(rows);
    }
    if (engine !== "mysql") await loader.run("commit");
    if (engine === "postgres") await loader.run("analyze");
  } finally {
    await loader.end();
  }
}
