/**
 * From a committed batch to its files. Full tiles never lie in the database: until they are files, the entries of the batch stay in the outbox,
 * and the partial tiles that they filled up beside them, so that whoever leads next can make the same files from the same bytes.
 */
import { sameBytes } from "@avow/core/evidence/bytes";
import { grow, type Tile } from "@avow/core/evidence/growth";
import { TILE_WIDTH, type TileName } from "@avow/core/evidence/layout";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { lastBatchWaiting } from "./batches.ts";
import type { LogPlace } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { LogDamaged, levelOf, readEdge, rowLevel, writeFull } from "./tiles.ts";

interface Filled {
  readonly seqs: readonly string[];
  readonly full: readonly Tile[];
}

/** Files first: then nobody needs the rows any more. */
export async function flush(db: Database, place: LogPlace, { seqs, full }: Filled): Promise<void> {
  await writeFull(place.files, full);
  await dropRows(db, place.log, { seqs, full });
}

async function dropRows(
  db: Database,
  log: string,
  { seqs, full }: { readonly seqs: readonly string[]; readonly full: readonly TileName[] },
): Promise<void> {
  const levels = full.map((t) => rowLevel(t.level));
  const numbers = full.map((t) => t.index);
  await sql`with filled as (
      delete from ledger_tiles t using unnest(${levels}::smallint[], ${numbers}::bigint[]) as f(level, n)
       where t.log = ${log} and t.level = f.level and t.n = f.n
    ) delete from ledger_outbox where log = ${log} and seq = any(${seqs}::bigint[])`.execute(db);
}

/** What the one who committed the last batch did not come to. `root`: of the whole log, as it was committed. */
export async function finishLast(db: Database, place: LogPlace, root: Uint8Array): Promise<void> {
  await flushOlder(db, place);
  const last = await lastBatchWaiting(db, place.log);
  if (last === null) return;
  const edge = last === undefined ? null : await readEdge(db, place.log, last.first);
  const grown = last === undefined || edge === null ? null : grow(p, edge, last.entries);
  if (last === undefined || grown === null || !sameBytes(grown.root, root))
    throw new LogDamaged("the outbox does not hold what the last batch was made of: restore the database");
  await flush(db, place, { seqs: last.seqs, full: grown.full });
}

const AT_ONCE_MAX = 64;

/** Versions before this one made rows of full tiles on the way to their files: a crash of theirs may have left some. */
async function flushOlder(db: Database, place: LogPlace): Promise<void> {
  for (;;) {
    const rows = await db
      .selectFrom("ledger_tiles")
      .select(["level", "n", "bytes"])
      .where("log", "=", place.log)
      .where("width", "=", TILE_WIDTH)
      .limit(AT_ONCE_MAX)
      .execute();
    if (rows.length === 0) return;
    const full = rows.map(({ level, n, bytes }) => ({
      ...{ level: levelOf(level), index: Number(n), bytes, width: TILE_WIDTH },
    }));
    await flush(db, place, { seqs: [], full });
  }
}
