/** What stops a log that was tampered with before it is signed. Each refusal is met by the one thing that calls for it. */
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { emptyRoot } from "@avow/core/evidence/hashing";
import { parseNote } from "@avow/core/evidence/note";
import { portable } from "@avow/core/evidence/portable";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import type { Database } from "../store/database.ts";
import { createSealer } from "../vault/seal.ts";
import { shuffled, takeOut, takeWaiting, writePlaces } from "./batches.ts";
import { forgetSubject } from "./forgetting.ts";
import { fsck } from "./fsck.ts";
import { LogRefused } from "./guard.ts";
import { openLedger } from "./ledger.ts";
import { latestCheckpoint } from "./receipts.ts";
import { lead, publish, sequenceAll, sequenceBatch } from "./sequencer.ts";
import { makeKey, retireKey, signingKeys } from "./signing-keys.ts";
import { AT, appendTo, idsIn, type World, worldOf } from "./testing/world.ts";
import { LogDamaged } from "./tiles.ts";

let world: World;
beforeEach(async () => {
  world = await worldOf(inject("postgresUrl"));
});
afterEach(() => world.close());

const sequence = () => sequenceAll(world.ledger.sequencer);
const guardFile = () => join(world.home, "ledger-guard", "shop.checkpoint");
const sizeNow = async (): Promise<number> =>
  (await latestCheckpoint(world.db, world.ledger.place))?.size ?? -1;

test("an entry is taken out of the outbox while a batch is made of it: the batch is not written", async () => {
  await appendTo(world, 3);
  await appendTo(world, 3);
  const made = world.db.transaction().execute(async (tx) => {
    const batch = shuffled(await takeWaiting(tx, "shop", 100));
    await sql`delete from ledger_outbox where seq = (select max(seq) from ledger_outbox)`.execute(world.db);
    await writePlaces(tx, "shop", 0, batch);
    await takeOut(tx, "shop", batch);
  });
  await expect(made).rejects.toThrow("entries left the outbox while they were taken");
  expect((await sql`select from ledger_batches`.execute(world.db)).rows).toHaveLength(0);
});

test.each([
  ["cut", sql`update ledger_outbox set leaves = substring(leaves for 100)`],
  ["one entry more than its row says", sql`update ledger_outbox set leaves = leaves || '\\x000100'::bytea`],
  ["one entry less", sql`update ledger_outbox set entries = entries + 1`],
  ["empty", sql`update ledger_outbox set leaves = ''`],
  ["empty, and says so", sql`update ledger_outbox set leaves = '', entries = 0`],
  ["less than nothing", sql`update ledger_outbox set leaves = '', entries = -1`],
  [
    "more than a batch can hold",
    sql`update ledger_outbox set leaves = decode(repeat('000100', 70000), 'hex'), entries = 70000`,
  ],
])("what waits was changed: %s", async (_, attack) => {
  await appendTo(world, 3);
  await attack.execute(world.db);
  await expect(sequence()).rejects.toThrow("a row of the outbox is not as it was written");
  expect(await sizeNow()).toBe(-1);
});

test("the same entries wait twice: they are logged, and whoever looks is told", async () => {
  await appendTo(world, 2);
  await sql`insert into ledger_outbox (log, entries, leaves) select log, entries, leaves from ledger_outbox`.execute(
    world.db,
  );
  await sequence();
  const { ok, findings } = await fsck(world.ledger);
  expect(ok).toBe(false);
  expect(findings.filter((f) => f.endsWith("is there twice"))).toHaveLength(2);
});

test("the guard moves only from what its caller knows", async () => {
  const { guard, origin } = world.ledger.place;
  const at = (size: number) => ({ origin, size, root: emptyRoot(portable) });
  await guard.advance(null, at(0));
  await guard.advance(at(0), at(5));
  for (const from of [
    null,
    at(0),
    at(4),
    { ...at(5), root: new Uint8Array(32) },
    { ...at(5), origin: "else" },
  ])
    await expect(guard.advance(from, at(6))).rejects.toThrow("another process signed this log meanwhile");
  expect((await guard.read())?.size).toBe(5);
});

