/** Keys of the log that vanish, whole or in part, or are others than they were: nothing is signed until a person says so. */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hex } from "@avow/core/evidence/bytes";
import { openCheckpoint } from "@avow/core/evidence/checkpoint";
import { formatNote, type NoteKey } from "@avow/core/evidence/note";
import { portable } from "@avow/core/evidence/portable";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { z } from "zod";
import { createSealer } from "../vault/seal.ts";
import { fsck } from "./fsck.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { NotLost } from "./lost-keys.ts";
import { latestCheckpoint } from "./receipts.ts";
import { retire, rotate, rotateLost } from "./rotate.ts";
import { lead, publish, sequenceAll, sequenceBatch } from "./sequencer.ts";
import { beginKeys, makeKey, signingKeys } from "./signing-keys.ts";
import { tail } from "./tail.ts";
import { willTell } from "./tellings.ts";
import { AT, appendTo, idsIn, type World, worldOf } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await worldOf(inject("postgresUrl"));
});
afterEach(() => world.close());

const folder = (): string => world.ledger.place.keys.path;
const sequence = () => sequenceAll(world.ledger.sequencer);
const reopened = (): Promise<Ledger> => {
  const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
  return openLedger({ db: world.db, home: world.home, seals, log: "shop", now: () => AT });
};
const checkpointFile = (): string => join(world.ledger.place.files, "checkpoint");
const filesThere = (): Promise<string[]> => readdir(folder()).catch(() => []);
const sizeNow = async () => (await latestCheckpoint(world.db, world.ledger.place))?.size ?? -1;
const signedBy = async (keys: readonly NoteKey[]): Promise<boolean> => {
  const published = must(await latestCheckpoint(world.db, world.ledger.place), "something is published");
  return openCheckpoint(portable, published.bytes, { log: keys, witnesses: [] }).ok;
};

describe("the folder vanished whole", () => {
  beforeEach(async () => {
    await appendTo(world, 3);
    await sequence();
    await cp(folder(), `${folder()}-backup`, { recursive: true });
    await rm(folder(), { recursive: true });
  });

  test("no key is made, entries wait, and whoever would sign says what is missing and what to do", async () => {
    const ledger = await reopened();
    expect(await filesThere()).toEqual([]);
    await appendTo(world, 2);
    const says = `the private keys of the log are gone from \`${folder()}\`: restore the folder from a backup, or, if they are lost for good, begin a new key with \`avow ledger rotate --lost\``;
    await expect(sequenceAll(ledger.sequencer)).rejects.toThrow(says);
    await expect(rotate(ledger)).rejects.toThrow(says);
    await expect(retire(ledger, "00000000")).rejects.toThrow(says);
    expect((await filesThere()).filter((name) => name !== "lock")).toEqual([]);
    expect(await sizeNow()).toBe(3);
    expect((await sql`select from ledger_batches`.execute(world.db)).rows).toHaveLength(1);
  });

  test("restored, the log goes on as if nothing had been", async () => {
    await appendTo(world, 2);
    await rename(`${folder()}-backup`, folder());
    expect(await sequence()).toBe(true);
    expect(await idsIn(world)).toHaveLength(5);
  });

  test("lost for good: a new key signs on purpose, and the log says which one went", async () => {
    const ledger = await reopened();
    const old = await publicIn(`${folder()}-backup`);
    const { key } = await rotateLost(ledger);
    const [fresh] = await ledger.verifierKeys();
    expect(key).toContain(hex(must(fresh, "there is a key").id));
    expect(await signedBy(await ledger.verifierKeys())).toBe(true);
    expect((await tail(ledger, 1))[0]?.body).toMatchObject({ event: "key.lost", lost: [old], key });
    expect(await fsck(ledger)).toMatchObject({ ok: true, size: 4 });
    // It is not lost now: the next is an ordinary one, and a sequencer that starts anew goes on.
    await expect(rotateLost(ledger)).rejects.toThrow(NotLost);
    await rotate(ledger);
    expect(await fsck(await reopened())).toMatchObject({ ok: true, size: 5 });
  });

  test("cut between the new key and its entry, it is said again and goes on with the same key", async () => {
    const ledger = await reopened();
    await world.db.schema.alterTable("ledger_outbox").renameTo("away").execute();
    await expect(rotateLost(ledger)).rejects.toThrow();
    await world.db.schema.alterTable("away").renameTo("ledger_outbox").execute();
    const [made] = await ledger.verifierKeys();
    const { key } = await rotateLost(ledger);
    expect(key).toContain(hex(must(made, "a key was made").id));
    expect(await ledger.verifierKeys()).toHaveLength(1);
  });

  test("keys of somewhere else in its place sign nothing, and are not taken for new ones", async () => {
    await mkdir(folder(), { recursive: true });
    await beginKeys(world.ledger.place.keys);
    const old = await publicIn(`${folder()}-backup`);
    await expect(sequence()).rejects.toThrow(`the last checkpoint was signed by \`${old}\`, and`);
    await expect(rotateLost(world.ledger)).rejects.toThrow(
      "which did not sign the last checkpoint: move it away",
    );
    expect(await sizeNow()).toBe(3);
  });
});

