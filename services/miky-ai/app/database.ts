/** The service's own database. What comes back is read by a schema; values only ever travel as parameters. */
import pg from "pg";
import type { z } from "zod";

export type Param = string | number | boolean | Date | null | readonly string[];

export interface Queries {
  all<T>(schema: z.ZodType<T>, sql: string, params?: readonly Param[]): Promise<readonly T[]>;
  /** The first row, if there is one. */
  one<T>(schema: z.ZodType<T>, sql: string, params?: readonly Param[]): Promise<T | null>;
  /** The number of rows changed. */
  run(sql: string, params?: readonly Param[]): Promise<number>;
}

export interface Database extends Queries {
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 30_000;

const queriesOf = (client: { query(sql: string, params: unknown[]): Promise<pg.QueryResult> }): Queries => ({
  async all(schema, sql, params = []) {
    return (await client.query(sql, [...params])).rows.map((row) => schema.parse(row));
  },
  async one(schema, sql, params = []) {
    const row = (await client.query(sql, [...params])).rows[0];
    return row === undefined ? null : schema.parse(row);
  },
  async run(sql, params = []) {
    return (await client.query(sql, [...params])).rowCount ?? 0;
  },
});

export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 10, statement_timeout: STATEMENT_TIMEOUT_MS });
  // An idle connection that the server closed; the next query opens another.
  pool.on("error", () => undefined);
  return {
    ...queriesOf(pool),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("begin");
        const result = await work(queriesOf(client));
        await client.query("commit");
        client.release();
        return result;
      } catch (error) {
        // A connection in an unknown state is thrown away, which rolls back.
        client.release(true);
        throw error;
      }
    },
    close: () => pool.end(),
  };
}
