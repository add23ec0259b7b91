/** What an application's queries showed once stays known to the runs after, until somebody takes it out of the map or the data says otherwise. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runHere } from "../../testing/here.ts";
import { discover } from "./command.ts";

const SCHEMA = `create table customers (id integer primary key, email text, full_name text);
  create table baskets (nr integer primary key, c integer, note text);
  create table lines (n integer primary key, b integer, remark text);`;
const QUERIES =
  "select * from baskets k join customers p on k.c = p.id;\nselect * from lines l join baskets k on l.b = k.nr where k.nr = 7;\nnothing of that kind;\n";
const ROWS = `${SCHEMA}
  with recursive n (i) as (select 1 union all select i + 1 from n where i < 60)
    insert into customers select i, 'zaphod' || i || '@mail.example', 'Ann Beeblebrox' from n;
  with recursive n (i) as (select 1 union all select i + 1 from n where i < 60) insert into baskets select i + 1000, i, 'leave it at the door please' from n;
  with recursive n (i) as (select 1 union all select i + 1 from n where i < 60) insert into lines select i + 5000, i + 1000, 'wrapped in paper, as it is a gift' from n;`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-queries-"));
  await writeFile(join(folder, "app.sql"), SCHEMA);
  await writeFile(join(folder, "log.sql"), QUERIES);
});
afterEach(() => rm(folder, { recursive: true }));

async function run(options: Readonly<Record<string, unknown>>, what = "app.sql") {
  const asked = { folder, options: { store: "app", ...options }, args: [what] };
  return runHere(discover, { ...asked, now: () => new Date("2030-01-01T00:00:00Z") });
}
const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
const both = async () => [await read("app.yaml"), await read("app.discovery.json")];

function store(sql: string): string {
  const file = new DatabaseSync(join(folder, "app.db"));
  file.exec(sql);
  file.close();
  return `sqlite:${join(folder, "app.db")}`;
}

test.each(["app.sql", "a database"])(
  "written again without the queries, nothing that they showed is lost: %s",
  async (of) => {
    const what = of === "app.sql" ? of : store(ROWS);
    const first = await run({ write: ".", queries: "log.sql" }, what);
    expect([first.exit, first.err]).toEqual([0, expect.stringContaining("2 pairs of fields")]);
    expect(first.err).toContain("1 more statements or lines are no SQL");
    const written = await both();
    expect(written[0]).toContain("from: [ b ], to: { collection: baskets, fields: [ nr ] }");
    expect(written.join()).not.toMatch(/zaphod|Beeblebrox|= 7/);
    const again = await run({ write: "." }, what);
    expect([again.exit, again.out]).toEqual([
      0,
      expect.stringMatching(/^nothing is open: \d+ fields of \d+ collections were held .*\n$/),
    ]);
    expect(await both()).toEqual(written);
    // Nor is it for a run that only compares, nor for a second log that knows of another query.
    expect((await run({ ci: true, map: "app.yaml" }, what)).exit).toBe(0);
    await writeFile(join(folder, "log.sql"), "select * from baskets k join customers p on k.c = p.id;\n");
    await run({ write: ".", queries: "log.sql" }, what);
    expect(await both()).toEqual(written);
  },
);

test("a link that somebody takes out of the map stays out, and is no finding of any run", async () => {
  await run({ write: ".", queries: "log.sql" });
  const map = await read("app.yaml");
  const without = map
    .replace(/^ *- \{ role: \w+, from: \[ b \].*\n/m, "")
    .replace(/^ *links:\n(?= *fields:)/m, "");
  expect(without).not.toContain("[ b ]");
  await writeFile(join(folder, "app.yaml"), without);
  for (const _ of [1, 2]) {
    const again = await run({ write: "." });
    expect([again.exit, again.out]).toEqual([
      0,
      expect.stringMatching(/^nothing is open: \d+ fields of \d+ collections were held .*\n$/),
    ]);
    expect(await read("app.yaml")).not.toContain("[ b ]");
  }
  expect(JSON.parse(await read("app.discovery.json")).joins).toEqual([
    expect.objectContaining({ a: { collection: "baskets", field: "c" }, mapped: true }),
  ]);
});

test("prose that begins as SQL does is no query, and counts nowhere as one that was read", async () => {
  await writeFile(join(folder, "log.sql"), "Use it like this\nSet it up first\nShow it to somebody\n");
  const { exit, out, err } = await run({ queries: "log.sql" });
  expect([exit, out]).toEqual([2, ""]);
  expect(err).toContain("3 of them can join nothing");
  expect(err).toContain("no query that may join anything could be found in `log.sql`\n  fix: ");
  await writeFile(join(folder, "log.sql"), `set names utf8;\n${QUERIES}`);
  expect((await run({ queries: "log.sql" })).exit).toBe(0);
});

test("data that says otherwise goes before what queries showed", async () => {
  const what = store(ROWS);
  await run({ write: ".", queries: "log.sql" }, what);
  store("update lines set b = b + 700000");
  await run({ write: "." }, what);
  const { links } = JSON.parse(await read("app.discovery.json"));
  expect(links).toEqual(["baskets.c->customers"]);
});
