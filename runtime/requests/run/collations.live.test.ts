/** What a collation takes for one beyond what is known of it, and what the store's own foreign keys do by it (spec/connector.md, "Several notations"). */
import { readDataMap } from "@avow/core/datamap/read";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { expect, inject, test } from "vitest";
import { RIGHTS } from "../rights/index.ts";
import { bindEstate } from "./estate.ts";
import { memoryJournal } from "./journal.ts";
import { mariaDb } from "./testing/engines.ts";

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
  at: new Date("2026-01-01T00:00:00Z"),
};

async function ran(right: "access" | "erase", layout: readonly string[]) {
  const engine = await mariaDb(server);
  const hand = await engine.hand();
  const open = (access: "read" | "erase") =>
    engine.module.open({ url: engine.url, access, statementTimeoutMs: 10_000 });
  const app = { reader: open("read"), eraser: open("erase") };
  try {
    for (const sql of layout) await hand.exec(sql);
    const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");
    const bound = await bindEstate({ map, keepRules: new Map(), stores: { app } });
    if (!bound.ok) throw new Error(JSON.stringify(bound));
    const outcome = await must(RIGHTS.get(right), "carried out")
      .runner.run({
        ...{ estate: bound.estate, identities: [{ namespace: "member", value: "ann" }], asked: NOTHING_MORE },
        ...{ journal: memoryJournal(), now: () => HEAD.at, approve: async () => true },
        ...(right === "access"
          ? { archive: { head: HEAD, writable: new WritableStream<Uint8Array>() } }
          : {}),
      })
      .then(
        (o) => o.state,
        (error: unknown) => (error instanceof Error ? error.message : ""),
      );
    return { outcome, notes: (await hand.exec("select id from notes order by id")).map((r) => Number(r[0])) };
  } finally {
    await Promise.all([app.reader.close(), app.eraser.close()]);
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
