/** Addresses that may be two people's: nothing of a neighbour goes with somebody else's (spec/data-map.md, "Links by an address"). */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { expect, inject, test } from "vitest";
import { RIGHTS } from "../rights/index.ts";
import { memoryJournal } from "./journal.ts";
import { type Engine, mariaDb, postgres, sqlite } from "./testing/engines.ts";
import { AT, eraseEach, onEngines } from "./testing/on-engine.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided)
  console.warn(`addresses of two people are not tried on MariaDB: ${provided.missing}`);

const BIN = "varchar(60) character set utf8mb4 collate utf8mb4_bin";
const ENGINES = [
  ["postgres", () => postgres(inject("postgresUrl")), "text"],
  ["MariaDB", () => mariaDb(server), BIN],
  ["sqlite", () => sqlite(), "text"],
] as const;

interface World {
  readonly map: (connector: string) => string;
  readonly layout: readonly string[];
}

async function after<T>(
  start: () => Promise<Engine>,
  { map, layout }: World,
  act: (given: {
    readonly erase: (...ids: string[]) => Promise<readonly string[]>;
    readonly rows: (sql: string) => Promise<unknown>;
  }) => Promise<T>,
  inSweep = false,
): Promise<T> {
  const engine = await start();
  const hand = await engine.hand();
  try {
    for (const sql of layout) await hand.exec(sql);
    const maps = [{ file: "app.yaml", text: map(engine.name) }];
    return await onEngines({ maps, engines: { app: engine } }, (estate) =>
      act({
        erase: async (...ids) =>
          (
            await eraseEach(
              estate,
              ids.map((value) => ({ namespace: "user_id", value })),
              inSweep,
            )
          ).map((o) => o.state),
        rows: (sql) => hand.exec(sql),
      }),
    );
  } finally {
    await hand.end();
    await engine.drop();
  }
}

/** Two accounts may have one address: it names either. */
const shared = (type: string, key: "id" | "email"): World => ({
  map: (connector) => `store: app
connector: ${connector}
collections:
  users:
    class: account
    key: [${key}]
    person: { user_id: id, email: { field: email, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email }
  letters:
    class: content
    owner: email -> users.email
    fields: { id: system, email: user.contact.email }
    on_leave: { email: keep }
`,
  layout: [
    `create table users (id int ${key === "id" ? "primary key" : "unique"}, email ${type} ${key === "email" ? "primary key" : ""})`,
    `create table letters (id int primary key, email ${type})`,
    "insert into users values (1, 'Ann@example.org'), (2, 'ann@example.org'), (3, 'bob@example.org')",
    "insert into letters values (1, 'ann@example.org'), (2, 'ANN@example.org'), (3, 'Ann@example.org'), (4, 'Bob@example.org')",
  ],
});

for (const [name, start, type] of ENGINES)
  for (const key of ["id", "email"] as const)
    for (const inSweep of [false, true])
      test.skipIf(name === "MariaDB" && server === "")(
        `${name}, people with one address, ${key === "id" ? "which is no key" : "in two ways as keys"}${inSweep ? ", in a sweep" : ""}: their letters go with the last of them`,
        () =>
          after(
            start,
            shared(type, key),
            async ({ erase, rows }) => {
              expect(await erase("1")).toEqual(["closed"]);
              expect(await rows("select id from letters order by id")).toEqual([[1], [2], [3], [4]]);
              expect(await rows("select id from users order by id")).toEqual([[2], [3]]);
              expect(await erase("2")).toEqual(["closed"]);
              expect(await rows("select id from letters")).toEqual([[4]]);
            },
            inSweep,
          ),
      );

/** What a collation takes for one beyond what an address does is not known to be the same. */
const accents: World = {
  map: (connector) => `store: app
connector: ${connector}
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  letters:
    class: content
    owner: email -> users.email
    fields: { id: system, email: user.contact.email }
`,
  layout: [
    `create table users (id int primary key, email ${BIN})`,
    "create table letters (id int primary key, email varchar(60) character set utf8mb4 collate utf8mb4_general_ci)",
    "insert into users values (1, 'ann@example.org'), (2, 'änn@example.org')",
    "insert into letters values (1, 'ANN@example.org'), (2, 'ÄNN@example.org')",
  ],
};
test.skipIf(server === "").each(["erase", "access"] as const)(
  "%s ends where a collation ties a neighbour's address to the person's",
  async (right) => {
    const engine = await mariaDb(server);
    const hand = await engine.hand();
    try {
      for (const sql of accents.layout) await hand.exec(sql);
      const maps = [{ file: "app.yaml", text: accents.map("mysql") }];
      const head = {
        ...{
          service: "club",
          controller: "Club",
          title: "access",
          policyVersion: "1",
          says: {},
          general: [],
        },
        at: AT,
      };
      const ran = onEngines({ maps, engines: { app: engine } }, (estate) =>
        must(RIGHTS.get(right), "carried out").runner.run({
          ...{ estate, identities: [{ namespace: "user_id", value: "1" }], asked: NOTHING_MORE },
          ...{ journal: memoryJournal(), now: () => AT, approve: async () => true },
          ...(right === "access" ? { archive: { head, writable: new WritableStream<Uint8Array>() } } : {}),
        }),
      );
      await expect(ran).rejects.toThrow("answered with a row that fits no question");
      expect(await hand.exec("select id from letters order by id")).toEqual([[1], [2]]);
    } finally {
      await hand.end();
      await engine.drop();
    }
  },
);

