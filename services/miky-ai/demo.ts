/** Miky.ai on the embedded server, for `npm start`: its database with people and years of history, and the app itself. */

import pg from "pg";
import { createMikyApp } from "./app/app.ts";
import { rightsOverHttp } from "./app/rights-http.ts";
import { openFront } from "./front/front.ts";
import { DEMO_PASSWORD, seedMiky } from "./generate/seed.ts";
import { roleUrl, setUpMiky } from "./setup.ts";

const DATABASE = "miky_ai";
const SEED = 20_250_109;

export interface DemoServer {
  readonly adminUrl: string;
  readonly passwordOf: (role: string) => string;
  readonly people: number;
  readonly now: Date;
  readonly onProgress: (text: string) => void;
}

export interface DemoApp {
  readonly url: string;
  /** The door to the world: TLS, with a certificate made at the start. */
  readonly front: string;
  /** How to try it out, one line. */
  readonly hint: string;
  stop(): Promise<void>;
}

const passwords = (server: DemoServer) => ({
  app: server.passwordOf("miky_app"),
  reader: server.passwordOf("miky_reader"),
  eraser: server.passwordOf("miky_eraser"),
});

/** May be run again: people are made once, in one transaction. */
export async function prepare(server: DemoServer): Promise<void> {
  const { url } = await setUpMiky({
    adminUrl: server.adminUrl,
    database: DATABASE,
    passwords: passwords(server),
  });
  if (await hasPeople(url)) return;
  server.onProgress(`miky-ai: making ${server.people} people with their history`);
  const made = await seedMiky({ url, people: server.people, seed: SEED, now: server.now });
  server.onProgress(`miky-ai: ${made.rows} rows`);
}

export async function start(
  server: DemoServer,
  options: {
    readonly port: number;
    readonly avow: string;
    readonly token: string;
    readonly log: (line: string) => void;
  },
): Promise<DemoApp> {
  const admin = new URL(server.adminUrl);
  admin.pathname = `/${DATABASE}`;
  const app = await createMikyApp({
    databaseUrl: roleUrl(admin.href, "miky_app", passwords(server).app),
    rights: rightsOverHttp({ base: options.avow, token: options.token, service: "miky-ai" }),
    log: options.log,
  });
  const url = await app.listen({ host: "127.0.0.1", port: options.port });
  const front = await openFront({
    settings: new URL("front/front.yaml", import.meta.url),
    app: { host: "127.0.0.1", port: Number(new URL(url).port) },
    port: 0,
    now: server.now,
  });
  return {
    url,
    front: front.url,
    hint: `sign up, or sign in as one of the people with the password \`${DEMO_PASSWORD}\``,
    stop: async () => {
      await front.close();
      await app.close();
    },
  };
}

async function hasPeople(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query("select 1 from users limit 1")).rowCount === 1;
  } finally {
    await client.end();
  }
}
