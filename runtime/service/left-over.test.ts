/** What is still there of closed accounts: found and told as a check does. The store is arrays here. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import { readDataMap } from "@avow/core/datamap/read";
import type { KeepRule } from "@avow/core/plan/keep";
import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { type ArrayRow, arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import { BUDGET } from "../checks/budget/model.ts";
import type { Connector, ReadQuery, Row } from "../connector-kit/contract.ts";
import type { Holds, InEffect } from "../requests/holds/holds.ts";
import { bindEstate } from "../requests/run/estate.ts";
import type { RunContext } from "../requests/run/run.ts";
import { mapOfClosed } from "./left-over.ts";
import { lookLeftOver } from "./testing/left-over.ts";

const MAP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id, email: email, badge: badge }
    fields: { id: user.unique_id, email: user.contact.email, badge: user.unique_id, name: user.name, seen: system, closed: system }
    anchors: { closure: closed }
    stand_in: { email: tombstone, name: former member, closed: now }
    erase: { keep: books, mask: { email: tombstone, name: "null", seen: now, closed: now } }
  threads:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }
  posts:
    class: content
    owner: thread -> threads.id
    fields: { id: system, thread: system, body: user.content }
  bills:
    class: account
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, made: system, note: user.content }
    anchors: { closure: made }
    erase: { keep: books, mask: { note: "null" } }
  lines:
    class: content
    owner: bill -> bills.id
    fields: { id: system, bill: system }
  gifts:
    class: content
    links:
      - { role: owner, from: [giver], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [taker], to: { collection: users, fields: [id] } }
    fields: { id: system, giver: user.unique_id, taker: user.unique_id }
    on_leave: { giver: "null", taker: "null" }
`;
const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");
const BEFORE = new Date("2026-05-02T00:00:00.000Z");
const NOW = new Date("2026-06-01T00:00:00.000Z");
const KEEP: KeepRule = {
  ...{ commitment: "books", why: "law", reason: "books", period: parseDuration("P7Y"), anchor: "closure" },
  classes: ["account"],
};

type Rows = Readonly<Record<string, readonly ArrayRow[]>>;
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  users: ["id", "email", "badge", "name", "seen", "closed"],
  threads: ["id", "user"],
  posts: ["id", "thread", "body"],
  bills: ["id", "user", "made", "note"],
  lines: ["id", "bill"],
  gifts: ["id", "giver", "taker"],
};

interface Around extends Pick<RunContext, "holds"> {
  /** What the store holds once one question for rows was answered; left out: what it held before. */
  readonly then?: Rows;
  /** Of whom the store has more threads than one look takes. */
  readonly crowded?: string;
  readonly leaving?: readonly string[];
  readonly rowsMax?: number;
}

