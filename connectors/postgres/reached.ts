/**
 * How far deleted rows are gone. A deleted row stays in its table's files until VACUUM takes it out, and VACUUM leaves what an older
 * transaction, a slot or a prepared transaction may still want to see. The statistics tell when a vacuum ended, not when it began, so an
 * autovacuum proves nothing: only a vacuum of our own, with nobody older in the way, is claimed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Reach, ReachQuery, ReachReport } from "@avow/runtime/connector-kit/contract";
import type { CatalogueCache } from "./catalogue.ts";
import type { Session } from "./session.ts";

const BEYOND = ["the write-ahead log, until it is recycled", "replicas", "backups"];

/** Whose view of the past holds dead rows back. What the account may not see counts as in the way. */
const IN_THE_WAY = `
SELECT (SELECT count(*) FROM pg_stat_activity a WHERE a.pid <> pg_backend_pid() AND a.datname = current_database()
    AND a.backend_type = 'client backend' AND (a.xact_start < $1::text::timestamptz OR (a.state IS NULL AND a.usename <> current_user)))::text,
  (SELECT count(*) FROM pg_prepared_xacts p WHERE p.prepared < $1::text::timestamptz)::text,
  (SELECT count(*) FROM pg_replication_slots s WHERE s.xmin IS NOT NULL OR s.catalog_xmin IS NOT NULL)::text`;

const MAY_VACUUM = `
SELECT bool_and(pg_has_role(c.relowner, 'USAGE')
  OR (current_setting('server_version_num')::int >= 170000 AND has_table_privilege(c.oid, PRIVILEGE)))::text
FROM pg_class c WHERE c.oid = to_regclass($1::text) OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass($1::text)))`;

/** Before 17 the server does not know the word, and would refuse the question. */
const mayVacuum = (version: number): string =>
  MAY_VACUUM.replace("PRIVILEGE", version >= 170_000 ? "'MAINTAIN'" : "'DELETE'");

export async function reached(
  session: Session,
  cache: CatalogueCache,
  query: ReachQuery,
): Promise<ReachReport> {
  const collections: Reach[] = [];
  for (const collection of query.collections)
    collections.push(await reachOf(session, cache, collection, query));
  return { collections, beyond: BEYOND };
}

async function reachOf(
  session: Session,
  cache: CatalogueCache,
  collection: string,
  { clean }: ReachQuery,
): Promise<Reach> {
  const { table, catalogue } = await cache.table(collection, []);
  const only = (why: string): Reach => ({ collection, reached: "deleted", why });
  if (!clean) return only("the server takes the rows out of its files at its next vacuum");
  if (session.access === "read") return only("this connection may only read");
  const relation = table.sql.replace(/^ONLY /, "");
  const [may] = await session.rows(null, { text: mayVacuum(catalogue.version), values: [relation] });
  if (may?.[0] !== "true") return only("the account may not vacuum the table");
  const way = await wayIsFree(session);
  if (way !== null) return only(way);
  await session.rows(collection, { text: `VACUUM ${relation}`, values: [] });
  const [at] = await session.rows(null, {
    text: 'SELECT to_char(now(), \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\')',
    values: [],
  });
  return { collection, reached: "vacuumed", at: at?.[0] ?? "" };
}

const LOOKS_MAX = 20;
const PAUSE_MS = 250;

/** Null when whoever was at work while the rows were deleted has ended; short transactions are waited for. */
async function wayIsFree(session: Session): Promise<string | null> {
  const [now] = await session.rows(null, { text: "SELECT clock_timestamp()::text", values: [] });
  for (let look = 1; ; look += 1) {
    const [way] = await session.rows(null, { text: IN_THE_WAY, values: [now?.[0] ?? ""] });
    const [open, prepared, slots] = (way ?? []).map(Number);
    if (prepared !== 0) return "an older prepared transaction may still see the rows";
    if (slots !== 0) return "a replication slot may still want the rows";
    if (open === 0) return null;
    if (look >= LOOKS_MAX) return "an older transaction may still see the rows";
    await sleep(PAUSE_MS);
  }
}
