/** What a mutant left running on a server: a statement without its condition goes on long after whoever sent it was ended, and slows the next. */
import mysql from "mysql2/promise";

export async function endSessions(url: string): Promise<void> {
  const admin = await mysql.createConnection({ uri: url });
  try {
    const [rows] = await admin.query(
      "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE id <> connection_id() AND command <> 'Daemon' AND user NOT IN ('system user', 'event_scheduler')",
    );
    if (!Array.isArray(rows)) throw new Error("MariaDB does not list its sessions");
    for (const row of rows)
      for (const kill of Object.values(row)) await admin.query(String(kill)).catch(hasEnded);
  } finally {
    await admin.end();
  }
}

const NO_SUCH_THREAD = 1094;
function hasEnded(error: unknown): void {
  if (error instanceof Error && "errno" in error && error.errno === NO_SUCH_THREAD) return;
  throw error;
}
