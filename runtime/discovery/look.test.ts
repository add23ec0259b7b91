import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type { Answer, Connector, Row } from "../connector-kit/contract.ts";
import { BUDGET } from "./budget.ts";
import { discoverStore } from "./discover.ts";

const unused = (): never => {
  throw new Error("not to be called");
};

/** A store that can only be read from its start, and counts what it hands out. */
function reader(tables: Readonly<Record<string, readonly Row[] | "broken">>, fields = ["id", "email"]) {
  const given = { batches: 0 };
  async function* read({
    collection,
  }: {
    readonly collection: string;
  }): AsyncGenerator<Answer<readonly Row[]>> {
    const rows = tables[collection] ?? [];
    if (rows === "broken") {
      yield { ok: false, error: "throttled", retryable: true, reason: "statement timeout" };
      return;
    }
    for (let at = 0; at < rows.length; at += 500) {
      given.batches += 1;
      yield { ok: true, value: rows.slice(at, at + 500) };
    }
  }
  const connector: Connector = {
    probe: unused,
    oldest: unused,
    search: unused,
    distinct: unused,
    mutate: unused,
    close: async () => {},
    read,
    count: async () => ({ ok: true, value: 0 }),
    describe: async () => ({
      ok: true,
      value: {
        collections: Object.keys(tables).map((name) => ({
          name,
          rowsEstimate: null,
          fields: fields.map((field) => ({
            name: field,
            type: "text",
            nullable: true,
            generated: false,
          })),
          primaryKey: ["id"],
          uniques: [],
          foreignKeys: [],
          indexes: [],
        })),
      },
    }),
  };
  return { connector, given };
}

const rows = (n: number): readonly Row[] =>
  Array.from({ length: n }, (_, i) => [`k${i}`, `a${i}@mail.example`]);
const run = async (connector: Connector, bytesMax = BUDGET.bytesMax) => {
  const answer = await discoverStore(connector, {
    store: "s",
    budget: { ...BUDGET, bytesMax },
    onProgress: () => {},
  });
  return must(answer.ok ? answer.value : null, "it answers");
};

test("a connector without samples is read from the start, and not to the end", async () => {
  const { connector, given } = reader({ users: rows(20_000) });
  const { found, spent } = await run(connector);
  expect(found.collections[0]).toMatchObject({ about: "person", examined: BUDGET.rowsMax });
  expect([given.batches, spent.rows]).toEqual([3, BUDGET.rowsMax]);
});

test("what takes too long, and what the byte budget does not reach, is listed and judged by its name", async () => {
  const { connector } = reader({ slow: "broken", first: rows(900), second: rows(900) });
  const { found, skipped, spent } = await run(connector, 1_000);
  expect(skipped).toEqual([
    { collection: "slow", why: "throttled: statement timeout" },
    { collection: "second", why: "the byte budget was spent" },
  ]);
  expect(found.collections.map((c) => [c.name, c.examined])).toEqual([
    ["slow", 0],
    ["first", expect.any(Number)],
    ["second", 0],
  ]);
  expect(found.collections[2]?.fields[1]).toMatchObject({ category: "user.contact.email" });
  expect(spent.bytes).toBeGreaterThan(1_000);
});

test("the byte budget holds within a collection, too: a few rows say how many more may come", async () => {
  const long = (n: number): readonly Row[] =>
    Array.from({ length: n }, (_, i) => [`k${i}`, `${"lorem ".repeat(300)}${i}`]);
  const { connector } = reader({ first: long(5_000), second: long(5_000), third: long(5_000) });
  const { found, skipped, spent } = await run(connector, 200_000);
  expect(spent.bytes).toBeGreaterThan(180_000);
  expect(spent.bytes).toBeLessThan(240_000);
  expect(found.collections[0]?.examined).toBeGreaterThan(55);
  expect(skipped).toEqual([{ collection: "third", why: "the byte budget was spent" }]);
  // With enough of it all that is asked for comes at once.
  const whole = await run(connector);
  expect([whole.found.collections.map((c) => c.examined), whole.spent.statements]).toEqual([
    [1_000, 1_000, 1_000],
    3,
  ]);
});

