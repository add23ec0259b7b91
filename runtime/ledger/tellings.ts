/**
 * What happens to keys is a change of files, and an entry tells of it (spec/evidence-log.md, "Checkpoint"). A file beside the keys says before
 * the act what is to be told, and then which entry does: cut anywhere, the next one who changes keys tells what was not told, once.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { textOf, utf8 } from "@avow/core/evidence/bytes";
import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "../store/database.ts";
import type { Appender } from "./append.ts";
import { readIfThere, writeDurably } from "./durable.ts";
import { LogRefused } from "./guard.ts";
import type { LogPlace } from "./place.ts";
import { filesOf, hasKey, type KeyFolder } from "./signing-keys.ts";

const TELLING = ".telling";

const body = z.discriminatedUnion("event", [
  z.object({ event: z.literal("key.added"), key: z.string(), id: z.string() }),
  z.object({ event: z.literal("key.lost"), lost: z.array(z.string()), key: z.string(), id: z.string() }),
  z.object({ event: z.literal("key.retired"), id: z.string() }),
]);
const telling = z.object({ body, entry: z.string().nullable() });

export type KeyEvent = z.infer<typeof body>;

/** What of a log it takes to tell. */
export interface KeyLog extends Appender {
  readonly sequencer: { readonly db: Database; readonly place: LogPlace };
}

export interface Told {
  readonly body: KeyEvent;
  readonly entry: string;
}

/** Before the act. Call it under the lock of the keys, as all here. */
export const willTell = (folder: KeyFolder, body: KeyEvent): Promise<void> =>
  write(folder, { body, entry: null });

const fileOf = ({ event, id }: KeyEvent): string => `${id}-${event}${TELLING}`;

const write = ({ path }: KeyFolder, told: z.infer<typeof telling>): Promise<void> =>
  writeDurably(path, [{ path: fileOf(told.body), bytes: utf8(`${JSON.stringify(told)}\n`) }], 0o600);

/** What was begun, and is not published yet as far as anybody said. */
async function begun({ path }: KeyFolder): Promise<z.infer<typeof telling>[]> {
  const all: z.infer<typeof telling>[] = [];
  for (const name of await filesOf(path, TELLING)) {
    const bytes = await readIfThere(join(path, name));
    if (bytes === null) continue;
    const read = telling.safeParse(parsed(textOf(bytes) ?? ""));
    if (!read.success)
      throw new LogRefused(`\`${join(path, name)}\` can not be read: restore it from a backup`);
    all.push(read.data);
  }
  return all;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The entry that tells of a key is written when the key signs; that of a retired one when it can not sign any more. */
const hasHappened = async (folder: KeyFolder, { event, id }: KeyEvent): Promise<boolean> =>
  (await hasKey(folder, id)) !== (event === "key.retired");

const isWritten = async (db: Database, log: string, entry: string | null): Promise<boolean> =>
  entry !== null &&
  (await sql`select from ledger_entries where log = ${log} and id = ${entry}`.execute(db)).rows.length > 0;

/** Tells of every act that happened and is not told of. What was begun and did not happen is as if nobody had begun it. */
export async function tellAll(ledger: KeyLog): Promise<Told[]> {
  const { db, place } = ledger.sequencer;
  const all: Told[] = [];
  for (const { body, entry } of await begun(place.keys)) {
    if (!(await hasHappened(place.keys, body))) await forget(place.keys, body);
    else if (entry !== null && (await isWritten(db, place.log, entry))) all.push({ body, entry });
    else all.push({ body, entry: await tell(ledger, body) });
  }
  return all;
}

/** The file has the id before the entry exists: where it does not come to exist, nobody finds it by its id, and it is told again. */
async function tell(ledger: KeyLog, body: KeyEvent): Promise<string> {
  const { db, place } = ledger.sequencer;
  return db.transaction().execute(async (tx) => {
    const [entry = ""] = await ledger.append(tx, [{ type: "key", subject: "service", body }]);
    await write(place.keys, { body, entry });
    return entry;
  });
}

/** Once it is published. */
export const forget = ({ path }: KeyFolder, body: KeyEvent): Promise<void> =>
  rm(join(path, fileOf(body)), { force: true });

/** What the log should tell of and does not. */
export async function untold({ db, place }: KeyLog["sequencer"]): Promise<KeyEvent[]> {
  const all: KeyEvent[] = [];
  for (const { body, entry } of await begun(place.keys))
    if ((await hasHappened(place.keys, body)) && !(await isWritten(db, place.log, entry))) all.push(body);
  return all;
}
