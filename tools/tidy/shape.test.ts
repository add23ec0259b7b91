import { expect, test } from "vitest";
import { kindNames } from "./folders.ts";
import { files, readRepo, show } from "./repo.ts";
import {
  checkBranches,
  checkEmptyCatch,
  checkEscapes,
  checkFileSizes,
  checkFunctionSizes,
  checkNames,
} from "./shape.ts";

/** Why a file may have more than 400 lines. */
const LONG_FILES: Readonly<Record<string, string>> = {
  "core/commitments/proof.ts": "what is asked of stores and what comes back, each measure with its reading",
  "runtime/checks/drill.live.test.ts":
    "one small service that misbehaves in each way, and what a drill makes of it",
  "runtime/checks/drills/refusals.test.ts":
    "one world of rows, and each way in which a service does not do what somebody said no to",
  "services/miky-ai/app/assets/miky.css": "the look of the whole service in one sheet, read rule by rule",
  "services/miky-ai/schema.sql": "the schema of one database, as its owner would read it: in one piece",
};

const repo = readRepo();
const lines = (count: number): string => "const a = 1;\n".repeat(count);

test("files are short, and long ones have a reason", () => {
  expect(show(checkFileSizes(repo, LONG_FILES))).toEqual([]);
});

test("long files without a reason, too long ones and stale reasons are found", () => {
  const bad = files({
    "core/a.ts": lines(601),
    "core/b.ts": lines(401),
    "core/c.ts": lines(3),
    "core/d.ts": lines(401),
  });
  const reasons = {
    "core/a.ts": "a table",
    "core/c.ts": "was long",
    "core/d.ts": "a state machine in one piece",
  };
  expect(show(checkFileSizes(bad, reasons))).toEqual([
    "core/a.ts:1 601 lines, more than 600",
    "core/b.ts:1 401 lines want a reason (tools/tidy/shape.test.ts)",
    "core/c.ts:1 3 lines need no reason any more: take it off the list",
    ".:1 the median file has 401 lines",
  ]);
});

test("functions have at most 70 lines", () => {
  expect(show(checkFunctionSizes(repo))).toEqual([]);
});

test.each([
  "function f() {\nBODY}",
  "const f = () => {\nBODY};",
  "class A { f() {\nBODY} }",
  "const o = { f() {\nBODY} };",
])("a function of 71 lines is found, one of 70 is not: %s", (shape) => {
  const sized = (count: number) =>
    files({ "core/a.ts": `// "{\n${shape.replace("BODY", "  go('}');\n".repeat(count - 2))}` });
  expect(show(checkFunctionSizes(sized(71)))).toEqual(["core/a.ts:2 a function of 71 lines, more than 70"]);
  expect(show(checkFunctionSizes(sized(70)))).toEqual([]);
});

test("the callback of a `describe` may be long", () => {
  expect(show(checkFunctionSizes(files({ "a.test.ts": `describe("x", () => {\n${lines(80)}});` })))).toEqual(
    [],
  );
});

test("files and folders have names that say something", () => {
  expect(show(checkNames(repo))).toEqual([]);
});

test("empty names are found, words that only contain them are not", () => {
  const bad = files({
    "core/utils/a.ts": "",
    "core/request-helper.ts": "",
    "core/JobManager.ts": "",
    "core/generalise.ts": "",
    "core/commonwealth.ts": "",
  });
  expect(checkNames(bad).map((finding) => finding.path)).toEqual([
    "core/utils/a.ts",
    "core/request-helper.ts",
    "core/JobManager.ts",
  ]);
});

test("no `any`, no casts outside `unsafe.ts`, no check switched off", () => {
  expect(show(checkEscapes(repo))).toEqual([]);
});

test.each([
  "let a: any;",
  "const a = b as string;",
  "const a = b as unknown as string[];",
  "const a = <string>b;",
  "const a = b!.c;",
  `// ${"@ts-"}ignore`,
  `// ${"biome-"}ignore lint/style/x`,
])("an escape is found: %s", (code) => {
  expect(show(checkEscapes(files({ "core/a.ts": `\n${code}` })))[0]).toMatch(/^core\/a\.ts:2 /);
  expect(show(checkEscapes(files({ "core/unsafe.ts": code })))).toEqual([]);
});

test("`as const`, import renames and `satisfies` are no casts", () => {
  const fine = `import { a as b } from "./a.ts"; const c = [b] as const; const d = { c } satisfies object; // any as word`;
  expect(show(checkEscapes(files({ "core/a.ts": fine })))).toEqual([]);
});

test("no empty `catch`", () => {
  expect(show(checkEmptyCatch(repo))).toEqual([]);
});

test("an empty `catch` is found, one that says why is not", () => {
  const bad = files({
    "core/a.ts": "try { a(); } catch { }\ntry { a(); } catch {\n  // It is gone already.\n}",
  });
  expect(show(checkEmptyCatch(bad))).toEqual(["core/a.ts:1 goes on as if nothing had happened: say why"]);
});

test("shared code branches on no kind, right or system", () => {
  expect(kindNames(repo).size).toBeGreaterThan(10);
  expect(show(checkBranches(repo, kindNames(repo)))).toEqual([]);
});

test.each([
  `if (commitment.kind === "retain") go();`,
  `if ("erase" !== request.right) go();`,
  `switch (store.connector) { case "postgres": go(); }`,
])("a branch on a kind is found in shared code, not in its folder: %s", (code) => {
  const names = new Set(["retain", "erase", "postgres"]);
  expect(show(checkBranches(files({ "runtime/checks/a.ts": code }), names))[0]).toContain(
    "shared code branches on",
  );
  expect(show(checkBranches(files({ "core/commitments/retain/a.ts": code }), names))).toEqual([]);
  expect(show(checkBranches(files({ "runtime/checks/a.ts": code }), new Set(["other"])))).toEqual([]);
});
