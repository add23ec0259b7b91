/** A service with one PostgreSQL store of its own and Avow's database beside it, in a folder as an operator has it, for tests. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { ENVIRONMENT } from "./environment.ts";
import type { Place } from "./run.ts";

export interface ServiceGiven {
  /** URL of a superuser of the server that both databases are made on. */
  readonly server: string;
  /** As the policy calls it. */
  readonly name: string;
  readonly policy: string;
  /** The data map of the store `app`. */
  readonly map: string;
  /** Further lines of `avow.yaml`, each with its line end. */
  readonly settings?: string;
}

export interface Service extends Place {
  readonly url: { readonly app: string; readonly state: string };
  /** The service's own database. */
  readonly store: pg.Client;
  /** Avow's database. */
  readonly own: pg.Client;
  close(): Promise<void>;
}

export async function startService({ server, name, policy, map, settings }: ServiceGiven): Promise<Service> {
  const app = await freshDatabase(server, `${name}_app`);
  const state = await freshDatabase(server, `${name}_state`);
  const store = new pg.Client({ connectionString: app.url });
  const own = new pg.Client({ connectionString: state.url });
  await store.connect();
  await own.connect();
  const folder = await mkdtemp(join(tmpdir(), `avow-${name}-`));
  await writeFile(join(folder, "policy.en.md"), policy);
  await writeFile(join(folder, "app.yaml"), map);
  await writeFile(
    join(folder, "avow.yaml"),
    `service: ${name}\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: postgres, url: env:APP_URL } }\nstate: env:STATE_URL\n${settings ?? ""}`,
  );
  return {
    ...{ folder, store, own, url: { app: app.url, state: state.url } },
    env: {
      ...ENVIRONMENT,
      AVOW_HOME: join(folder, ".avow"),
      APP_URL: app.url,
      STATE_URL: state.url,
    },
    async close() {
      await store.end();
      await own.end();
      await app.drop();
      await state.drop();
      await rm(folder, { recursive: true });
    },
  };
}