async function looked(
  rows: Rows,
  { leaving = [], rowsMax = BUDGET.rows, then = rows, crowded, ...holding }: Around = {},
): Promise<Reading> {
  const tablesOf = (held: Rows) =>
    Object.entries(FIELDS).map(([name, fields]) => ({ name, fields, rows: [...(held[name] ?? [])] }));
  const users = rows.users ?? [];
  const plain = arrayStore(tablesOf(rows));
  const later = arrayStore(tablesOf(then));
  let asked = 0;
  const app: Connector = {
    ...plain,
    read(query) {
      asked += 1;
      const tuples = query.anyOf?.flatMap((match) => match.tuples) ?? [];
      if (query.collection === "threads" && tuples.some(([user]) => user === crowded)) return crowd(query);
      return (asked === 1 ? plain : later).read(query);
    },
    async oldest({ before, keys }) {
      const old = users.filter((u) => u.closed != null && u.closed < before);
      const named = old.map((u) => (keys?.fields ?? []).map((f) => u[f] ?? "")).slice(0, keys?.rowsMax);
      return {
        ok: true,
        value: { oldest: null, before: old.length, undated: 0, rows: users.length, keys: named },
      };
    },
    async estimate({ query }) {
      const price = { rows: rows[query.collection]?.length ?? 0, bytes: 0 };
      return { ok: true, value: { ...price, collection: price, windowKey: null } };
    },
  };
  const bound = await bindEstate({
    ...{ map: mapOfClosed(map), keepRules: new Map([["books", KEEP]]) },
    stores: { app: { reader: app, eraser: app } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const budget = { ...BUDGET, rows: rowsMax };
  return lookLeftOver({ estate: bound.estate, measure: MEASURE, now: NOW, budget, leaving, ...holding });
}

async function* crowd({ fields }: ReadQuery) {
  yield { ok: true, value: Array.from<Row>({ length: 200_001 }).fill(fields.map(() => "1")) } as const;
}

const MEASURE: Measure = {
  ...{ measure: "leftover", look: "index", store: "app", collection: "users", field: "closed" },
  before: BEFORE,
};

const LONG_AGO = "2026-04-01T00:00:00.000Z";
const husk = (id: string, more: ArrayRow = {}): ArrayRow => ({
  ...{ id, email: "erased", badge: null, name: null, seen: "2026-04-01", closed: LONG_AGO },
  ...more,
});
const open = (id: string, more: ArrayRow = {}): ArrayRow =>
  husk(id, { email: `${id}@x.org`, closed: null, ...more });
const NOTHING = {
  reading: "leftover",
  leaving: 0,
  returned: 0,
  unclear: 0,
  found: [],
  stopped: null,
  evidence: [],
};
const rowsOf = (collection: string, rows: number) => ({ store: "app", collection, rows });

test("what an erasure leaves is nothing that is left: the row that is kept, stamps, bills without their notes", async () => {
  const rows = {
    users: [husk("1"), husk("2"), open("3", { name: "Cy" })],
    threads: [{ id: "t3", user: "3" }],
    bills: [{ id: "b1", user: "1", made: LONG_AGO, note: null }],
    gifts: [{ id: "g", giver: null, taker: "3" }],
  };
  expect(await looked(rows)).toEqual({ ...NOTHING, people: 2, examined: 2 });
});

test("a name, rows over other rows, a note in what is kept, a link of a row that is somebody else's, too", async () => {
  const rows = {
    users: [husk("1", { name: "Ada" }), husk("2"), open("3")],
    threads: [
      { id: "t1", user: "1" },
      { id: "t3", user: "3" },
    ],
    posts: [
      { id: "p1", thread: "t1", body: "hi" },
      { id: "p3", thread: "t3", body: "hi" },
    ],
    bills: [{ id: "b2", user: "2", made: LONG_AGO, note: "call her" }],
    lines: [{ id: "l2", bill: "b2" }],
    gifts: [{ id: "g", giver: "2", taker: "3" }],
  };
  const reading = await looked(rows);
  expect(reading).toMatchObject({ people: 2, examined: 2, returned: 0, unclear: 0, stopped: null });
  expect(reading).toHaveProperty(
    "found",
    expect.arrayContaining([
      ...[rowsOf("users", 1), rowsOf("threads", 1), rowsOf("posts", 1), rowsOf("bills", 1)],
      ...[rowsOf("lines", 1), rowsOf("gifts", 1)],
    ]),
  );
  expect(reading).toHaveProperty("found.length", 6);
  expect(reading).toHaveProperty(
    "evidence",
    expect.arrayContaining([
      { what: "rows of `posts` of accounts that were closed", store: "app", collection: "posts", rows: 1 },
      {
        what: "a row of `posts`: of an account that was closed",
        ...{ store: "app", collection: "posts", locator: 'row of app|posts|["p1"]' },
      },
    ]),
  );
});

test("two who were closed and share a row have it once, and no more than five rows are named", async () => {
  const gifts = Array.from({ length: 7 }, (_, i) => ({ id: `g${i}`, giver: "1", taker: "2" }));
  const reading = await looked({ users: [husk("1"), husk("2")], gifts });
  expect(reading).toMatchObject({ found: [rowsOf("gifts", 7)] });
  expect(reading).toHaveProperty("evidence.length", 6);
});

test("not yet: closed lately, a date that says nothing, or an erasure that is under way", async () => {
  const named = { name: "Ada" };
  const users = [
    husk("1", { ...named, closed: "2026-05-12T00:00:00.000Z" }),
    husk("2", { ...named, closed: "infinity" }),
    husk("3", { ...named, closed: "0000-00-00" }),
    husk("4", named),
  ];
  expect(await looked({ users }, { leaving: ["4"] })).toEqual({
    ...NOTHING,
    people: 2,
    examined: 2,
    leaving: 1,
  });
  expect(await looked({ users })).toMatchObject({ people: 2, found: [rowsOf("users", 1)] });
});

test("what is kept longer than it may be is for its own commitment to say; what should have been masked in it is not", async () => {
  const old = { made: "2010-01-01", user: "1" };
  const users = [husk("1", { closed: "2010-01-01T00:00:00.000Z" })];
  expect(await looked({ users, bills: [{ id: "b", ...old, note: null }] })).toMatchObject({ found: [] });
  const noted = await looked({ users, bills: [{ id: "b", ...old, note: "call her" }] });
  expect(noted).toMatchObject({ found: [rowsOf("bills", 1)] });
});

test("whoever has an account again, by what the closed one still says, is told apart by its own row alone", async () => {
  const users = [husk("1", { badge: "b7" }), open("9", { badge: "b7", name: "Ada" })];
  const threads = [{ id: "t9", user: "9" }];
  expect(await looked({ users, threads })).toEqual({ ...NOTHING, people: 1, examined: 1, returned: 1 });
  const named = await looked({
    users: [husk("1", { badge: "b7", name: "Ada" }), ...users.slice(1)],
    threads,
  });
  expect(named).toMatchObject({ returned: 1, found: [rowsOf("users", 1)] });
});

test("nobody is looked for by an address: one that should be gone may be somebody else's by now", async () => {
  const users = [husk("1", { email: "a@x.org" }), open("9", { email: "a@x.org" })];
  const reading = await looked({ users, threads: [{ id: "t9", user: "9" }] });
  expect(reading).toMatchObject({ returned: 0, found: [rowsOf("users", 1)] });
});

test("each question is priced: what is too much is not read, and what was found before counts", async () => {
  const many = Array.from({ length: 250 }, (_, i) => husk(`${i}`, i === 3 ? { name: "Ada" } : {}));
  const refused = await looked({ users: many }, { rowsMax: 249 });
  expect(refused).toMatchObject({ reading: "failed", reason: expect.stringContaining("was not looked at") });
  const beside = await looked({ users: many }, { rowsMax: 250 });
  expect(beside).toMatchObject({
    reading: "failed",
    reason: expect.stringContaining("to read `users` as well"),
  });
  // The first hundred are asked for, and their rows; then there is no room.
  expect(await looked({ users: many }, { rowsMax: 600 })).toMatchObject({
    ...{ people: 250, examined: 100, found: [rowsOf("users", 1)] },
    stopped: expect.stringContaining("to read `users` as well"),
  });
});

test("what a legal hold keeps of whoever is closed breaks nothing; what it does not keep does", async () => {
  const hold = { id: "h", commitment: "held", reason: "a claim", review: NOW, classes: ["content"] };
  const effect: InEffect = {
    on: () => [hold],
    onNamed: async () => [hold],
    onOthers: async () => [],
    stillAll: async () => {},
  };
  const holds: Holds = {
    forPlan: async () => effect,
    inEffect: async () => effect,
    unchanged: async () => {},
  };
  const rows = {
    users: [husk("1", { name: "Ada" })],
    threads: [{ id: "t1", user: "1" }],
    posts: [{ id: "p1", thread: "t1", body: "hi" }],
  };
  expect(await looked(rows, { holds })).toMatchObject({ people: 1, found: [rowsOf("users", 1)] });
  expect(await looked({ ...rows, users: [husk("1")] }, { holds })).toMatchObject({ found: [] });
});

test("pseudo-people are dated as closed when they are made, and are no accounts that were", async () => {
  const nobody = husk("erased-0123456789abcdef", { email: "erased-fedcba9876543210", name: "former member" });
  expect(await looked({ users: [nobody, husk("1")] })).toEqual({ ...NOTHING, people: 1, examined: 1 });
  expect(await looked({ users: [nobody] })).toEqual({ ...NOTHING, people: 0, examined: 0 });
  const named = await looked({ users: [nobody, husk("1", { name: "Ada" })] });
  expect(named).toMatchObject({ people: 1, found: [rowsOf("users", 1)] });
});

test("what a service empties by itself is nothing that is left; anything that somebody may be behind is", async () => {
  const emptied = ["", "  ", "{}", "[]", "deleted-17@shop.invalid", "x@TEST"];
  const users = emptied.map((cell, i) => husk(`${i}`, { email: cell, name: cell }));
  expect(await looked({ users })).toEqual({ ...NOTHING, people: 6, examined: 6 });
  for (const cell of ["ada@shop.org", "ada@invalid.org", "0", "[deleted]", "ada @x.test"])
    expect(await looked({ users: [husk("1", { name: cell })] }), cell).toMatchObject({
      ...{ found: [rowsOf("users", 1)], unclear: 0 },
    });
});

test("a text that three accounts or more have alike may be nobody's; what two have alike is theirs", async () => {
  const called = (name: string, ...ids: readonly string[]) => ids.map((id) => husk(id, { name }));
  const two = await looked({ users: called("[deleted]", "1", "2") });
  expect(two).toMatchObject({ found: [rowsOf("users", 2)], unclear: 0 });
  const three = await looked({ users: called("[deleted]", "1", "2", "3") });
  expect(three).toEqual({ ...NOTHING, people: 3, examined: 3, unclear: 3 });
  // Whatever else is left in such a row tells that it is somebody's.
  const users = [...called("[deleted]", "1", "2", "3"), husk("4", { name: "[deleted]", email: "ada@x.org" })];
  expect(await looked({ users })).toMatchObject({ found: [rowsOf("users", 1)], unclear: 3 });
  // Three rows of one account are no three accounts.
  const bills = ["a", "b", "c"].map((id) => ({ id, user: "1", made: LONG_AGO, note: "call her" }));
  expect(await looked({ users: [husk("1")], bills })).toMatchObject({
    found: [rowsOf("bills", 3)],
    unclear: 0,
  });
});

test("what is alike is seen across accounts that are not asked about together", async () => {
  const users = Array.from({ length: 250 }, (_, i) => husk(`${i}`, i % 100 === 7 ? { name: "gone" } : {}));
  expect(await looked({ users })).toMatchObject({ people: 250, examined: 250, found: [], unclear: 3 });
});

test("whoever is back before their row is read once more has nothing left of a closed account", async () => {
  const users = [husk("1"), husk("2")];
  const then = { users: [open("1", { name: "Ada" }), husk("2", { name: "Bo" })] };
  expect(await looked({ users }, { then })).toMatchObject({
    ...{ people: 2, examined: 2, returned: 1, found: [rowsOf("users", 1)] },
  });
});

test("an account on which too much hangs for one look hides nothing of the others", async () => {
  const around = { rowsMax: 100_000_000, crowded: "1" };
  expect(await looked({ users: [husk("1"), husk("2", { name: "Ada" })] }, around)).toMatchObject({
    ...{ people: 2, examined: 1, found: [rowsOf("users", 1)] },
    stopped: "more than 200,000 rows hang on one closed account",
  });
  const nothing = await looked({ users: [husk("1"), husk("2")] }, around);
  expect(nothing).toMatchObject({ people: 2, examined: 1, found: [], stopped: expect.any(String) });
});
