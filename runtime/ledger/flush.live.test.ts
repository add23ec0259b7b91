/** Full tiles: files, never rows; and what a crash between the commit and the files leaves is enough to make them. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { fsck } from "./fsck.ts";
import { type LedgerPoint, lead, sequenceAll, sequenceBatch } from "./sequencer.ts";
import { appendTo, checks, idsIn, type World, worldOf } from "./testing/world.ts";
import { LogDamaged } from "./tiles.ts";

let world: World;
beforeEach(async () => {
  world = await worldOf(inject("postgresUrl"));
});
afterEach(() => world.close());

const sequence = () => sequenceAll(world.ledger.sequencer);
const fileOf = (path: string): string => join(world.home, "ledger", "shop", path);
const isThere = (path: string): Promise<boolean> =>
  stat(fileOf(path)).then(
    () => true,
    () => false,
  );
const widths = async (): Promise<number[]> =>
  (await sql<{ width: number }>`select width from ledger_tiles order by level, n`.execute(world.db)).rows.map(
    (row) => row.width,
  );

/** A leader that falls at the named moment. */
const fallAt = async (at: LedgerPoint): Promise<void> => {
  const atPoint = (point: LedgerPoint): void => {
    if (point === at) throw new Error("fallen");
  };
  await expect(lead({ ...world.ledger.sequencer, atPoint }, sequenceBatch)).rejects.toThrow("fallen");
};

test("what a batch writes to the database holds no full tile, at any moment", async () => {
  await sql`alter table ledger_tiles add constraint partial check (width < 256)`.execute(world.db);
  for (const count of [100, 156, 1, 700, 1500]) {
    await appendTo(world, count);
    expect(await sequence()).toBe(true);
  }
  expect(await widths()).toEqual([2457 % 256, 2457 % 256, 9]);
  expect((await readdir(fileOf("tile/0"))).length).toBe(9);
  expect(await idsIn(world)).toHaveLength(2457);
});

test.each([
  ["the first batch", 0, 600],
  ["a tile that was partial", 100, 600],
  ["one that becomes exactly full", 100, 156],
  ["behind a full one", 256, 256],
  ["sixteen calls at once", 30, 16],
])("committed, and then nothing: %s", async (_, before, count) => {
  if (before > 0) await appendTo(world, before);
  await sequence();
  if (count === 16)
    for (let n = 0; n < 16; n += 1)
      await world.db.transaction().execute((tx) => world.ledger.append(tx, checks(16)));
  else await appendTo(world, count);
  await fallAt("committed");
  expect(await isThere(`tile/0/00${before === 256 ? 1 : 0}`)).toBe(false);
  // It waits no more, and it is not done.
  expect(await fsck(world.ledger)).toMatchObject({ waiting: 0 });
  await appendTo(world, 3);
  expect(await sequence()).toBe(true);
  const total = before + (count === 16 ? 256 : count) + 3;
  expect(await fsck(world.ledger)).toMatchObject({ ok: true, size: total, waiting: 0 });
  expect(new Set(await idsIn(world)).size).toBe(total);
  expect((await sql`select from ledger_outbox`.execute(world.db)).rows).toEqual([]);
});

test.each(["tile/0/000", "tile/entries/000"])(
  "a file is there that holds something else, of a later log or of nobody: it stays, and the log is refused (%s)",
  async (path) => {
    await appendTo(world, 100);
    await sequence();
    await mkdir(dirname(fileOf(path)), { recursive: true });
    await writeFile(fileOf(path), "another");
    await appendTo(world, 200);
    for (let n = 0; n < 2; n += 1) await expect(sequence()).rejects.toThrow("is not what the log has there");
    expect(await readFile(fileOf(path), "utf8")).toBe("another");
    await rm(fileOf(path));
    expect(await sequence()).toBe(true);
    expect(new Set(await idsIn(world)).size).toBe(300);
  },
);

test("files that are there already are made again from the same bytes", async () => {
  await appendTo(world, 300);
  const waited = await world.db.selectFrom("ledger_outbox").selectAll().execute();
  await fallAt("flushed");
  const bytes = await readFile(fileOf("tile/entries/000"));
  for (const { log, seq, entries, leaves } of waited)
    await sql`insert into ledger_outbox (log, seq, entries, leaves) overriding system value
      values (${log}, ${seq}, ${entries}, ${leaves})`.execute(world.db);
  expect(await sequence()).toBe(true);
  expect((await readFile(fileOf("tile/entries/000"))).equals(bytes)).toBe(true);
  expect(await idsIn(world)).toHaveLength(300);
});

test.each([
  [
    "one of its calls is gone",
    sql`delete from ledger_outbox where seq = (select min(seq) from ledger_outbox)`,
  ],
  [
    "an entry is another",
    sql`update ledger_outbox set leaves = set_byte(leaves, 20, 255 - get_byte(leaves, 20))`,
  ],
  ["the places are others", sql`update ledger_batches set places = set_byte(places, 1, get_byte(places, 3))`],
  ["the tile that it filled is gone", sql`delete from ledger_tiles where width = 100`],
])("committed, and the database changed before its files were made: %s", async (_, attack) => {
  await appendTo(world, 100);
  await sequence();
  await appendTo(world, 150);
  await appendTo(world, 150);
  await fallAt("committed");
  await attack.execute(world.db);
  await expect(sequence()).rejects.toThrow(LogDamaged);
  expect(await isThere("tile/0/000")).toBe(false);
});