/** A number that a store keeps as one has lost how it was written: then the two are compared as the store does, and that is told. */
test("a number in a field of numbers is looked at as it is written, and the notes say so", async () => {
  const engine = await postgres(inject("postgresUrl"));
  const hand = await engine.hand();
  try {
    await hand.exec("create table users (id int primary key, phone bigint)");
    await hand.exec("create table calls (id int primary key, number text)");
    await hand.exec("insert into users values (1, 4930123), (2, 4930124)");
    await hand.exec("insert into calls values (1, '4930123'), (2, '+49 30 123'), (3, '4930124')");
    const text = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, phone: phone }
    fields: { id: user.unique_id, phone: user.contact.phone_number }
  calls:
    class: content
    owner: number -> users.phone
    fields: { id: system, number: user.contact.phone_number }
`;
    const outcomes = await onEngines(
      { maps: [{ file: "app.yaml", text }], engines: { app: engine } },
      (estate) => eraseEach(estate, [{ namespace: "user_id", value: "1" }], false),
    );
    expect(outcomes.map((o) => [o.state, o.notes])).toEqual([
      [
        "closed",
        [
          "`app.calls.number` was looked at by the text as it is written: another notation of the same was not found there",
        ],
      ],
    ]);
    expect(await hand.exec("select id from calls order by id")).toEqual([[2], [3]]);
  } finally {
    await hand.end();
    await engine.drop();
  }
});

/** A foreign key that was never checked may hide an address in other letters. */
test.each([
  ["that holds", "", []],
  ["that was never checked", " not valid", ["insert into letters values (3, 'ANN@example.org')"]],
] as const)("a foreign key %s leaves no letter behind", async (_, valid, before) => {
  const held: World = {
    ...accents,
    layout: [
      "create table users (id int primary key, email text unique)",
      "create table letters (id int primary key, email text)",
      "insert into users values (1, 'Ann@example.org'), (2, 'bob@example.org')",
      ...before,
      `alter table letters add constraint named foreign key (email) references users (email)${valid}`,
      "insert into letters values (1, 'Ann@example.org'), (2, 'bob@example.org')",
    ],
  };
  await after(
    () => postgres(inject("postgresUrl")),
    held,
    async ({ erase, rows }) => {
      expect(await erase("1")).toEqual(["closed"]);
      expect(await rows("select id from letters order by id")).toEqual([[2]]);
    },
  );
});

/** Where the store holds one of two links to an address, that one leads to the row that it names, whatever the other names. */
const heldBeside = (type: string): World => ({
  map: (connector) => `store: app
connector: ${connector}
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: { field: email, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email }
  letters:
    class: content
    owner: email -> users.email
    fields: { id: system, email: user.contact.email }
  tickets:
    class: content
    owner: sender -> users.email
    fields: { id: system, sender: user.contact.email }
    on_leave: { sender: keep }
`,
  layout: [
    `create table users (id int primary key, email ${type} unique)`,
    `create table letters (id int primary key, email ${type}, foreign key (email) references users (email))`,
    `create table tickets (id int primary key, sender ${type})`,
    "insert into users values (1, 'Ann@example.org'), (2, 'ann@example.org'), (3, 'bob@example.org')",
    "insert into letters values (1, 'Ann@example.org'), (2, 'ann@example.org'), (3, 'bob@example.org')",
    "insert into tickets values (1, 'ANN@example.org'), (2, 'Ann@example.org'), (3, 'bob@example.org')",
  ],
});

for (const [name, start, type] of ENGINES)
  for (const inSweep of [false, true])
    test.skipIf(name === "MariaDB" && server === "")(
      `${name}: an address that people share leaves a foreign key beside it to the one it names (in a sweep: ${inSweep})`,
      () =>
        after(
          start,
          heldBeside(type),
          async ({ erase, rows }) => {
            const left = (table: string) => rows(`select id from ${table} order by id`);
            expect(await erase("1")).toEqual(["closed"]);
            expect([await left("users"), await left("letters"), await left("tickets")]).toEqual([
              [[2], [3]],
              [[2], [3]],
              [[1], [2], [3]],
            ]);
            expect(await erase("2")).toEqual(["closed"]);
            expect([await left("letters"), await left("tickets")]).toEqual([[[3]], [[3]]]);
          },
          inSweep,
        ),
    );

/** Written around the key, which only some sessions obey. */
const AROUND: Readonly<Record<string, readonly [string, string]>> = {
  MariaDB: ["set foreign_key_checks = 0", "set foreign_key_checks = 1"],
  sqlite: ["pragma foreign_keys = off", "pragma foreign_keys = on"],
};
for (const [name, start, type] of ENGINES.filter(([n]) => n in AROUND))
  test.skipIf(name === "MariaDB" && server === "")(
    `${name}: a letter that a foreign key says can not be there is found in any letters`,
    () => {
      const { map, layout } = heldBeside(type);
      const [off, on] = must(AROUND[name], "filtered");
      const around = [off, "insert into letters values (4, 'BOB@example.org')", on];
      return after(start, { map, layout: [...layout, ...around] }, async ({ erase, rows }) => {
        expect(await erase("3")).toEqual(["closed"]);
        expect(await rows("select id from letters order by id")).toEqual([[1], [2]]);
      });
    },
  );
