import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LONGEST, longestFirst } from "./longest-first.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("each file of the list is there, and named once", () => {
  expect(LONGEST.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  expect(new Set(LONGEST).size).toBe(LONGEST.length);
});

test("those of the list come first, in its order; the others keep theirs", () => {
  const [first = "", second = ""] = LONGEST;
  const others = ["/r/sim/b.test.ts", "/r/sim/a.test.ts", `/r/${first}.old.ts`];
  const given = [...others.slice(0, 1), `/r/${second}`, ...others.slice(1), `/r/${first}`];
  expect(longestFirst(given, (path) => path)).toEqual([`/r/${first}`, `/r/${second}`, ...others]);
});
