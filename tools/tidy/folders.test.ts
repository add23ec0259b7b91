import { expect, test } from "vitest";
import { checkFamilies, checkPackages, checkRoot } from "./folders.ts";
import { files, readRepo, show } from "./repo.ts";

const repo = readRepo();

test("one folder per kind, the same file names inside", () => {
  expect(show(checkFamilies(repo))).toEqual([]);
});

test("a kind with a file too few and one with a file of its own are found", () => {
  const bad = files({
    "core/commitments/index.ts": "",
    "core/commitments/retain/kind.ts": "",
    "core/commitments/retain/schema.ts": "",
    "core/commitments/retain/says.ts": "",
    "core/commitments/retain/means.ts": "",
    "core/commitments/retain/prove.ts": "",
    "core/commitments/retain/prove.test.ts": "",
    "core/commitments/share/kind.ts": "",
    "core/commitments/share/schema.ts": "",
    "core/commitments/share/means.ts": "",
    "core/commitments/share/wording.ts": "",
  });
  expect(show(checkFamilies(bad))).toEqual([
    "core/commitments/share:1 has no `says.ts`, which its neighbours have",
    "core/commitments/share/wording.ts:1 its neighbours have no such file",
  ]);
});

test("nothing lies about", () => {
  expect(show(checkRoot(repo))).toEqual([]);
});

test("strange files at the root, leftovers and missing papers are found", () => {
  const papers = {
    "ARCHITECTURE.md": "",
    "CONTRIBUTING.md": "",
    "CHANGELOG.md": "",
    "SECURITY.md": "",
    ".ci/run": "",
  };
  expect(show(checkRoot(files({ ...papers, "plan.md": "", "core/a.ts.orig": "" })))).toEqual([
    "plan.md:1 does not belong at the root",
    "core/a.ts.orig:1 a leftover",
    "LICENSE:1 is missing",
  ]);
});

test("every package says what it is, and pins what it uses", () => {
  expect(show(checkPackages(repo))).toEqual([]);
});

test("careless manifests are found", () => {
  const good = `"license": "Apache-2.0", "private": true, "type": "module"`;
  const bad = files({
    "package.json": `{ ${good}, "devDependencies": { "zod": "4.1.0" } }`,
    "core/package.json": `{ ${good}, "exports": {}, "dependencies": { "zod": "4.2.0", "yaml": "^2.0.0" } }`,
    "sim/package.json": "{}",
  });
  expect(show(checkPackages(bad))).toEqual([
    "core/package.json:1 `zod` has another version elsewhere",
    "core/package.json:1 `yaml` is not pinned to one version",
    "sim/package.json:1 `license` is not `Apache-2.0`",
    "sim/package.json:1 `private` is not true",
    "sim/package.json:1 `type` is not `module`",
    "sim/package.json:1 has no `exports`",
  ]);
});
