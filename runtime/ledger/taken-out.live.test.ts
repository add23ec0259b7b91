/** What somebody with write access to the database, or to the files, takes out or exchanges behind Avow's back: by what it is noticed. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatSignature } from "@avow/core/evidence/note";
import { witnessSigner } from "@avow/core/evidence/testing/signing";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { forgetEnded, forgetSubject } from "./forgetting.ts";
import { fsck } from "./fsck.ts";
import { sequenceAll } from "./sequencer.ts";
import { serve } from "./served.ts";
import { tail } from "./tail.ts";
import { appendTo, type World, worldOf } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await worldOf(inject("postgresUrl"));
});
afterEach(() => world.close());

describe("what entries say is taken out, and counted as forgotten", () => {
  const about = (request: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({
      ...{ type: "request", subject: `request:${request}` as const },
      body: { event: "step.done", n },
    }));
  const AT_LAST = new Date("2029-11-25T08:01:30Z");
  const append = (request: string, count: number) =>
    world.db.transaction().execute((tx) => world.ledger.append(tx, about(request, count)));
  const forget = (request: string) =>
    world.db
      .transaction()
      .execute((tx) => forgetSubject(world.ledger, tx, { subject: `request:${request}`, at: AT_LAST }));
  const told = async () =>
    (await tail(world.ledger, 1000)).flatMap(({ type, body }) => (type === "key" ? [body] : []));
  const findings = async () => {
    await world.ledger.settle();
    return (await fsck(world.ledger)).findings;
  };
  /** As one does it who knows the tables, and has no key: all that one call said of one subject, so that no body is missed. */
  const takeOut = async (request: string) => {
    const gone = await sql`delete from ledger_entries where key =
        (select id from ledger_keys where subject = ${`request:${request}`})`.execute(world.db);
    await sql`update ledger_logs set forgotten = forgotten + ${Number(gone.numAffectedRows)}`.execute(
      world.db,
    );
  };
  beforeEach(async () => {
    for (const [request, count] of [
      ["r1", 3],
      ["r2", 4],
      ["r3", 5],
    ] as const)
      await append(request, count);
    await world.ledger.settle();
  });

  test("each end of keys is an entry that says how many, in its transaction, and fsck counts", async () => {
    await forget("r1");
    expect(await findings()).toEqual([]);
    for (const request of ["r2", "r3"] as const)
      await world.ledger.keys.endAt(world.db, `request:${request}`, AT_LAST);
    expect(await forgetEnded(world.ledger, AT_LAST)).toBe(2);
    expect(await forgetEnded(world.ledger, AT_LAST)).toBe(0);
    expect(await findings()).toEqual([]);
    expect(await told()).toEqual([
      { event: "keys.destroyed", subjects: 1, entries: 3, total: 3 },
      { event: "keys.destroyed", subjects: 2, entries: 9, total: 12 },
    ]);
    await append("r4", 2);
    const failing = world.db.transaction().execute(async (tx) => {
      await forgetSubject(world.ledger, tx, { subject: "request:r4", at: AT_LAST });
      throw new Error("killed");
    });
    await expect(failing).rejects.toThrow("killed");
    expect(await findings()).toEqual([]);
    expect(await told()).toHaveLength(2);
  });

  test.each<readonly [string, ReturnType<typeof sql>]>([
    [
      "destroyed",
      sql`update ledger_keys set sealed = null, destroyed_at = now() where subject = 'request:r2'`,
    ],
    ["gone", sql`delete from ledger_keys where subject = 'request:r2'`],
    [
      "another's",
      sql`update ledger_keys a set sealed = b.sealed from ledger_keys b where a.subject = 'request:r2' and b.subject = 'request:r1'`,
    ],
  ])("a key is %s behind Avow's back: the rows that are still there say so", async (_, attack) => {
    const row = await sql<{ id: string }>`select id from ledger_entries where key =
        (select id from ledger_keys where subject = 'request:r2') limit 1`.execute(world.db);
    await attack.execute(world.db);
    // It has not run out, and nobody is told that it has.
    await expect(world.ledger.receipt(row.rows[0]?.id ?? "")).rejects.toThrow(/^the key of whom the entry /);
    const found = await findings();
    expect(found).toHaveLength(4);
    for (const one of found) expect(one).toContain("the key of whom it is about was taken out");
  });

  const says = (counted: number, said: number) => [
    expect.stringContaining(`${counted} entries count as forgotten, and the log says so of ${said}:`),
  ];

  test("where nothing was ever forgotten, before what is and behind it: it is found, and stays found", async () => {
    await takeOut("r1");
    expect(await findings()).toEqual(says(3, 0));
    await forget("r2");
    expect(await findings()).toEqual(says(7, 4));
    await takeOut("r3");
    expect(await findings()).toEqual(says(12, 4));
    await sql`update ledger_logs set forgotten_entry = null`.execute(world.db);
    expect(await findings()).toEqual(says(12, 0));
    await append("r4", 1);
    await forget("r4");
    expect(await findings()).toEqual(says(13, 1));
  });

  test("what an earlier version let go is no finding, and shown; the first entry takes the count over", async () => {
    await takeOut("r1");
    await sql`update ledger_logs set forgotten_untold = forgotten`.execute(world.db);
    expect(await fsck(world.ledger)).toMatchObject({ findings: [], untold: 3 });
    for (const [request, total] of [
      ["r2", 4],
      ["r3", 9],
    ] as const) {
      await forget(request);
      expect(await findings()).toEqual([]);
      expect((await told()).at(-1)).toMatchObject({ total, untold: 3 });
    }
    await append("r4", 1);
    await findings();
    await takeOut("r4");
    await sql`update ledger_logs set forgotten_untold = forgotten_untold + 1`.execute(world.db);
    expect(await findings()).toEqual(says(13, 12));
    expect((await fsck(world.ledger)).untold).toBe(3);
  });

  test("a row is taken out, and another put where it was, so that the numbers fit", async () => {
    await forget("r3");
    expect(await findings()).toEqual([]);
    // The last of its call: what the call says lies with the first.
    await sql`update ledger_entries set id = gen_random_uuid(), key = null, body = null where n = 3`.execute(
      world.db,
    );
    expect(await findings()).toEqual([
      "6 entries of the log have no row in the database, and 5 went with keys: rows were taken out, and others put in their place",
    ]);
  });

  test("an entry that says something else is no excuse, nor is one of a request", async () => {
    const [other] = await appendTo(world, 1);
    const body = { event: "keys.destroyed", subjects: 1, entries: 3, total: 3 };
    const [own] = await world.db
      .transaction()
      .execute((tx) => world.ledger.append(tx, [{ type: "request", subject: "request:r4", body }]));
    await takeOut("r1");
    for (const entry of [other, own]) {
      await sql`update ledger_logs set forgotten_entry = ${entry}`.execute(world.db);
      expect(await findings()).toEqual(says(3, 0));
    }
  });
});

