/** A disk that takes no more while something is written at the end: said in words, and what stood there before stays. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CliCommand } from "../../command.ts";
import { ENVIRONMENT } from "../../testing/environment.ts";
import { runHere } from "../../testing/here.ts";
import { command as imports } from "../import/command.ts";
import { discover } from "./command.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const USERS = "create table users (id bigint primary key, email text not null);\n";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-full-"));
  await writeFile(join(folder, "s.sql"), USERS);
});
afterEach(() => rm(folder, { recursive: true }));

interface Asked {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly answers?: readonly string[];
}

async function run(command: CliCommand, { args, options, answers = [] }: Asked) {
  const left = [...answers];
  const answering = { interactive: answers.length > 0, ask: async () => left.shift() ?? "q" };
  return runHere(command, {
    folder,
    options,
    args,
    ...answering,
    now: () => new Date("2030-01-01T00:00:00Z"),
  });
}

const mapped = (more: Readonly<Record<string, unknown>> = {}) =>
  run(discover, { args: ["s.sql"], options: { store: "app", write: "map", ...more } });

/** A limit of the system's: no file may hold a byte. No test can fill a disk that others use. */
const full = (...args: readonly string[]) =>
  spawnSync("bash", ["-c", 'ulimit -f 0; exec "$0" "$@"', process.execPath, MAIN, ...args], {
    ...{ cwd: folder, encoding: "utf8", env: ENVIRONMENT },
  });

test("the map: the old one stays, nothing half-written is left, and what is new is still new afterwards", async () => {
  expect(await mapped()).toMatchObject({ exit: 0 });
  const files = await readdir(join(folder, "map"));
  const before = await readFile(join(folder, "map/app.yaml"), "utf8");
  await writeFile(join(folder, "s.sql"), `${USERS}create table clients (id int, phone text);\n`);
  const { status, stderr } = full("discover", "s.sql", "--store", "app", "--write", "map");
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(
      /map\/app\.yaml` can not be written: it would be larger .*\n {2}fix: make room .* in this file before is as it was/,
    ),
  ]);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(await readFile(join(folder, "map/app.yaml"), "utf8")).toBe(before);
  expect(await readdir(join(folder, "map"))).toEqual(files);
  expect(await mapped()).toMatchObject({ exit: 0, out: expect.stringContaining("`clients` is new") });
}, 180_000);

/** The draft's name is too long where the file's own is not: all that is looked at before is well, and the disk refuses at the end. */
const LONG = "s".repeat(236);

test("a review: what was decided is shown where it can not be kept", async () => {
  const options = { store: LONG, write: ".", review: true };
  const { exit, err } = await run(discover, { args: ["s.sql"], options, answers: ["c user.contact", "q"] });
  expect([exit, err]).toEqual([2, expect.stringContaining("can not be written: its name is too long")]);
  expect(err).toContain("the map as it was decided:\n\n# A draft");
});

test("the snapshot alone: the map is written, and nothing else is said of it", async () => {
  // Its name is longer than the map's, and so is its draft's.
  const store = "s".repeat(200);
  const { exit, err } = await run(discover, { args: ["s.sql"], options: { store, write: "." } });
  expect([exit, err]).toEqual([
    2,
    expect.stringMatching(
      /\.discovery\.json` can not be written: its name is too long; the map `s+\.yaml` is written\n/,
    ),
  ]);
  expect(await readFile(join(folder, `${store}.yaml`), "utf8")).toContain("users");
});

test("a report: the old one stays", async () => {
  for (const name of ["sarif", "fides"]) {
    const file = join(folder, `out.${name}`);
    await writeFile(file, "the last one");
    const { status, stderr } = full("discover", "s.sql", `--${name}`, file);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining(`out.${name}\` can not be written: it would be larger`),
    ]);
    expect(stderr).not.toContain("as it was");
    expect(await readFile(file, "utf8")).toBe("the last one");
  }
  expect((await readdir(folder)).sort()).toEqual(["out.fides", "out.sarif", "s.sql"]);
}, 180_000);

test("maps from a Fides dataset: none is left half-written, and the next try is not in its own way", async () => {
  const shop = (key: string): string =>
    `{ fides_key: ${key}, collections: [{ name: people, fields: [{ name: mail, data_categories: [user.contact.email] }] }] }`;
  await writeFile(join(folder, "two.yml"), `dataset: [${shop("one")}, ${shop("two")}]\n`);
  const before = await readdir(folder);
  const { status, stderr } = full("import", "fides", "two.yml", "--out", ".");
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining("one.yaml` can not be written: it would be larger"),
  ]);
  expect(await readdir(folder)).toEqual(before);
  expect((await run(imports, { args: ["fides", "two.yml"], options: { out: "." } })).exit).toBe(0);
}, 180_000);

test("maps from a Fides dataset, to a folder that is made for them", async () => {
  await writeFile(
    join(folder, "shop.yml"),
    "dataset: [{ fides_key: shop, collections: [{ name: people, fields: [{ name: mail, data_categories: [user.contact.email] }] }] }]\n",
  );
  const { exit } = await run(imports, { args: ["fides", "shop.yml"], options: { out: "none/below" } });
  expect([exit, await readdir(join(folder, "none/below"))]).toEqual([0, ["shop.yaml"]]);
});
