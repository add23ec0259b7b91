import { connector } from "@avow/connector-mysql/connector";
import { freshMariaDb } from "@avow/provision/mariadb";
import mysql from "mysql2/promise";
import type { Cell } from "../model/world.ts";
import type { ColumnType } from "../world/draft.ts";
import type { RandomWorld } from "../world/world.ts";
import { cellsToRow, type Engine } from "./engine.ts";
import { type Dialect, indexSql, tableSql } from "./sql.ts";

/** Texts are unique as they stand, so the collation has to tell them apart; and short enough for a key. */
const TEXT = "CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";
const TYPES: Partial<Readonly<Record<ColumnType, string>>> = {
  text: `varchar(190) ${TEXT}`,
  "varchar(20)": `varchar(20) ${TEXT}`,
  boolean: "tinyint(1)",
  numeric: "decimal(30,2)",
  jsonb: "json",
  timestamp: "datetime",
  timestamptz: "datetime",
};
const dialect: Dialect = {
  quoted: (name) => `\`${name.replaceAll("`", "``")}\``,
  type: (type) => TYPES[type] ?? type,
  deferrable: false,
  naming: ({ name }, i) => `CONSTRAINT ${dialect.quoted(`${name.slice(0, 50)} ${i} link`)} `,
};

/** No time zones, and a zero date where others have infinity. */
function written(type: ColumnType, value: string): string {
  if (value === "infinity") return type === "date" ? "0000-00-00" : "0000-00-00 00:00:00";
  if (type === "timestamptz") return value.replace(/\+00$/, "");
  if (type === "boolean") return value === "true" ? "1" : "0";
  if (type !== "numeric") return value;
  const [whole = "", part = ""] = value.split(".");
  return `${whole}.${part.padEnd(2, "0")}`;
}

async function fill(client: mysql.Connection, { tables, model }: RandomWorld): Promise<void> {
  await client.query("SET foreign_key_checks = 0");
  for (const [i, table] of tables.entries()) {
    await client.query(`DELETE FROM ${dialect.quoted(table.name)}`);
    const rows = (model.tables[i]?.rows ?? []).map((row) =>
      table.columns.map((c) => row.get(c.name) ?? null),
    );
    const columns = table.columns.map((c) => dialect.quoted(c.name)).join(", ");
    if (rows.length > 0)
      await client.query(`INSERT INTO ${dialect.quoted(table.name)} (${columns}) VALUES ?`, [rows]);
  }
  await client.query("SET foreign_key_checks = 1");
}

export const mariaDb = (adminUrl: string): Engine => ({
  name: "mysql",
  connector,
  written,
  foldsNames: true,
  // InnoDB wants the very same type on both sides, and sets nothing to null that can't be.
  takes: ({ from, toColumns, foreignKey }) =>
    from.every((c, i) => c.type === toColumns[i]?.type) &&
    (foreignKey?.onDelete !== "set null" || from.every((c) => c.nullable)),
  async start() {
    const database = await freshMariaDb(adminUrl, "sim");
    const client = await mysql.createConnection({
      uri: database.url,
      charset: "utf8mb4_bin",
      multipleStatements: true,
      jsonStrings: true,
    });
    await client.query("SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'");
    const made: string[] = [];
    return {
      url: database.url,
      async layOut(world) {
        await client.query("SET foreign_key_checks = 0");
        for (const name of made.splice(0)) await client.query(`DROP TABLE IF EXISTS ${dialect.quoted(name)}`);
        for (const table of world.tables) {
          made.push(table.name);
          await client.query(tableSql(table, dialect));
        }
        for (const sql of indexSql(world, dialect.quoted)) await client.query(sql);
        await fill(client, world);
      },
      reset: (world) => fill(client, world),
      async rowsOf(table) {
        const columns = table.columns
          .map((c) => `CONVERT(${dialect.quoted(c.name)} USING utf8mb4)`)
          .join(", ");
        const sql = `SELECT ${columns} FROM ${dialect.quoted(table.name)}`;
        const [rows] = await client.query<mysql.RowDataPacket[][]>({ sql, rowsAsArray: true });
        return rows.map((row) =>
          cellsToRow(
            table,
            row.map((cell): Cell => (cell === null ? null : String(cell))),
          ),
        );
      },
      async stop() {
        await client.end();
        await database.drop();
      },
    };
  },
});