const publicIn = async (path: string): Promise<string> => {
  const name = (await readdir(path)).find((one) => one.endsWith(".vkey"));
  return must(name, "a key is there").slice(5, -5);
};

test("the folder is exchanged while a leader is at work", async () => {
  await appendTo(world, 1);
  const led = lead(world.ledger.sequencer, async (leader) => {
    await sequenceBatch(leader);
    await publish(leader);
    await rm(folder(), { recursive: true });
    await beginKeys(world.ledger.place.keys);
    await appendTo(world, 1);
    await sequenceBatch(leader);
    await publish(leader);
  });
  await expect(led).rejects.toThrow("the last checkpoint was signed by");
  expect(await sizeNow()).toBe(1);
  // What was not signed is not guarded either.
  expect((await world.ledger.place.guard.read())?.size).toBe(1);
});

test("a backup from before a rotation: its retired key signs nothing", async () => {
  await appendTo(world, 1);
  await sequence();
  await cp(folder(), `${folder()}-backup`, { recursive: true });
  const first = await publicIn(folder());
  await rotate(world.ledger);
  expect(await retire(world.ledger, first)).toBe("retired");
  await rm(folder(), { recursive: true });
  await rename(`${folder()}-backup`, folder());
  await appendTo(world, 1);
  await expect(sequence()).rejects.toThrow("holds none of these keys");
});

test("the old key is not retired before the new one has signed", async () => {
  await appendTo(world, 1);
  await sequence();
  const first = await publicIn(folder());
  await makeKey(world.ledger.place.keys);
  expect(await retire(world.ledger, first)).toBe("early");
  await appendTo(world, 1);
  await sequence();
  expect(await retire(world.ledger, first)).toBe("retired");
});

test("without looking whose key it is: a stranger's key signs the log, and its readers have nothing to go by", async () => {
  const trusted = await world.ledger.verifierKeys();
  await appendTo(world, 1);
  await sequence();
  expect(await signedBy(trusted)).toBe(true);
  await rm(folder(), { recursive: true });
  await beginKeys(world.ledger.place.keys);
  // The defence is a look at what the last checkpoint was signed by: with none there, in no place, nothing is looked at.
  await sql`update ledger_logs set checkpoint = null`.execute(world.db);
  await rm(checkpointFile());
  await appendTo(world, 1);
  expect(await sequence()).toBe(true);
  expect(await signedBy(trusted)).toBe(false);
});

