/** Outcomes in a file: what is taken from there again, and what is tried anew. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Kept } from "./kept.ts";
import type { Mutant } from "./mutant.ts";
import type { Fate } from "./report.ts";
import type { Step } from "./suite.ts";

const A: Mutant = { name: "a", area: "plan", file: "f.ts", was: "x", is: "y", means: "m" };
const B: Mutant = { ...A, name: "b", is: "z" };
const suite: readonly Step[] = [{ name: "unit", files: ["f.test.ts"] }];
const suiteOf = (): readonly Step[] => suite;
const killed: Fate = { fate: "killed", by: "f.test.ts", said: "no" };

async function file(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "avow-kept-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "outcomes.jsonl");
}
const namesIn = async (at: string, mutants: readonly Mutant[], suites = suiteOf): Promise<string[]> =>
  (await Kept.open(at, suites)).found(mutants).map((o) => `${o.mutant.name} ${o.fate.fate}`);

test("what is known is found by the next run, the rest is not", async () => {
  const at = await file();
  const kept = await Kept.open(at, suiteOf);
  expect(kept.found([A, B])).toEqual([]);
  await kept.add({ mutant: A, fate: killed, seconds: 1.5 });
  expect((await Kept.open(at, suiteOf)).found([A, B])).toEqual([{ mutant: A, fate: killed, seconds: 1.5 }]);
});

test("a mutant, or a suite, that has become another is tried anew; another name is no other mutant", async () => {
  const at = await file();
  await (await Kept.open(at, suiteOf)).add({ mutant: A, fate: killed, seconds: 1 });
  expect(await namesIn(at, [{ ...A, is: "other" }])).toEqual([]);
  expect(await namesIn(at, [{ ...A, file: "g.ts" }])).toEqual([]);
  expect(await namesIn(at, [A], () => [...suite, { name: "worlds", sim: ["--seed", "1"] }])).toEqual([]);
  expect(await namesIn(at, [{ ...A, name: "new", means: "else" }])).toEqual(["new killed"]);
});

test("the later line stands, and what timed out is tried again", async () => {
  const at = await file();
  const kept = await Kept.open(at, suiteOf);
  await kept.add({ mutant: A, fate: { fate: "survived" }, seconds: 1 });
  await kept.add({ mutant: B, fate: { fate: "timed out", by: "unit" }, seconds: 1 });
  await kept.add({ mutant: A, fate: killed, seconds: 1 });
  expect(await namesIn(at, [A, B])).toEqual(["a killed"]);
});

test("a line that a kill cut off is taken out, and does not swallow the next", async () => {
  const at = await file();
  await (await Kept.open(at, suiteOf)).add({ mutant: A, fate: killed, seconds: 1 });
  const whole = await readFile(at, "utf8");
  await appendFile(at, whole.slice(0, 20));
  const kept = await Kept.open(at, suiteOf);
  expect(await readFile(at, "utf8")).toBe(whole);
  await kept.add({ mutant: B, fate: killed, seconds: 1 });
  expect(await namesIn(at, [A, B])).toEqual(["a killed", "b killed"]);
});

test.each(["{}\n", "no json\n"])("another file's line says where it stands: `%j`", async (text) => {
  const at = await file();
  await writeFile(at, text);
  await expect(Kept.open(at, suiteOf)).rejects.toThrow(
    `\`${at}:1\` is no outcome of a mutant: take the line out`,
  );
});

test("that a step passes on a source is kept for that source; that it failed is not", async () => {
  const at = await file();
  const kept = await Kept.open(at, suiteOf);
  await kept.addAsItIs({ source: "s1", step: "unit", passes: true, without: [], seconds: 3 });
  await kept.addAsItIs({ source: "s1", step: "live", passes: false, without: [], seconds: 4 });
  await kept.addAsItIs({ source: "s1", step: "some", passes: true, without: ["a > b"], seconds: 5 });
  const again = await Kept.open(at, suiteOf);
  const passing = ["unit", "live", "some"].map((step) => again.asItIs("s1", step)?.passes);
  expect(passing).toEqual([true, undefined, undefined]);
  expect(again.asItIs("s2", "unit")).toBeUndefined();
  expect(again.secondsOf("live")).toBe(4);
  expect(again.found([A, B])).toEqual([]);
});

test("what noticed a mutant last is known whatever the suite is by now", async () => {
  const at = await file();
  await (await Kept.open(at, suiteOf)).add({ mutant: A, fate: killed, seconds: 1 });
  const later = await Kept.open(at, () => []);
  expect([A, B].map((mutant) => later.lastKiller(mutant))).toEqual(["f.test.ts", undefined]);
});

test("without a file it is kept for the run", async () => {
  const kept = await Kept.open(null, suiteOf);
  await kept.add({ mutant: A, fate: killed, seconds: 1 });
  expect(kept.lastKiller(A)).toBe("f.test.ts");
});
