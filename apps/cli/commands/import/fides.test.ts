import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runHere } from "../../testing/here.ts";
import { command } from "./command.ts";

const DATASET = `dataset:
  - fides_key: shop
    collections:
      - name: people
        fields:
          - { name: id, data_categories: [user.unique_id], fides_meta: { primary_key: true } }
          - { name: mail, data_categories: [user.contact.email], fides_meta: { identity: email } }
          - { name: x, data_categories: [user.mine] }
`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-fides-"));
  await writeFile(join(folder, "shop.yml"), DATASET);
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], options: Record<string, unknown> = {}) {
  return runHere(command, { folder, options, args, json: options["json"] === true, ask: async () => "" });
}

test("a dataset becomes a map, and what could not be carried over is said with its line", async () => {
  const { exit, out, err } = await run(["fides", "shop.yml"], { connector: "mysql" });
  expect([exit, out]).toEqual([0, expect.stringContaining("connector: mysql")]);
  expect(out).toContain("person: { email: mail }");
  expect(err).toContain("shop.yml:8:");
  expect(err).toContain("`people.x`: `user.mine` is no data category");
  expect(err).toContain("1 stores, 1 collections, 3 fields; 1 things could not be carried over");
  const { stores, issues } = JSON.parse((await run(["fides", "shop.yml"], { json: true })).out);
  expect([stores[0].store, issues[0].code]).toEqual(["shop", "unknown-category"]);
});

test("of several maps none is written where one can not be", async () => {
  const one = (key: string): string =>
    `  - { fides_key: ${key}, collections: [{ name: people, fields: [{ name: mail, data_categories: [user.contact.email] }] }] }\n`;
  await writeFile(join(folder, "two.yml"), `dataset:\n${one("first")}${one("second")}`);
  await writeFile(join(folder, "second.yaml"), "somebody's work\n");
  const { exit, err } = await run(["fides", "two.yml"], { out: "." });
  expect([exit, err]).toEqual([2, expect.stringContaining("`second.yaml` is there already")]);
  expect((await readdir(folder)).sort()).toEqual(["second.yaml", "shop.yml", "two.yml"]);
  await writeFile(join(folder, "two.yml"), `dataset:\n${one("a-b")}${one('"a-b"')}`);
  const twice = await run(["fides", "two.yml"], { out: "." });
  expect([twice.exit, twice.err]).toEqual([2, expect.stringContaining("two datasets become `a-b.yaml`")]);
});

test("a map that is there is not written over; what is no dataset is refused", async () => {
  expect((await run(["fides", "shop.yml"], { out: "." })).exit).toBe(0);
  const written = await readFile(join(folder, "shop.yaml"), "utf8");
  const again = await run(["fides", "shop.yml"], { out: "." });
  expect([again.exit, again.err.includes("is there already")]).toEqual([2, true]);
  expect(await readFile(join(folder, "shop.yaml"), "utf8")).toBe(written);
  expect((await run(["fides", "none.yml"])).err).toContain("`none.yml` can not be read");
  await writeFile(join(folder, "bad.yml"), "dataset: []\n");
  expect((await run(["fides", "bad.yml"])).exit).toBe(2);
});

test("the folder of the maps is made, as `discover --write` makes one; where none can be, that is said", async () => {
  expect((await run(["fides", "shop.yml"], { out: "privacy/datamap" })).exit).toBe(0);
  expect(await readdir(join(folder, "privacy/datamap"))).toEqual(["shop.yaml"]);
  const refused = await run(["fides", "shop.yml"], { out: "shop.yml/maps" });
  expect([refused.exit, refused.err]).toEqual([2, expect.stringContaining("is a file: name a folder")]);
});
