/** `avow ledger witness`: cosigns the logs of others. Needs no service and no database. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { logsOfKeys, parseLogList, type WatchedLog } from "@avow/core/evidence/log-list";
import { formatKey } from "@avow/core/evidence/note";
import { makeFolder } from "@avow/runtime/disk/folder";
import { nodePrimitives } from "@avow/runtime/ledger/primitives";
import { createWitness } from "@avow/runtime/ledger/witness/witness";
import { createWitnessServer } from "@avow/server/witness";
import type { CommandContext } from "../../command.ts";
import { readKeys } from "../../keys.ts";
import type { LedgerOptions } from "./options.ts";

const FOLDER = "avow-witness";
const NAME = /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[A-Za-z0-9._~-]+)*$/;

export async function witness(context: CommandContext, options: LedgerOptions): Promise<number> {
  const logs = await watched(context, options);
  if (logs === null) return 2;
  if (logs.length === 0 || options.name === undefined || !NAME.test(options.name)) {
    context.stderr(
      "say who you are and whose logs you watch: --name witness.example.org/w1 --key VKEY … (or --logs FILE)\n",
    );
    return 2;
  }
  const folder = resolve(context.cwd, options.out ?? FOLDER);
  const privateKey = await keyIn(folder);
  const made = createWitness({
    name: options.name,
    privateKey,
    logs,
    folder: join(folder, "logs"),
    now: context.now,
  });
  const server = createWitnessServer(made);
  const url = await server.listen({ host: options.host, port: options.port });
  context.stdout(`witness: ${url}\nkey: ${formatKey(made.key)}\n`);
  await new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
  await server.close();
  return 0;
}

/** Null: something of it can not be read, which has been said. */
async function watched(context: CommandContext, options: LedgerOptions): Promise<WatchedLog[] | null> {
  const keys = readKeys(context, "--key", options.key);
  if (keys === null) return null;
  const { origin, logs: list } = options;
  if (origin !== undefined && keys.length === 0) {
    context.stderr("`--origin` says of which log the keys are: give them with --key VKEY …\n");
    return null;
  }
  const named = origin === undefined ? logsOfKeys(keys) : [{ origin, keys }];
  if (list === undefined) return named;
  const text = await readFile(resolve(context.cwd, list), "utf8").catch(() => null);
  if (text === null) {
    context.stderr(`\`${list}\` can not be read\n`);
    return null;
  }
  const read = parseLogList(nodePrimitives, text);
  if (!read.ok) {
    context.stderr(`${list}:${read.line}: ${read.reason}\n`);
    return null;
  }
  for (const line of read.passedOver)
    context.stderr(`${list}:${line}: not watched: its key is of a kind that is not known here\n`);
  const known = new Map(named.map(({ origin, keys }) => [origin, keys]));
  const more = read.logs.filter(({ origin }) => !known.has(origin));
  // Whoever made the list must not add a key to a log that was named by hand.
  for (const { origin, keys } of read.logs) {
    const own = known.get(origin)?.map(formatKey);
    if (own === undefined || keys.every((key) => own.includes(formatKey(key)))) continue;
    context.stderr(
      `${list}: \`${origin}\` has another key there than in --key: leave it out of one of them\n`,
    );
    return null;
  }
  return [...named, ...more];
}

async function keyIn(folder: string): Promise<KeyObject> {
  const path = join(folder, "witness.pem");
  await makeFolder(folder, 0o700);
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  await writeFile(path, pem, { mode: 0o600, flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return createPrivateKey(await readFile(path));
}
