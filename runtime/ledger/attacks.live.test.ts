/**
 * What somebody with full write access to the database can try, and what two sequencers can do to each other. Each attack is also run
 * against a log without the defence, where it succeeds: so the test sees the defence, not the weather.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { concat } from "@avow/core/evidence/bytes";
import { type Checkpoint, openCheckpoint } from "@avow/core/evidence/checkpoint";
import { grow, hashesOf } from "@avow/core/evidence/growth";
import { leafHash } from "@avow/core/evidence/hashing";
import { packBundle, unpackBundle } from "@avow/core/evidence/layout";
import { portable } from "@avow/core/evidence/portable";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { openDatabase } from "../store/database.ts";
import { writeDurably } from "./durable.ts";
import { fsck } from "./fsck.ts";
import { LogRefused } from "./guard.ts";
import { latestCheckpoint } from "./receipts.ts";
import { lead, publish, sequenceAll, sequenceBatch } from "./sequencer.ts";
import { appendTo, checks, idsIn, type World, worldOf } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await worldOf(inject("postgresUrl"));
});
afterEach(() => world.close());

const published = async (): Promise<Checkpoint> => {
  const found = await latestCheckpoint(world.db, world.ledger.place);
  if (found === null) throw new Error("nothing is published");
  return found;
};

describe("entries are changed, removed, moved", () => {
  /** What an auditor does who believes the signature and looks no further. */
  const looksSigned = async (): Promise<boolean> => {
    const { bytes } = (await latestCheckpoint(world.db, world.ledger.place)) ?? { bytes: new Uint8Array() };
    return openCheckpoint(portable, bytes, { log: await world.ledger.verifierKeys(), witnesses: [] }).ok;
  };
  const file = (path: string): string => join(world.ledger.place.files, path);

  async function bundleBecomes(change: (entries: Uint8Array[]) => Uint8Array[]): Promise<void> {
    const entries = unpackBundle(await readFile(file("tile/entries/000")), 256) ?? [];
    await writeFile(file("tile/entries/000"), packBundle(change(entries)));
  }

  beforeEach(async () => {
    await appendTo(world, 600);
    await world.ledger.settle();
    expect((await fsck(world.ledger)).ok).toBe(true);
  });

  test.each<readonly [string, () => Promise<unknown>, string]>([
    [
      "two entries change places",
      () => bundleBecomes(([a, b, ...rest]) => [b, a, ...rest].filter((e) => e !== undefined)),
      "`tile/0/000` is not what its entries give",
    ],
    [
      "an entry is another",
      () => bundleBecomes(([, ...rest]) => [Uint8Array.of(1, 2, 3), ...rest]),
      "the entries do not give the root that was signed",
    ],
    [
      "an entry is gone",
      () => bundleBecomes((entries) => entries.slice(1)),
      "`tile/entries/000` is not there or can not be read",
    ],
    [
      "a bundle is gone",
      () => rm(file("tile/entries/001")),
      "`tile/entries/001` is not there or can not be read",
    ],
    ["a tile is gone", () => rm(file("tile/0/001")), "`tile/0/001` is not there"],
    [
      "a hash of a tile is another",
      async () => writeFile(file("tile/0/001"), (await readFile(file("tile/0/001"))).fill(7, 0, 32)),
      "`tile/0/001` is not what its entries give",
    ],
    [
      "the partial tile does not go with the full ones",
      () =>
        sql`update ledger_tiles set bytes = set_byte(bytes, 5, 255 - get_byte(bytes, 5)) where level = 0`.execute(
          world.db,
        ),
      "`tile/0/002.p/88` is not what its entries give",
    ],
    [
      "what Avow holds of entries was changed",
      () =>
        sql`update ledger_entries set body = set_byte(body, 40, 255 - get_byte(body, 40)) where n = 0`.execute(
          world.db,
        ),
      ": what Avow holds of it is not what was logged",
    ],
    [
      "what Avow holds of entries is another call's",
      async () => {
        await appendTo(world, 2);
        await world.ledger.settle();
        await sql`update ledger_entries a set body = b.body from ledger_entries b where a.n = 0 and b.n = 0 and a.seq <> b.seq`.execute(
          world.db,
        );
      },
      ": what Avow holds of it is not what was logged",
    ],
    [
      "a row says another place",
      () => sql`update ledger_entries set n = n + 1 where n = 7`.execute(world.db),
      ": the database has another one there",
    ],
    [
      "a row is gone",
      () => sql`delete from ledger_entries where n = 7`.execute(world.db),
      "the database holds 599 entries and 0 are forgotten, and the log has 600 and 0 that wait",
    ],
  ])("%s", async (_, attack, finding) => {
    await attack();
    const seen = await fsck(world.ledger);
    expect(seen.findings).toContainEqual(expect.stringContaining(finding));
    expect(seen.ok).toBe(false);
    // The signature alone would still please.
    expect(await looksSigned()).toBe(true);
  });

  test("entries, tiles and root are all rewritten to fit: only the signature can not be", async () => {
    const entries = unpackBundle(await readFile(file("tile/entries/000")), 256) ?? [];
    const forged = [Uint8Array.of(1, 2, 3), ...entries.slice(1)];
    const tile = concat(forged.map((e) => leafHash(portable, e)));
    await writeDurably(world.ledger.place.files, [
      { path: "tile/entries/000", bytes: packBundle(forged) },
      { path: "tile/0/000", bytes: tile },
    ]);
    const level1 = grow(portable, { size: 0, levels: [], entries: [] }, forged).partial.find(
      (t) => t.level === 1,
    );
    const row = await world.db
      .selectFrom("ledger_tiles")
      .select("bytes")
      .where("level", "=", 1)
      .executeTakeFirstOrThrow();
    const hashes = [level1?.bytes ?? new Uint8Array(), ...hashesOf(row.bytes).slice(1)];
    await world.db
      .updateTable("ledger_tiles")
      .set({ bytes: Buffer.from(concat(hashes)) })
      .where("level", "=", 1)
      .execute();
    expect((await fsck(world.ledger)).findings).toEqual(["the entries do not give the root that was signed"]);
    await appendTo(world, 1);
    await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow(
      /do not give its root|another one than was signed/,
    );
  });
});

