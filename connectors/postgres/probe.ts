import type { ProbeReport } from "@avow/runtime/connector-kit/probe";
import type { Session } from "./session.ts";

const PROBE = `
SELECT current_setting('server_version'),
  coalesce((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false)::text,
  (current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery())::text, pg_is_in_recovery()::text,
  extract(epoch FROM pg_postmaster_start_time())::text`;

export async function probe(session: Session): Promise<ProbeReport> {
  const [row] = await session.rows(null, { text: PROBE, values: [] });
  return {
    reachable: true,
    version: `PostgreSQL ${row?.[0] ?? ""}`.trim(),
    encryptedInTransit: row?.[1] === "true",
    readOnly: row?.[2] === "true",
    ...(row?.[3] === "true" ? { copy: true } : {}),
    // To the microsecond. Its address is another one by each way to it, and a standby has the primary's identifier.
    server: row?.[4] ?? "",
  };
}
