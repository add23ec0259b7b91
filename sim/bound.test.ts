/** That the assertion can fail: each bound, one statement above it. */
import { buildGraph } from "@avow/core/datamap/graph";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { beyondBound } from "./bound.ts";
import type { Acts, Statements } from "./statements.ts";

const MAP = `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  orders:
    class: content
    owner: member -> members.id
    fields: { id: system, member: system, note: user.content }
  replies:
    class: content
    links:
      - { role: owner, from: [order], to: { collection: orders, fields: [id] } }
      - { role: co_owner, from: [parent], to: { collection: replies, fields: [id] } }
    fields: { id: system, order: system, parent: system }
`;
const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");

const estate = (primaryKey: readonly string[], indexes: readonly (readonly string[])[] = []) => {
  const graph = buildGraph(map);
  const lives = new Map(
    [...graph.collections].map(([id, { name }]) => [
      id,
      {
        name,
        rowsEstimate: null,
        fields: ["id", "parent"].map((field) => ({
          name: field,
          type: "text",
          nullable: true,
          generated: false,
        })),
        primaryKey,
        uniques: [],
        foreignKeys: [],
        indexes,
        key: ["id"],
      },
    ]),
  );
  const keys = new Map([...graph.collections.keys()].map((id) => [id, ["id"]]));
  return {
    graph,
    lives,
    keys,
    cascades: [],
    stores: {
      app: {
        reader: {
          following: {
            kinds: ["text" as const],
            entriesMax: 10,
            oneText: true as const,
            read: async function* () {},
          },
        },
      },
    },
  };
};
const asked = (collection: string, statements: Statements, acts: Partial<Acts>, key = ["id"]) =>
  beyondBound({
    estate: estate(key),
    statements: new Map([[collection, statements]]),
    acts: new Map([[collection, { kinds: new Set(), sets: new Set(), made: 0, ...acts }]]),
  });
const both: Partial<Acts> = { kinds: new Set(["set", "delete"]), sets: new Set(["a", "b", "c"]) };

test("three questions are enough, and a fourth is too many", () => {
  expect(asked("orders", { capture: 2, act: 0, verify: 1 }, {})).toBe(null);
  expect(asked("orders", { capture: 2, act: 0, verify: 2 }, {})).toContain("3 are enough");
});

test("several kinds of set are one statement where the key is the store's own", () => {
  expect(asked("orders", { capture: 1, act: 2, verify: 1 }, both)).toBe(null);
  expect(asked("orders", { capture: 1, act: 3, verify: 1 }, both)).toContain("2 are enough");
  expect(asked("orders", { capture: 1, act: 4, verify: 1 }, both, [])).toBe(null);
  expect(asked("orders", { capture: 1, act: 5, verify: 1 }, both, [])).toContain("4 are enough");
});

test("in a ring that the store follows, three questions are enough", () => {
  const seen = (capture: number, indexes: readonly (readonly string[])[]) =>
    beyondBound({
      estate: estate(["id"], indexes),
      statements: new Map([["replies", { capture, act: 0, verify: 1 }]]),
      acts: new Map(),
    });
  expect(seen(2, [["parent"]])).toBe(null);
  expect(seen(3, [["parent"]])).toContain("3 are enough");
  expect(seen(3, [])).toBe(null);
});

test("in another ring, and of people, only the acts are bounded", () => {
  for (const collection of ["replies", "members"]) {
    expect(asked(collection, { capture: 12, act: 2, verify: 9 }, both)).toBe(null);
    expect(asked(collection, { capture: 1, act: 3, verify: 1 }, both)).toContain("changed by 3");
  }
});
