import { connector } from "@avow/connector-postgres/connector";
import { freshDatabase } from "@avow/provision/database";
import pg from "pg";
import type { Cell } from "../model/world.ts";
import { foreignKeySql, rowsSql, schemaSql, selectSql } from "../world/sql.ts";
import { cellsToRow, type Engine } from "./engine.ts";
import { indexSql } from "./sql.ts";

/** Worlds are written in its notation. `adminUrl` is a superuser's. */
export const postgres = (adminUrl: string): Engine => ({
  name: "postgres",
  connector,
  written: (_, value) => value,
  foldsNames: false,
  takes: () => true,
  async start() {
    const database = await freshDatabase(adminUrl, "sim");
    const client = new pg.Client({
      connectionString: database.url,
      options: "-c timezone=UTC -c datestyle=ISO,YMD -c synchronous_commit=off",
    });
    await client.connect();
    return {
      url: database.url,
      async layOut(world) {
        await client.query("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public");
        await client.query(`${schemaSql(world)}\n${rowsSql(world)}\n${foreignKeySql(world)}`);
        for (const sql of indexSql(world, (name) => pg.escapeIdentifier(name))) await client.query(sql);
      },
      async reset(world) {
        await client.query("SET session_replication_role = replica");
        await client.query(rowsSql(world));
        await client.query("SET session_replication_role = origin");
      },
      async rowsOf(table) {
        const { rows } = await client.query<Cell[]>({ text: selectSql(table), rowMode: "array" });
        return rows.map((cells) => cellsToRow(table, cells));
      },
      async stop() {
        await client.end();
        await database.drop();
      },
    };
  },
});
