/** That what a store says all at once is what it says step by step. */
import { readDataMap } from "@avow/core/datamap/read";
import type { Way } from "@avow/core/plan/ring";
import { must } from "@avow/core/terms/assert";
import type { ArrayRow, ArrayTable } from "@avow/provision/array-store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Match } from "../../connector-kit/contract.ts";
import { capture, climb } from "./ask.ts";
import { type BoundEstate, bindEstate } from "./estate.ts";
import { type Most, Pool } from "./pool.ts";
import { type AlongStore, alongStore } from "./testing/along.ts";

const MEMBERS = `store: app
connector: arrays
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
`;
/** A second link of posts to themselves, and a mention. */
const POSTS = `${MEMBERS}  posts:
    class: content
    links:
      - { role: owner, from: [member], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [parent], to: { collection: posts, fields: [id] } }
      - { role: co_owner, from: [copy_of], to: { collection: posts, fields: [id] } }
      - { role: mention, from: [seen_by], to: { collection: members, fields: [id] } }
      - { role: mention, from: [quotes], to: { collection: posts, fields: [id] } }
    fields: { id: system, member: system, parent: system, copy_of: system, seen_by: system, quotes: system }
    on_leave: { parent: 'null', copy_of: 'null', seen_by: 'null', quotes: 'null' }
`;
/** A ring of three, one link of which holds for some rows only, and another that leads elsewhere then. */
const BOARDS = `${MEMBERS}  boards:
    class: content
    links:
      - { role: owner, from: [member], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [file], to: { collection: files, fields: [id] } }
    fields: { id: system, member: system, file: system }
    on_leave: { file: 'null' }
  cards:
    class: content
    links:
      - { role: owner, from: [item], to: { collection: boards, fields: [id] }, when: { kind: board } }
      - { role: owner, from: [item], to: { collection: files, fields: [id] }, when: { kind: [file, scan] } }
      - { role: co_owner, from: [member], to: { collection: members, fields: [id] } }
    fields: { id: system, kind: system, item: system, member: system }
    on_leave: { item: 'null', kind: keep, member: 'null' }
  files:
    class: content
    links:
      - { role: owner, from: [card], to: { collection: cards, fields: [id] } }
      - { role: co_owner, from: [member], to: { collection: members, fields: [id] } }
    fields: { id: system, card: system, member: system }
    on_leave: { card: 'null', member: 'null' }
`;

async function estateOf(text: string, { connector }: AlongStore): Promise<BoundEstate> {
  const read = readDataMap([{ file: "app.yaml", text }]);
  const map = must(read.value, JSON.stringify(read.issues));
  const stores = { app: { reader: connector, eraser: connector } };
  const bound = await bindEstate({ map, keepRules: new Map(), stores });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return bound.estate;
}

async function found(text: string, store: AlongStore) {
  const estate = await estateOf(text, store);
  const state = await capture(estate, [{ namespace: "member", value: "1" }]);
  const { shared } = await climb(estate, state);
  const rows = [...state.collections].flatMap(([id, { rows: own }]) =>
    [...own.values()].map(
      (row) =>
        `${id} ${row.key} ${row.reach}${shared.has(row) ? " shared" : ""} ${JSON.stringify(row.cells)}`,
    ),
  );
  const count = (name: string): number => store.asked.filter((a) => a === name).length;
  return { rows: rows.sort(), count };
}

const COUNT = 9;
const cell = (max: number) => fc.option(fc.integer({ min: 1, max }).map(String), { nil: null });
const table = (name: string, cells: Readonly<Record<string, fc.Arbitrary<string | null>>>) =>
  fc.array(fc.record(cells), { minLength: 1, maxLength: COUNT }).map(
    (rows): ArrayTable => ({
      ...{ name, fields: ["id", ...Object.keys(cells)] },
      rows: rows.map((row, i) => ({ id: String(i + 1), ...row })),
    }),
  );
const members: ArrayTable = { name: "members", fields: ["id"], rows: ["1", "2", "3"].map((id) => ({ id })) };
const [member, row] = [cell(3), cell(COUNT + 1)];
const rarely = fc.constantFrom(null, null, null, null, null, "1", "2", "9");
const mostly = fc.option(fc.integer({ min: 1, max: COUNT }).map(String), { nil: null, freq: 12 });
const WORLDS: Readonly<Record<string, readonly [string, fc.Arbitrary<readonly ArrayTable[]>]>> = {
  "a collection with two links to itself, and a mention of itself": [
    POSTS,
    fc.tuple(table("posts", { member, parent: row, copy_of: row, seen_by: member, quotes: row })),
  ],
  "a ring of three collections, with links that hold for some rows": [
    BOARDS,
    fc.tuple(
      table("boards", { member: rarely, file: mostly }),
      table("cards", {
        kind: fc.constantFrom("board", "board", "board", "file", "scan", "none"),
        ...{ item: mostly, member: rarely },
      }),
      table("files", { card: mostly, member: rarely }),
    ),
  ],
};

