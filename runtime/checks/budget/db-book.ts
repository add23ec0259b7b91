/** Windows in Avow's own database. Bounds are keys of rows and may be a person's (an address as a primary key), so they are sealed. */
import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import type { KeptWindow, WindowBook } from "./book.ts";

const DAY_MS = 86_400_000;
/** Windows of a look that nobody asks for any more. */
const FORGOTTEN_AFTER_MS = 90 * DAY_MS;

const key = z.array(z.string()).nullable();
const sealedSchema = z.object({ after: key, upTo: key, result: z.unknown() });

export interface BookOptions {
  readonly db: Database;
  readonly service: string;
  readonly sealer: Sealer;
}

export function databaseBook({ db, service, sealer }: BookOptions): WindowBook {
  const purpose = (id: string): string => `check-window/${id}`;
  const rowOf = (look: string, { id, rows, readAt, after, upTo, result }: KeptWindow) => ({
    ...{ id, service, look, rows, read_at: readAt },
    sealed: Buffer.from(sealer.seal(purpose(id), Buffer.from(JSON.stringify({ after, upTo, result })))),
  });
  return {
    async list(look) {
      const rows = await db
        .selectFrom("check_windows")
        .selectAll()
        .where("service", "=", service)
        .where("look", "=", look)
        .execute();
      return rows.map((row) => {
        const plain: unknown = JSON.parse(
          Buffer.from(sealer.open(purpose(row.id), row.sealed)).toString("utf8"),
        );
        return { id: row.id, rows: Number(row.rows), readAt: row.read_at, ...sealedSchema.parse(plain) };
      });
    },
    async hold(look, act) {
      const lock = `window/${service}/${look}`;
      return db.connection().execute(async (held) => {
        const { rows } = await sql<{
          got: boolean;
        }>`select pg_try_advisory_lock(hashtextextended(${lock}, 3)) as got`.execute(held);
        if (rows[0]?.got !== true) return null;
        try {
          return await act({
            put: (changed, gone) =>
              db.transaction().execute(async (tx) => {
                if (gone.length > 0) await tx.deleteFrom("check_windows").where("id", "in", gone).execute();
                await tx
                  .insertInto("check_windows")
                  .values(changed.map((w) => rowOf(look, w)))
                  .onConflict((c) =>
                    c.column("id").doUpdateSet((e) => ({
                      rows: e.ref("excluded.rows"),
                      read_at: e.ref("excluded.read_at"),
                      sealed: e.ref("excluded.sealed"),
                    })),
                  )
                  .execute();
              }),
          });
        } finally {
          await sql`select pg_advisory_unlock(hashtextextended(${lock}, 3))`.execute(held);
        }
      });
    },
  };
}

/** Looks that were not taken for a quarter of a year. */
export async function forgetWindows(db: Database, service: string, now: Date): Promise<void> {
  await db
    .deleteFrom("check_windows")
    .where("service", "=", service)
    .where("look", "in", (q) =>
      q
        .selectFrom("check_windows")
        .select("look")
        .where("service", "=", service)
        .groupBy("look")
        .having((e) => e.fn.max("read_at"), "<", new Date(now.getTime() - FORGOTTEN_AFTER_MS)),
    )
    .execute();
}
