/**
 * Erasure under grace, then restore, is the world as it was, but for what a neighbour wrote in between: on all engines, on worlds that are always
 * the same and on worlds that are new with every change. Seeds are printed.
 */
import { describe, expect, inject, test } from "vitest";
import { mariaDb } from "./engines/mysql.ts";
import { postgres } from "./engines/postgres.ts";
import { sqlite } from "./engines/sqlite.ts";
import { takeBack } from "./grace.ts";

const server = inject("mariaDb");
if ("missing" in server) console.warn(`sim: not on MariaDB: ${server.missing}`);
const ENGINES = [
  { engine: postgres(inject("postgresUrl")), fixed: 12, fresh: 6 },
  ...("missing" in server ? [] : [{ engine: mariaDb(server.url), fixed: 6, fresh: 3 }]),
  { engine: sqlite(), fixed: 6, fresh: 3 },
].map((one) => ({ ...one, name: one.engine.name }));

/** A look that did not promise what a mask gives back. */
const FOUND = [374946122];

const freshSeed = inject("freshSeed");

describe.each(ENGINES)("on $name", ({ engine, fixed, fresh }) => {
  test("worlds that are always the same", { timeout: 300_000 }, async () => {
    const { wrong, tally } = await takeBack(
      engine,
      [...Array.from({ length: fixed }, (_, i) => i + 1), ...FOUND],
      3,
    );
    expect(wrong).toEqual([]);
    console.log(`sim: grace on ${engine.name}: ${JSON.stringify(tally)}`);
    expect(tally.taken).toBeGreaterThan(fixed);
    expect(tally.rowsBack).toBeGreaterThan(tally.taken);
  });

  test("worlds that nobody has seen before", { timeout: 300_000 }, async () => {
    console.log(`sim: grace: seeds ${freshSeed} to ${freshSeed + fresh - 1} on ${engine.name}`);
    const seeds = Array.from({ length: fresh }, (_, i) => freshSeed + i);
    expect((await takeBack(engine, seeds, 3)).wrong).toEqual([]);
  });
});
