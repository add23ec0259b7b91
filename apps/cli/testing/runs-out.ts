/** The time of a subject's key has come, and a worker destroys it, for tests. */
import { spawn } from "node:child_process";
import { expect } from "vitest";
import type { Service } from "./service.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

export async function runsOut({ folder, env, own }: Service, subject: string): Promise<void> {
  const ends = "update ledger_keys set ends_at = now() - interval '1 minute' where subject = $1";
  await own.query(ends, [subject]);
  const child = spawn(process.execPath, [MAIN, "worker"], { cwd: folder, env, stdio: "ignore" });
  const closed = new Promise((resolve) => child.on("close", resolve));
  const left = "select from ledger_keys where subject = $1 and sealed is not null";
  try {
    await expect.poll(async () => (await own.query(left, [subject])).rowCount, { timeout: 30_000 }).toBe(0);
  } finally {
    child.kill("SIGTERM");
    await closed;
  }
}
