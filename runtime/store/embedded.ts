/**
 * A real PostgreSQL for evaluation and tests, in a folder, shared by every process that uses the folder:
 *
 *     first user in -> start      (lock, so that two at once start one server)
 *     next users    -> adopt      (also a server whose starter was killed)
 *     last user out -> stop       (users are files named by process; those of dead processes do not count)
 *
 * It listens on 127.0.0.1 only, with passwords. For anything that matters, use a server of your own (`DATABASE_URL`).
 */
import { createHmac, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pg from "pg";
import { z } from "zod";
import {
  ADMIN,
  awaitReady,
  type Folder,
  findRunning,
  type Running,
  startServer,
  stopServer,
} from "./embedded-server.ts";
import { countSignedIn, hasEnded, signIn, withLock } from "./process-lock.ts";

/** Longer than a first start, a recovery and a stop together may take. */
const LOCK_MS_MAX = 180_000;

export interface Embedded {
  readonly port: number;
  readonly started: "started" | "adopted";
  adminUrl(database?: string): string;
  /** The administrator when no user is named. The role exists once `ensureRole` has run. */
  urlFor(options: { readonly database: string; readonly user?: string }): string;
  passwordOf(role: string): string;
  /** Leaves; stops the server when nobody else uses it. May be called again. */
  release(): Promise<void>;
}

const memorySchema = z.strictObject({
  version: z.literal(1),
  port: z.number().int().nullable(),
  adminPassword: z.string().min(20),
  roleSecret: z.string().min(20),
});

type Memory = z.infer<typeof memorySchema>;

/** Throws with the reason and what to do when the server cannot be started here. */
export async function useEmbedded(options: {
  readonly home: string;
  readonly onLog?: (line: string) => void;
  /** Of the server, where it is started here: what is thrown away afterwards need not be safe from a power cut. */
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<Embedded> {
  const home = resolve(options.home);
  const onLog = options.onLog ?? (() => {});
  await mkdir(home, { recursive: true, mode: 0o755 });
  const lock = { file: join(home, "embedded.lock"), waitMsMax: LOCK_MS_MAX };
  const users = join(home, "users");
  const { server, memory, started, seat } = await withLock(lock, async () => {
    const remembered = await recall(home);
    const { settings } = options;
    const folder = { home, password: remembered.adminPassword, onLog, settings };
    const found = await enter(folder, remembered.port);
    if (found.server.port !== remembered.port)
      await remember(home, { ...remembered, port: found.server.port });
    return { ...found, memory: remembered, seat: await signIn(users) };
  });
  let left: Promise<void> | undefined;
  const leave = async (): Promise<void> => {
    if ((await stat(home).catch(() => null)) === null) return;
    await withLock(lock, async () => {
      await rm(seat, { force: true });
      if ((await countSignedIn(users)) === 0) await stopServer(home, onLog);
    });
  };
  const passwordOf = (role: string): string =>
    role === ADMIN
      ? memory.adminPassword
      : createHmac("sha256", memory.roleSecret).update(`role:${role}`).digest("base64url");
  const urlFor = ({
    database,
    user = ADMIN,
  }: {
    readonly database: string;
    readonly user?: string;
  }): string =>
    `postgres://${encodeURIComponent(user)}:${passwordOf(user)}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`;
  return {
    port: server.port,
    started,
    adminUrl: (database = "postgres") => urlFor({ database }),
    urlFor,
    passwordOf,
    release: () => {
      left ??= leave();
      return left;
    },
  };
}

async function enter(
  folder: Folder,
  port: number | null,
): Promise<{ readonly server: Running; readonly started: Embedded["started"] }> {
  const running = await findRunning(folder.home);
  if (running === null) return { server: await startServer(folder, port), started: "started" };
  let ended = false;
  const watch = setInterval(async () => {
    ended = await hasEnded(running.pid);
  }, 500);
  try {
    await awaitReady(running, folder, () => ended);
  } catch (error) {
    // Killed a moment ago, it was still to be seen when we looked: that is no server to adopt, and none that failed to start.
    if (!ended) throw error;
    return { server: await startServer(folder, port), started: "started" };
  } finally {
    clearInterval(watch);
  }
  return { server: running, started: "adopted" };
}

async function recall(home: string): Promise<Memory> {
  const file = join(home, "embedded.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new Error(`\`${file}\` could not be read; run as the user who made it`, { cause: error });
  });
  if (text === null) {
    if ((await stat(join(home, "pg")).catch(() => null)) !== null) {
      throw new Error(
        `\`${file}\` is missing although \`${join(home, "pg")}\` exists; put it back, or delete both to begin anew`,
      );
    }
    const secret = (): string => randomBytes(24).toString("base64url");
    const memory: Memory = { version: 1, port: null, adminPassword: secret(), roleSecret: secret() };
    await remember(home, memory);
    return memory;
  }
  const parsed = memorySchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new Error(`\`${file}\` is damaged; put it back from a copy, or delete the folder to begin anew`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function remember(home: string, memory: Memory): Promise<void> {
  const draft = join(home, "embedded.json.new");
  await writeFile(draft, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, join(home, "embedded.json"));
}

/** Creates the database when it does not exist. Returns whether it was created. */
export async function ensureDatabase(server: Embedded, database: string): Promise<boolean> {
  return withClient(server.adminUrl(), async (client) => {
    const found = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (found.rowCount !== 0) return false;
    await client.query(`create database ${client.escapeIdentifier(database)}`);
    return true;
  });
}

/** Creates the role, or sets the password anew, so that `urlFor({ user })` is right. */
export async function ensureRole(server: Embedded, role: string): Promise<void> {
  await withClient(server.adminUrl(), async (client) => {
    const found = await client.query("select 1 from pg_roles where rolname = $1", [role]);
    const verb = found.rowCount === 0 ? "create" : "alter";
    const name = client.escapeIdentifier(role);
    await client.query(
      `${verb} role ${name} login password ${client.escapeLiteral(server.passwordOf(role))}`,
    );
  });
}

async function withClient<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
