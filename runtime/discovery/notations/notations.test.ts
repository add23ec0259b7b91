/** Each notation's `cases.md`: files, and what is read of them. `vitest -u` writes the results anew. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSchemaFiles } from "../schema.ts";
import type { SchemaFile } from "../schema-file.ts";
import { NOTATIONS } from "./index.ts";

const HERE = import.meta.dirname;
const FILE = /^```\w+ (\S+)\n([\s\S]*?)^```$/gm;
const RESULT = /^```result\n[\s\S]*?^```$/m;

function shown(files: readonly SchemaFile[]): string {
  const { description, unread, notes } = readSchemaFiles(files, "/project/app");
  const tables = description.collections.map((c) => {
    const fields = c.fields.map((f) => `  ${f.name} ${f.type}${f.nullable ? "" : " not null"}`);
    const keys = [
      ...(c.primaryKey.length === 0 ? [] : [`  key ${c.primaryKey.join(", ")}`]),
      ...c.uniques.map((u) => `  unique ${u.join(", ")}`),
      ...c.foreignKeys.map((k) => `  ${k.from.join(", ")} → ${k.to.collection}.${k.to.fields.join(", ")}`),
    ];
    return [c.name, ...fields, ...keys].join("\n");
  });
  const left = unread.map((u) => `not read: ${u.file}:${u.line}: ${u.what}`);
  return [...tables, ...left, ...notes.map((n) => `note: ${n}`)].join("\n");
}

const folders = (await readdir(HERE, { withFileTypes: true }))
  .filter((e) => e.isDirectory())
  .map((e) => e.name);

test("each notation is a folder, and each folder is in the list", () => {
  expect(folders.length).toBe(NOTATIONS.length);
});

test.each(folders)("cases of %s", async (folder) => {
  const path = join(HERE, folder, "cases.md");
  const [head = "", ...cases] = (await readFile(path, "utf8")).split(/^(?=## )/m);
  expect(cases.length).toBeGreaterThan(2);
  const again = cases.map((text) => {
    const files = [...text.matchAll(FILE)].map(([, file = "", body = ""]) => ({ file, text: body }));
    expect(files.length).toBeGreaterThan(0);
    expect(text, "a case without its result asserts nothing").toMatch(RESULT);
    return text.replace(RESULT, () => `\`\`\`result\n${shown(files)}\n\`\`\``);
  });
  await expect([head, ...again].join("")).toMatchFileSnapshot(path);
});
