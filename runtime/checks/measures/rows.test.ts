/** Measures that count or read rows: `matching`, `notices`. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type { CollectionDescription, Connector } from "../../connector-kit/contract.ts";
import type { Allowance } from "../budget/model.ts";
import type { MeasureContext } from "../context.ts";
import { looksOf, take } from "./index.ts";
import { down, type Rows, rowsIn } from "./testing/rows-in.ts";

const MAP = `store: app
connector: postgres
collections:
  people:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: system, email: user.contact.email, made: system, gone: system }
    anchors: { creation: made, closure: gone }
    stand_in: { email: tombstone, made: now }
  told:
    class: account
    owner: who -> people.id
    notices: { version: version, at: at, by: by }
    fields: { who: user.unique_id, version: system, at: system, by: system }
  desks:
    class: system
    key: [id]
    staff: { active: { state: [on, away] }, unguarded: { factor: false } }
    fields: { id: system, state: system, factor: system }
`;
const read = readDataMap([{ file: "app.yaml", text: MAP }]);
const map = must(read.value, JSON.stringify(read.issues));
const described = (name: string): CollectionDescription => ({
  ...{ name, rowsEstimate: null, primaryKey: ["id"], uniques: [], foreignKeys: [], indexes: [] },
  fields: ["id", "state", "factor"].map((f) => ({
    name: f,
    type: "text",
    nullable: f === "state",
    generated: false,
  })),
});
const reader = (rows: Rows): Pick<Connector, "read" | "count" | "describe"> => ({
  ...rowsIn(rows),
  describe: async () => ({ ok: true, value: { collections: [described("desks")] } }),
});

const NOW = new Date("2026-06-01T00:00:00.000Z");

const taken = (measure: Measure, rows: Rows, allowance: Allowance | null = null): Promise<Reading> => {
  const connector = reader(rows);
  const context = {
    ...{ map, readers: { app: connector }, describe: () => connector.describe() },
    allowanceOf: () => allowance,
    ...{
      beside: null,
      spent: { rows: 0, bytes: 0 },
      now: NOW,
      clock: () => NOW,
      pause: async () => undefined,
    },
    history: {
      ...{
        lastDrill: async () => null,
        held: async () => ({ ok: true, key: [], keys: [] }),
        leaving: async () => null,
      },
      countRequests: async () => ({ open: 0, waiting: 0, overdue: 0, closed: 0 }),
      remember: async () => ({ commitments: new Map(), promises: new Map() }),
    },
  };
  return take(measure, Object.assign<MeasureContext, typeof context>(Object.create(null), context));
};

const NOTICES: Measure = {
  ...{ measure: "notices", look: "scan", store: "app", collection: "told", version: "2", peopleMax: 10 },
  effective: new Date("2026-01-01T00:00:00.000Z"),
};
const NAMELESS = {
  what: "no row of `people` is named: it has no primary key",
  ...{ store: "app", collection: "people" },
};
const person = (id: string, made: string, gone: string | null = null) => ({ id, made, gone });
const notice = (who: string, at: string, version = "2", by = "email") => ({ who, at, version, by });

test("notices: those who were here before and are still here, told of this version, in time or late", async () => {
  const people = [
    // Made when somebody was erased: nobody who could be told.
    person("-2000000000", "2025-01-01 00:00:00+00"),
    person("a", "2025-01-01 00:00:00+00"),
    person("b", "2025-02-01 00:00:00+00"),
    person("c", "2025-03-01 00:00:00+00"),
    person("new", "2026-01-01 00:00:00+00"),
    person("gone", "2025-01-01 00:00:00+00", "2025-06-01 00:00:00+00"),
  ];
  const told = [
    notice("a", "2025-12-01 00:00:00+00"),
    notice("a", "2026-02-01 00:00:00+00"),
    notice("b", "2026-01-01 00:00:00+00", "2", "platform"),
    notice("c", "2025-12-01 00:00:00+00", "1"),
    notice("new", "2025-12-01 00:00:00+00"),
  ];
  expect(await taken(NOTICES, { people, told })).toEqual({
    ...{ reading: "notices", people: 3, examined: 3, told: 2, late: 1, leaving: 0 },
    ways: { email: 1, platform: 1 },
    // Nothing tells the people of this store apart.
    named: { without: [NAMELESS], untimely: [NAMELESS], by: { email: [NAMELESS], platform: [NAMELESS] } },
  });
});

test("notices: more people than may be looked at are counted; what can not be read is a failure", async () => {
  const people = Array.from({ length: 12 }, (_, i) => person(String(i), "2025-01-01 00:00:00+00"));
  expect(await taken(NOTICES, { people, told: [] })).toMatchObject({ people: 12, examined: 10, told: 0 });
  expect(await taken(NOTICES, { people, told: "down" })).toMatchObject({
    reading: "failed",
    unreachable: "app",
  });
  expect(await taken(NOTICES, { people: "down", told: [] })).toMatchObject({ reading: "failed" });
});

test("matching: every combination of the values counts, and a field that may be empty is named", async () => {
  const where = { state: ["on", "away"], factor: ["false"] };
  const measure: Measure = { measure: "matching", look: "scan", store: "app", collection: "desks", where };
  const desks = [
    { id: "1", state: "on", factor: "true" },
    { id: "2", state: "away", factor: "false" },
    { id: "3", state: "off", factor: "false" },
  ];
  expect(await taken(measure, { desks })).toEqual({
    ...{ reading: "matching", rows: 1, population: 3 },
    nullable: ["state"],
  });
  expect(await taken(measure, { desks: "down" })).toMatchObject({ reading: "failed", unreachable: "app" });
});

test("matching: pseudo-people are nobody's accounts, neither among those found nor among all", async () => {
  const measure: Measure = {
    ...{ measure: "matching", look: "scan", store: "app", collection: "people" },
    where: { gone: ["no"], made: ["x", "y"] },
  };
  const people = [
    { id: "-2000000000", email: "erased-0123456789abcdef", made: "x", gone: "no" },
    { id: "1", email: "a@x.example", made: "x", gone: "no" },
    { id: "2", email: "b@x.example", made: "y", gone: "no" },
    { id: "3", email: "c@x.example", made: "y", gone: "yes" },
    { id: "4", email: null, made: "y", gone: null },
  ];
  expect(await taken(measure, { people })).toMatchObject({ reading: "matching", rows: 2, population: 4 });
  expect(await taken(measure, { people: "down" })).toMatchObject({ reading: "failed", unreachable: "app" });
});

test("what is counted whole is priced first, and not asked where a run may not read so much", async () => {
  const matching: Measure = {
    ...{ measure: "matching", look: "scan", store: "app", collection: "desks" },
    where: { state: ["on"] },
  };
  const asking = { map, readers: {}, describe: async () => down };
  expect(await looksOf(matching, asking)).toEqual([{ ask: "count", query: { collection: "desks" } }]);
  expect(await looksOf(NOTICES, asking)).toEqual([
    { ask: "count", query: { collection: "told", anyOf: [{ fields: ["version"], tuples: [["2"]] }] } },
  ]);
  const share = {
    rows: 1,
    ms: 1,
    rowBytes: 1,
    key: ["id"],
    population: 1e9,
    freshMs: 1,
    why: "it would be 128 GB",
  };
  for (const measure of [matching, NOTICES]) {
    expect(await taken(measure, {}, { how: "windows", share })).toEqual({
      reading: "failed",
      reason: expect.stringContaining(
        "was not looked at: it would be 128 GB, and this is not asked in parts",
      ),
    });
    expect(await taken(measure, {}, { how: "not at all", reason: "it would be 128 GB" })).toEqual({
      reading: "failed",
      reason: expect.stringContaining("was not looked at: it would be 128 GB"),
    });
  }
});
