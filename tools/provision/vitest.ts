/** A throw-away PostgreSQL and MariaDB for the live tests: up before the first, gone after the last. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useEmbedded } from "@avow/runtime/store/embedded";
import type { TestProject } from "vitest/node";
import { type MariaDb, startMariaDb } from "./mariadb.ts";
import { firstSeed } from "./seed.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A superuser's URL. Make a database of your own: `freshDatabase` of tools/provision/database.ts. */
    postgresUrl: string;
    /** An administrator's URL, and the certificate for TLS; or why there is none, for tests to say when they skip. */
    mariaDb: { readonly url: string; readonly caFile: string } | { readonly missing: string };
    /** Where random worlds begin. */
    freshSeed: number;
  }
}

/** Without it the tests that need it are skipped, and say why: it comes from a Debian package, which not every machine can install. */
async function mariaDb(): Promise<MariaDb | { readonly missing: string }> {
  try {
    return await startMariaDb();
  } catch (error) {
    const missing = error instanceof Error ? error.message : String(error);
    console.warn(`the tests on MariaDB are skipped: ${missing}`);
    return { missing };
  }
}

/** No test asks what a power cut leaves: nothing need wait for the disk, databases that come and go least of all. Nobody kills this server. */
const HURRIED = {
  ...{ fsync: "off", full_page_writes: "off", synchronous_commit: "off" },
  ...{ checkpoint_timeout: "1h", max_wal_size: "4GB" },
};

export default async function provide(project: TestProject): Promise<() => Promise<void>> {
  project.provide("freshSeed", await firstSeed());
  const folder = await mkdtemp(join(tmpdir(), "avow-test-"));
  // The server's user must be able to pass through; the data folder inside is its own, mode 0700.
  const home = join(folder, "avow");
  await chmod(folder, 0o755);
  const [server, maria] = await Promise.all([useEmbedded({ home, settings: HURRIED }), mariaDb()]);
  project.provide("postgresUrl", server.adminUrl());
  project.provide("mariaDb", "missing" in maria ? maria : { url: maria.url, caFile: maria.caFile });
  return async () => {
    await server.release();
    if (!("missing" in maria)) await maria.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
