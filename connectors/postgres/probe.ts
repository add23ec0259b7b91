import { setTimeout } from "node:timers/promises";
import type { ProbeQuery, ProbeReport } from "@avow/runtime/connector-kit/probe";
import { failureOf } from "./failure.ts";
import type { Session } from "./session.ts";

const PROBE = `
SELECT current_setting('server_version'),
  coalesce((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false)::text,
  (current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery())::text, pg_is_in_recovery()::text,
  extract(epoch FROM pg_postmaster_start_time())::text,
  to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Of a standby. That it has replayed all that it was sent says nothing by itself: one that catches up over a slow line has, and is a day behind.
 * Where its primary ends by the last message that came, only members of `pg_read_all_stats` are told; anybody else is told that there is a receiver.
 * A statement of its own, for some servers with copies know none of these questions.
 */
const BEHIND = `
SELECT (r.pid IS NOT NULL AND r.status IS NULL)::text,
  coalesce(w.replayed >= w.received, false)::text, w.received::text,
  coalesce(r.status = 'streaming' AND w.replayed >= r.latest_end_lsn, false)::text,
  (1000 * extract(epoch FROM clock_timestamp() - r.last_msg_receipt_time))::bigint::text,
  (1000 * extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()))::bigint::text,
  (SELECT s.setting FROM pg_settings AS s WHERE s.name = 'wal_receiver_timeout')
FROM (SELECT pg_last_wal_replay_lsn() AS replayed, pg_last_wal_receive_lsn() AS received) AS w
LEFT JOIN pg_stat_wal_receiver AS r ON true`;

/** One look at a standby. */
export interface Look {
  /** Its receiver is there, and what it does is not for us to see. */
  readonly veiled: boolean;
  /** All that was sent has been replayed. */
  readonly replayedAll: boolean;
  /** How far it was sent to. */
  readonly received: string | null;
  /** It streams, and has replayed up to where its primary ended when the last message came. */
  readonly level: boolean;
  readonly sinceMessageMs: number | null;
  /** Since the last change that it shows; null: it has shown none since it started. Less than 0: its clock is behind the primary's. */
  readonly sinceChangeMs: number | null;
  /** A receiver to which nothing comes for so long ends; 0: it waits for ever. */
  readonly timeoutMs: number;
}

/**
 * Where the primary is quiet, what has come this moment (it writes something of its own now and then) makes a standby look as far behind as the last
 * change is ago. It is gone by the next look, or the one after it.
 */
const [LOOKS_MAX, PAUSE_MS, IN_TIME_MS] = [4, 250, 1_000];
/**
 * Where only the receiver is seen: nothing has come for two seconds. Whoever catches up is sent 128 kB at a time, one after the other; the two seconds
 * let pass a line of less than half a megabit a second, and one that was cut off for as long as it is sent anew what it has of a file. A quiet primary writes something of its own every 15 seconds at most.
 */
const [STILL_LOOKS, VEILED_LOOKS_MAX] = [8, 20];

export async function probe(session: Session, { behind }: ProbeQuery = {}): Promise<ProbeReport> {
  const [row] = await session.rows(null, { text: PROBE, values: [] });
  const isCopy = row?.[3] === "true";
  return {
    reachable: true,
    version: `PostgreSQL ${row?.[0] ?? ""}`.trim(),
    encryptedInTransit: row?.[1] === "true",
    readOnly: row?.[2] === "true",
    ...(isCopy ? { copy: true } : {}),
    ...(isCopy && behind === true ? { behindMs: await behindMs(session) } : {}),
    // To the microsecond. Its address is another one by each way to it, and a standby has the primary's identifier.
    server: row?.[4] ?? "",
    clock: row?.[5] ?? "",
  };
}

async function behindMs(session: Session): Promise<number | null> {
  const looks: Look[] = [];
  for (;;) {
    const look = await askedOnce(session);
    if (look === null) return null;
    looks.push(look);
    const told = behindBy(looks);
    const enough = look.veiled && look.replayedAll ? VEILED_LOOKS_MAX : LOOKS_MAX;
    if ((told !== null && told <= IN_TIME_MS) || isStill(looks) || looks.length >= enough) return told;
    await setTimeout(PAUSE_MS);
  }
}

/** All that changed at the primary longer ago than this is shown, by the best of these looks; null: that can not be told. */
export function behindBy(looks: readonly Look[]): number | null {
  const bounds = looks
    .flatMap((look) => [look.sinceChangeMs, look.level ? look.sinceMessageMs : null])
    .filter((ms) => ms !== null);
  const timeoutMs = looks.at(-1)?.timeoutMs ?? 0;
  // The primary may have gone silent, and not be quiet: then its receiver ends, sooner or later.
  if (isStill(looks) && timeoutMs > 0) bounds.push(timeoutMs);
  return bounds.length === 0 ? null : Math.max(0, Math.min(...bounds));
}

/** Nobody sees where the primary ends, and nothing came while we looked. */
function isStill(looks: readonly Look[]): boolean {
  const last = looks.slice(-STILL_LOOKS - 1);
  return (
    last.length > STILL_LOOKS &&
    last.every((l) => l.veiled && l.replayedAll && l.received !== null && l.received === last[0]?.received)
  );
}

async function askedOnce(session: Session): Promise<Look | null> {
  try {
    const [row] = await session.rows(null, { text: BEHIND, values: [] });
    const ms = (cell: string | null | undefined): number | null => (cell == null ? null : Number(cell));
    return {
      ...{ veiled: row?.[0] === "true", replayedAll: row?.[1] === "true", received: row?.[2] ?? null },
      ...{ level: row?.[1] === "true" && row?.[3] === "true", sinceMessageMs: ms(row?.[4]) },
      ...{ sinceChangeMs: ms(row?.[5]), timeoutMs: ms(row?.[6]) ?? 0 },
    };
  } catch (error) {
    // It refuses to say, or was promoted between the two questions: that is not known then.
    if (failureOf(error) === null || session.isStale(error)) throw error;
    return null;
  }
}