describe("cut before its entry is written, a change of keys is told of all the same, and once", () => {
  const away = () => world.db.schema.alterTable("ledger_outbox").renameTo("away").execute();
  const back = () => world.db.schema.alterTable("away").renameTo("ledger_outbox").execute();
  const cut = async (act: Promise<unknown>): Promise<void> => {
    await expect(act).rejects.toThrow("ledger_outbox");
    await back();
  };
  const said = async () =>
    (await tail(world.ledger, 20)).flatMap(({ type, body }) => (type === "key" ? [body] : []));
  beforeEach(async () => {
    await appendTo(world, 2);
    await sequence();
  });

  test("rotate --lost, and a sequencer signs with the new key before it is said again", async () => {
    const old = await publicIn(folder());
    await rm(folder(), { recursive: true });
    const ledger = await reopened();
    await away();
    await cut(rotateLost(ledger));
    await appendTo(world, 1);
    expect(await sequence()).toBe(true);
    const id = await publicIn(folder());
    expect((await fsck(ledger)).findings).toEqual([
      `the log does not say that the key \`${id}\` took the place of lost ones: say \`avow ledger rotate --lost\` again`,
    ]);
    const { key } = await rotateLost(ledger);
    expect(key).toContain(id);
    expect(await said()).toMatchObject([{ event: "key.lost", lost: [old], key, id }]);
    expect(await fsck(ledger)).toMatchObject({ ok: true, size: 4 });
    await expect(rotateLost(ledger)).rejects.toThrow(NotLost);
    expect(await said()).toHaveLength(1);
  });

  test("rotate: said again it gives the key that was made, and no third", async () => {
    await away();
    await cut(rotate(world.ledger));
    await appendTo(world, 1);
    await sequence();
    expect(await world.ledger.verifierKeys()).toHaveLength(2);
    const { key } = await rotate(world.ledger);
    expect(await world.ledger.verifierKeys()).toHaveLength(2);
    expect(await said()).toMatchObject([{ event: "key.added", key }]);
    expect((await filesThere()).filter((name) => name.endsWith(".telling"))).toEqual([]);
    await rotate(world.ledger);
    expect(await world.ledger.verifierKeys()).toHaveLength(3);
  });

  test("retire: the key is gone, and said again its end is told", async () => {
    const first = await publicIn(folder());
    await rotate(world.ledger);
    await away();
    await cut(retire(world.ledger, first));
    expect((await fsck(world.ledger)).findings).toHaveLength(1);
    expect(await retire(world.ledger, first)).toBe("retired");
    expect((await said()).filter((body) => body?.["event"] === "key.retired")).toEqual([
      { event: "key.retired", id: first },
    ]);
    expect(await retire(world.ledger, first)).toBe("unknown");
    expect(await fsck(world.ledger)).toMatchObject({ ok: true });
  });

  test("what was begun and never done is not told of", async () => {
    const { keys } = world.ledger.place;
    const id = "00000000";
    await willTell(keys, { event: "key.added", key: "none", id });
    await willTell(keys, { event: "key.retired", id: await publicIn(folder()) });
    expect(await fsck(world.ledger)).toMatchObject({ ok: true });
    const { key } = await rotate(world.ledger);
    expect(await said()).toMatchObject([{ event: "key.added", key }]);
  });

  test("an entry that did not commit is told again; one that did is not", async () => {
    await sql`create function fail() returns trigger language plpgsql as $$ begin raise exception 'cut'; end $$`.execute(
      world.db,
    );
    await sql`create constraint trigger cut after insert on ledger_outbox deferrable initially deferred for each row execute function fail()`.execute(
      world.db,
    );
    await expect(rotate(world.ledger)).rejects.toThrow("cut");
    await sql`drop trigger cut on ledger_outbox`.execute(world.db);
    const ids = [(await rotate(world.ledger)).entry];
    expect(await said()).toHaveLength(1);
    // As a crash leaves it between the commit and the end: the file is there still.
    const [added] = await said();
    await willTell(world.ledger.place.keys, { ...keyAdded.parse(added) });
    const [name = ""] = (await filesThere()).filter((one) => one.endsWith(".telling"));
    const text = await readFile(join(folder(), name), "utf8");
    await writeFile(join(folder(), name), text.replace('"entry":null', `"entry":"${ids[0]}"`));
    expect((await rotate(world.ledger)).entry).toBe(ids[0]);
    expect(await said()).toHaveLength(1);
  });
});
const keyAdded = z.object({ event: z.literal("key.added"), key: z.string(), id: z.string() });

