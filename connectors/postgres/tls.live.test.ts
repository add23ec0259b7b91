/** TLS against a real server: encrypted when asked for, and only to the one who can prove who it is. */
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { certificates } from "@avow/provision/mariadb";
import { answered, failureIn, using } from "@avow/runtime/connector-kit/contract-subject";
import { useEmbedded } from "@avow/runtime/store/embedded";
import pg from "pg";
import { expect, test } from "vitest";
import { connector } from "./connector.ts";

const run = promisify(execFile);

test("verify-full takes the right authority and refuses another", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-tls-"));
  await chmod(folder, 0o755);
  const [home, strange] = [join(folder, "pg"), join(folder, "strange")];
  const server = await useEmbedded({ home });
  try {
    await run("mkdir", [strange]);
    const [ours, others] = await Promise.all([certificates(folder), certificates(strange)]);
    // The server reads a key only when it is its own.
    if (process.getuid?.() === 0)
      await run("chown", [`--reference=${join(home, "pg")}`, ours.key, ours.cert]);
    const client = new pg.Client({ connectionString: server.adminUrl() });
    await client.connect();
    await client.query(`alter system set ssl_cert_file = '${ours.cert}'`);
    await client.query(`alter system set ssl_key_file = '${ours.key}'`);
    await client.query("alter system set ssl = on");
    await client.query("select pg_reload_conf()");
    while ((await client.query("show ssl")).rows[0]?.ssl !== "on")
      await client.query("select pg_sleep(0.05)");
    await client.end();
    const probe = (query: string) => {
      const url = `${server.adminUrl()}?${query}`;
      return using(connector.open({ url, access: "read", statementTimeoutMs: 5000 }), (c) => c.probe());
    };
    const ca = (file: string): string => `sslrootcert=${encodeURIComponent(file)}`;
    expect(answered(await probe("sslmode=disable"))).toMatchObject({ encryptedInTransit: false });
    expect(answered(await probe(`sslmode=verify-full&${ca(ours.ca)}`))).toMatchObject({
      encryptedInTransit: true,
    });
    const refused = failureIn(await probe(`sslmode=verify-full&${ca(others.ca)}`));
    expect(refused).toMatchObject({ error: "unreachable", retryable: false });
    expect(refused.reason).not.toContain(folder);
  } finally {
    await server.release();
    await rm(folder, { recursive: true });
  }
});
