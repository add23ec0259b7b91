/** A database that is brought back to an earlier day, alone or with the guard beside it; each also against a log without the defence. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hex, sameBytes } from "@avow/core/evidence/bytes";
import type { Checkpoint } from "@avow/core/evidence/checkpoint";
import { emptyRoot } from "@avow/core/evidence/hashing";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { fsck } from "./fsck.ts";
import type { Guard } from "./guard.ts";
import { nodePrimitives } from "./primitives.ts";
import { latestCheckpoint } from "./receipts.ts";
import { acceptGuard } from "./rotate.ts";
import { sequenceAll } from "./sequencer.ts";
import { tail } from "./tail.ts";
import { appendTo, type World, worldOf } from "./testing/world.ts";

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

describe("the database is brought back to an earlier day", () => {
  const TABLES = [
    "ledger_logs",
    "ledger_entries",
    "ledger_batches",
    "ledger_tiles",
    "ledger_outbox",
  ] as const;

  async function rolledBack(first = 10): Promise<Checkpoint> {
    if (first > 0) await appendTo(world, first);
    await world.ledger.settle();
    for (const table of TABLES)
      await sql`create table ${sql.table(`old_${table}`)} as table ${sql.table(table)}`.execute(world.db);
    await appendTo(world, 3);
    await world.ledger.settle();
    const signed = await published();
    for (const table of TABLES) {
      await sql`delete from ${sql.table(table)}`.execute(world.db);
      await sql`insert into ${sql.table(table)} overriding system value table ${sql.table(`old_${table}`)}`.execute(
        world.db,
      );
    }
    await appendTo(world, 3);
    return signed;
  }

  test("the guard refuses to sign, and says so again each time", async () => {
    const signed = await rolledBack();
    for (let n = 0; n < 2; n += 1)
      await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow(
        "the log went back: 13 entries were signed, 10 are there",
      );
    expect((await published()).size).toBe(10);
    expect((await fsck(world.ledger)).findings).toContainEqual(expect.stringContaining("the log went back"));
    expect((await world.ledger.place.guard.read())?.size).toBe(signed.size);
  });

  test("the guard is brought back along with the database: what readers have is later, and is no more written over", async () => {
    const guard = join(world.home, "ledger-guard", "shop.checkpoint");
    const served = join(world.ledger.place.files, "checkpoint");
    await appendTo(world, 10);
    await world.ledger.settle();
    const earlier = await readFile(guard);
    await rolledBack(0);
    await writeFile(guard, earlier);
    const last = await readFile(served);
    await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow(
      "the log went back: 13 entries were signed, 10 are there",
    );
    expect((await readFile(served)).equals(last)).toBe(true);
    // Without what readers have nobody in this place remembers: two checkpoints of one size with two roots.
    await rm(served);
    expect(await sequenceAll(world.ledger.sequencer)).toBe(true);
    expect((await published()).size).toBe(13);
    expect((await readFile(served)).equals(last)).toBe(false);
    // Brought back itself, it is another history.
    await writeFile(served, last);
    await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow("another one than was signed at 13");
  });

  test("the guard is gone besides: nobody can accept a log that what readers have contradicts, and nothing is written", async () => {
    await rolledBack();
    const guard = join(world.home, "ledger-guard", "shop.checkpoint");
    await rm(guard);
    const why =
      "the log went back: 13 entries were signed, 10 are there, as the checkpoint says that readers have";
    await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow(why);
    const waiting = await world.db.selectFrom("ledger_outbox").select("seq").execute();
    await expect(acceptGuard(world.ledger)).rejects.toThrow(why);
    expect(await world.db.selectFrom("ledger_outbox").select("seq").execute()).toEqual(waiting);
    expect(await world.ledger.place.guard.read()).toBeNull();
  });

  test("a database from before its first entry gets no guard beside what readers have", async () => {
    await appendTo(world, 3);
    await world.ledger.settle();
    await rm(join(world.home, "ledger-guard", "shop.checkpoint"));
    await world.db
      .updateTable("ledger_logs")
      .set({ size: 0, root: Buffer.from(emptyRoot(nodePrimitives)) })
      .execute();
    await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow(
      "the log went back: 3 entries were signed, 0",
    );
    expect(await world.ledger.place.guard.read()).toBeNull();
  });

  /** The log without its guard and without what readers have: takes whatever is there. */
  async function careless(): Promise<void> {
    await rm(join(world.ledger.place.files, "checkpoint"), { force: true });
    let from: Checkpoint = await published();
    const guard: Guard = { read: async () => from, advance: async (_, to) => void (from = to) };
    const { sequencer, place } = world.ledger;
    await sequenceAll({ ...sequencer, place: { ...place, guard } });
  }

  test("without the guard: two signed checkpoints of one size with two roots", async () => {
    const signed = await rolledBack();
    await careless();
    const forked = await published();
    expect(forked.size).toBe(signed.size);
    expect(sameBytes(forked.root, signed.root)).toBe(false);
  });

  test("the guard notices afterwards, too, at the same length and beyond it", async () => {
    await rolledBack();
    await careless();
    for (let n = 0; n < 2; n += 1) {
      const refused = expect(sequenceAll(world.ledger.sequencer)).rejects;
      await refused.toThrow("another one than was signed at 13 entries");
      await appendTo(world, 1);
      await careless();
    }
  });

  test("another history of the same length is refused, too", async () => {
    await appendTo(world, 5);
    await world.ledger.settle();
    const other = await worldOf(inject("postgresUrl"));
    await appendTo(other, 5);
    await other.ledger.settle();
    const foreign = await other.db.selectFrom("ledger_logs").selectAll().executeTakeFirstOrThrow();
    const tiles = await other.db.selectFrom("ledger_tiles").selectAll().execute();
    await world.db.updateTable("ledger_logs").set({ root: foreign.root }).execute();
    await world.db.deleteFrom("ledger_tiles").execute();
    await world.db.insertInto("ledger_tiles").values(tiles).execute();
    await other.close();
    await appendTo(world, 1);
    await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow(
      "another one than was signed at 5 entries",
    );
  });

  test("a guard that is gone stops the signing until a person accepts the log; one that contradicts stays", async () => {
    await appendTo(world, 2);
    await world.ledger.settle();
    const { root } = await published();
    expect(await acceptGuard(world.ledger)).toBe(false);
    await rm(join(world.home, "ledger-guard", "shop.checkpoint"));
    await appendTo(world, 1);
    await expect(sequenceAll(world.ledger.sequencer)).rejects.toThrow("the guard of the log is gone");
    expect(await acceptGuard(world.ledger)).toBe(true);
    expect((await published()).size).toBe(5);
    expect(await saidOfGuard()).toEqual([
      { event: "guard.accepted", size: 2, root: hex(root) },
      { event: "guard.accepting", size: 2, root: hex(root) },
    ]);
  });

  const saidOfGuard = async () =>
    (await tail(world.ledger, 20))
      .flatMap(({ type, body }) => (type === "key" ? [body] : []))
      .sort((a, b) => (String(a?.["event"]) < String(b?.["event"]) ? -1 : 1));

  test("whoever accepts the log and is killed on the way has said so in the log", async () => {
    await appendTo(world, 2);
    await world.ledger.settle();
    await rm(join(world.home, "ledger-guard", "shop.checkpoint"));
    const { ledger } = world;
    const { place } = ledger.sequencer;
    const advance: Guard["advance"] = async (from, to) => {
      await place.guard.advance(from, to);
      throw new Error("killed");
    };
    const cut = { ...place, guard: { ...place.guard, advance } };
    const killed = acceptGuard({ ...ledger, sequencer: { ...ledger.sequencer, place: cut } });
    await expect(killed).rejects.toThrow("killed");
    expect(await acceptGuard(ledger)).toBe(false);
    expect(await ledger.settle()).toBe(true);
    expect(await saidOfGuard()).toMatchObject([{ event: "guard.accepting", size: 2 }]);
  });
});
