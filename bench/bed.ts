/**
 * What a benchmark of requests works on: a PostgreSQL of its own (the embedded one, fsync on), a database for the application and one for
 * Avow, and a service's folder over them, opened as the commands open it.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connector } from "@avow/connector-postgres/connector";
import type { ConnectorModule } from "@avow/runtime/connector-kit/contract";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import { ensureDatabase, useEmbedded } from "@avow/runtime/store/embedded";
import { findRunning } from "@avow/runtime/store/embedded-server";
import pg from "pg";
import { type Processor, processorOf, sumOf } from "./processor.ts";

export interface Bed {
  readonly folder: string;
  /** For commands that are run as processes. */
  readonly env: Readonly<Record<string, string>>;
  /** To the application's database, as an application has one. */
  readonly app: pg.Client;
  readonly appUrl: string;
  readonly server: string;
  /** Processor time so far, of this process and of the server. */
  readonly processor: () => Promise<Processor | null>;
  /** The sum, in ms. */
  readonly processorMs: () => Promise<number | null>;
  /** Statements sent to the application's store, by collection, since the last `clear`. */
  readonly statements: Map<string, number>;
  open(): Promise<OpenDesk>;
  close(): Promise<void>;
}

export interface Ground {
  readonly map: string;
  /** `class: [categories]` lines of the policy. */
  readonly classes: string;
}

const policyOf = (classes: string): string => `---
service: bench
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Bench Ltd, country: DE, contact: { rights: privacy@bench.example } }
jurisdictions: [EU]
classes:
${classes}
---
# Privacy

We show you your data and delete it when you ask us to.

\`\`\`commit
- id: rights
  right: [access, erase]
  ways: [email]
  within: P14D
\`\`\`
`;

export async function makeBed({ map, classes }: Ground): Promise<Bed> {
  const home = await mkdtemp(join(tmpdir(), "avow-bench-"));
  // The server's user must be able to pass through.
  await chmod(home, 0o755);
  const server = await useEmbedded({ home: join(home, "server") });
  for (const name of ["app", "avow"]) await ensureDatabase(server, name);
  const appUrl = server.urlFor({ database: "app" });
  const folder = join(home, "service");
  await mkdir(folder);
  await writeFile(join(folder, "policy.en.md"), policyOf(classes));
  await writeFile(join(folder, "app.yaml"), map);
  await writeFile(
    join(folder, "avow.yaml"),
    "service: bench\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: postgres, url: env:APP_URL } }\nstate: env:STATE_URL\n",
  );
  const env = {
    AVOW_HOME: join(home, "avow"),
    APP_URL: appUrl,
    STATE_URL: server.urlFor({ database: "avow" }),
  };
  const app = new pg.Client({ connectionString: appUrl });
  await app.connect();
  const postmaster = (await findRunning(join(home, "server")))?.pid ?? 0;
  const version = await app.query<{ v: string }>("select version() as v");
  const statements = new Map<string, number>();
  return {
    ...{ folder, env, app, appUrl, statements },
    processor: async () => processorOf(postmaster),
    processorMs: async () => sumOf(processorOf(postmaster)),
    server: (version.rows[0]?.v ?? "?").split(" ").slice(0, 2).join(" "),
    async open() {
      const { value, issues } = await openDesk(folder, {
        env,
        now: () => new Date(),
        onLog: () => {},
        connectors: { postgres: async () => counting(statements) },
      });
      if (value === null) throw new Error(issues.map((i) => i.message).join("\n"));
      return value;
    },
    async close() {
      await app.end();
      await server.release();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const counting = (statements: Map<string, number>): ConnectorModule => ({
  ...connector,
  open: (options) =>
    connector.open({
      ...options,
      onStatement: (c) => void statements.set(c, (statements.get(c) ?? 0) + 1),
    }),
});