describe("what is handed out and served", () => {
  const tamper = (level: number) =>
    sql`update ledger_tiles set bytes = set_byte(bytes, 40, 255 - get_byte(bytes, 40)) where level = ${level}`.execute(
      world.db,
    );

  test.each([
    ["a hash of the partial tile is another", 0],
    ["a byte of an entry that is not in a full bundle is another", -1],
  ])("%s: nobody is given a receipt that does not hold", async (_, level) => {
    const [first = "", second = ""] = await appendTo(world, 2);
    await world.ledger.settle();
    const good = await world.ledger.receipt(first);
    expect(good).not.toBeNull();
    await tamper(level);
    // One of the two is the changed entry, or has it for a sibling.
    const both = await Promise.allSettled([first, second].map((id) => world.ledger.receipt(id)));
    const refused = both.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toContain("would not hold");
    expect((await fsck(world.ledger)).ok).toBe(false);
  });

  test.each<readonly [string, (path: string, before: Buffer) => Promise<unknown>]>([
    ["an earlier one", (path, before) => writeFile(path, before)],
    ["none", (path) => rm(path)],
  ])(
    "the checkpoint that is served becomes %s: fsck says so, and whoever leads next serves the last",
    async (_, change) => {
      const path = join(world.ledger.place.files, "checkpoint");
      await appendTo(world, 1);
      await world.ledger.settle();
      const before = await readFile(path);
      await appendTo(world, 1);
      await world.ledger.settle();
      const last = await readFile(path);
      await change(path, before);
      expect((await fsck(world.ledger)).findings).toEqual([
        "the `checkpoint` that is served is not the last one that was published",
      ]);
      expect(await sequenceAll(world.ledger.sequencer)).toBe(true);
      expect((await readFile(path)).equals(last)).toBe(true);
      expect((await fsck(world.ledger)).ok).toBe(true);
    },
  );

  test("the served checkpoint is gone while a witness is away: what it cosigned before is served again", async () => {
    const path = join(world.ledger.place.files, "checkpoint");
    const witness = witnessSigner("witness.example.org/w1", 9, 1_795_000_000);
    const cosign = async (note: string) =>
      formatSignature(witness.sign(note.slice(0, note.indexOf("\n\n") + 1)));
    await appendTo(world, 1);
    await sequenceAll({ ...world.ledger.sequencer, cosign });
    const cosigned = await readFile(path);
    expect(cosigned.toString()).toContain("— witness.example.org/w1 ");
    await rm(path);
    expect(await sequenceAll(world.ledger.sequencer)).toBe(true);
    expect((await readFile(path)).equals(cosigned)).toBe(true);
    expect((await fsck(world.ledger, [witness.key])).witnesses).toBe(1);
  });

  test("who was replaced between the row and the file does not serve an older checkpoint, nor what nobody signed", async () => {
    const { place } = world.ledger;
    const path = join(place.files, "checkpoint");
    await appendTo(world, 1);
    await world.ledger.settle();
    const before = await readFile(path);
    await appendTo(world, 1);
    await world.ledger.settle();
    const last = await readFile(path);
    await serve(world.db, place, before);
    expect((await readFile(path)).equals(last)).toBe(true);
    const rowIs = (bytes: Buffer) => sql`update ledger_logs set checkpoint = ${bytes}`.execute(world.db);
    for (const bytes of [before, Buffer.from(last.toString().replace("\n2\n", "\n3\n"))]) {
      await rowIs(bytes);
      await serve(world.db, place, last);
      expect((await readFile(path)).equals(last)).toBe(true);
    }
  });
});
