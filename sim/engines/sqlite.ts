import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector } from "@avow/connector-sqlite/connector";
import type { Cell } from "../model/world.ts";
import type { ColumnType } from "../world/draft.ts";
import type { RandomWorld } from "../world/world.ts";
import { cellsToRow, type Engine } from "./engine.ts";
import { type Dialect, indexSql, tableSql } from "./sql.ts";

const TYPES: Partial<Readonly<Record<ColumnType, string>>> = {
  jsonb: "json",
  timestamptz: "datetime",
  timestamp: "datetime",
};
const dialect: Dialect = {
  quoted: (name) => `"${name.replaceAll('"', '""')}"`,
  type: (type) => TYPES[type] ?? type,
  deferrable: true,
  naming: () => "",
};

const MOST = 2 ** 63;

function numberText(n: number): string {
  if (Number.isInteger(n)) return Math.abs(n) < MOST ? String(BigInt(n)) : `${n}.0`;
  return String(n);
}

/** Numbers are what SQLite makes of them; times are the texts that a program wrote. */
function written(type: ColumnType, value: string): string {
  if (type === "timestamptz") return value.replace(/\+00$/, "");
  if (type === "boolean") return value === "true" ? "1" : "0";
  return type === "numeric" ? numberText(Number(value)) : value;
}

function cellOf(value: unknown): Cell {
  if (value === null) return null;
  return typeof value === "number" ? numberText(value) : String(value);
}

function fill(database: DatabaseSync, { tables, model }: RandomWorld): void {
  for (const [i, table] of tables.entries()) {
    database.exec(`DELETE FROM ${dialect.quoted(table.name)}`);
    const columns = table.columns.map((c) => dialect.quoted(c.name)).join(", ");
    const places = table.columns.map(() => "?").join(", ");
    const insert = database.prepare(
      `INSERT INTO ${dialect.quoted(table.name)} (${columns}) VALUES (${places})`,
    );
    for (const row of model.tables[i]?.rows ?? [])
      insert.run(...table.columns.map((c) => row.get(c.name) ?? null));
  }
}

export const sqlite = (): Engine => ({
  name: "sqlite",
  connector,
  written,
  foldsNames: true,
  takes: () => true,
  async start() {
    const folder = await mkdtemp(join(tmpdir(), "avow-sim-"));
    const file = join(folder, "sim.db");
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
    const made: string[] = [];
    return {
      url: `sqlite:${file}`,
      async layOut(world) {
        database.exec("BEGIN");
        for (const name of made.splice(0)) database.exec(`DROP TABLE ${dialect.quoted(name)}`);
        for (const table of world.tables) {
          database.exec(tableSql(table, dialect));
          made.push(table.name);
        }
        for (const sql of indexSql(world, dialect.quoted)) database.exec(sql);
        fill(database, world);
        database.exec("COMMIT");
        if (database.prepare("PRAGMA foreign_key_check").all().length > 0)
          throw new Error("the rows of a world break its foreign keys");
      },
      async reset(world) {
        database.exec("BEGIN");
        fill(database, world);
        database.exec("COMMIT");
      },
      async rowsOf(table) {
        const statement = database.prepare(
          `SELECT ${table.columns.map((c) => dialect.quoted(c.name)).join(", ")} FROM ${dialect.quoted(table.name)}`,
        );
        statement.setReadBigInts(true);
        statement.setReturnArrays(true);
        const rows: unknown[] = statement.all();
        return rows.map((row) => cellsToRow(table, Array.isArray(row) ? row.map(cellOf) : []));
      },
      async stop() {
        database.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
});
