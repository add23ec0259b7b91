/**
 * Erasures under a legal hold agree with the naive model, cell by cell, and so do those after it: on all engines, on worlds that are always the
 * same and on worlds that are new with every change. Seeds are printed.
 */
import { describe, expect, inject, test } from "vitest";
import { mariaDb } from "./engines/mysql.ts";
import { postgres } from "./engines/postgres.ts";
import { sqlite } from "./engines/sqlite.ts";
import { tryHolds } from "./holds.ts";

const server = inject("mariaDb");
if ("missing" in server) console.warn(`sim: not on MariaDB: ${server.missing}`);
const ENGINES = [
  { engine: postgres(inject("postgresUrl")), fixed: 12, fresh: 6 },
  ...("missing" in server ? [] : [{ engine: mariaDb(server.url), fixed: 6, fresh: 3 }]),
  { engine: sqlite(), fixed: 6, fresh: 3 },
].map((one) => ({ ...one, name: one.engine.name }));

/** A document was emptied in which a place is that others point at: what they hold was found by nobody any more. */
const FOUND = [730838774];

const freshSeed = inject("freshSeed");

describe.each(ENGINES)("on $name", ({ engine, fixed, fresh }) => {
  test("worlds that are always the same", { timeout: 300_000 }, async () => {
    const { wrong, tally } = await tryHolds(
      engine,
      [...Array.from({ length: fixed }, (_, i) => i + 1), ...FOUND],
      3,
    );
    console.log(`sim: holds on ${engine.name}: ${JSON.stringify(tally)}`);
    expect(wrong).toEqual([]);
    expect(tally.rowsHeld).toBeGreaterThan(fixed);
    expect(tally.owed).toBeGreaterThan(fixed / 2);
  });

  test("worlds that nobody has seen before", { timeout: 300_000 }, async () => {
    console.log(`sim: holds: seeds ${freshSeed} to ${freshSeed + fresh - 1} on ${engine.name}`);
    const seeds = Array.from({ length: fresh }, (_, i) => freshSeed + i);
    expect((await tryHolds(engine, seeds, 3)).wrong).toEqual([]);
  });
});
