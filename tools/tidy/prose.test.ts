import { expect, test } from "vitest";
import { checkChangelog, checkLinks, checkPlaces, checkSpecs } from "./prose.ts";
import { files, readRepo, show } from "./repo.ts";

const repo = readRepo();

test("the changelog has an `Unreleased` that says something", () => {
  expect(show(checkChangelog(repo))).toEqual([]);
});

test.each([
  ["# Changelog\n\n## 0.1.0\n\n- first\n", "has no `## Unreleased`"],
  ["# Changelog\n\n## [Unreleased]\n\n## 0.1.0\n\n- first\n", "`Unreleased` is empty"],
])("a changelog that says nothing is found: %j", (text, message) => {
  expect(show(checkChangelog(files({ "CHANGELOG.md": text })))[0]).toContain(message);
});

test("links between pages lead somewhere", () => {
  expect(show(checkLinks(repo))).toEqual([]);
});

test("links that lead nowhere are found, those in code are not links", () => {
  const pages = files({
    "README.md":
      "[a](spec/a.md) [b](spec/b.md)\n[c](spec/a.md#two-words) [d](spec/a.md#three)\n`[e](e.md)` [f](spec/) [g](https://example.org)",
    "spec/a.md": "# Two `words`\n\n[up](../README.md)\n",
  });
  expect(show(checkLinks(pages))).toEqual([
    "README.md:1 `spec/b.md` leads nowhere",
    "README.md:2 `spec/a.md#three`: the page has no such heading",
  ]);
});

test("each spec page is named by its module, and each name leads to a page", () => {
  expect(show(checkSpecs(repo))).toEqual([]);
});

test("pages without a module and modules without a page are found", () => {
  const bad = files({
    "spec/alone.md": "",
    "spec/done.md": "",
    "core/a.ts": [
      "/** How it is done (spec/done.md). */",
      "export const a = 1; // spec/gone.md",
      ...Array.from({ length: 30 }, () => ""),
      "// spec/alone.md",
    ].join("\n"),
  });
  expect(show(checkSpecs(bad))).toEqual([
    "core/a.ts:2 `spec/gone.md` is not there",
    "spec/alone.md:1 no module names this page in its head",
  ]);
});

test("nothing names the place where it was written", () => {
  expect(show(checkPlaces(repo))).toEqual([]);
});

test.each([
  ["see ", "/wo", "rk/main/core"],
  ["/tm", "p/avow/brief.md"],
  ["https://regi", "stry.npm", "js.org/zod"],
  ["written with Cla", "ude"],
])("a name of a place or a tool is found: %s…", (...pieces) => {
  expect(checkPlaces(files({ "core/a.ts": pieces.join("") }))).toHaveLength(1);
});

test("words that only look alike are fine", () => {
  expect(
    show(checkPlaces(files({ "core/a.ts": "how things work/are done; /workers; /tmp/x; framework/" }))),
  ).toEqual([]);
});
