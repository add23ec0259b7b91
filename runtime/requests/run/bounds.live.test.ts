/** How many statements an erasure sends about one collection (spec/rights.md, "How often a store is asked"). */
import { readDataMap } from "@avow/core/datamap/read";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { erase } from "../rights/erase.ts";
import { memorySweepJournal } from "../sweep/journal.ts";
import { runSweep } from "../sweep/run.ts";
import { type BoundEstate, bindEstate } from "./estate.ts";
import { memoryJournal } from "./journal.ts";
import { type Engine, mariaDb, postgres, sqlite } from "./testing/engines.ts";

/** Two diamonds, a join, a polymorphic link, mentions, identities that lead on: no cycle. */
const ACYCLIC = `  leads:
    class: account
    person: { email: email }
    fields: { id: system, email: user.contact.email }
  members:
    class: account
    person: { member: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  orders:
    class: content
    links:
      - { role: owner, from: [member], to: { collection: members, fields: [id] } }
      - { role: owner, from: [lead], to: { collection: leads, fields: [id] } }
    fields: { id: system, member: system, lead: system }
  visits:
    class: content
    owner: lead -> leads.id
    fields: { id: system, lead: system }
  items:
    class: content
    links:
      - { role: owner, from: [order], to: { collection: orders, fields: [id] } }
      - { role: co_owner, from: [visit], to: { collection: visits, fields: [id] } }
      - { role: mention, from: [seen_by], to: { collection: members, fields: [id] } }
    fields: { id: system, order: system, visit: system, seen_by: system }
    on_leave: { order: 'null', visit: 'null', seen_by: 'null' }
`;
const CYCLIC = `  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  comments:
    class: content
    links:
      - { role: owner, from: [member], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [parent], to: { collection: comments, fields: [id] } }
    fields: { id: system, member: system, parent: system }
`;
/** Each row is the person's by other fields of it: as many sets of fields are emptied as there are. */
const KINDS = `  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  boards:
    class: content
    links:
      - { role: co_owner, from: [a], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [b], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [c], to: { collection: members, fields: [id] } }
      - { role: mention, from: [seen], to: { collection: members, fields: [id] } }
    fields: { id: system, a: system, b: system, c: system, seen: system, note: user.content }
    on_leave: { a: 'null', b: 'null', c: 'null', seen: 'null', note: keep }
`;
const DEPTH = 6;
const LAYOUT = [
  ...["leads", "members", "orders", "visits", "items", "comments", "posts", "boards"].map(
    (t) => `drop table if exists ${t}`,
  ),
  "create table leads (id int primary key, email varchar(50))",
  "create table members (id int primary key, email varchar(50))",
  "create table orders (id int primary key, member int, lead int)",
  "create table visits (id int primary key, lead int)",
  'create table items (id int primary key, "order" int, visit int, seen_by int)',
  "create table comments (id int primary key, member int, parent int)",
  "create table posts (id int primary key, member int, parent int)",
  "create index posts_parent on posts (parent)",
  "create table boards (id int primary key, a int, b int, c int, seen int, note varchar(20))",
  `insert into boards values (1, 1, 2, 3, null, 'x'), (2, 2, 1, 3, null, 'x'), (3, 2, 3, 1, null, 'x'), (4, 1, 1, 2, null, 'x'), (5, 1, 2, 1, null, 'x'),
    (6, 2, 1, 1, 1, 'x'), (7, 1, 1, 1, null, 'x'), (8, 2, 3, null, 1, 'x'), (9, 2, 3, 2, null, 'x')`,
  "insert into leads values (1, 'a@x.org'), (2, 'b@x.org'), (3, 'a2@x.org')",
  "insert into members values (1, 'a@x.org'), (2, 'b@x.org'), (3, 'c@x.org')",
  "insert into orders values (1, 1, 1), (2, 2, 2), (3, null, 1), (4, 1, null), (5, 3, null)",
  "insert into visits values (1, 1), (2, 2), (3, 1)",
  "insert into items values (1, 1, 1, 1), (2, 2, 2, 1), (3, 3, 3, null), (4, 4, null, 2)",
  ...["comments", "posts"].map(
    (table) =>
      `insert into ${table} values (1, 2, null), (100, 3, null), (101, 3, 100), (102, null, 101), ${Array.from({ length: DEPTH }, (_, i) => `(${i + 2}, null, ${i + 1})`).join(", ")}`,
  ),
];

const provided = inject("mariaDb");
const engines: [string, (() => Promise<Engine>) | null][] = [
  ["postgres", () => postgres(inject("postgresUrl"))],
  ["mysql", "missing" in provided ? null : () => mariaDb(provided.url)],
  ["sqlite", sqlite],
];

