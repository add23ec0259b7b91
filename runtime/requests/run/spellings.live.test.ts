/** What a store calls equal and what it does not (spec/connector.md, "Matches"): access, streamed or held, and erasure go by the same. */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { BlobReader, BlobWriter, TextWriter, ZipReader } from "@zip.js/zip.js";
import { expect, inject, test } from "vitest";
import { RIGHTS } from "../rights/index.ts";
import { memoryJournal } from "./journal.ts";
import { type Engine, mariaDb, postgres, sqlite } from "./testing/engines.ts";
import { AT, onEngines } from "./testing/on-engine.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided) console.warn(`MariaDB's spellings are not tried: ${provided.missing}`);

const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  threads:
    class: content
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id }
  posts:
    class: content
    links:
      - { role: owner, from: [thread], to: { collection: threads, fields: [id] } }
      - { role: co_owner, from: [author], to: { collection: members, fields: [id] } }
    fields: { id: system, thread: system, author: user.unique_id }
  notes:
    class: content
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id }
`;

const layout = (type: string): readonly string[] => [
  `create table members (id ${type} primary key)`,
  `create table threads (id ${type} primary key, owner ${type})`,
  `create table posts (id int primary key, thread ${type}, author ${type})`,
  `create table notes (id int primary key, owner ${type})`,
  "insert into members values ('Ada'), ('Bob')",
  "insert into threads values ('Tea', 'ada'), ('Rum', 'BOB')",
  "insert into posts values (1, 'TEA', null), (2, 'rum', 'ADA'), (3, 'rum', 'bob'), (4, 'Tea', 'Ada')",
  "insert into notes values (1, 'Ada'), (2, 'ada'), (3, 'Ada '), (4, 'bob'), (5, 'Bob')",
];

interface Case {
  readonly name: string;
  readonly start: () => Promise<Engine>;
  readonly type: string;
  readonly before?: string;
  readonly given: Record<string, readonly string[]>;
  readonly left: Record<string, readonly string[]>;
}

const CASES: readonly Case[] = [
  {
    ...{ name: "citext", start: () => postgres(inject("postgresUrl")), type: "citext" },
    before: "create extension citext",
    given: { threads: ["Tea"], posts: ["1", "2", "4"], notes: ["1", "2"] },
    left: { threads: ["Rum"], posts: ["2", "3"], notes: ["3", "4", "5"] },
  },
  {
    name: "MariaDB's ci with padding",
    start: () => mariaDb(server),
    type: "varchar(20) collate utf8mb4_general_ci",
    given: { threads: ["Tea"], posts: ["1", "2", "4"], notes: ["1", "2", "3"] },
    left: { threads: ["Rum"], posts: ["2", "3"], notes: ["4", "5"] },
  },
  ...[
    {
      name: "MariaDB's ci without padding",
      start: () => mariaDb(server),
      type: "varchar(20) character set utf8mb4 collate utf8mb4_unicode_nopad_ci",
    },
    {
      name: "MariaDB's ci of Latin 1",
      start: () => mariaDb(server),
      type: "varchar(20) character set latin1 collate latin1_swedish_nopad_ci",
    },
    { name: "NOCASE", start: () => sqlite(), type: "text collate nocase" },
  ].map((one) => ({
    ...one,
    given: { threads: ["Tea"], posts: ["1", "2", "4"], notes: ["1", "2"] },
    left: { threads: ["Rum"], posts: ["2", "3"], notes: ["3", "4", "5"] },
  })),
  {
    name: "MariaDB's bin",
    start: () => mariaDb(server),
    type: "varchar(20) character set utf8mb4 collate utf8mb4_bin",
    given: { threads: [], posts: ["4"], notes: ["1"] },
    left: { threads: ["Rum", "Tea"], posts: ["1", "2", "3"], notes: ["2", "3", "4", "5"] },
  },
];

for (const { name, start, type, before, given, left } of CASES)
  test.skipIf(name.startsWith("MariaDB") && server === "")(
    `${name}: access gives and erasure takes what the store calls the person's`,
    async () => {
      const engine = await start();
      const hand = await engine.hand();
      try {
        for (const sql of [...(before === undefined ? [] : [before]), ...layout(type)]) await hand.exec(sql);
        const maps = [{ file: "app.yaml", text: mapOf(engine.name) }];
        const blob = new BlobWriter("application/zip");
        await onEngines({ maps, engines: { app: engine } }, async (estate) => {
          const run = (right: string, writable?: WritableStream<Uint8Array>) =>
            must(RIGHTS.get(right), "carried out").runner.run({
              ...{ estate, identities: [{ namespace: "member", value: "Ada" }], asked: NOTHING_MORE },
              ...{ journal: memoryJournal(), now: () => AT, approve: async () => true },
              ...(writable === undefined ? {} : { archive: { head: HEAD, writable } }),
            });
          expect((await run("access", blob.writable)).state).toBe("closed");
          expect(await idsIn(await blob.getData())).toEqual(given);
          expect((await run("erase")).state).toBe("closed");
        });
        for (const [table, ids] of Object.entries(left))
          expect(
            (await hand.exec(`select id from ${table} order by id`)).map((r) => String(r[0])),
            table,
          ).toEqual(ids);
      } finally {
        await hand.end();
        await engine.drop();
      }
    },
  );

const HEAD = {
  ...{ service: "club", controller: "Club", title: "access", policyVersion: "1", says: {}, general: [] },
  at: AT,
};

async function idsIn(archive: Blob): Promise<Record<string, readonly string[]>> {
  const zip = new ZipReader(new BlobReader(archive));
  const ids: Record<string, readonly string[]> = { threads: [], posts: [], notes: [] };
  for (const entry of await zip.getEntries()) {
    const name = /(threads|posts|notes)\.csv$/.exec(entry.filename)?.[1];
    if (name === undefined || entry.directory) continue;
    const text = await entry.getData(new TextWriter());
    ids[name] = text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => (line.split(",")[0] ?? "").replaceAll('"', "").trim())
      .sort();
  }
  await zip.close();
  return ids;
}
