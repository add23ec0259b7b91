/** What a collation takes for one beyond what is known of it, and what the store's own foreign keys do by it (spec/connector.md, "Several notations"). */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { expect, inject, test } from "vitest";
import { RIGHTS } from "../rights/index.ts";
import { memoryJournal } from "./journal.ts";
import { type Engine, mariaDb, sqlite } from "./testing/engines.ts";
import { AT, onEngines } from "./testing/on-engine.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided) console.warn(`MariaDB's collations are not tried: ${provided.missing}`);

const MAP = `store: app
connector: mysql
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  notes:
    class: content
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id }
`;
const CI = "varchar(20) character set utf8mb4 collate utf8mb4_general_ci";
const HEAD = {
  ...{ service: "club", controller: "Club", title: "access", policyVersion: "1", says: {}, general: [] },
  at: AT,
};

async function ran(
  right: "access" | "erase",
  layout: readonly string[],
  start: () => Promise<Engine> = () => mariaDb(server),
) {
  const engine = await start();
  const hand = await engine.hand();
  try {
    for (const sql of layout) await hand.exec(sql);
    const maps = [{ file: "app.yaml", text: MAP.replace("mysql", engine.name) }];
    const outcome = await onEngines({ maps, engines: { app: engine } }, (estate) =>
      must(RIGHTS.get(right), "carried out")
        .runner.run({
          ...{ estate, identities: [{ namespace: "member", value: "ann" }], asked: NOTHING_MORE },
          ...{ journal: memoryJournal(), now: () => AT, approve: async () => true },
          ...(right === "access"
            ? { archive: { head: HEAD, writable: new WritableStream<Uint8Array>() } }
            : {}),
        })
        .then(
          (o) => o.state,
          (error: unknown) => (error instanceof Error ? error.message : ""),
        ),
    );
    return { outcome, notes: (await hand.exec("select id from notes order by id")).map((r) => Number(r[0])) };
  } finally {
    await hand.end();
    await engine.drop();
  }
}

const NEIGHBOURS = [
  "create table members (id varchar(20) character set utf8mb4 collate utf8mb4_bin primary key)",
  `create table notes (id int primary key, owner ${CI})`,
  "insert into members values ('ann'), ('änn')",
  "insert into notes values (1, 'ann'), (2, 'änn')",
];

test.skipIf(server === "").each(["access", "erase"] as const)(
  "%s ends where a collation finds a neighbour's row beside the person's",
  async (right) => {
    const { outcome, notes } = await ran(right, NEIGHBOURS);
    expect(outcome).toContain("answered with a row that fits no question");
    expect(notes).toEqual([1, 2]);
  },
);

test.skipIf(server === "")(
  "what a foreign key would take along by its collation is seen before",
  async () => {
    const { outcome, notes } = await ran("erase", [
      `create table members (id ${CI} primary key)`,
      `create table notes (id int primary key, owner ${CI})`,
      `create table audit (id int primary key, member ${CI}, foreign key (member) references members (id) on delete cascade)`,
      "insert into members values ('ann')",
      "insert into notes values (1, 'bob')",
      "insert into audit values (1, 'ANN')",
    ]);
    expect(outcome).toBe("not_done");
    expect(notes).toEqual([1]);
  },
);

test.each([
  ["NOCASE", "'ANN'", "not_done"],
  ["NOCASE", "'ann '", "closed"],
  ["RTRIM", "'ann '", "not_done"],
  ["BINARY", "'ANN'", "closed"],
] as const)(
  "SQLite goes by the collation of the field that a foreign key points at: %s, %s",
  async (collation, member, outcome) => {
    const layout = [
      `create table members (id text collate ${collation} primary key)`,
      "create table notes (id int primary key, owner text)",
      "create table audit (id integer primary key, member text collate binary references members (id) on delete cascade)",
      "insert into members values ('ann'), ('bob')",
      ...(outcome === "closed" ? [`insert into members values (${member})`] : []),
      "insert into notes values (1, 'bob')",
      `insert into audit values (1, ${member})`,
    ];
    expect(await ran("erase", layout, () => sqlite())).toEqual({ outcome, notes: [1] });
  },
);
