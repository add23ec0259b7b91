/** Whether what was signed once is a beginning of what the database holds now (spec/evidence-log.md, "How it is written"). */
import { sameBytes } from "@avow/core/evidence/bytes";
import type { Checkpoint } from "@avow/core/evidence/checkpoint";
import { rootOf } from "@avow/core/evidence/proofs";
import type { Database } from "../store/database.ts";
import { LogRefused } from "./guard.ts";
import type { LogPlace } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { readTileOf, tileReader } from "./tiles.ts";

export interface Going {
  /** Signed before. */
  readonly before: Checkpoint;
  readonly now: Checkpoint;
  /** Who says that it was signed. */
  readonly by: "guard" | "readers";
}

const BY = { guard: "", readers: ", as the checkpoint says that readers have" } as const;
const RESTORED = "restore the later database, or look at the log and begin a new one";

/** Throws LogRefused, with what was signed and what a person can do, unless the log goes on from there. */
export async function mustGoOn(
  place: LogPlace,
  session: Database,
  { before, now, by }: Going,
): Promise<void> {
  const { size, root } = before;
  if (size > now.size)
    throw new LogRefused(
      `the log went back: ${size} entries were signed, ${now.size} are there${BY[by]}; ${RESTORED}`,
    );
  const reader = tileReader(session, place.log, place.files);
  const readTile = readTileOf(reader, now.size);
  const own = size === now.size ? now.root : await rootOf({ primitives: p, size, readTile });
  if (!sameBytes(own, root))
    throw new LogRefused(`the log is another one than was signed at ${size} entries${BY[by]}; ${RESTORED}`);
}
