/** The order in which a suite is tried, and what it goes by: imports, what noticed before, time. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Imports } from "./imports.ts";
import type { Mutant } from "./mutant.ts";
import type { Step } from "./suite.ts";
import { byFile, type Experience, kindNamed, ordered } from "./tries.ts";

const FILES = {
  "core/a.ts": 'export { b } from "./deep/b.ts";',
  "core/deep/b.ts": "export const b = 1;",
  "core/a.test.ts": 'import { a } from "./a.ts";',
  "live/near.live.test.ts": 'import { b } from "@avow/core/deep/b";',
  "live/spawns.live.test.ts": 'new Worker(new URL("./worker.ts", import.meta.url));',
  "live/worker.ts": 'const { b } = await import("../core/a.ts");',
  "sim/run.ts": 'import { b } from "../core/deep/b.ts";',
  "live/far.live.test.ts": 'import { c } from "./gone.ts";\nimport { z } from "zod";',
};
const SUITE: readonly Step[] = [
  { name: "live", files: ["live/*.live.test.ts"] },
  { name: "worlds 1", sim: [] },
  { name: "unit tests of core", files: ["core/**/*.test.ts"] },
];
const B: Mutant = { name: "b", area: "plan", file: "core/deep/b.ts", was: "1", is: "2", means: "m" };
const NOTHING: Experience = { last: undefined, noticed: () => 0, seconds: () => undefined };

async function repository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "avow-tries-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [file, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  await mkdir(join(folder, "node_modules/@avow"), { recursive: true });
  await symlink("../../core", join(folder, "node_modules/@avow/core"));
  return folder;
}
async function order(experience: Partial<Experience> = {}): Promise<string[]> {
  const folder = await repository();
  const tries = await byFile(folder, SUITE);
  const going = { imports: new Imports(folder), experience: { ...NOTHING, ...experience } };
  return (await ordered(tries, B, going)).map((step) => step.name);
}

test("what a file imports is followed through rooms, workers and imports that wait, and no further", async () => {
  const imports = new Imports(await repository());
  const far = (from: string): Promise<number> => imports.distance(from, B.file);
  expect(await far("core/deep/b.ts")).toBe(0);
  expect(await far("live/near.live.test.ts")).toBe(1);
  expect(await far("core/a.test.ts")).toBe(2);
  expect(await far("live/spawns.live.test.ts")).toBe(3);
  expect(await far("live/far.live.test.ts")).toBe(Number.POSITIVE_INFINITY);
});

test("unit tests first and together, then what is nearest by imports, and last what does not import it", async () => {
  expect(await order()).toEqual([
    "unit tests of core",
    "live/near.live.test.ts",
    "worlds 1",
    "live/spawns.live.test.ts",
    "live/far.live.test.ts",
  ]);
});

test("what noticed it last time comes before everything; what noticed others of its file before what is quick", async () => {
  const seconds = ({ name }: Step): number => (name === "worlds 1" ? 1 : 20);
  const noticed = ({ name }: Step): number => (name === "live/spawns.live.test.ts" ? 2 : 0);
  expect(await order({ last: "live/far.live.test.ts", noticed, seconds })).toEqual([
    "live/far.live.test.ts",
    "unit tests of core",
    "live/spawns.live.test.ts",
    "worlds 1",
    "live/near.live.test.ts",
  ]);
});

test("what a step starts counts as what it imports", async () => {
  const folder = await repository();
  const tries = await byFile(folder, [
    { name: "worlds 1", sim: [] },
    { name: "far", files: ["live/far.live.test.ts"], starts: "live/gone.ts" },
    { name: "near", files: ["live/near.live.test.ts"] },
  ]);
  const gone: Mutant = { ...B, file: "live/gone.ts" };
  const all = await ordered(tries, gone, { imports: new Imports(folder), experience: NOTHING });
  expect(all.map((step) => step.name)).toEqual([
    "live/far.live.test.ts",
    "worlds 1",
    "live/near.live.test.ts",
  ]);
});

test("a pattern without files is told, for it would notice nothing", async () => {
  const folder = await repository();
  await expect(byFile(folder, [{ name: "gone", files: ["gone/*.live.test.ts"] }])).rejects.toThrow(
    "`gone` of the suite has no files",
  );
});

test("what noticed it has a kind by its name", () => {
  expect(["core/a.test.ts", "live/a.live.test.ts", "worlds 1 to 12 on sqlite"].map(kindNamed)).toEqual([
    "unit",
    "live",
    "worlds",
  ]);
});
