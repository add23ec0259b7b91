/** How far a restore is, for whoever has asked for it and looks again. Nobody keeps the person's key: one that was cut short waits for it. */
import type { Database } from "../../store/database.ts";
import { isFree } from "../desk/hold.ts";

/** `restoring`: somebody is at it; `stopped`: it was begun, and goes on when the key is sent again. Null: none was begun. */
export type RestoreStanding = "restoring" | "stopped" | null;

export async function restoreStanding(
  db: Database,
  row: {
    readonly id: string;
    readonly state: string;
    readonly restoring_since: Date | null;
  },
): Promise<RestoreStanding> {
  if (row.state !== "restricted" || row.restoring_since === null) return null;
  const free = await db.selectFrom("requests").select("id").where("id", "=", row.id).where(isFree).execute();
  return free.length === 0 ? "restoring" : "stopped";
}

export const STOPPED_RESTORE =
  "it was being brought back, and that stopped before its end: send the key again before the window ends, and it goes on from there";
