/** Several kinds of act in one statement: what a kind does not name stays as it is, storage class and all, whatever the columns are called. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { MaskAct } from "@avow/core/datamap/model";
import type { Mutation } from "@avow/runtime/connector-kit/contract";
import { using } from "@avow/runtime/connector-kit/contract-subject";
import { afterAll, expect, test } from "vitest";
import { connector } from "./connector.ts";

const folder = mkdtempSync(join(tmpdir(), "avow-sqlite-kinds-"));
afterAll(() => rmSync(folder, { recursive: true }));

const set = (
  collection: string,
  key: string,
  id: string,
  masks: Readonly<Record<string, MaskAct>>,
): Mutation => ({
  ...{ act: "set", collection, where: { fields: [key], tuples: [[id]] } },
  set: masks,
});

async function sent(file: string, mutations: readonly Mutation[]): Promise<readonly [number, unknown]> {
  let statements = 0;
  const onStatement = (): void => void (statements += 1);
  const url = `sqlite:${encodeURIComponent(file)}`;
  const live = connector.open({ url, access: "erase", statementTimeoutMs: 30_000, onStatement });
  const answer = await using(live, (c) => c.mutate(mutations));
  return [statements, answer];
}

test("columns that are called like those of the list, in a table that is called like it", async () => {
  const file = join(folder, "names.db");
  const admin = new DatabaseSync(file);
  admin.exec(`CREATE TABLE k (id INTEGER PRIMARY KEY, kind TEXT, k TEXT, v0 TEXT UNIQUE, value TEXT, AVOW_kind TEXT, avow_v0 TEXT, t TEXT, "key" JSON);
    INSERT INTO k VALUES (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', '{"a": 1}'), (2, 'a', 'b', 'c2', 'd', 'e', 'f', 'g', '{"a": 1}');`);
  const names = ["kind", "k", "v0", "value", "AVOW_kind", "avow_v0", "t", "key"];
  const all = Object.fromEntries(names.map((name): [string, MaskAct] => [name, "tombstone"]));
  const mutations = [set("k", "id", "1", all), set("k", "id", "2", { kind: "null", "key.a": "null" })];
  expect(await sent(file, mutations)).toEqual([1, { ok: true, value: [1, 1] }]);
  const [one, two] = admin.prepare("SELECT * FROM k ORDER BY id").all();
  expect(Object.values(one ?? {}).slice(1)).toEqual([
    ...["erased", "erased", expect.stringMatching(/^erased-/), "erased", "erased", "erased", "erased", "{}"],
  ]);
  expect(Object.values(two ?? {})).toEqual([2, null, "b", "c2", "d", "e", "f", "g", '{"a":null}']);
  admin.close();
});

test("values of every class stay, and a key is its own class's alone", async () => {
  const file = join(folder, "classes.db");
  const admin = new DatabaseSync(file);
  const layout = `DROP TABLE IF EXISTS loose; DROP TABLE IF EXISTS bare;
    CREATE TABLE loose (id INTEGER PRIMARY KEY, note TEXT, anything, number NUMERIC, whole INT, real REAL, text TEXT COLLATE NOCASE, bytes BLOB);
    INSERT INTO loose VALUES (1, 'x', 5, '10.50', '7', 3, 'Ann', x'00ff'), (2, 'x', '5', 'not a number', 'seven', 0.1, 'x''41''', ''),
      (3, 'x', x'35', 9007199254740993, 9223372036854775807, 1e300, 'äNN', x''), (4, 'x', 5.0, -1.25, NULL, -9e999, 'nul' || char(0) || 'l', 12);
    CREATE TABLE bare (word, n INT, m INT, PRIMARY KEY (word)) WITHOUT ROWID; INSERT INTO bare VALUES (1, 1, 1), ('2', 1, 1), (x'31', 1, 1), ('Ann', 1, 1), ('ann', 1, 1);`;
  const fields = ["anything", "number", "whole", "real", "text", "bytes"];
  const shown = fields.map((f) => `typeof("${f}") || quote("${f}") || hex("${f}") AS "${f}"`).join(", ");
  const seen = () => admin.prepare(`SELECT ${shown} FROM loose WHERE id > 1 ORDER BY id`).all();
  admin.exec(layout);
  const before = seen();
  for (const field of fields) {
    const others = ["2", "3", "4"].map((id) => set("loose", "id", id, { note: "tombstone" }));
    const mutations = [set("loose", "id", "1", { [field]: "tombstone" }), ...others];
    expect(await sent(file, mutations)).toEqual([1, { ok: true, value: [1, 1, 1, 1] }]);
    expect(seen()).toEqual(before);
    expect(admin.prepare("SELECT group_concat(note) AS n FROM loose").get()).toEqual({
      n: "x,erased,erased,erased",
    });
    admin.exec(layout);
  }
  const [, answer] = await sent(file, [
    set("bare", "word", "1", { n: "null" }),
    set("bare", "word", "x'31'", { m: "null" }),
    set("bare", "word", "ann", { n: "null", m: "null" }),
    set("bare", "word", "ANN", { n: "tombstone", m: "null" }),
  ]);
  expect(answer).toEqual({ ok: true, value: [1, 1, 1, 0] });
  expect(admin.prepare("SELECT quote(word) AS w, n, m FROM bare ORDER BY quote(word)").all()).toEqual([
    { w: "'2'", n: 1, m: 1 },
    { w: "'Ann'", n: 1, m: 1 },
    { w: "'ann'", n: null, m: null },
    { w: "1", n: null, m: 1 },
    { w: "X'31'", n: 1, m: null },
  ]);
  admin.close();
});
