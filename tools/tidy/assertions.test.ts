import { expect, test } from "vitest";
import { checkAssertions } from "./assertions.ts";
import { files, readRepo, show } from "./repo.ts";

test("every test asserts, and none is left out in silence", () => {
  expect(show(checkAssertions(readRepo()))).toEqual([]);
});

test.each([
  [`test("x", () => { go(); });`, "asserts nothing"],
  [`test.each([1])("x", async (n) => { await go(n); });`, "asserts nothing"],
  [`test.runIf(root)("x", () => { go(); }, 1000);`, "asserts nothing"],
  [`const go = () => { run(); }; it("x", () => { go(); });`, "asserts nothing"],
  [`test.only("x", () => { expect(a).toBe(1); });`, "`test.only` leaves tests out"],
  [
    `describe.skip("x", () => { test("y", () => { expect(a).toBe(1); }); });`,
    "`describe.skip` leaves tests out",
  ],
  [`test("x", () => { expect(true).toBe(true); });`, "expects something of a literal"],
  ["export const a = 1;", "holds no test"],
])("a test that cannot fail is found: %s", (code, message) => {
  expect(show(checkAssertions(files({ "core/a.test.ts": code }))).join()).toContain(
    `core/a.test.ts:1 ${message}`,
  );
});

test.each([
  `test("x", () => { expect(a).toBe(1); });`,
  `function sees(a) { expect(a).toBe(1); } const through = (a) => sees(a); test("x", () => through(1));`,
  `import { expectKept } from "./kept.ts"; test("x", () => { expectKept(a); });`,
  `test("x", async () => { await fc.assert(property); await expect(go()).rejects.toThrow(); });`,
])("a test that can fail is fine: %s", (code) => {
  expect(show(checkAssertions(files({ "core/a.test.ts": code })))).toEqual([]);
});
