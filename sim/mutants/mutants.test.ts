/** The mutants themselves: they still fit the source, and mean something. */
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diceOf } from "../random.ts";
import { mutantsOf, OPERATORS, someOf } from "./by-rule.ts";
import { ROOT } from "./copy.ts";
import { DECLARED } from "./declared/all.ts";
import { applied } from "./mutant.ts";

const read = (file: string): Promise<string> => readFile(join(ROOT, file), "utf8");

test.each(DECLARED)("$name still fits $file", async (mutant) => {
  const text = await read(mutant.file);
  const changed = applied(text, mutant);
  expect(changed).not.toBe(text);
  expect(() => stripTypeScriptTypes(changed)).not.toThrow();
});

test("no two have one name, and each says what it stands for", () => {
  expect(new Set(DECLARED.map((m) => m.name)).size).toBe(DECLARED.length);
  expect(DECLARED.filter((m) => m.means === "" || m.equivalent === "")).toEqual([]);
});

describe("a mutant that does not fit any more", () => {
  const mutant = { name: "n", area: "plan", file: "f.ts", was: "a", is: "b", means: "m" } as const;
  test.each(["", "a a"])("says so: `%s`", (text) => {
    expect(() => applied(text, mutant)).toThrow("the mutant `n` does not fit `f.ts` any more");
  });
});

describe("mutants by rule", () => {
  test("each operator finds its line, and comments are left", () => {
    const text = [
      "export function f(a: number[], b: number): boolean {",
      "  // if (b < 1) return false;",
      "  if (b < 1 && b !== 0) return false;",
      "  if (b <= 2 || b > 9) return a.every((x) => x === b);",
      "  a.push(b);",
      "  return a.some((x) => x > 1);",
      "}",
    ].join("\n");
    const made = mutantsOf({ area: "plan", file: "f.ts", text });
    expect(new Set(made.map((m) => m.name.split(":")[0]))).toEqual(new Set(Object.keys(OPERATORS)));
    expect(made.filter((m) => m.name.endsWith(":2"))).toEqual([]);
    expect(made.every((m) => applied(text, m) !== text)).toBe(true);
  });

  test("the same seed makes the same mutants", async () => {
    const sources = [
      { area: "plan", file: "core/plan/order.ts", text: await read("core/plan/order.ts") },
    ] as const;
    const names = (seed: number): string[] => someOf(sources, 5, diceOf(seed)).map((m) => m.name);
    expect(names(1)).toEqual(names(1));
    expect(names(1)).toHaveLength(5);
  });
});
