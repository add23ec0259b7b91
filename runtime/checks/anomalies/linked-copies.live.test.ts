/** Copies in rows that belong to people by other ways than a plain link, on each engine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connector as mysql } from "@avow/connector-mysql/connector";
import { connector as postgres } from "@avow/connector-postgres/connector";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { type Club, clubsOn, POLICY } from "@avow/provision/club";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import { BUDGET, type Budget } from "../budget/model.ts";
import { findAnomalies } from "./find.ts";
import type { AnomalyReport } from "./model.ts";

const policy = must(
  compilePolicy({ file: "policy.md", text: POLICY, lock: null, kinds }).value,
  "the policy compiles",
);
const mapOf = (engine: string): string => `store: app
connector: ${engine}
collections:
  members:
    class: account
    person: { member_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  orders:
    class: payment
    owner: member_id -> members.id
    fields: { id: system, member_id: user.unique_id }
    erase: delete
  letters:
    class: message
    links:
      - { role: owner, from: [of_id], to: { collection: members, fields: [id] }, when: { of_kind: person, live: true } }
      - { role: owner, from: [of_id], to: { collection: orders, fields: [id] }, when: { of_kind: order } }
    fields: { id: system, of_kind: system, live: system, of_id: user.unique_id, sent_to: user.contact.email }
    erase: delete
  circles:
    class: message
    links: [{ role: owner, from: [id], via: { collection: seats, fields: [circle_id] } }]
    fields: { id: system, reply_to: user.contact.email }
    erase: delete
  seats:
    class: message
    owner: member_id -> members.id
    fields: { id: system, circle_id: system, member_id: user.unique_id }
    erase: delete
  rounds:
    class: message
    links: [{ role: owner, from: ['members[*]'], to: { collection: members, fields: [id] } }]
    fields: { id: system, members: { category: system, paths: { '[*]': user.unique_id } }, reply_to: user.contact.email }
    erase: delete
  comments:
    class: message
    owner: order_id -> orders.id
    fields: { id: system, order_id: system, signed: user.contact.email }
    erase: delete
`;

const [ADA, BOB] = ["9007199254740993", "9007199254740992"];
/** In each, what is the same, what is not, and what nobody can be asked about. */
const ROWS = [
  "create table orders (id integer primary key, member_id bigint)",
  `insert into orders values (1, ${ADA}), (2, ${BOB})`,
  "create table letters (id integer primary key, of_kind varchar(20), of_id bigint, sent_to varchar(200), live boolean default true)",
  `insert into letters (id, of_kind, of_id, sent_to) values (1, 'person', ${ADA}, ' ADA@example.org'), (2, 'person', ${BOB}, 'old@example.org'),
     (3, 'order', 1, 'ada@example.org'), (4, 'order', 1, 'bob@example.org'), (5, 'ghost', 1, 'x@example.org'),
     (6, 'person', ${ADA}, null), (7, 'person', 1, 'x@example.org'), (8, 'person', ${ADA}, 'erased')`,
  "create table circles (id integer primary key, reply_to varchar(200))",
  "create table seats (id integer primary key, circle_id integer, member_id bigint)",
  "insert into circles values (1, 'bob@example.org'), (2, 'ada@example.org'), (3, 'x@example.org')",
  `insert into seats values (1, 1, ${ADA}), (2, 1, ${BOB}), (3, 2, ${BOB})`,
  "create table rounds (id integer primary key, members varchar(200), reply_to varchar(200))",
  `insert into rounds values (1, '["${ADA}", ${BOB}]', 'ada@example.org'), (2, '[${ADA}]', 'bob@example.org'), (3, '[]', 'x@example.org')`,
  "create table comments (id integer primary key, order_id integer, signed varchar(200))",
  "insert into comments values (1, 1, 'ada@example.org'), (2, 2, 'ada@example.org')",
];

const server = inject("mariaDb");
if ("missing" in server) console.warn(`linked copies on MariaDB are not tried: ${server.missing}`);
const CONNECTORS = { postgres, mysql, sqlite };

for (const { engine, start } of clubsOn({
  postgresUrl: inject("postgresUrl"),
  mariaUrl: "missing" in server ? null : server.url,
}))
  describe(`linked copies on ${engine}`, () => {
    let folder: string;
    let club: Club;
    let app: Connector;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "avow-copies-"));
      club = await start(folder);
      for (const statement of ROWS) await club.rows(statement);
      const module = must(
        Object.entries(CONNECTORS).find(([name]) => name === engine)?.[1],
        "the engine has a connector",
      );
      const url = club.url === "sqlite:club.db" ? `sqlite:${join(folder, "club.db")}` : club.url;
      app = module.open({ url, access: "read", statementTimeoutMs: 30_000 });
    });
    afterAll(async () => {
      await app.close();
      await club.drop();
      await rm(folder, { recursive: true });
    });

    const find = async (
      text: string,
      readers: Readonly<Record<string, Connector>>,
      budget: Budget = BUDGET,
    ): Promise<AnomalyReport> => {
      const files = text.split("---\n").map((t, i) => ({ file: `${i}.yaml`, text: t }));
      const read = readDataMap(files);
      const map = must(read.value, JSON.stringify(read.issues));
      return findAnomalies({ policy, map, readers, budget, now: new Date() });
    };
    const contradictory = ({ anomalies }: AnomalyReport) =>
      anomalies
        .filter((a) => a.anomaly === "contradictory")
        .map((a) => [`${a.collection}.${a.field}`, a.count, a.examined, a.partial]);

    test("by a discriminator, over other rows, by a join collection and from a list", async () => {
      const report = await find(mapOf(engine), { app });
      expect(report.notLooked).toEqual([]);
      expect(contradictory(report).sort()).toEqual([
        ["circles.reply_to", 1, 2, false],
        ["comments.signed", 1, 2, false],
        ["letters.sent_to", 2, 4, false],
        ["rounds.reply_to", 1, 2, false],
      ]);
      expect(report.anomalies.map((a) => a.what)).toContain(
        "2 of 4 rows of `app.letters` have another value in `sent_to` than the people whom they belong to",
      );
      expect(JSON.stringify(report)).not.toMatch(/example\.org|90071992547/i);
    });

    test("of what is too large a part is read; where the people are not connected it is said", async () => {
      const part = await find(mapOf(engine), { app }, { ...BUDGET, rows: 2 });
      expect(contradictory(part)).toContainEqual(["letters.sent_to", 1, 2, true]);
      const away = `${mapOf(engine).replaceAll("to: { collection: members,", "to: { store: crm, collection: people,")}---
store: crm
connector: sqlite
collections:
  people:
    class: account
    person: { member_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
`;
      const report = await find(away, { app });
      expect(report.notLooked).toContain("`app.letters`: its owners lie in `crm`, which is not connected");
      expect(contradictory(report).map(([at]) => at)).not.toContain("rounds.reply_to");
    });
  });