interface Ground {
  readonly engine: Engine;
  readonly name: string;
  readonly statements: Map<string, number>;
}

/** What it comes to. */
type Act = (estate: BoundEstate) => Promise<readonly string[]>;

/** The most statements about one collection. */
async function countedOn({ engine, name, statements }: Ground, map: string, act: Act): Promise<number> {
  const onStatement = (c: string): void => void statements.set(c, (statements.get(c) ?? 0) + 1);
  const open = (access: "read" | "erase") =>
    engine.module.open({ url: engine.url, access, statementTimeoutMs: 10_000, onStatement });
  const app = { reader: open("read"), eraser: open("erase") };
  try {
    const text = `store: app\nconnector: ${name}\ncollections:\n${map}`;
    const read = must(readDataMap([{ file: "app.yaml", text }]).value, "the map is sound");
    const bound = await bindEstate({ map: read, keepRules: new Map(), stores: { app } });
    if (!bound.ok) throw new Error(JSON.stringify(bound));
    statements.clear();
    for (const state of await act(bound.estate)) expect(state).toBe("closed");
    return Math.max(...statements.values());
  } finally {
    await Promise.all([app.reader.close(), app.eraser.close()]);
  }
}

/** What is somebody else's is all that is left. */
async function expectOthers(engine: Engine, table: string): Promise<void> {
  const hand = await engine.hand();
  const rows = await hand.exec(`select id from ${table} order by id`);
  await hand.end();
  expect(rows.map((row) => Number(row[0]))).toEqual([100, 101, 102]);
}

for (const [name, start] of engines)
  describe.skipIf(start === null)(`statements on ${name}`, () => {
    let engine: Engine;
    const statements = new Map<string, number>();
    beforeAll(async () => {
      engine = await must(start, "it is here")();
    });
    beforeEach(async () => {
      const hand = await engine.hand();
      for (const sql of LAYOUT) await hand.exec(name === "mysql" ? sql.replaceAll('"', "`") : sql);
      await hand.end();
    });
    afterAll(() => engine?.drop());

    const counted = (...[map, act]: [string, Act]) => countedOn({ engine, name, statements }, map, act);
    const now = () => new Date("2026-01-01T00:00:00Z");
    const alone = (namespace: string, value: string) => async (estate: BoundEstate) => {
      const identities = [{ namespace, value }];
      const journal = memoryJournal();
      return [
        (await erase.run({ ...{ estate, identities, journal, now }, approve: async () => true })).state,
      ];
    };

    test("3 and one for each 50,000 rows, without cycles: a sweep", async () => {
      const most = await counted(ACYCLIC, async (estate) => {
        const outcomes = await runSweep({
          ...{ estate, asked: NOTHING_MORE, journal: memorySweepJournal(), now },
          members: ["c@x.org", "a@x.org", "b@x.org"].map((value, i) => ({
            request: String(i),
            identities: [{ namespace: "email", value }],
          })),
          approve: async (plans) => new Set(plans.map((p) => p.request)),
        });
        return outcomes.map((o) => o.outcome.state);
      });
      expect(most).toBeLessThanOrEqual(4);
    });

    test("3 and one for each 50,000 rows, without cycles: one person", async () => {
      expect(await counted(ACYCLIC, alone("email", "a@x.org"))).toBeLessThanOrEqual(4);
    });

    test("however many sets of fields are emptied, and rows that go: one statement each", async () => {
      const most = await counted(KINDS, alone("member", "1"));
      // What is there, what is emptied, what goes, whether it is done.
      expect(statements.get("boards")).toBe(4);
      expect(most).toBe(4);
      const hand = await engine.hand();
      const rows = await hand.exec("select id, a, b, c, seen, note from boards order by id");
      await hand.end();
      const left = rows.map((row) => row.map((v) => (v === null ? "-" : String(v))).join(" "));
      expect(left).toEqual([
        ...["1 - 2 3 - x", "2 2 - 3 - x", "3 2 3 - - x", "4 - - 2 - x", "5 - 2 - - x"],
        ...["6 2 - - - x", "8 2 3 - - x", "9 2 3 2 - x"],
      ]);
    });

    test("rows that hang on one another along an index: no more than others", async () => {
      const map = CYCLIC.replaceAll("comments", "posts");
      expect(await counted(map, alone("member", "2"))).toBeLessThanOrEqual(4);
      await expectOthers(engine, "posts");
    });

    test("in a cycle without an index one more for each link that rows of it hang on one another", async () => {
      const most = await counted(CYCLIC, alone("member", "2"));
      await expectOthers(engine, "comments");
      expect(most).toBeLessThanOrEqual(4 + DEPTH + 1);
      expect(most).toBeGreaterThan(DEPTH);
    });
  });