test("what is left out of the combinations for the byte budget is listed", async () => {
  const people: readonly Row[] = rows(400).map(([id, email]) => [id ?? "", email ?? "", "Berlin", "f"]);
  const { connector } = reader({ users: people }, ["id", "email", "city", "gender"]);
  expect((await run(connector, 11_000)).skipped).toEqual([
    { collection: "users", why: "combinations: the byte budget was spent" },
  ]);
});

test("combinations are not measured on the few rows that a budget leaves", async () => {
  const people: readonly Row[] = rows(5_000).map(([id, email]) => [id ?? "", email ?? "", "Berlin", "f"]);
  const { connector } = reader({ users: people }, ["id", "email", "city", "gender"]);
  const { found, skipped } = await run(connector, 60_000);
  expect(found.combinations).toEqual([]);
  expect(skipped).toEqual([
    {
      collection: "users",
      why: expect.stringMatching(/^combinations: the byte budget was enough for \d+ of 20,000 rows$/),
    },
  ]);
});

test("the byte budget counts bytes: a sign may take four of them", async () => {
  const long = Array.from({ length: 5_000 }, (_, i): Row => [`k${i}`, `${"漢字".repeat(900)}${i}`]);
  const { spent } = await run(reader({ first: long }).connector, 5_000_000);
  expect(spent.bytes).toBeGreaterThan(4_000_000);
  expect(spent.bytes).toBeLessThan(5_200_000);
});

test("what pseudo-people hold says nothing of what a field is for, and still tells rows apart", async () => {
  const digits = (i: number): string => String(i).padStart(16, "0");
  const pseudo = Array.from(
    { length: 400 },
    (_, i): Row => [`erased-${digits(i)}`, `erased-${digits(1000 + i)}`],
  );
  const of = async (all: readonly Row[]) => {
    const { found } = await run(reader({ users: all }, ["id", "contact"]).connector);
    return found.collections.map((c) => [c.about, c.key, c.fields.map((f) => [f.name, f.category])]);
  };
  expect(await of([...pseudo, ...rows(30)])).toEqual(await of(rows(30)));
});

test("of a collection that has nothing but long bytes, a look that is refused has seen nothing; beside other fields, only the bytes", async () => {
  const refusing = (types: readonly string[]): Connector => {
    const { connector } = reader({ scans: [] }, ["page", "cover"]);
    return {
      ...connector,
      sample: async ({ fields }) =>
        fields.includes("cover")
          ? { ok: false, error: "denied", retryable: false, reason: "insufficient privilege (42501)" }
          : { ok: true, value: { rows: [], whole: false } },
      describe: async () => {
        const all = await connector.describe();
        if (!all.ok) return all;
        const collections = all.value.collections.map((c) => ({
          ...c,
          primaryKey: [],
          fields: c.fields.map((f, i) => ({ ...f, type: types[i] ?? "text" })),
        }));
        return { ok: true, value: { collections } };
      },
    };
  };
  const looked = async (types: readonly string[]) => {
    const answer = await discoverStore(refusing(types), {
      store: "app",
      budget: BUDGET,
      onProgress: () => {},
    });
    return must(answer.ok ? answer.value : null, "it can be described");
  };
  const only = await looked(["bytea", "bytea"]);
  expect([only.failed, only.byNames]).toEqual([[{ collection: "scans", error: "denied" }], ["scans"]]);
  const beside = await looked(["text", "bytea"]);
  expect([beside.failed, beside.byNames]).toEqual([[], []]);
  expect(beside.skipped).toEqual([
    { collection: "scans", why: "bytes: denied: insufficient privilege (42501)" },
  ]);
});
