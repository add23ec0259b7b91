/** Links by a discriminator, on the three engines: its values are compared as the store compares the field (spec/data-map.md, "Polymorphic links"). */
import { expect, inject, test } from "vitest";
import { type Engine, mariaDb, postgres, sqlite } from "./testing/engines.ts";
import { eraseEach, onEngines } from "./testing/on-engine.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided) console.warn(`MariaDB's conditions are not tried: ${provided.missing}`);

const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  groups:
    class: content
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id }
  marks:
    class: content
    links:
      - { role: owner, from: [target], when: { kind: User, live: true, level: 1 }, to: { collection: members, fields: [id] } }
      - { role: owner, from: [target], when: { kind: Group, live: true, level: [1, 2] }, to: { collection: groups, fields: [id] } }
    fields: { id: system, target: system, kind: system, live: system, level: system }
`;

interface Case {
  readonly name: string;
  readonly start: () => Promise<Engine>;
  /** Types of `kind`, `live` and `level`. */
  readonly types: readonly [string, string, string];
  readonly before?: string;
  /** What the letters of `kind` say by the side. */
  readonly folds: boolean;
}
const CASES: readonly Case[] = [
  {
    ...{ name: "postgres", start: () => postgres(inject("postgresUrl")), folds: true },
    ...{ types: ["citext", "boolean", "numeric(5,2)"], before: "create extension if not exists citext" },
  },
  {
    ...{ name: "mysql", start: () => mariaDb(server), folds: true },
    types: ["varchar(20) collate utf8mb4_general_ci", "boolean", "decimal(5,2)"],
  },
  {
    ...{ name: "mysql", start: () => mariaDb(server), folds: false },
    types: ["varchar(20) character set utf8mb4 collate utf8mb4_bin", "boolean", "decimal(5,2)"],
  },
  {
    ...{ name: "sqlite", start: sqlite, folds: true },
    types: ["text collate nocase", "boolean", "decimal(5,2)"],
  },
  { ...{ name: "sqlite", start: sqlite, folds: false }, types: ["text", "boolean", "decimal(5,2)"] },
];

const layout = ([kind, live, level]: Case["types"]): readonly string[] => [
  "create table members (id int primary key)",
  "create table `groups` (id int primary key, owner int)",
  `create table marks (id int primary key, target int, kind ${kind}, live ${live}, level ${level})`,
  "insert into members values (1), (2)",
  "insert into `groups` values (1, 2), (7, 1)",
  `insert into marks values
     (1, 1, 'User', true, 1), (2, 1, 'USER', true, 1.0), (3, 1, 'User', false, 1), (4, 1, 'User', true, 2),
     (5, 7, 'Group', true, 2.00), (6, 7, 'group', true, 1), (7, 1, 'Group', true, 1), (8, 2, 'User', true, 1), (9, 1, 'User', null, 1)`,
];

for (const { name, start, types, before, folds } of CASES)
  for (const inSweep of [false, true])
    test.skipIf(name === "mysql" && server === "")(
      `${name}${folds ? "" : ", to the letter"}${inSweep ? ", in a sweep" : ""}: texts, yes and no, and numbers hold in any notation`,
      async () => {
        const engine = await start();
        const hand = await engine.hand();
        const quoted = (sql: string): string => (name === "postgres" ? sql.replaceAll("`", '"') : sql);
        try {
          for (const sql of [...(before === undefined ? [] : [before]), ...layout(types)])
            await hand.exec(quoted(sql));
          const maps = [{ file: "app.yaml", text: mapOf(name) }];
          const person = { namespace: "member", value: "1" };
          const outcomes = await onEngines({ maps, engines: { app: engine } }, (estate) =>
            eraseEach(estate, [person], inSweep),
          );
          expect(outcomes.map((o) => o.state)).toEqual(["closed"]);
          const left = (await hand.exec("select id from marks order by id")).map((r) => Number(r[0]));
          // To the letter, another text is another kind.
          expect(left).toEqual(folds ? [3, 4, 7, 8, 9] : [2, 3, 4, 6, 7, 8, 9]);
        } finally {
          await hand.end();
          await engine.drop();
        }
      },
    );