test("a worker of an older version, which would take what stays in the outbox again, does not lead, commit or publish", async () => {
  await appendTo(world, 300);
  await fallAt("committed");
  expect(await world.db.selectFrom("ledger_outbox").select("seq").execute()).not.toEqual([]);
  // As it says them: to take the lead, to commit a batch, to publish.
  for (const statement of [
    sql`update ledger_logs set epoch = epoch + 1 where log = 'shop' returning epoch, size, root, checkpoint, checkpoint_size, origin`,
    sql`update ledger_logs set size = 600 where log = 'shop' and epoch = 1 and size = 300`,
    sql`update ledger_logs set checkpoint_size = 300 where log = 'shop' and epoch = 1`,
  ])
    await expect(statement.execute(world.db)).rejects.toThrow('column "epoch" does not exist');
  await sequence();
  expect(new Set(await idsIn(world)).size).toBe(300);
  expect(await fsck(world.ledger)).toMatchObject({ ok: true, size: 300, waiting: 0 });
});

const asRow = (level: number, n: number, bytes: Uint8Array) =>
  sql`insert into ledger_tiles (log, level, n, width, bytes) values ('shop', ${level}, ${n}, 256, ${Buffer.from(bytes)})`.execute(
    world.db,
  );
const flipped = (bytes: Uint8Array): Buffer => {
  const other = Buffer.from(bytes);
  other[40] = (other[40] ?? 0) ^ 1;
  return other;
};
const NOT_WHAT_IS_THERE = "is not what the log has there: restore the database";

test.each([
  ["a bundle", -1, "tile/entries/000"],
  ["a tile", 0, "tile/0/000"],
])(
  "a row that somebody else made of a full one writes over no file, and takes the place of none: %s",
  async (_, level, path) => {
    await appendTo(world, 600);
    await sequence();
    const bytes = await readFile(fileOf(path));
    await asRow(level, 0, flipped(bytes));
    await appendTo(world, 1);
    await expect(sequence()).rejects.toThrow(`${path} ${NOT_WHAT_IS_THERE}`);
    expect((await readFile(fileOf(path))).equals(bytes)).toBe(true);
    await rm(fileOf(path));
    await expect(sequence()).rejects.toThrow(NOT_WHAT_IS_THERE);
    expect(await isThere(path)).toBe(false);
    // Restored, it goes on.
    await sql`update ledger_tiles set bytes = ${bytes} where width = 256`.execute(world.db);
    expect(await sequence()).toBe(true);
    expect((await readFile(fileOf(path))).equals(bytes)).toBe(true);
    expect(await idsIn(world)).toHaveLength(601);
  },
);

test("a row of a full tile that the log does not come to yet, or of rubbish", async () => {
  await appendTo(world, 300);
  await sequence();
  const bytes = await readFile(fileOf("tile/0/000"));
  for (const [level, n, what] of [
    [0, 2, bytes],
    [0, 7, bytes],
    [1, 1, bytes],
    [5, 0, bytes],
    [-1, 2, Buffer.from("rubbish")],
  ] as const) {
    await asRow(level, n, what);
    await expect(sequence()).rejects.toThrow(NOT_WHAT_IS_THERE);
    await sql`delete from ledger_tiles where width = 256`.execute(world.db);
  }
  await rm(fileOf("tile/0/000"));
  await asRow(0, 0, bytes.subarray(0, 32));
  await expect(sequence()).rejects.toThrow(NOT_WHAT_IS_THERE);
});

test("older versions left many: each is held against what is above it, to the top", async () => {
  await appendTo(world, 256 * 256);
  await appendTo(world, 300);
  await sequence();
  for (const [level, n, path] of [
    [1, 0, "tile/1/000"],
    [0, 3, "tile/0/003"],
    [0, 255, "tile/0/255"],
    [0, 256, "tile/0/256"],
    [-1, 3, "tile/entries/003"],
    [-1, 256, "tile/entries/256"],
  ] as const) {
    const bytes = await readFile(fileOf(path));
    await rm(fileOf(path));
    await asRow(level, n, bytes);
  }
  expect(await sequence()).toBe(true);
  expect(await idsIn(world)).toHaveLength(256 * 256 + 300);
}, 120_000);

test("rows of full tiles, which older versions left, become files", async () => {
  await appendTo(world, 256);
  await sequence();
  const bytes = await readFile(fileOf("tile/0/000"));
  await rm(fileOf("tile/0/000"));
  await sql`insert into ledger_tiles (log, level, n, width, bytes) values ('shop', 0, 0, 256, ${bytes})`.execute(
    world.db,
  );
  await appendTo(world, 1);
  await sequence();
  expect((await readFile(fileOf("tile/0/000"))).equals(bytes)).toBe(true);
  expect(await idsIn(world)).toHaveLength(257);
  expect(await widths()).toEqual([1, 1, 1]);
});