test.each([
  ["nothing", () => ""],
  ["half of it", (text: string) => text.slice(0, 20)],
  ["a size with a leading zero", (text: string) => text.replace("\n2\n", "\n02\n")],
  ["line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
])("a guard that holds %s can not tell: nothing is signed", async (_, change) => {
  await appendTo(world, 2);
  await sequence();
  const { origin, size, root } = (await latestCheckpoint(world.db, world.ledger.place)) ?? {
    root: Buffer.of(),
  };
  await writeFile(guardFile(), change(`${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`));
  await appendTo(world, 1);
  await expect(sequence()).rejects.toThrow("can not be read: restore it from a backup");
  expect((await fsck(world.ledger)).findings).toContainEqual(expect.stringContaining("can not be read"));
});

test("a guard of another log", async () => {
  await appendTo(world, 2);
  await sequence();
  await writeFile(guardFile(), `else.example\n2\n${Buffer.alloc(32).toString("base64")}\n`);
  await appendTo(world, 1);
  await expect(sequence()).rejects.toThrow("the guard is of another log, `else.example`");
});

test("an origin is for good, whether a person changes it or the database does", async () => {
  const { db, home } = world;
  const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
  const opened = openLedger({ ...{ db, home, seals, log: "shop", now: () => AT }, origin: "else.example" });
  await expect(opened).rejects.toThrow("its origin can not change to `else.example`");
  await appendTo(world, 1);
  await sequence();
  await db.updateTable("ledger_logs").set({ origin: "else.example" }).execute();
  await appendTo(world, 1);
  await expect(sequence()).rejects.toThrow(
    new LogRefused(
      `the log is of \`else.example\`: its origin can not change to \`${world.ledger.place.origin}\``,
    ),
  );
});

test("the service's own key was changed, or the installation's key is another: the log is not opened, and it is said", async () => {
  const { db, home } = world;
  const under = (byte: number) => ({
    installation: createSealer(Buffer.alloc(32, byte)),
    under: createSealer,
  });
  const open = (byte: number) => openLedger({ db, home, seals: under(byte), log: "shop", now: () => AT });
  await appendTo(world, 1);
  await expect(open(8)).rejects.toThrow(LogRefused);
  expect((await open(7)).place.log).toBe("shop");
  await sql`update ledger_keys set sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20))`.execute(db);
  await expect(open(7)).rejects.toThrow(
    new LogRefused(
      "the key of `service` can not be opened: it was changed in the database, or the installation's key is another; restore what was changed",
    ),
  );
});

const privateKeys = async (): Promise<string[]> =>
  (await readdir(world.ledger.place.keys.path)).filter((name) => name.endsWith(".pem"));
const signaturesNow = async (): Promise<number> => {
  const published = await latestCheckpoint(world.db, world.ledger.place);
  return parseNote(published?.bytes ?? new Uint8Array())?.signatures.length ?? 0;
};

test("the private keys are gone: no fresh one is made in their place, also not by who leads already", async () => {
  const { keys } = world.ledger.place;
  const gone = "the private keys of the log are gone";
  await appendTo(world, 1);
  await sequence();
  const led = lead(world.ledger.sequencer, async (leader) => {
    for (const name of await privateKeys()) await rm(join(keys.path, name));
    await appendTo(world, 1);
    await sequenceBatch(leader);
    await publish(leader);
  });
  await expect(led).rejects.toThrow(gone);
  await expect(signingKeys(keys)).rejects.toThrow(gone);
  await expect(sequence()).rejects.toThrow(gone);
  expect(await privateKeys()).toEqual([]);
  expect(await sizeNow()).toBe(1);
});

test("who leads signs with a key that was added from the next checkpoint on, and no more with one that was retired", async () => {
  const { keys } = world.ledger.place;
  const counts: number[] = [];
  await lead(world.ledger.sequencer, async (leader) => {
    const next = async (): Promise<void> => {
      await appendTo(world, 1);
      await sequenceBatch(leader);
      await publish(leader);
      counts.push(await signaturesNow());
    };
    await next();
    await makeKey(keys);
    await next();
    const [oldest = ""] = (await privateKeys()).sort();
    expect(await retireKey(keys, oldest.slice(5, -4))).toBe("retired");
    await next();
  });
  expect(counts).toEqual([1, 2, 1]);
});

test("a leader that is replaced while its witnesses are asked does not bring the older checkpoint back", async () => {
  await appendTo(world, 5);
  let held: Database | null = null;
  const cosign = async (): Promise<string> => {
    // A pooler has given the session's lock away; somebody else leads, and publishes more.
    await sql`select pg_advisory_unlock_all()`.execute(must(held, "it leads"));
    await appendTo(world, 5);
    expect(await sequence()).toBe(true);
    return "";
  };
  const replaced = lead({ ...world.ledger.sequencer, cosign }, async (old) => {
    held = old.session;
    await sequenceBatch(old);
    await publish(old);
  });
  await expect(replaced).rejects.toThrow("another sequencer leads this log now");
  expect(await sizeNow()).toBe(10);
});

test("nothing is said about whose key was destroyed; the change does not happen either", async () => {
  const about = { type: "request", subject: "request:r1" as const, body: { event: "request.received" } };
  const { db, ledger } = world;
  await db.transaction().execute((tx) => ledger.append(tx, [about]));
  await db.transaction().execute((tx) => forgetSubject(ledger, tx, { subject: "request:r1", at: AT }));
  const later = db.transaction().execute((tx) => ledger.append(tx, [about]));
  await expect(later).rejects.toThrow("the subject's key of the log was destroyed");
  await sequence();
  // Its own, and the one that says that its key is gone.
  expect(await idsIn(world)).toHaveLength(2);
});

test.each<readonly [string, ReturnType<typeof sql>, string]>([
  ["gone", sql`delete from ledger_tiles where level = 0`, "the partial tile tile/0/000.p/5 is not there"],
  [
    "as wide as another",
    sql`update ledger_tiles set width = 4 where level = 0`,
    "the partial tile tile/0/000.p/5 is not there",
  ],
  [
    "another",
    sql`update ledger_tiles set bytes = set_byte(bytes, 9, 255 - get_byte(bytes, 9)) where level = 0`,
    "do not give its root",
  ],
  [
    "entries that can not be read",
    sql`update ledger_tiles set bytes = substring(bytes for 50) where level = -1`,
    "the partial bundle of entries can not be read",
  ],
])("partial tiles of the database: %s", async (_, attack, says) => {
  await appendTo(world, 5);
  await sequence();
  await attack.execute(world.db);
  await appendTo(world, 1);
  const refused = expect(sequence()).rejects;
  await refused.toThrow(says);
  await expect(sequence()).rejects.toThrow(LogDamaged);
  expect(await sizeNow()).toBe(5);
});