test.each(Object.entries(WORLDS))(
  "%s: the same rows, the same owners, one question down and one up",
  async (_, [text, worlds]) => {
    let chains = 0;
    await fc.assert(
      fc.asyncProperty(worlds, async (tables) => {
        const all = [members, ...tables];
        const steps = await found(text, alongStore(all, { follows: false }));
        const once = await found(text, alongStore(all, { follows: true }));
        expect(once.rows).toEqual(steps.rows);
        for (const fails of ["throttled", "malformed"] as const) {
          const failed = await found(text, alongStore(all, { follows: true, fails }));
          expect(failed.rows, fails).toEqual(steps.rows);
        }
        for (const { name } of tables) expect(once.count(name)).toBeLessThanOrEqual(2);
        if (tables.some(({ name }) => steps.count(name) > 3)) chains += 1;
      }),
      { seed: 1_105, numRuns: 250 },
    );
    expect(chains).toBeGreaterThan(20);
  },
);

const post = (id: string, more: ArrayRow = {}): ArrayRow => ({
  ...{ id, member: null, parent: null, copy_of: null, seen_by: null, quotes: null },
  ...more,
});
const postsOf = (...rows: ArrayRow[]): AlongStore =>
  alongStore([members, { name: "posts", fields: Object.keys(post("")), rows }], { follows: true });

test("bytes that are written as a text is are asked for as ever", async () => {
  const store = postsOf(
    post("x'61'", { member: "1" }),
    post("b", { parent: "x'61'" }),
    post("c", { parent: "b" }),
  );
  const { rows, count } = await found(POSTS, store);
  expect(rows).toHaveLength(4);
  expect(count("posts")).toBe(2);
});

test("a store that says what a ring is too much for is asked step by step from then on, and one that is denied is not", async () => {
  const chain = [post("a", { member: "1" }), post("b", { parent: "a" }), post("c", { parent: "b" })];
  const tables = [members, { name: "posts", fields: Object.keys(post("")), rows: chain }];
  for (const fails of ["throttled", "malformed"] as const) {
    const store = alongStore(tables, { follows: true, fails });
    const estate = await estateOf(POSTS, store);
    const first = await capture(estate, [{ namespace: "member", value: "1" }]);
    const once = store.asked.length;
    const second = await capture(estate, [{ namespace: "member", value: "1" }]);
    expect(second.collections.get("app.posts")?.rows.size).toBe(3);
    expect(first.collections.get("app.posts")?.rows.size).toBe(3);
    // Not tried again.
    expect(store.asked.length - once).toBe(once - 1);
  }
  const denied = await estateOf(POSTS, alongStore(tables, { follows: true, fails: "denied" }));
  await expect(capture(denied, [{ namespace: "member", value: "1" }])).rejects.toThrow("too much at once");
});

describe("what one statement is asked for, and says, has an end", () => {
  const fields = Object.keys(post(""));
  const rows = Array.from({ length: 40 }, (_, i) =>
    post(`p${i}`, i < 8 ? { member: "1", quotes: "p0" } : { parent: `p${i - 8}`, member: "2" }),
  );
  async function asked(most: Most) {
    const store = postsOf(...rows);
    const estate = await estateOf(POSTS, store);
    const pool = new Pool(estate, "down", (id) => (id === "app.posts" ? fields : ["id"]), most);
    const found = new Set<string>();
    let open = Array.from({ length: 8 }, (_, i) => `p${i}`);
    for (let rounds = 0; open.length > 0 && rounds < 20; rounds += 1) {
      const anyOf: Match[] = [
        { fields: ["parent"], tuples: open.map((id) => [id]) },
        { fields: ["quotes"], tuples: open.map((id) => [id]) },
      ];
      const next = new Set<string>();
      const take = (answer: readonly (readonly (string | null)[])[]): void => {
        for (const [id] of answer) if (id != null && !found.has(id)) next.add(id);
      };
      await pool.ask([{ question: { collection: "app.posts", fields, anyOf }, take }]);
      for (const id of next) found.add(id);
      open = [...next];
    }
    return { found: [...found].sort(), count: store.asked.length };
  }

  test("a long list of keys goes in lots, and finds the same rows", async () => {
    const whole = await asked({ keys: 100, rows: 1_000 });
    expect(whole.found).toHaveLength(40);
    for (const keys of [1, 3, 5, 8, 15]) {
      const lots = await asked({ keys, rows: 1_000 });
      expect(lots.found, `${keys} keys`).toEqual(whole.found);
      expect(lots.count).toBeGreaterThan(whole.count);
    }
  });

  test("an answer that does not end is left, and the steps are taken one by one", async () => {
    const whole = await asked({ keys: 100, rows: 24 });
    const left = await asked({ keys: 100, rows: 23 });
    expect(left.found).toEqual(whole.found);
    expect(left.count).toBeGreaterThan(whole.count);
  });
});

