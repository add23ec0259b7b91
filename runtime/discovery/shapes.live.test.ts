/** Shapes that hide what they hold, in a store of which no word is English. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import { draftMap } from "@avow/core/datamap/discover/draft";
import { proposeMap } from "@avow/core/datamap/discover/propose";
import { readStoreMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, onTestFinished, test } from "vitest";
import { BUDGET } from "./budget.ts";
import { discoverStore } from "./discover.ts";

const ROWS = `create table kunden (id integer primary key, vorname text, nachname text, mail text);
  create table bestellungen (id integer primary key, kunde integer, summe numeric);
  create table eigenschaften (id integer primary key, ding_typ text, ding_id integer, schluessel text, wert text);
  create table ablage (id integer primary key, inhalt text);
  with recursive n (i) as (select 1 union all select i + 1 from n where i < 300)
    insert into kunden select i, 'Anna', 'Meyer', 'kunde' || i || '@mail.example' from n;
  with recursive n (i) as (select 1 union all select i + 1 from n where i < 300) insert into bestellungen select i, i, i * 2 from n;
  with recursive n (i) as (select 1 union all select i + 1 from n where i < 300)
    insert into eigenschaften select i, case i % 2 when 0 then 'Kunde' else 'Bestellung' end, i, case i % 3 when 0 then 'farbe' else 'telefon' end,
      case i % 3 when 0 then 'rot' else '+49 30 9018' || (1000 + i) end from n;
  with recursive n (i) as (select 1 union all select i + 1 from n where i < 300)
    insert into ablage select i, case i % 4 when 0 then 'wer' || i || ' (at) mail (dot) example' else 'nichts' end from n;`;

test("attributes beside their values, rows of several collections, values of several kinds: found, and the draft can be read again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-shapes-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "laden.db");
  const store = new DatabaseSync(file);
  store.exec(ROWS);
  store.close();
  const reader = sqlite.open({ url: `sqlite:${file}`, access: "read", statementTimeoutMs: 30_000 });
  onTestFinished(() => reader.close());
  const looked = await discoverStore(reader, { store: "laden", budget: BUDGET, onProgress: () => {} });
  if (!looked.ok) throw new Error(looked.reason);
  const { found } = looked.value;
  const of = (name: string) =>
    must(
      found.collections.find((c) => c.name === name),
      "it is there",
    );
  const { links, suspected, fields } = of("eigenschaften");
  expect(links.map((l) => [l.to.collection, l.when])).toEqual([
    ["bestellungen", { field: "ding_typ", value: "Bestellung" }],
    ["kunden", { field: "ding_typ", value: "Kunde" }],
  ]);
  expect(suspected).toEqual([
    "`ding_id` leads where `ding_typ` says",
    "`wert` means what `schluessel` says: an attribute and its value in a row",
  ]);
  const parts = fields.find((f) => f.name === "wert")?.parts ?? [];
  expect(parts.map((p) => [p.path, p.category])).toContainEqual(["telefon", "user.contact.phone_number"]);
  expect(of("ablage").fields.find((f) => f.name === "inhalt")).toMatchObject({
    category: "user.content",
    reason: "values of several kinds: 25 % of 300 sampled ones are e-mail addresses",
  });
  const collections = proposeMap(found, { classes: {}, reviewed: new Set() });
  const { text } = draftMap({ store: "laden", connector: "sqlite", collections }, null);
  const again = readStoreMap({ file: "laden.yaml", text: text.replaceAll("undecided", "system") });
  expect(again.issues.filter((i) => i.severity === "error")).toEqual([]);
});
