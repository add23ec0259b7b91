/** A field that leads to UUIDs of one store and to words of its own, under a collation that takes either case: both are compared as they should be. */
import { expect, inject, test } from "vitest";
import { type Engine, mariaDb, postgres, sqlite } from "./testing/engines.ts";
import { eraseEach, onEngines } from "./testing/on-engine.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided)
  console.warn(`UUIDs under MariaDB's collations are not tried: ${provided.missing}`);

const APP = `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
`;
const mapOf = (connector: string): string => `store: elsewhere
connector: ${connector}
collections:
  topics:
    class: content
    owner: owner -> app/members.id
    fields: { name: system, owner: user.unique_id }
  events:
    class: content
    links:
      - { role: owner, from: [subject], to: { store: app, collection: members, fields: [id] }, when: { kind: member } }
      - { role: owner, from: [subject], to: { collection: topics, fields: [name] }, when: { kind: topic } }
    fields: { id: system, kind: system, subject: system }
`;
const ADA = "a1b2c3d4-0000-4000-8000-00000000000a";
const BOB = "a1b2c3d4-0000-4000-8000-00000000000b";
const mixed = (id: string): string => id.replace("a1b2", "A1b2");

const CASES: readonly (readonly [string, () => Promise<Engine>, string, readonly number[]])[] = [
  ["NOCASE", () => sqlite(), "text collate nocase", [4, 5, 6, 7, 8]],
  [
    "MariaDB, padded",
    () => mariaDb(server),
    "varchar(60) character set utf8mb4 collate utf8mb4_general_ci",
    [4, 5, 6, 8],
  ],
  [
    "MariaDB, without padding",
    () => mariaDb(server),
    "varchar(60) character set utf8mb4 collate utf8mb4_unicode_nopad_ci",
    [4, 5, 6, 7, 8],
  ],
  ["PostgreSQL's char(n)", () => postgres(inject("postgresUrl")), "char(60)", [2, 4, 5, 6, 7, 8]],
];

for (const [name, start, type, left] of CASES)
  for (const inSweep of [false, true])
    test.skipIf(name.startsWith("MariaDB") && server === "")(
      `${name}${inSweep ? ", in a sweep" : ""}: UUIDs in any letters and words as the collation has them`,
      async () => {
        const engines = { app: await postgres(inject("postgresUrl")), elsewhere: await start() };
        const [app, hand] = [await engines.app.hand(), await engines.elsewhere.hand()];
        try {
          await app.exec("create table members (id uuid primary key)");
          await app.exec(`insert into members values ('${ADA}'), ('${BOB}')`);
          for (const sql of [
            `create table topics (name ${type} primary key, owner ${type})`,
            `create table events (id int primary key, kind varchar(10), subject ${type})`,
            `insert into topics values ('Tea', '${ADA.toUpperCase()}'), ('Rum', '${BOB}')`,
            `insert into events values (1, 'topic', 'Tea'), (2, 'topic', 'TEA'), (3, 'member', '${ADA.toUpperCase()}'), (4, 'member', '${BOB.toUpperCase()}'), (5, 'topic', 'rum'), (6, 'topic', '${ADA}'), (7, 'topic', 'tea '), (8, 'member', 'Tea'), (9, 'member', '${mixed(ADA)}')`,
          ])
            await hand.exec(sql);
          const maps = [
            { file: "app.yaml", text: APP },
            { file: "elsewhere.yaml", text: mapOf(engines.elsewhere.name) },
          ];
          const outcomes = await onEngines({ maps, engines }, (estate) =>
            eraseEach(estate, [{ namespace: "member", value: ADA }], inSweep),
          );
          expect(outcomes.map((o) => o.state)).toEqual(["closed"]);
          // Where letters count, a UUID in both is found by reading all rows: these collections are small.
          expect(outcomes.flatMap((o) => o.notes).filter((n) => n.includes("in both"))).toEqual([]);
          expect((await hand.exec("select id from events order by id")).map((r) => Number(r[0]))).toEqual(
            left,
          );
        } finally {
          await app.end();
          await hand.end();
          for (const engine of Object.values(engines)) await engine.drop();
        }
      },
    );
