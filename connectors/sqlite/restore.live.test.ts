/** Any value in any column, deleted and put back: looked at by SQLite itself, storage class and all, before and after. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { answered, readAll } from "@avow/runtime/connector-kit/contract-subject";
import { afterAll, expect, test } from "vitest";
import { connector } from "./connector.ts";

const folder = mkdtempSync(join(tmpdir(), "avow-sqlite-restore-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("rows come back as they were: five classes of values, large numbers, no text and no bytes", async () => {
  const file = join(folder, "kinds.db");
  const admin = new DatabaseSync(file);
  admin.exec(`CREATE TABLE loose (id INTEGER PRIMARY KEY AUTOINCREMENT, anything, number NUMERIC, whole INT, real REAL, text TEXT COLLATE NOCASE, bytes BLOB,
      twice INT GENERATED ALWAYS AS (id * 2) STORED);
    INSERT INTO loose (id, anything, number, whole, real, text, bytes) VALUES (1, 5, '10.50', '7', 3, 'Ann', x'00ff'), (2, '5', 'not a number', 'seven', 0.1, 'x''41''', ''),
      (3, x'35', 9007199254740993, 9223372036854775807, 1e300, 'äNN', x''), (4, 5.0, -1.25, NULL, -9e999, 'nul' || char(0) || 'l', 12),
      (5, NULL, NULL, NULL, NULL, NULL, NULL), (6, 'i:5', '-0', 0, -0.0, x'41', 1e21);
    CREATE TABLE bare (word, n INT, PRIMARY KEY (word)) WITHOUT ROWID; INSERT INTO bare VALUES (1, 1), ('1', 2), (x'31', 3);
    CREATE TABLE strict_one (id INTEGER PRIMARY KEY, any ANY) STRICT; INSERT INTO strict_one VALUES (1, '007'), (2, 7);`);
  const live = connector.open({
    url: `sqlite:${encodeURIComponent(file)}`,
    access: "erase",
    statementTimeoutMs: 30_000,
  });
  const { collections } = answered(await live.describe());
  for (const [collection, key] of [
    ["loose", "id"],
    ["bare", "word"],
    ["strict_one", "id"],
  ] as const) {
    const all = collections.find((c) => c.name === collection)?.fields ?? [];
    const fields = all.filter((f) => !f.generated).map((f) => f.name);
    const shown = all
      .map((f) => `typeof("${f.name}") || ' ' || quote("${f.name}") || hex("${f.name}")`)
      .join(", ");
    const seen = (): unknown =>
      admin.prepare(`SELECT ${shown} FROM ${collection} ORDER BY typeof("${key}"), "${key}"`).all();
    const before = seen();
    const rows = await readAll(live, { collection, fields: [], exact: fields });
    const keys = (await readAll(live, { collection, fields: [key] })).map(([value]) => [value ?? ""]);
    answered(await live.mutate([{ act: "delete", collection, where: { fields: [key], tuples: keys } }]));
    expect(seen()).toEqual([]);
    answered(await live.mutate([{ act: "insert", collection, fields, rows }]));
    expect(seen()).toEqual(before);
    const rest = fields.filter((f) => f !== key);
    const at = fields.indexOf(key);
    const left = rest.map((_, i) => `t:left ${i}`);
    if (collection === "loose") {
      admin.exec(`UPDATE loose SET ${rest.map((f, i) => `"${f}" = 'left ${i}'`).join(", ")}`);
      const updated = rows.map((row) => ({
        key: [row[at] ?? ""],
        was: left,
        to: row.filter((_, i) => i !== at),
      }));
      answered(await live.mutate([{ act: "update", collection, key: [key], fields: rest, rows: updated }]));
      expect(seen()).toEqual(before);
    }
  }
  await live.close();
  admin.close();
});
