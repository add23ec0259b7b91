/** For tests: a database of its own, the app on it, and browsers with cookies. */
import { randomBytes } from "node:crypto";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import pg from "pg";
import { roleUrl, setUpMiky } from "../setup.ts";
import { createMikyApp, type MikyOptions } from "./app.ts";
import { SESSION_COOKIE } from "./session.ts";

/** The same everywhere: roles belong to the server, which other tests use at the same time. */
const PASSWORDS = { app: "test-app", reader: "test-reader", eraser: "test-eraser" } as const;

export interface Browser {
  readonly cookies: Map<string, string>;
  get(path: string): Promise<LightMyRequestResponse>;
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<LightMyRequestResponse>;
}

export interface Testbed {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly logs: string[];
  /** As the database's owner. */
  sql(text: string, params?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  browser(): Browser;
  close(): Promise<void>;
}

export async function freshMiky(adminUrl: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const database = `miky_test_${randomBytes(6).toString("hex")}`;
  const { url } = await setUpMiky({ adminUrl, database, passwords: PASSWORDS });
  const drop = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(`drop database ${client.escapeIdentifier(database)} with (force)`);
    await client.end();
  };
  return { url, drop };
}

export const appUrl = (url: string): string => roleUrl(url, "miky_app", PASSWORDS.app);
export const eraserUrl = (url: string): string => roleUrl(url, "miky_eraser", PASSWORDS.eraser);
export const readerUrl = (url: string): string => roleUrl(url, "miky_reader", PASSWORDS.reader);

export async function testbed(adminUrl: string, options: Partial<MikyOptions> = {}): Promise<Testbed> {
  const { url, drop } = await freshMiky(adminUrl);
  const logs: string[] = [];
  const app = await createMikyApp({
    databaseUrl: appUrl(url),
    rights: null,
    housekeepingMs: 0,
    log: (line) => logs.push(line),
    ...options,
  });
  await app.ready();
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  return {
    app,
    url,
    logs,
    sql: async (text, params = []) => (await owner.query(text, [...params])).rows,
    browser: () => browser(app),
    async close() {
      await app.close();
      await owner.end();
      await drop();
    },
  };
}

function browser(app: FastifyInstance): Browser {
  const cookies = new Map<string, string>();
  const keep = (response: LightMyRequestResponse): LightMyRequestResponse => {
    for (const { name, value } of response.cookies) {
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const sent = (): Record<string, string> => Object.fromEntries(cookies);
  return {
    cookies,
    get: async (url) => keep(await app.inject({ method: "GET", url, cookies: sent() })),
    post: async (url, form, headers = {}) =>
      keep(
        await app.inject({
          method: "POST",
          url,
          cookies: sent(),
          headers: {
            "content-type": "application/x-www-form-urlencoded",
            origin: "http://localhost:80",
            host: "localhost:80",
            ...headers,
          },
          payload: new URLSearchParams(form).toString(),
        }),
      ),
  };
}

export const NEWCOMER = {
  name: "Zoë O'Neill",
  password: "ten characters and more",
  born: "1990-02-28",
} as const;

export async function signedUp(
  bed: Testbed,
  email: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Browser> {
  const person = bed.browser();
  const response = await person.post("/signup", { ...NEWCOMER, email, ...more });
  if (response.statusCode !== 303 || !person.cookies.has(SESSION_COOKIE))
    throw new Error(`sign-up answered ${response.statusCode}`);
  return person;
}
