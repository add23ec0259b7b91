/**
 * From a committed batch to its files. Full tiles never lie in the database: until they are files, the entries of the batch stay in the outbox,
 * and the partial tiles that they filled up beside them, so that whoever leads next can make the same files from the same bytes.
 */
import { join } from "node:path";
import { concat, sameBytes } from "@avow/core/evidence/bytes";
import { type Edge, edgeRoot, grow, hashesOf, type Tile } from "@avow/core/evidence/growth";
import { leafHash } from "@avow/core/evidence/hashing";
import {
  hashesAt,
  prefixOf,
  TILE_WIDTH,
  type TileName,
  tilePath,
  unpackBundle,
} from "@avow/core/evidence/layout";
import { perfectRoot } from "@avow/core/evidence/proofs";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { lastBatchWaiting } from "./batches.ts";
import { readIfThere } from "./durable.ts";
import type { LogPlace } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { LogDamaged, levelOf, readEdge, rowLevel, writeFull } from "./tiles.ts";

interface Filled {
  readonly seqs: readonly string[];
  readonly full: readonly Tile[];
}

/** Files first: then nobody needs the rows any more. */
export async function flush(db: Database, place: LogPlace, { seqs, full }: Filled): Promise<void> {
  await mustFit(place.files, full);
  await writeFull(place.files, full);
  await dropRows(db, place.log, { seqs, full });
}

/** A file is for good. What holds something else is of a later log that the database was brought back behind, or somebody was at it. */
async function mustFit(folder: string, full: readonly Tile[]): Promise<void> {
  await Promise.all(
    full.map(async (tile) => {
      const path = join(folder, tilePath(tile));
      const there = await readIfThere(path);
      if (there !== null && !sameBytes(there, tile.bytes))
        throw new LogDamaged(
          `\`${path}\` is there already and is not what the log has there: look at it; restore the later database, or move the file away`,
        );
    }),
  );
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

/** The whole log, as it was committed. */
interface Committed {
  readonly size: number;
  readonly root: Uint8Array;
}

export const NOT_ITS_ROOT = "the partial tiles of the log do not give its root: restore the database";

/** What the one who committed the last batch did not come to. */
export async function finishLast(db: Database, place: LogPlace, committed: Committed): Promise<void> {
  await flushOlder(db, place, committed);
  const last = await lastBatchWaiting(db, place.log);
  if (last === null) return;
  const edge = last === undefined ? null : await readEdge(db, place.log, last.first);
  const grown = last === undefined || edge === null ? null : grow(p, edge, last.entries);
  if (last === undefined || grown === null || !sameBytes(grown.root, committed.root))
    throw new LogDamaged("the outbox does not hold what the last batch was made of: restore the database");
  await flush(db, place, { seqs: last.seqs, full: grown.full });
}

const AT_ONCE_MAX = 64;

/**
 * Versions before this one made rows of full tiles on the way to their files: a crash of theirs may have left some. Who can write to the
 * database can make such rows, too: a file is never written over, and what becomes one is what the tree above it says.
 */
async function flushOlder(db: Database, place: LogPlace, { size, root }: Committed): Promise<void> {
  for (;;) {
    const rows = await db
      .selectFrom("ledger_tiles")
      .select(["level", "n", "bytes"])
      .where("log", "=", place.log)
      .where("width", "=", TILE_WIDTH)
      // From above: what is below is held against it.
      .orderBy("level", "desc")
      .orderBy("n")
      .limit(AT_ONCE_MAX)
      .execute();
    const [first] = rows;
    if (first === undefined) return;
    const edge = await readEdge(db, place.log, size);
    if (!sameBytes(edgeRoot(p, edge), root)) throw new LogDamaged(NOT_ITS_ROOT);
    const full = rows
      .filter(({ level }) => level === first.level)
      .map(({ level, n, bytes }) => ({
        ...{ level: levelOf(level), index: Number(n), bytes, width: TILE_WIDTH },
      }));
    const missing: Tile[] = [];
    for (const tile of full) if (!(await isFile(place.files, tile, edge))) missing.push(tile);
    await writeFull(place.files, missing);
    await dropRows(db, place.log, { seqs: [], full });
  }
}

/** False: it is to be made, and may be. */
async function isFile(folder: string, tile: Tile, edge: Edge): Promise<boolean> {
  const there = await readIfThere(join(folder, tilePath(tile)));
  const isRight = there === null ? await isInTree(folder, tile, edge) : sameBytes(there, tile.bytes);
  if (!isRight)
    throw new LogDamaged(
      `the row of the full tile ${tilePath(tile)} is not what the log has there: restore the database`,
    );
  return there !== null;
}

async function isInTree(folder: string, { level, index, bytes }: Tile, edge: Edge): Promise<boolean> {
  if (level === null) {
    const leaves = unpackBundle(bytes, TILE_WIDTH)?.map((entry) => leafHash(p, entry));
    const tile = await readIfThere(join(folder, tilePath({ level: 0, index, width: TILE_WIDTH })));
    return leaves !== undefined && tile !== null && sameBytes(concat(leaves), tile);
  }
  if (prefixOf(level, bytes, TILE_WIDTH)?.length !== bytes.length) return false;
  const above = { level: level + 1, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH };
  const isAtEdge = above.index === Math.floor(hashesAt(edge.size, above.level) / TILE_WIDTH);
  const file = isAtEdge ? null : await readIfThere(join(folder, tilePath(above)));
  const hashes = isAtEdge ? edge.levels[above.level] : file === null ? [] : hashesOf(file);
  const says = hashes?.[index % TILE_WIDTH];
  return says !== undefined && sameBytes(says, perfectRoot(p, hashesOf(bytes)));
}
