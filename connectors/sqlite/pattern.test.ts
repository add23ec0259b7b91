import { DETECTORS } from "@avow/core/datamap/classify/index";
import { expect, test } from "vitest";
import { ecmaPattern } from "./pattern.ts";

test.each([
  ["[[:digit:]]{2}", "a12", "a1"],
  ["[^[:space:]@]@", "a@", " @"],
  ["[]x]", "]", "y"],
  ["[^]x]", "y", "]"],
  ["[a\\]", "\\", "b"],
  ["[a-c]", "b", "-"],
  ["[a-]", "-", "b"],
  ["[[:alpha:]_]+$", "größe_", "9"],
  ["a{2,3}", "aa", "a"],
  ["^(ab|cd)\\.$", "cd.", "cdx"],
  ["[&~|^-]", "^", "a"],
])("`%s` finds `%s`, and not `%s`", (pattern, hit, miss) => {
  expect(ecmaPattern(pattern).test(hit)).toBe(true);
  expect(ecmaPattern(pattern).test(miss)).toBe(false);
});

test.each(["(", "[a", "[[:nothing:]]", "a**"])("`%s` can't be read", (pattern) => {
  expect(() => ecmaPattern(pattern)).toThrow(SyntaxError);
});

test("every pattern that checks look with can be read", () => {
  expect(DETECTORS.size).toBeGreaterThan(5);
  for (const [name, { pattern }] of DETECTORS) expect(ecmaPattern(pattern).source, name).not.toBe("");
});