describe("who can write to the database, and to nothing else", () => {
  const SAYS = "the checkpoint row of the log is not what was signed: restore the database";
  const row = async (): Promise<Buffer> => {
    const held = await world.db.selectFrom("ledger_logs").select("checkpoint").executeTakeFirstOrThrow();
    return must(held.checkpoint, "something is published");
  };
  const write = (checkpoint: Buffer | null) =>
    sql`update ledger_logs set checkpoint = ${checkpoint}`.execute(world.db);
  /** The signature of a note, which is the key's id (4 bytes) and 64 more: with one byte of it changed. */
  const changedAt = (note: Buffer, at: number): Buffer => {
    const [text = "", line = ""] = note.toString().split("\n\n");
    const [dash, name, encoded = ""] = line.trim().split(" ");
    const signed = Buffer.from(encoded, "base64");
    signed[at] = (signed[at] ?? 0) ^ 1;
    return Buffer.from(`${text}\n\n${dash} ${name} ${signed.toString("base64")}\n`);
  };
  beforeEach(async () => {
    await appendTo(world, 3);
    await sequence();
  });

  test.each([
    ["the id of the key", (note: Buffer) => changedAt(note, 0)],
    ["the signature", (note: Buffer) => changedAt(note, 40)],
    ["the text", (note: Buffer) => Buffer.from(note.toString().replace("\n3\n", "\n4\n"))],
    ["all of it", () => Buffer.from("what is this?")],
  ])("one byte of the checkpoint: keys that are there are not accused. %s", async (_, change) => {
    const held = await row();
    const there = await filesThere();
    await write(change(held));
    await appendTo(world, 1);
    await expect(sequence()).rejects.toThrow(SAYS);
    await expect(rotateLost(world.ledger)).rejects.toThrow(SAYS);
    expect(await filesThere()).toEqual(there);
    await write(held);
    expect(await sequence()).toBe(true);
    expect(await idsIn(world)).toHaveLength(4);
  });

  test("a checkpoint by a key of theirs accuses nobody", async () => {
    const theirs = { path: join(world.home, "theirs"), origin: world.ledger.place.origin };
    await beginKeys(theirs);
    const [key] = await signingKeys(theirs);
    const [text = ""] = (await row()).toString().split("\n\n");
    const signatures = [must(key, "they have a key").sign(`${text}\n`)];
    await write(Buffer.from(formatNote({ text: `${text}\n`, signatures })));
    await appendTo(world, 1);
    await expect(sequence()).rejects.toThrow(SAYS);
    await expect(rotateLost(world.ledger)).rejects.toThrow(SAYS);
  });

  test("a checkpoint taken away lets no stranger's key sign: the file that readers get says whose log it is", async () => {
    const trusted = await world.ledger.verifierKeys();
    await rm(folder(), { recursive: true });
    await beginKeys(world.ledger.place.keys);
    await write(null);
    await appendTo(world, 1);
    await expect(sequence()).rejects.toThrow("the last checkpoint was signed by");
    const [own] = trusted;
    await rm(folder(), { recursive: true });
    await rotateLost(await reopened());
    const lost = [hex(must(own, "there was a key").id)];
    const said = (await tail(world.ledger, 2)).map(({ body }) => body);
    expect(said).toContainEqual(expect.objectContaining({ event: "key.lost", lost }));
  });

  test("one from before a rotation, with keys from then: the retired key signs nothing", async () => {
    const [before, first] = [await row(), await publicIn(folder())];
    await cp(folder(), `${folder()}-backup`, { recursive: true });
    await rotate(world.ledger);
    expect(await retire(world.ledger, first)).toBe("retired");
    await rm(folder(), { recursive: true });
    await rename(`${folder()}-backup`, folder());
    await write(before);
    await appendTo(world, 1);
    await expect(sequence()).rejects.toThrow("holds none of these keys");
  });
});

describe("a log without entries begins", () => {
  test("its first key is made; what waits or was signed is a beginning already", async () => {
    await rm(folder(), { recursive: true });
    await reopened();
    expect((await filesThere()).filter((name) => name.endsWith(".pem"))).toHaveLength(1);
    await rm(folder(), { recursive: true });
    await appendTo(world, 1);
    await reopened();
    expect(await filesThere()).toEqual([]);
    await rotateLost(await reopened());
    expect(await idsIn(world)).toHaveLength(2);
  });

  test("not where only the guard remembers it", async () => {
    await appendTo(world, 2);
    await sequence();
    await rm(folder(), { recursive: true });
    await sql`update ledger_logs set size = 0, checkpoint = null, checkpoint_size = 0`.execute(world.db);
    await reopened();
    expect(await filesThere()).toEqual([]);
  });
});
