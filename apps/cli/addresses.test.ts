import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { noteAddresses, readAddresses } from "./addresses.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "avow-addresses-"));
});
afterEach(() => rm(home, { recursive: true }));

const file = (): string => join(home, "addresses.json");
const entry = (service: string, pid: number) => ({ service, board: "http://127.0.0.1:1", pid });
/** As the kernel counts, nobody has it. */
const NOBODY = 2 ** 22 + 1;

test("a second one leaves the first one's addresses, and each takes out its own", async () => {
  await writeFile(file(), JSON.stringify([entry("other", process.ppid), entry("dead", NOBODY)]));
  const noted = await noteAddresses(home, [{ service: "shop", board: "http://127.0.0.1:2" }]);
  expect((await readAddresses(home)).map((e) => e.service)).toEqual(["other", "shop"]);
  await noted.forget();
  expect(JSON.parse(await readFile(file(), "utf8"))).toEqual([entry("other", process.ppid)]);
});

test("the last one takes the file with it; a file of another form says that nothing runs", async () => {
  const noted = await noteAddresses(home, [{ service: "shop", board: "http://127.0.0.1:2" }]);
  await noted.forget();
  expect(existsSync(file())).toBe(false);
  for (const text of ["", "{", '[{ "service": "shop" }]']) {
    await writeFile(file(), text);
    expect(await readAddresses(home)).toEqual([]);
  }
});