describe("two sequencers", () => {
  test("a leader that lost its lock in the middle of a batch commits nothing", async () => {
    await appendTo(world, 5);
    const refused = lead(world.ledger.sequencer, async (old) => {
      // A pooler has given the session's lock away; somebody else leads, and writes.
      await sql`select pg_advisory_unlock_all()`.execute(old.session);
      expect(await sequenceAll(world.ledger.sequencer)).toBe(true);
      await appendTo(world, 5);
      await sequenceBatch(old);
    });
    await expect(refused).rejects.toThrow("another sequencer leads this log now");
    expect(await world.ledger.settle()).toBe(true);
    expect(await idsIn(world)).toHaveLength(10);
  });

  test("nor does it publish", async () => {
    await appendTo(world, 5);
    const refused = lead(world.ledger.sequencer, async (old) => {
      await sequenceBatch(old);
      await sql`select pg_advisory_unlock_all()`.execute(old.session);
      await appendTo(world, 5);
      await sequenceAll(world.ledger.sequencer);
      await publish(old);
    });
    await expect(refused).rejects.toThrow(LogRefused);
    expect((await published()).size).toBe(10);
  });

  test("without comparing term, size and root: the same interleaving overwrites what the other wrote", async () => {
    await appendTo(world, 5);
    const before = await world.db
      .selectFrom("ledger_logs")
      .select(["size", "root"])
      .executeTakeFirstOrThrow();
    await world.ledger.settle();
    const signed = await published();
    // The old leader grows the tree that it remembers, and writes down what it has.
    const grown = grow(portable, { size: Number(before.size), levels: [], entries: [] }, [Uint8Array.of(1)]);
    await world.db
      .updateTable("ledger_logs")
      .set({ size: grown.edge.size, root: Buffer.from(grown.root) })
      .execute();
    const row = await world.db.selectFrom("ledger_logs").select("size").executeTakeFirstOrThrow();
    expect(Number(row.size)).toBeLessThan(signed.size);
    await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow("the log went back");
  });
});

describe("the outbox", () => {
  const failing = (append: (tx: World["db"]) => Promise<unknown>): Promise<unknown> =>
    world.db.transaction().execute(async (tx) => {
      await append(tx);
      throw new Error("the change did not happen");
    });

  test("an entry goes with its change; written beside the transaction it would stay", async () => {
    await expect(failing((tx) => world.ledger.append(tx, checks(1)))).rejects.toThrow("did not happen");
    await world.ledger.settle();
    expect((await published()).size).toBe(0);
    await expect(failing(() => world.ledger.append(world.db, checks(1)))).rejects.toThrow("did not happen");
    await world.ledger.settle();
    expect((await published()).size).toBe(1);
  });

  test("a late commit with a lower number is taken; who remembers the highest number loses it", async () => {
    const other = await openDatabase(world.url);
    const held = Promise.withResolvers<void>();
    const isIn = Promise.withResolvers<void>();
    const slow = other.transaction().execute(async (tx) => {
      await world.ledger.append(tx, checks(1));
      // Nobody waits for what is appended; the answer to this comes behind it.
      await sql`select`.execute(tx);
      isIn.resolve();
      await held.promise;
    });
    await isIn.promise;
    await appendTo(world, 1);
    const highest = await sql<{ seq: string }>`select max(seq) as seq from ledger_outbox`.execute(world.db);
    await world.ledger.settle();
    held.resolve();
    await slow;
    const byNumber = await sql`select from ledger_outbox where seq > ${highest.rows[0]?.seq}`.execute(
      world.db,
    );
    expect(byNumber.rows).toHaveLength(0);
    await world.ledger.settle();
    expect((await published()).size).toBe(2);
    await other.destroy();
  });

  test("an entry that waits is removed from the outbox: the log can not know, but what it tells of still stands", async () => {
    const [id = ""] = await appendTo(world, 1);
    await world.db.deleteFrom("ledger_outbox").execute();
    await world.ledger.settle();
    expect(await world.ledger.receipt(id)).toBeNull();
  });

  test("an entry that says too much is refused before it is written", async () => {
    const body = { event: "x".repeat(300_000) };
    await expect(
      world.ledger.append(world.db, [{ type: "check", subject: "service", body }]),
    ).rejects.toThrow("says too much");
  });

  test("too many wait: intake waits too, and then refuses", async () => {
    await sql`insert into ledger_outbox (log, entries, leaves)
      select 'shop', 1, '\\x000100' from generate_series(1, 50001)`.execute(world.db);
    const began = performance.now();
    await expect(world.ledger.admit()).rejects.toThrow("more than 50000 entries wait");
    expect(performance.now() - began).toBeGreaterThan(5000);
    await sql`delete from ledger_outbox where seq % 2 = 0`.execute(world.db);
    await expect(world.ledger.admit()).resolves.toBeUndefined();
  }, 60_000);
});
