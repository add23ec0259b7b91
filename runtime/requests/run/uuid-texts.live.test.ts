/** A UUID that one store knows as such, and others hold as text in whatever letters: it is one and the same (spec/connector.md, "Several notations"). */
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Hand } from "./testing/application.ts";
import { type Engine, postgres, sqlite } from "./testing/engines.ts";
import { eraseEach, onEngines } from "./testing/on-engine.ts";

const mapOf = (shared: boolean): readonly { readonly file: string; readonly text: string }[] => [
  {
    file: "app.yaml",
    text: `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  boxes:
    class: content
    links:
      - { role: owner, from: [owner], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [keeper], to: { store: elsewhere, collection: keepers, fields: [id] } }
    fields: { id: system, owner: user.unique_id, keeper: user.unique_id }
`,
  },
  {
    file: "elsewhere.yaml",
    text: `store: elsewhere
connector: sqlite
collections:
  keepers:
    class: account
    person: { keeper: id }
    fields: { id: user.unique_id }
  profiles:
    class: account
    person: { member: member }
    fields: { id: system, member: user.unique_id }
  devices:
    class: content
    owner: owner -> app/members.id
    fields: { id: system, owner: user.unique_id }
  readings:
    class: content
    owner: device -> devices.id
    fields: { id: system, device: system }
  teams:
    class: content
    links:
      - { role: owner, from: [lead], to: { store: app, collection: members, fields: [id] } }
      - { role: co_owner, from: [${shared ? "'members[*]'" : "second"}], to: { store: app, collection: members, fields: [id] } }
    fields: { id: system, lead: user.unique_id, second: user.unique_id, members: { category: system${shared ? ", paths: { '[*]': user.unique_id }" : ""} } }
`,
  },
];

const ADA = "a1b2c3d4-0000-4000-8000-00000000000a";
const BOB = "a1b2c3d4-0000-4000-8000-00000000000b";
const KIM = "a1b2c3d4-0000-4000-8000-00000000000c";
const up = (text: string): string => text.toUpperCase();
/** Small letters and capitals at once. */
const mixed = (text: string): string => text.replace(/[a-f]/, (letter) => letter.toUpperCase());

const APP = [
  "drop table if exists boxes, members",
  "create table members (id uuid primary key)",
  "create table boxes (id int primary key, owner uuid, keeper uuid)",
  `insert into members values ('${ADA}'), ('${BOB}')`,
  // 1 is Kim's, too, whom the other store writes in capitals.
  `insert into boxes values (1, '${ADA}', '${KIM}'), (2, '${ADA}', null), (3, '${BOB}', null)`,
];
const ELSEWHERE = [
  ...["teams", "readings", "devices", "profiles", "keepers"].map((t) => `drop table if exists ${t}`),
  "create table keepers (id text primary key)",
  "create table profiles (id integer primary key, member text)",
  "create table devices (id text primary key, owner text)",
  "create table readings (id integer primary key, device text)",
  "create table teams (id integer primary key, lead text, second text, members text)",
  `insert into keepers values ('${up(KIM)}')`,
  `insert into profiles values (1, '${up(ADA)}'), (2, '${up(BOB)}'), (3, 'a1b2'), (4, '${mixed(ADA)}'), (5, '${mixed(BOB)}')`,
  `insert into devices values ('d', '${up(ADA)}'), ('D', '${ADA}'), ('e', '${up(BOB)}'), ('f', 'A1B2'), ('g', '${mixed(ADA)}'), ('h', '${mixed(BOB)}')`,
  "insert into readings values (1, 'd'), (2, 'D'), (3, 'e'), (4, 'g'), (5, 'h')",
  // 1 is Ada's alone, 2 Bob's as well.
  `insert into teams values (1, '${up(ADA)}', '${ADA}', '["${ADA}"]'), (2, '${up(BOB)}', '${up(ADA)}', '["${up(ADA)}","${BOB}"]')`,
];

let engines: Readonly<Record<"app" | "elsewhere", Engine>>;
let hands: Readonly<Record<"app" | "elsewhere", Hand>>;
beforeAll(async () => {
  engines = { app: await postgres(inject("postgresUrl")), elsewhere: await sqlite() };
  hands = { app: await engines.app.hand(), elsewhere: await engines.elsewhere.hand() };
});
beforeEach(async () => {
  for (const sql of APP) await hands.app.exec(sql);
  for (const sql of ELSEWHERE) await hands.elsewhere.exec(sql);
});
afterAll(async () => {
  for (const hand of Object.values(hands)) await hand.end();
  for (const engine of Object.values(engines)) await engine.drop();
});

async function erased(person: { namespace: string; value: string }, inSweep: boolean) {
  const outcomes = await onEngines({ maps: mapOf(!inSweep), engines }, (estate) =>
    eraseEach(estate, [person], inSweep),
  );
  expect(outcomes.map((o) => o.state)).toEqual(["closed"]);
  expect(outcomes.flatMap((o) => o.notes).filter((n) => n.includes("in both"))).toEqual([]);
}

for (const [how, inSweep] of [
  ["alone", false],
  ["in a sweep", true],
] as const)
  for (const [written, value] of [
    ["small", ADA],
    ["capital", up(ADA)],
    ["both", mixed(ADA)],
  ] as const)
    test(`${how}, named in ${written} letters: rows of the person go in whatever letters, nobody else's do`, async () => {
      await erased({ namespace: "member", value }, inSweep);
      expect(await hands.app.exec("select * from members")).toEqual([[BOB]]);
      expect(await hands.app.exec("select id, owner, keeper from boxes order by id")).toEqual([
        [1, null, KIM],
        [3, BOB, null],
      ]);
      const rows = (sql: string) => hands.elsewhere.exec(sql);
      expect(await rows("select id from profiles")).toEqual([[2], [3], [5]]);
      expect(await rows("select id from devices")).toEqual([["e"], ["f"], ["h"]]);
      expect(await rows("select id from readings")).toEqual([[3], [5]]);
      const left = inSweep
        ? [2, up(BOB), null, `["${up(ADA)}","${BOB}"]`]
        : [2, up(BOB), up(ADA), `["${BOB}"]`];
      expect(await rows("select * from teams")).toEqual([left]);
    });
