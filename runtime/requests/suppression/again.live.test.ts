/** Which rows that are there again are taken for rows of the person who was erased. The names lie in a database, the rows in arrays. */
import { randomBytes, randomUUID } from "node:crypto";
import { readDataMap } from "@avow/core/datamap/read";
import type { Step } from "@avow/core/plan/step";
import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { type ArrayRow, arrayStore } from "@avow/provision/array-store";
import { freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import { bindEstate } from "../run/estate.ts";
import { type Looking, lookForSuppressed } from "./again.ts";
import { keepSuppressed, noteSuppressed } from "./names.ts";

const APP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id, made: system }
    anchors: { creation: made }
`;
const ERASED = new Date("2026-02-01T12:00:00Z");
const MARCH = new Date("2026-03-01T00:00:00Z");
const sealer = createSealer(randomBytes(32));
let db: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase(inject("postgresUrl"), "again");
  drop = fresh.drop;
  db = await openDatabase(fresh.url);
});
afterAll(async () => {
  await db.destroy();
  await drop();
});

async function deskOf(service: string, rows: ArrayRow[], now = MARCH): Promise<Looking> {
  const store = arrayStore([{ name: "users", fields: ["id", "made"], rows }]);
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: APP }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return { db, sealer, service, now: () => now, estate: bound.estate };
}

const step = (act: "delete" | "set", ...ids: string[]): Step => ({
  phase: "dependents",
  store: "app",
  changes: [{ collection: "app.users", act, set: {}, keys: ids.map((id) => [id]) }],
});

async function erased(service: string, ...steps: Step[]): Promise<string> {
  const request = randomUUID();
  const desk = await deskOf(service, [], ERASED);
  await noteSuppressed(desk, request, steps);
  const suppression = must(parseDuration("P1Y"), "a period");
  await keepSuppressed({ ...desk, suppression }, db, [{ request }]);
  return request;
}

const BEFORE = "2026-02-01 11:59:59";
const AFTER = "2026-02-01 12:00:01";

test("what is older than its erasure is back; what is newer, or has no date, may be somebody's", async () => {
  const request = await erased("shop", step("delete", "1", "2", "3"));
  const rows = [
    { id: "1", made: BEFORE },
    { id: "2", made: AFTER },
    { id: "3", made: null },
    { id: "4", made: BEFORE },
  ];
  const { examined, lines, back } = await lookForSuppressed(await deskOf("shop", rows));
  expect(examined).toBe(4);
  expect([...back].map(([r, all]) => [r, [...all]])).toEqual([[request, [["app.users", [["1"]]]]]]);
  expect(lines.map((l) => [l.verdict, l.rows, l.reason])).toEqual([
    ["older", 1, undefined],
    ["unsure", 1, "may be somebody's new row: it is newer than the erasure"],
    ["unsure", 1, "may have come back: nothing says how old it is"],
  ]);
});

test("rows that stayed, masked, are not looked for, nor are those of another service", async () => {
  await erased("two", step("set", "1"), step("delete", "2"));
  const rows = [
    { id: "1", made: BEFORE },
    { id: "2", made: BEFORE },
  ];
  const { back } = await lookForSuppressed(await deskOf("two", rows));
  expect([...back.values()].map((all) => [...all])).toEqual([[["app.users", [["2"]]]]]);
  expect((await lookForSuppressed(await deskOf("three", rows))).back.size).toBe(0);
});
