/** Folders of schemas, read as `avow discover` does: what is said where nothing, or not everything, could be understood. */
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Ran, runHere } from "../../testing/here.ts";
import { discover } from "./command.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-source-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, unknown>> = {},
  what = ".",
): Promise<Ran> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return runHere(discover, { folder, options, args: [what], now: () => new Date("2030-01-01T00:00:00Z") });
}

const EXPECTED = [".sql", "db/schema.rb", "Schema::create", "migrations.CreateModel", "model User"];

test("a folder without a schema: what would be read is named", async () => {
  const { exit, err } = await run({ "readme.md": "hello" });
  expect(exit).toBe(2);
  expect(err).toContain(
    "has no file that ends in `.sql`, `.rb`, `.php`, `.js`, `.ts`, `.mjs`, `.cjs`, `.mts`, `.cts`, `.py`, `.exs`, `.ex`, `.cs`, `.prisma`",
  );
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

test("what can not be written is said, with its path, before anything is read", async () => {
  const files = { "1.sql": "create table users (id int primary key, email text);", plain: "a file" };
  for (const options of [
    { write: "plain" },
    { write: "plain/below" },
    { sarif: "none/out.sarif" },
    { fides: "none/out.yml" },
    { sarif: "plain/out.sarif" },
    { write: "map", fides: "." },
  ]) {
    const { exit, out, err } = await run(files, { store: "app", ...options });
    expect([exit, out]).toEqual([2, ""]);
    const last = Object.values(options).at(-1) ?? "";
    expect(err).toContain(join(folder, last));
    expect(err).toContain("  fix: ");
    expect(err).not.toMatch(/ENOENT|ENOTDIR/);
  }
  // What no right of a file says: nothing can be made on that disk, that device is full, no file is called so.
  for (const options of [
    { write: "/proc/nope" },
    { write: "/proc/nope/below" },
    { sarif: "/proc/nope.sarif" },
    { sarif: "/dev/full" },
    { fides: "/dev/full" },
    { write: "/dev/full" },
    { write: "a\0b" },
    { sarif: "a\0b" },
  ]) {
    const { exit, out, err } = await run(files, { store: "app", ...options });
    expect([options, exit, out]).toEqual([options, 2, ""]);
    expect(err).toMatch(/written to|can not be written: |is a file: name a folder/);
    expect(err).not.toMatch(/\0|ENO|ERR_/);
  }
  expect((await run(files, { store: "app", sarif: "/dev/null" })).exit).toBe(0);
  await mkdir(join(folder, "map/app.yaml"), { recursive: true });
  const folderForFile = await run(files, { store: "app", write: "map" });
  expect([folderForFile.exit, folderForFile.out]).toEqual([2, ""]);
  expect(folderForFile.err).toContain("map/app.yaml` can not be written: it is a folder");
  await mkdir(join(folder, "other/app.discovery.json"), { recursive: true });
  const folderForNotes = await run(files, { store: "app", write: "other" });
  expect([folderForNotes.exit, folderForNotes.out]).toEqual([2, ""]);
  expect(folderForNotes.err).toContain("other/app.discovery.json` can not be written: it is a folder");
  const made = { write: "new/below", sarif: "new/below/out.sarif", fides: "new/below/out.yml" };
  expect((await run(files, { store: "app", ...made })).exit).toBe(0);
  expect((await readdir(join(folder, "new/below"))).sort()).toEqual([
    "app.discovery.json",
    "app.yaml",
    "out.sarif",
    "out.yml",
  ]);
});

test("an address with an option that is none: what to do is to correct it", async () => {
  const { exit, err } = await run({}, {}, "postgres://127.0.0.1:1/shop?ssl-mode=require");
  expect([exit, err]).toEqual([3, expect.stringContaining("malformed: ")]);
  expect(err).toContain("`ssl-mode`");
  expect(err).toContain("  fix: correct the address: ");
});

test("in CI a map that is not there is nothing to compare with, and none is written", async () => {
  const files = { "1.sql": "create table users (id int primary key, email text);" };
  const none = await run(files, { store: "app", ci: true });
  expect([none.exit, none.out]).toEqual([2, ""]);
  expect(none.err).toContain("there is no map to compare with");
  const missing = await run(files, { store: "app", ci: true, map: "new/app.yaml" });
  expect([missing.exit, missing.err]).toEqual([2, expect.stringContaining("`new/app.yaml` can not be read")]);
  await run(files, { store: "app", write: "new" });
  expect((await run(files, { store: "app", ci: true, map: "new/app.yaml" })).exit).toBe(0);
});

test("a run in CI that fails leaves the map, so that the next one fails, too", async () => {
  const users = { "1.sql": "create table users (id int primary key, email text);" };
  await run(users, { store: "app", write: "." });
  const kept = async () =>
    Promise.all(["app.yaml", "app.discovery.json"].map((name) => readFile(join(folder, name), "utf8")));
  const before = await kept();
  await run({ "2.sql": "alter table users add column phone text;" });
  const both = await run({}, { store: "app", write: ".", ci: true });
  expect([both.exit, both.out]).toEqual([2, ""]);
  expect(both.err).toContain("--ci compares with the map, and --write changes it\n  fix: ");
  const owned = { baseline: true, owner: "ann", until: "2030-03-31" };
  const accepted = await run({}, { store: "app", map: "app.yaml", ci: true, ...owned });
  expect([accepted.exit, accepted.out]).toEqual([2, ""]);
  expect(accepted.err).toContain("nobody has accepted, and --baseline accepts it\n  fix: ");
  expect(await readdir(folder)).not.toContain("app.baseline.json");
  for (const _ of [1, 2]) expect((await run({}, { store: "app", map: "app.yaml", ci: true })).exit).toBe(1);
  expect(await kept()).toEqual(before);
});

test("thousands of other files beside a migration cost nothing; what was left out fails a run in CI", async () => {
  const others = Object.fromEntries(Array.from({ length: 5_005 }, (_, i) => [`a${i}.py`, "x = 1\n"]));
  const migration =
    'class Migration(migrations.Migration):\n    operations = [migrations.CreateModel("Person", [("email", models.EmailField())])]\n';
  const all = await run({ ...others, "z/migrations/0001.py": migration });
  expect(all.exit).toBe(0);
  expect(all.out).toContain("z_person");
  expect(all.err).not.toContain("left out");
  for (const name of Object.keys(others)) await rm(join(folder, name));
  // Longer than any file may be, without the disk it says it takes.
  await writeFile(join(folder, "z/migrations/0002.py"), `${migration}${"#".repeat(2_000)}`);
  await truncate(join(folder, "z/migrations/0002.py"), 65 * 1024 * 1024);
  const told = await run({});
  expect(told.exit).toBe(0);
  expect(told.err).toContain("z/migrations/0002.py: left out: larger than 64 MiB\n");
  expect(told.err).not.toContain(folder);
  await run({}, { write: "." });
  const ci = await run({}, { map: "app.yaml", ci: true });
  expect(ci.exit).toBe(2);
  expect(ci.err).toContain("1 files of the schema were left out, so what is new can not be told");
});

test("a foreign key that comes to columns which the map has: told in each run, added by --write, then silence", async () => {
  const tables = "create table users (id int primary key, email text);\n";
  const rows = "create table letters (id int primary key, sent_to int, body text);\n";
  const key = "alter table letters add foreign key (sent_to) references users (id);\n";
  await run({ "db/1.sql": tables + rows }, { store: "app", write: "." }, "db");
  const map = await readFile(join(folder, "app.yaml"), "utf8");
  await writeFile(
    join(folder, "app.yaml"),
    map.replace(/sent_to: .*/, "sent_to: user.unique_id").replace(/body: .*/, "body: user.content.private"),
  );
  await run({ "db/2.sql": key }, {}, "db");
  for (const _ of [1, 2]) {
    const told = await run({}, { store: "app", map: "app.yaml", ci: true }, "db");
    expect([told.exit, told.out]).toEqual([
      1,
      "+ `letters.sent_to` leads to `users` (owner; a declared foreign key)\n",
    ]);
  }
  const written = await run({}, { store: "app", write: "." }, "db");
  expect(written.err).toContain("1 links added to collections of before");
  const after = await run({}, { store: "app", map: "app.yaml", ci: true }, "db");
  expect([after.exit, after.out]).toEqual([
    0,
    "nothing is open: 5 fields of 2 collections were held against the data map; without a policy (--service) no clause was looked for\n",
  ]);
});

test("of a store that the byte budget is too small for, people are looked at before all else", async () => {
  const file = new DatabaseSync(join(folder, "app.db"));
  file.exec(`create table a_notes (id integer primary key, body text); create table z_users (id integer primary key, email text, last_name text);
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000) insert into a_notes select i, printf('%.*c', 1900, 'x') from n;
    insert into z_users values (1, 'zaphod@mail.example', 'Beeblebrox');`);
  const options = { store: "app", megabytes: "1" };
  const args = [`sqlite:${join(folder, "app.db")}`];
  const { out } = await runHere(discover, { folder, options, args, json: true });
  const { collections } = JSON.parse(out);
  expect(collections.map((c: { name: string }) => c.name)).toEqual(["a_notes", "z_users"]);
  expect(collections[0].examined).toBeLessThan(1000);
  expect(collections[1].examined).toBe(1);
  file.close();
});

test("what the byte budget leaves out is named in CI, and a column that is new there is seen all the same", async () => {
  const file = new DatabaseSync(join(folder, "app.db"));
  const what = `sqlite:${join(folder, "app.db")}`;
  // The first fills the smallest budget as far as whole rows fit, and the few of the second that are always read go beyond it.
  const wide = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000) insert into";
  const text = "printf('%.*c', 900, 'x') || ' ' || printf('%.*c', 900, 'y')";
  file.exec(`create table a_notes (id integer primary key, body text); create table b_notes (id integer primary key, body text); create table z_letters (id integer primary key, email text);
    ${wide} a_notes select i, ${text} from n; ${wide} b_notes select i, ${text} from n; insert into z_letters values (1, 'zaphod@mail.example');`);
  await run({}, { store: "app", write: "." }, what);
  const small = { store: "app", map: "app.yaml", ci: true, megabytes: "1" };
  const silent = await run({}, small, what);
  expect([silent.exit, silent.out]).toEqual([
    0,
    "nothing is open in what was looked at: 6 fields of 3 collections were held against the data map; without a policy (--service) no clause was looked for\njudged by names and types alone, so what they hold now is not known (--megabytes and --seconds give more): `z_letters`\nnot looked at: `z_letters`: the byte budget was spent\n",
  ]);
  file.exec("alter table z_letters add column date_of_birth text");
  const told = await run({}, small, what);
  expect([told.exit, told.out]).toEqual([
    1,
    expect.stringMatching(
      /^\+ `z_letters\.date_of_birth` is new: .*\njudged by names and types alone.*: `z_letters`\n/,
    ),
  ]);
  const { out } = await runHere(discover, { folder, options: small, args: [what], json: true });
  expect(JSON.parse(out)).toMatchObject({ byNames: ["z_letters"] });
  const whole = await run({}, { ...small, megabytes: "256" }, what);
  expect(whole.out).not.toContain("judged by names");
  file.close();
});

test("a file of SQLite that is not there is looked for as a file; a review that nobody can answer says so", async () => {
  const { exit, err } = await run({}, { store: "app" }, `sqlite:${join(folder, "none.db")}`);
  expect([exit, err]).toEqual([3, expect.stringContaining("(or that its file is there)")]);
  const schema = { "1.sql": "create table users (id int primary key, email text);" };
  const unasked = await run(schema, { store: "app", write: ".", review: true });
  expect([unasked.exit, unasked.err]).toEqual([0, expect.stringContaining("nobody could answer")]);
  expect(await readFile(join(folder, "app.yaml"), "utf8")).toContain("# ?");
});
