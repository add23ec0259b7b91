/** The log on a real database and real files: in, sequenced, published, proven. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckpoint } from "@avow/core/evidence/checkpoint";
import { portable } from "@avow/core/evidence/portable";
import { rootOf } from "@avow/core/evidence/proofs";
import { verifyReceipt } from "@avow/core/evidence/receipt";
import { freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../store/database.ts";
import { createSealer } from "../vault/seal.ts";
import type { NewEntry } from "./append.ts";
import { forgetEnded, forgetSubject } from "./forgetting.ts";
import { fsck } from "./fsck.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { latestCheckpoint } from "./receipts.ts";
import { lead, startSequencer } from "./sequencer.ts";
import { readTileOf, tileReader } from "./tiles.ts";

let own: { url: string; drop: () => Promise<void> };
let home: string;
let db: Database;
let ledger: Ledger;

const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
const now = (): Date => new Date("2026-11-25T08:01:30Z");
const checks = (count: number): NewEntry[] =>
  Array.from({ length: count }, (_, n) => ({
    type: "check",
    subject: "service",
    body: { event: "verdict.changed", n },
  }));
const trust = async () => ({ log: await ledger.verifierKeys(), witnesses: [] });

beforeAll(async () => {
  own = await freshDatabase(inject("postgresUrl"), "ledger");
  home = await mkdtemp(join(tmpdir(), "avow-ledger-"));
  db = await openDatabase(own.url);
  ledger = await openLedger({ db, seals, home, log: "shop", now });
});

afterAll(async () => {
  await db.destroy();
  await own.drop();
  await rm(home, { recursive: true });
});

test("an entry that commits is in the log; one whose transaction is rolled back is not", async () => {
  const kept = await db.transaction().execute((tx) => ledger.append(tx, checks(3)));
  const lost: string[] = [];
  await expect(
    db.transaction().execute(async (tx) => {
      lost.push(...(await ledger.append(tx, checks(2))));
      throw new Error("the change did not happen");
    }),
  ).rejects.toThrow("did not happen");
  expect(await ledger.settle()).toBe(true);
  const published = await latestCheckpoint(db, ledger.place);
  expect(published?.size).toBe(3);
  for (const id of kept) {
    const receipt = await ledger.receipt(id);
    const verified = verifyReceipt(portable, receipt?.bytes ?? new Uint8Array(), await trust());
    expect(verified).toMatchObject({ ok: true, value: { size: 3, disclosed: { event: "verdict.changed" } } });
  }
  for (const id of lost) expect(await ledger.receipt(id)).toBeNull();
});

test("a thousand more: full tiles are files, their rows are gone, and the root is the tiles' own", async () => {
  await db.transaction().execute((tx) => ledger.append(tx, checks(1000)));
  expect(await ledger.settle()).toBe(true);
  const published = await latestCheckpoint(db, ledger.place);
  if (published === null) throw new Error("nothing is published");
  expect(published.size).toBe(1003);
  const opened = openCheckpoint(portable, published.bytes, await trust());
  expect(opened).toMatchObject({ ok: true, value: { size: 1003, logKeys: [{}] } });
  const reader = tileReader(db, "shop", ledger.place.files);
  const tree = { primitives: portable, size: 1003, readTile: readTileOf(reader, 1003) };
  expect(Buffer.from(await rootOf(tree)).equals(Buffer.from(published.root))).toBe(true);
  expect(await db.selectFrom("ledger_tiles").selectAll().where("width", "=", 256).execute()).toEqual([]);
  expect(await db.selectFrom("ledger_outbox").selectAll().execute()).toEqual([]);
  expect(await reader.read({ level: 0, index: 3, width: 236 }, 1003)).toBeNull();
  expect((await reader.read({ level: 0, index: 3, width: 17 }, 1003))?.length).toBe(17 * 32);
});

test("a transaction that commits late, with a lower number, is not lost", async () => {
  const other = await openDatabase(own.url);
  let early: string[] = [];
  let goOn = (): void => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let appended = (): void => {};
  const isIn = new Promise<void>((resolve) => {
    appended = resolve;
  });
  const slow = other.transaction().execute(async (tx) => {
    early = await ledger.append(tx, checks(1));
    appended();
    await held;
  });
  await isIn;
  const late = await db.transaction().execute((tx) => ledger.append(tx, checks(1)));
  expect(await ledger.settle(late[0])).toBe(true);
  expect(await ledger.receipt(early[0] ?? "")).toBeNull();
  goOn();
  await slow;
  expect(await ledger.settle()).toBe(true);
  expect(await ledger.receipt(early[0] ?? "")).not.toBeNull();
  await other.destroy();
});

test("one leads, the other stands by and takes over", async () => {
  const lines: string[] = [];
  const onLog = (line: string): unknown => lines.push(line);
  const first = startSequencer({ ...ledger.sequencer, onLog });
  const second = startSequencer({ ...ledger.sequencer, onLog });
  const [id = ""] = await db.transaction().execute((tx) => ledger.append(tx, checks(1)));
  expect(await ledger.settle(id)).toBe(true);
  expect(await lead(ledger.sequencer, async () => "led")).toBeNull();
  await first.stop();
  const [next = ""] = await db.transaction().execute((tx) => ledger.append(tx, checks(1)));
  expect(await ledger.settle(next)).toBe(true);
  await second.stop();
  expect(lines).toEqual([]);
  expect(await lead(ledger.sequencer, async () => "led")).toBe("led");
});

test("a subject's key destroyed: the receipt given out stays valid, no new one can be made", async () => {
  const subject = "request:0b9f5c0e-7a3e-4f6e-9d3b-2f1f6a0c9d11";
  const about = ["email=ada@example.org"];
  const [id = ""] = await db
    .transaction()
    .execute((tx) =>
      ledger.append(tx, [{ type: "request", subject, body: { event: "request.closed" }, about }]),
    );
  await ledger.settle(id);
  const receipt = (await ledger.receipt(id))?.bytes ?? new Uint8Array();
  expect(verifyReceipt(portable, receipt, { ...(await trust()), about })).toMatchObject({ ok: true });
  expect(await db.transaction().execute((tx) => forgetSubject(ledger, tx, { subject, at: now() }))).toBe(
    true,
  );
  expect(await ledger.receipt(id)).toBeNull();
  expect(verifyReceipt(portable, receipt, { ...(await trust()), about })).toMatchObject({ ok: true });
  const more = ledger.append(db, [{ type: "request", subject, body: {} }]);
  await expect(more).rejects.toThrow("was destroyed");
  // Its row would still say whose it was.
  const row = await db.selectFrom("ledger_entries").select("body").where("id", "=", id).executeTakeFirst();
  expect(row).toBeUndefined();
  expect((await fsck(ledger)).findings).toEqual([]);
});

test("a key whose time has ended is destroyed by the one who leads, and only then", async () => {
  const subject = "request:11111111-1111-4111-8111-111111111111";
  const [id = ""] = await db
    .transaction()
    .execute((tx) => ledger.append(tx, [{ type: "request", subject, body: { event: "request.closed" } }]));
  await ledger.settle(id);
  await ledger.keys.endAt(db, subject, new Date("2029-11-25T08:01:30Z"));
  expect(await forgetEnded(ledger, now())).toBe(0);
  const sequencer = startSequencer({
    ...ledger.sequencer,
    onLog: () => {},
    upkeep: async () => {
      await forgetEnded(ledger, new Date("2029-11-25T08:02:00Z"));
    },
  });
  await expect.poll(() => ledger.receipt(id), { timeout: 10_000 }).toBeNull();
  await sequencer.stop();
});
