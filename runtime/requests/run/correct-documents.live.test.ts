/** What a row is known by may stand in a document or a list; a correction leaves it, too, once that says that it is somebody else's. */
import { expect, inject, test } from "vitest";
import { mariaDb, postgres, sqlite } from "./testing/engines.ts";
import { correctedWhile } from "./testing/moving.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided) console.warn(`documents that move are not tried on MariaDB: ${provided.missing}`);

const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, name: user.name }
  documents:
    class: content
    owner: payload.user.id -> members.id
    fields:
      id: system
      payload: { category: system, paths: { user.id: user.unique_id, user.name: user.name } }
  papers:
    class: content
    owner: payload.user.id -> members.id
    fields:
      id: system
      name: user.name
      payload: { category: system, paths: { user.id: user.unique_id } }
  teams:
    class: content
    owner: "payload.members[*].id -> members.id"
    fields:
      id: system
      name: user.name
      payload: { category: system, paths: { "members[*].id": user.unique_id } }
`;

const one = (id: string, name: string): string => JSON.stringify({ user: { id, name } });
const alone = (id: string): string => JSON.stringify({ user: { id } });
const team = (id: string): string => JSON.stringify({ members: [{ id }] });

const layoutFor = (json: string): readonly string[] => [
  "create table members (id int primary key, name varchar(40))",
  `create table documents (id int primary key, payload ${json})`,
  `create table papers (id int primary key, name varchar(40), payload ${json})`,
  `create table teams (id int primary key, name varchar(40), payload ${json})`,
  "insert into members values (1, 'Ada L'), (2, 'Ada L')",
  `insert into documents values (1, '${one("1", "Ada L")}'), (2, '${one("1", "Ada L")}')`,
  `insert into papers values (1, 'Ada L', '${alone("1")}'), (2, 'Ada L', '${alone("1")}')`,
  `insert into teams values (1, 'Ada L', '${team("1")}'), (2, 'Ada L', '${team("1")}')`,
];

const ENGINES = [
  ["postgres", "jsonb", () => postgres(inject("postgresUrl"))],
  ["MariaDB", "json", () => mariaDb(server)],
  ["sqlite", "text", () => sqlite()],
] as const;

for (const [name, json, start] of ENGINES)
  test.skipIf(name === "MariaDB" && server === "")(
    `${name}: a document, a row with one and one with a list that went to somebody else are theirs`,
    async () => {
      const engine = await start();
      const { outcome, rows } = await correctedWhile(engine, {
        ...{ map: mapOf(engine.name), layout: layoutFor(json), at: "intended" },
        set: { field: "members.name", value: "Ada Lovelace" },
        does: [
          `update documents set payload = '${one("2", "Ada L")}' where id = 1`,
          `update papers set payload = '${alone("2")}' where id = 1`,
          `update teams set payload = '${team("2")}' where id = 1`,
        ],
        tables: ["members", "documents", "papers", "teams"],
      });
      expect(outcome.state).toBe("closed");
      const [members, documents = [], papers, teams] = rows;
      expect(members).toEqual([
        ["1", "Ada Lovelace"],
        ["2", "Ada L"],
      ]);
      expect(documents.map(([, payload]) => JSON.parse(payload ?? "null"))).toEqual([
        { user: { id: "2", name: "Ada L" } },
        { user: { id: "1", name: "Ada Lovelace" } },
      ]);
      for (const table of [papers, teams]) expect(table?.map((r) => r[1])).toEqual(["Ada L", "Ada Lovelace"]);
    },
  );

const literal = (value: string | null): string => (value === null ? "null" : `'${value}'`);

test.each([
  { type: "json", was: '{"a": 1}', is: '{"a": 2}' },
  { type: "point", was: "(1,2)", is: "(5,6)" },
  { type: "xml", was: "<a/>", is: "<b/>" },
  { type: "json", was: null, is: '{"a": 2}' },
  { type: "point", was: null, is: "(5,6)" },
])("postgres: `$type`, which knows no equality, is set where $was was", async ({ type, was, is }) => {
  const engine = await postgres(inject("postgresUrl"));
  const { outcome, rows } = await correctedWhile(engine, {
    map: `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, settings: user.name }
`,
    layout: [
      `create table members (id int primary key, settings ${type})`,
      `insert into members values (1, ${literal(was)}), (2, ${literal(was)})`,
    ],
    ...{ at: "intended", does: [], set: { field: "members.settings", value: is } },
    tables: ["(select id, settings::text from members) as shown"],
  });
  expect(outcome).toMatchObject({
    state: "closed",
    results: [{ collection: "members", result: "done", rows: 1 }],
  });
  expect(rows).toEqual([
    [
      ["1", is],
      ["2", was],
    ],
  ]);
});
