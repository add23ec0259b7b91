/** Folders of schemas, read as `avow discover` does: what is said where nothing, or not everything, could be understood. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CommandContext } from "../../command.ts";
import { discover } from "./command.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-source-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly exit: number; readonly out: string; readonly err: string }> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const said = { out: "", err: "" };
  const context: CommandContext = {
    cwd: folder,
    env: {},
    stdout: (text) => void (said.out += text),
    stderr: (text) => void (said.err += text),
    interactive: false,
    ask: async () => null,
    serviceFolder: folder,
    json: false,
    now: () => new Date("2030-01-01T00:00:00Z"),
  };
  const exit = await discover.run(context, {}, ["."]);
  return { exit, ...said };
}

const EXPECTED = [".sql", "db/schema.rb", "Schema::create", "migrations.CreateModel", "model User"];

test("a folder without a schema: what would be read is named", async () => {
  const { exit, err } = await run({ "readme.md": "hello" });
  expect(exit).toBe(2);
  expect(err).toContain("has no file that ends in `.sql`, `.rb`, `.php`, `.py`, `.prisma`");
  for (const word of EXPECTED) expect(err).toContain(word);
});

test("a folder of which nothing was understood: what was seen, where, and what would be read", async () => {
  const { exit, err, out } = await run({
    "app.py": "print('no migration')",
    "db/migrate/1_x.rb":
      "class X < ActiveRecord::Migration[7.0]\n  def change\n    create_table name do |t|\n    end\n  end\nend\n",
  });
  expect([exit, out]).toEqual([2, ""]);
  expect(err).toContain("db/migrate/1_x.rb:3: could not be read: create_table");
  expect(err).toContain("no table could be read from `.` (Rails: 1 files, 1 statements)");
  for (const word of EXPECTED) expect(err).toContain(word);
  const none = await run({});
  expect(none.exit).toBe(2);
});

test("several notations in one folder: a collection counts as the first has it, tests and seeds do not", async () => {
  const { exit, err, out } = await run({
    "prisma/schema.prisma":
      "model users {\n  id Int @id\n  other String\n}\nmodel notes {\n  id Int @id\n  body String\n}\n",
    "prisma/migrations/1/migration.sql":
      "CREATE TABLE users (id int PRIMARY KEY, email text, password text);",
    "tests/fixture.sql": "CREATE TABLE from_a_test (id int PRIMARY KEY, email text);",
  });
  expect(exit).toBe(0);
  expect(err).toContain("Prisma: 1 collections were read before from other files, which count");
  expect(err).toContain("app: 2 collections");
  expect(out).toContain("user.contact.email");
  expect(out).not.toContain("from_a_test");
});
