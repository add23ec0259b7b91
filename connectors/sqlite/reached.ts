/**
 * How far deleted rows are gone. Each of our connections that writes has `secure_delete` on, so what it deletes is overwritten in the file;
 * what is left is the write-ahead log, which a reader may keep from being emptied.
 */
import type { ReachQuery, ReachReport } from "@avow/runtime/connector-kit/contract";
import type { CatalogueCache } from "./catalogue.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

const BEYOND = ["blocks that the file system has freed and not overwritten", "backups"];

export async function reached(
  session: Session,
  cache: CatalogueCache,
  query: ReachQuery,
): Promise<ReachReport> {
  const collections: ReachReport["collections"][number][] = [];
  for (const collection of query.collections) {
    const { schema } = await cache.table(collection, []);
    const why = await hindrance(session, schema, query);
    collections.push(
      why === null
        ? { collection, reached: "vacuumed", at: new Date().toISOString() }
        : { collection, reached: "deleted", why },
    );
  }
  return { collections, beyond: BEYOND };
}

async function hindrance(session: Session, schema: string, { clean }: ReachQuery): Promise<string | null> {
  if (session.access === "read") return "this connection may only read";
  const ask = async (pragma: string): Promise<string> =>
    (await session.rows(null, { text: `PRAGMA ${quoted(schema)}.${pragma}`, values: [] }))[0]?.[0] ?? "";
  if ((await ask("secure_delete")) !== "1") return "deleted rows are not overwritten in this file";
  // Without one, the journal of a change goes when the change is final.
  if ((await ask("journal_mode")) !== "wal") return null;
  if (!clean) return "the write-ahead log may still hold the rows";
  return (await ask("wal_checkpoint(TRUNCATE)")) === "0"
    ? null
    : "a reader keeps the write-ahead log from being emptied";
}
