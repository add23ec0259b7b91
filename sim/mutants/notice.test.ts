/** What counts as noticed: vitest is run on a small copy, with its sources as they are and changed. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Copy, ROOT } from "./copy.ts";
import { Kept } from "./kept.ts";
import type { Mutant } from "./mutant.ts";
import { Notice } from "./notice.ts";
import type { Step } from "./suite.ts";

/** It starts vitest ten times. */
const TIMEOUT_MS = 240_000;
const ONE: Mutant = { name: "one", area: "plan", file: "one.ts", was: "1", is: "2", means: "m" };
const SUITE: readonly Step[] = [
  { name: "broken.live.test.ts", files: ["broken.live.test.ts"] },
  { name: "half.live.test.ts", files: ["half.live.test.ts"] },
  { name: "sees.live.test.ts", files: ["sees.live.test.ts"] },
];
const FILES = {
  "one.ts": "export const one = 1;\nexport const two = () => 7;\n",
  "broken.live.test.ts": `import { expect, test } from "vitest";\nimport { one } from "./one.ts";\nif (one > 0) throw new Error("never");\n`,
  "half.live.test.ts": `import { describe, expect, test } from "vitest";
import { one, two } from "./one.ts";
describe("a (half)", () => {
  test("fails", () => expect(one).toBe(0));
  test("fails not", () => expect(one + two()).not.toBe(10));
});\n`,
  "sees.live.test.ts": `import { expect, test } from "vitest";\nimport { one } from "./one.ts";\ntest("is one", () => expect(one).toBe(1));\n`,
};

async function copyOf(): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), "avow-notice-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [file, text] of Object.entries(FILES)) await writeFile(join(folder, file), text);
  await mkdir(join(folder, "node_modules"));
  await symlink(join(ROOT, "node_modules/vitest"), join(folder, "node_modules/vitest"));
  return {
    folder,
    read: (file) => readFile(join(folder, file), "utf8"),
    write: (file, text) => writeFile(join(folder, file), text),
    remove: async () => {},
  };
}

test(
  "a step or a test that fails as it is notices nothing; what passes does, and the source is as before",
  async () => {
    const copy = await copyOf();
    const conditions = { servers: { postgresUrl: "", mariaDb: { missing: "none" } }, timeoutMs: 60_000 };
    const suiteOf = (): readonly Step[] => SUITE;
    const kept = await Kept.open(join(copy.folder, "node_modules/kept.jsonl"), suiteOf);
    const notice = await Notice.in(copy, conditions, suiteOf, kept);
    expect(await notice.of(ONE, copy)).toEqual({ fate: "killed", by: "sees.live.test.ts", said: "is one" });
    expect(await notice.failing()).toEqual(["broken.live.test.ts", "half.live.test.ts > a (half) > fails"]);
    expect(await copy.read("one.ts")).toBe(FILES["one.ts"]);
    // What fails anyhow is not asked again; the test beside it is.
    const two = { ...ONE, name: "two", was: "7" };
    expect(await notice.of({ ...two, is: "8" }, copy)).toEqual({ fate: "survived" });
    expect(await notice.of({ ...two, is: "9" }, copy)).toEqual({
      ...{ fate: "killed", by: "half.live.test.ts", said: "a (half) > fails not" },
    });
    const lines = (await readFile(join(copy.folder, "node_modules/kept.jsonl"), "utf8")).trim().split("\n");
    expect(lines.map((line) => [JSON.parse(line).step, JSON.parse(line).passes])).toEqual([
      ["broken.live.test.ts", false],
      ["half.live.test.ts", true],
      ["sees.live.test.ts", true],
    ]);
  },
  TIMEOUT_MS,
);
