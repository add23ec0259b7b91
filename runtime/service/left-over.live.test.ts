/** What Avow leaves of somebody is what it finds to be nothing that is left, in each engine, by what the store itself has written. */
import type { Measure } from "@avow/core/commitments/proof";
import { expect, inject, test } from "vitest";
import { type Engine, mariaDb, postgres, sqlite } from "../requests/run/testing/engines.ts";
import { AT, eraseEach, onEngines } from "../requests/run/testing/on-engine.ts";
import { lookLeftOver } from "./testing/left-over.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided) console.warn(`MariaDB is not looked at: ${provided.missing}`);

const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  people:
    class: account
    person: { member: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, pass: user.unique_id, name: user.name, credits: user.account, news: user.privacy_preferences, seen: system, closed: system }
    anchors: { closure: closed }
    erase: { mask: { email: tombstone, pass: tombstone, name: "null", credits: tombstone, news: tombstone, seen: tombstone } }
  threads:
    class: content
    owner: person -> people.id
    fields: { id: system, person: user.unique_id }
  posts:
    class: content
    owner: thread -> threads.id
    fields: { id: system, thread: system, body: user.content }
`;

const layout = (time: string): readonly string[] => [
  `create table people (id int primary key, email varchar(80) not null unique, pass char(6) not null unique, name varchar(80),
     credits int not null, news boolean not null, seen ${time} not null, closed ${time})`,
  "create index people_closed on people (closed)",
  "create table threads (id int primary key, person int not null references people (id))",
  "create table posts (id int primary key, thread int not null references threads (id), body varchar(80))",
  ...[1, 2, 3, 4].flatMap((id) => [
    `insert into people values (${id}, 'p${id}@x.org', 'PASS-${id}', 'Ada', 7, true, '2025-08-01 00:00:00', ${CLOSED[id] ?? "null"})`,
    `insert into threads values (${id}, ${id})`,
    `insert into posts values (${id}, ${id}, 'hi')`,
  ]),
];
/** Two long ago, one twenty days before now, one not at all. */
const CLOSED: Readonly<Record<number, string>> = {
  1: "'2025-09-01 00:00:00'",
  2: "'2025-11-02 00:00:00'",
  3: "'2025-12-12 00:00:00'",
};

const MEASURE: Measure = {
  ...{ measure: "leftover", look: "index", store: "app", collection: "people", field: "closed" },
  before: new Date("2025-12-02T00:00:00.000Z"),
};

const found = (...rows: readonly (readonly [string, number])[]) =>
  rows.map(([collection, n]) => ({ store: "app", collection, rows: n }));

const ENGINES: readonly (readonly [string, () => Promise<Engine>])[] = [
  ["postgres", () => postgres(inject("postgresUrl"))],
  ["sqlite", sqlite],
  ...(server === "" ? [] : [["mysql", () => mariaDb(server)] as const]),
];

test.each(ENGINES)(
  "%s: closed accounts, before and after their erasure, and with a name again",
  async (name, start) => {
    const engine = await start();
    try {
      const hand = await engine.hand();
      for (const sql of layout(engine.time)) await hand.exec(sql);
      await onEngines(
        { maps: [{ file: "app.yaml", text: mapOf(name) }], engines: { app: engine } },
        async (estate) => {
          const look = () => lookLeftOver({ estate, measure: MEASURE, now: AT });
          expect(await look()).toMatchObject({
            ...{ people: 2, examined: 2, unclear: 0, stopped: null },
            found: found(["people", 2], ["threads", 2], ["posts", 2]),
          });
          await eraseEach(estate, [{ namespace: "member", value: "1" }], false);
          expect(await look()).toMatchObject({ found: found(["people", 1], ["threads", 1], ["posts", 1]) });
          await eraseEach(estate, [{ namespace: "member", value: "2" }], false);
          // Six characters are too few for a sign that nobody else has.
          expect(await look()).toMatchObject({ people: 2, examined: 2, found: [], unclear: 2, evidence: [] });
          await hand.exec("update people set name = 'Ada' where id = 1");
          expect(await look()).toMatchObject({ found: found(["people", 1]), unclear: 1 });
          expect(await look()).toHaveProperty(
            "evidence",
            expect.arrayContaining([expect.objectContaining({ locator: 'row of app|people|["1"]' })]),
          );
        },
      );
      await hand.end();
    } finally {
      await engine.drop();
    }
  },
);