/** Asks one thing after another, as a capture or a climb may: what is said of a collection, by the keys of its rows. */
async function asking(
  store: AlongStore,
  { text, way, of }: { text: string; way: Way; of: Readonly<Record<string, readonly string[]>> } = DOWN,
) {
  const pool = new Pool(await estateOf(text, store), way, (id) => of[id] ?? ["id"]);
  return async (id: string, ...anyOf: Match[]): Promise<readonly (string | null | undefined)[]> => {
    const ids: (string | null | undefined)[] = [];
    const take = (rows: readonly (readonly (string | null)[])[]): void => {
      for (const [key] of rows) ids.push(key);
    };
    await pool.ask([{ question: { collection: id, fields: of[id] ?? ["id"], anyOf }, take }]);
    return ids.sort();
  };
}
const DOWN = { text: POSTS, way: "down" as const, of: { "app.posts": Object.keys(post("")) } };
const ofPosts = async (store: AlongStore) => {
  const ask = await asking(store);
  return (...anyOf: Match[]) => ask("app.posts", ...anyOf);
};
const by = (field: string, value: string): Match => ({ fields: [field], tuples: [[value]] });

test("what hangs on a row that only came along is asked for when somebody wants it", async () => {
  const store = postsOf(post("a", { member: "1" }), post("b", { seen_by: "1" }), post("c", { parent: "b" }));
  const ask = await ofPosts(store);
  expect(await ask(by("member", "1"), by("seen_by", "1"))).toEqual(["a", "b"]);
  expect(await ask(by("parent", "a"))).toEqual([]);
  expect(store.asked).toHaveLength(1);
  expect(await ask(by("parent", "b"))).toEqual(["c"]);
  expect(store.asked).toHaveLength(2);
});

test("what hangs on a row that others only mention is asked for when it is the person's after all", async () => {
  const store = postsOf(post("a", { member: "1" }), post("b", { quotes: "a" }), post("c", { parent: "b" }));
  const ask = await ofPosts(store);
  expect(await ask(by("member", "1"))).toEqual(["a"]);
  expect(await ask(by("parent", "a"), by("quotes", "a"))).toEqual(["b"]);
  expect(store.asked).toHaveLength(1);
  expect(await ask(by("parent", "b"))).toEqual(["c"]);
  expect(store.asked).toHaveLength(2);
});

test("a climb asks for what a row would lead to if its link held for it, when another leads there", async () => {
  const of = { "app.boards": ["id", "member", "file"], "app.cards": ["id", "kind", "item", "member"] };
  const files = ["id", "card", "member"];
  const store = alongStore(
    [
      members,
      { name: "boards", fields: of["app.boards"], rows: [{ id: "5", member: "1", file: null }] },
      { name: "cards", fields: of["app.cards"], rows: [{ id: "c", kind: "board", item: "5", member: null }] },
      { name: "files", fields: files, rows: [{ id: "5", card: null, member: "2" }] },
    ],
    { follows: true },
  );
  const ask = await asking(store, { text: BOARDS, way: "up", of: { ...of, "app.files": files } });
  expect(await ask("app.cards", by("id", "c"))).toEqual(["c"]);
  expect(await ask("app.boards", by("id", "5"))).toEqual(["5"]);
  expect(store.followed()).toBe(1);
  expect(await ask("app.files", by("id", "5"))).toEqual(["5"]);
});

describe("a store that takes for one what is two here", () => {
  const rows = [
    post("a", { member: "1" }),
    post("b", { parent: "a" }),
    post("c", { parent: "b" }),
    post("x", { parent: "A" }),
  ];
  const tables = [members, { name: "posts", fields: Object.keys(post("")), rows }];
  const alike = (text: string): string => text.toLowerCase();

  test.each([true, false])("is not believed, and no row is passed over: along links %s", async (follows) => {
    await expect(found(POSTS, alongStore(tables, { follows, alike }))).rejects.toThrow("fits no question");
  });

  test("is asked one step at a time from then on: the whole chain would come again with each", async () => {
    const store = alongStore(tables, { follows: true, alike });
    const ask = await ofPosts(store);
    expect(await ask(by("member", "1"))).toEqual(["a"]);
    expect(await ask(by("parent", "a"))).toEqual(["b", "x"]);
    expect(await ask(by("parent", "b"))).toEqual(["c"]);
    expect([store.followed(), store.asked.length]).toEqual([1, 3]);
  });
});
