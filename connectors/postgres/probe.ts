import { setTimeout } from "node:timers/promises";
import type { ProbeReport } from "@avow/runtime/connector-kit/probe";
import { failureOf } from "./failure.ts";
import type { Session } from "./session.ts";

const PROBE = `
SELECT current_setting('server_version'),
  coalesce((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false)::text,
  (current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery())::text, pg_is_in_recovery()::text,
  extract(epoch FROM pg_postmaster_start_time())::text,
  to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Of a standby. Whoever has replayed all that he was sent, and is still sent to, is not behind, however long ago the primary last changed
 * anything; of anybody else all is to be doubted that came since the last change which he shows. Who may not see statistics sees that there is a
 * receiver, and not what it does. A statement of its own, for some servers with copies know none of these questions.
 */
const BEHIND = `
SELECT (CASE
  WHEN EXISTS (SELECT FROM pg_stat_wal_receiver AS r WHERE coalesce(r.status, 'streaming') = 'streaming')
    AND pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn() THEN 0
  ELSE 1000 * extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END)::bigint::text`;

/**
 * Where the primary is quiet, what has come this moment (it writes something of its own now and then) makes a standby look as far behind as the
 * last change is ago. It is gone by the next look, or the one after it.
 */
const [LOOKS_MAX, PAUSE_MS, IN_TIME_MS] = [4, 250, 1_000];

export async function probe(session: Session): Promise<ProbeReport> {
  const [row] = await session.rows(null, { text: PROBE, values: [] });
  return {
    reachable: true,
    version: `PostgreSQL ${row?.[0] ?? ""}`.trim(),
    encryptedInTransit: row?.[1] === "true",
    readOnly: row?.[2] === "true",
    ...(row?.[3] === "true" ? { copy: true, behindMs: await behindMs(session) } : {}),
    // To the microsecond. Its address is another one by each way to it, and a standby has the primary's identifier.
    server: row?.[4] ?? "",
    clock: row?.[5] ?? "",
  };
}

async function behindMs(session: Session): Promise<number | null> {
  let least = await askedOnce(session);
  for (let looks = 1; looks < LOOKS_MAX && least !== null && least > IN_TIME_MS; looks += 1) {
    await setTimeout(PAUSE_MS);
    least = Math.min(least, (await askedOnce(session)) ?? least);
  }
  return least;
}

async function askedOnce(session: Session): Promise<number | null> {
  try {
    const [row] = await session.rows(null, { text: BEHIND, values: [] });
    // Null: no change has been replayed since it started. Less than none: its clock is behind the primary's.
    return row?.[0] == null ? null : Math.max(0, Number(row[0]));
  } catch (error) {
    // It refuses to say, or was promoted between the two questions: that is not known then.
    if (failureOf(error) === null || session.isStale(error)) throw error;
    return null;
  }
}
