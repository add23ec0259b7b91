/** A correction is done when the store holds the value, in whatever notation the store writes it (spec/connector.md, "Matches": `given`). */
import { must } from "@avow/core/terms/assert";
import { expect, inject, test } from "vitest";
import { correct } from "./correct.ts";
import { memoryJournal } from "./journal.ts";
import { type Engine, mariaDb, postgres, sqlite } from "./testing/engines.ts";
import { AT, onEngines } from "./testing/on-engine.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided) console.warn(`MariaDB's notations are not tried: ${provided.missing}`);

interface Case {
  readonly type: string;
  readonly old: string;
  readonly value: string;
  readonly held: string;
}

const MARIADB: readonly Case[] = [
  { type: "set('a','b','c')", old: "c", value: "b,a", held: "a,b" },
  { type: "set('a','b','c')", old: "a,b", value: "b,a", held: "a,b" },
  { type: "set('a','b','c')", old: "c", value: "B,A,b", held: "a,b" },
  { type: "set('a','b','c')", old: "c", value: "5", held: "a,c" },
  { type: "enum('so so','it''s')", old: "so so", value: "IT'S", held: "it's" },
  { type: "enum('so so','it''s')", old: "so so", value: "2", held: "it's" },
  { type: "year", old: "1990", value: "24", held: "2024" },
  { type: "year", old: "2024", value: "24", held: "2024" },
  { type: "year", old: "1990", value: "99", held: "1999" },
  { type: "date", old: "1980-01-01", value: "90-1-5", held: "1990-01-05" },
  { type: "date", old: "1990-01-05", value: "90-1-5", held: "1990-01-05" },
  { type: "date", old: "1980-01-01", value: "19900105", held: "1990-01-05" },
  { type: "datetime(3)", old: "1980-01-01", value: "90-1-5 3:4", held: "1990-01-05 03:04:00.000" },
  { type: "timestamp null", old: "1980-01-01", value: "90-1-5 3:4", held: "1990-01-05 03:04:00" },
  { type: "time", old: "01:00:00", value: "3:4", held: "03:04:00" },
  { type: "float", old: "1", value: "1.10", held: "1.1" },
  { type: "double", old: "1", value: "1e3", held: "1000" },
  { type: "int unsigned zerofill", old: "1", value: "7", held: "0000000007" },
  { type: "decimal(6,2)", old: "1", value: "1.5", held: "1.50" },
  { type: "inet6", old: "::1", value: "::0002", held: "::2" },
  { type: "inet4", old: "1.2.3.4", value: "1.2.3.5", held: "1.2.3.5" },
  { type: "bit(9)", old: "0", value: "5", held: "5" },
  { type: "varbinary(9)", old: "x", value: "0x00ff", held: "0x00ff" },
  { type: "varbinary(9)", old: "x", value: "Ann", held: "0x416e6e" },
];

const POSTGRES: readonly Case[] = [
  { type: "date", old: "1980-01-01", value: "5 January 1990", held: "1990-01-05" },
  { type: "interval", old: "1 day", value: "24 months", held: "2 years" },
  { type: "money", old: "1", value: "1000", held: "$1,000.00" },
  { type: "inet", old: "::1", value: "::0002", held: "::2/128" },
  { type: "bytea", old: "\\x00", value: "\\x00FF", held: "\\x00ff" },
  { type: "jsonb", old: "{}", value: '{"b":1,"a":2}', held: '{"a": 2, "b": 1}' },
  { type: "int[]", old: "{}", value: "{ 1, 2 }", held: "{1,2}" },
];

const SQLITE: readonly Case[] = [
  { type: "integer", old: "1", value: "007", held: "7" },
  { type: "real", old: "1", value: "1.10", held: "1.1" },
];

async function corrected(engine: Engine, { type, old, value }: Case) {
  const hand = await engine.hand();
  try {
    await hand.exec(`create table members (id int primary key, word ${type})`);
    await hand.exec(`insert into members values (1, '${old.replaceAll("'", "''")}'), (2, null)`);
    const map = `store: app
connector: ${engine.name}
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, word: user.name }
`;
    return await onEngines(
      { maps: [{ file: "app.yaml", text: map }], engines: { app: engine } },
      async (estate) => {
        const outcome = await correct(
          {
            ...{ estate, identities: [{ namespace: "member", value: "1" }], now: () => AT },
            asked: { scope: null, set: [{ field: "members.word", value }], lift: false },
            ...{ journal: memoryJournal(), approve: async () => true },
          },
          "replace",
        );
        expect(outcome).toMatchObject({ state: "closed", contradictions: [] });
        const { reader } = must(estate.stores["app"], "the store is there");
        const rows: (readonly (string | null)[])[] = [];
        for await (const batch of reader.read({ collection: "members", fields: ["id", "word"] }))
          if (batch.ok) rows.push(...batch.value);
        return rows.toSorted();
      },
    );
  } finally {
    await hand.end();
  }
}

for (const [name, start, cases] of [
  ["mariadb", () => mariaDb(server), MARIADB],
  ["postgres", () => postgres(inject("postgresUrl")), POSTGRES],
  ["sqlite", () => sqlite(), SQLITE],
] as const)
  for (const given of cases)
    test.skipIf(name === "mariadb" && server === "")(
      `${name}: ${given.type} is corrected from \`${given.old}\` to \`${given.value}\`, and holds \`${given.held}\``,
      async () => {
        expect(await corrected(await start(), given)).toEqual([
          ["1", given.held],
          ["2", null],
        ]);
      },
    );
