/** A throw-away PostgreSQL for the live tests: up before the first, gone after the last. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useEmbedded } from "@avow/runtime/store/embedded";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A superuser's URL. Make a database of your own: `freshDatabase` of tools/provision/database.ts. */
    postgresUrl: string;
  }
}

export default async function provide(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "avow-test-"));
  // The server's user must be able to pass through; the data folder inside is its own, mode 0700.
  const home = join(folder, "avow");
  await chmod(folder, 0o755);
  const server = await useEmbedded({ home });
  project.provide("postgresUrl", server.adminUrl());
  return async () => {
    await server.release();
    await rm(folder, { recursive: true, force: true });
  };
}
