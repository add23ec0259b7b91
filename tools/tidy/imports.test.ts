import { expect, test } from "vitest";
import { checkCycles, checkDeclared, checkDirection } from "./imports.ts";
import { files, readRepo, show } from "./repo.ts";

const repo = readRepo();
const packages = {
  "core/package.json": `{ "name": "@avow/core" }`,
  "runtime/package.json": `{ "name": "@avow/runtime" }`,
  "tools/tidy/package.json": `{ "name": "@avow/tidy" }`,
  "connectors/redis/package.json": `{ "name": "@avow/connector-redis" }`,
};

test("imports run in the direction of the table", () => {
  expect(show(checkDirection(repo))).toEqual([]);
});

test.each([
  ["core/terms/a.ts", `import { b } from "../plan/b.ts"`, "`core/terms` may not import `core/plan`"],
  [
    "core/policy/a.ts",
    `import type { B } from "../commitments/b.ts"`,
    "`core/policy` may not import `core/commitments`",
  ],
  ["core/rights/erase/a.ts", `export * from "../../plan/b.ts"`, "`core/rights` may not import `core/plan`"],
  ["core/terms/a.ts", `import { b } from "@avow/runtime/store/b"`, "core knows nothing of `runtime/store`"],
  [
    "core/newroom/a.ts",
    `import { b } from "../terms/b.ts"`,
    "the room `core/newroom` is not in the table of rooms",
  ],
  [
    "runtime/egress/a.ts",
    `import { b } from "../ledger/b.ts"`,
    "`runtime/egress` may not import `runtime/ledger`",
  ],
  [
    "runtime/vault/a.ts",
    `const b = await import("../gateway/b.ts")`,
    "`runtime/vault` may not import `runtime/gateway`",
  ],
  [
    "runtime/jobs/a.ts",
    `import { b } from "@avow/connector-redis/b"`,
    "`runtime/jobs` may not know a connector",
  ],
  ["connectors/s3/a.ts", `import { b } from "@avow/connector-redis/b"`, "connectors never import each other"],
  [
    "connectors/s3/a.ts",
    `import { b } from "@avow/core/plan/b"`,
    "a connector takes only types from `core/plan`",
  ],
  [
    "connectors/s3/a.ts",
    `type B = import("@avow/core/policy/b").B`,
    "a connector may not import `core/policy`",
  ],
  ["apps/center/a.ts", `import { b } from "@avow/runtime/store/b"`, "a web page never imports runtime"],
  ["apps/server/a.ts", `import { b } from "../cli/b.ts"`, "`apps/server` may not import `apps/cli`"],
  ["apps/cli/a.ts", `import { b } from "@avow/tidy/b"`, "nothing imports `tools/tidy`"],
  ["runtime/store/a.ts", `import { b } from "../../sim/b.ts"`, "nothing imports `sim`"],
  ["vitest.config.ts", `import { b } from "./tools/tidy/b.ts"`, "nothing imports `tools/tidy`"],
  ["services/kalodata/a.ts", `import { b } from "../miky-ai/b.ts"`, "services never import each other"],
  [
    "core/terms/a.test.ts",
    `import { b } from "@avow/runtime/store/b"`,
    "core's tests know nothing of `runtime/store`",
  ],
])("an import against the direction is found: %s %s", (path, code, reason) => {
  expect(show(checkDirection(files({ ...packages, [path]: `\n${code};` })))[0]).toContain(
    `${path}:2 ${reason}`,
  );
});

test.each([
  ["core/commitments/retain/a.ts", `import type { B } from "../../policy/b.ts"`],
  ["vitest.config.ts", `import { b } from "./tools/provision/b.ts"`],
  ["connectors/s3/a.ts", `import type { B } from "@avow/core/plan/b"`],
  ["connectors/s3/a.ts", `import { b } from "@avow/runtime/connector-kit/contract"`],
  ["runtime/gateway/a.ts", `import { b } from "../vault/b.ts"`],
  ["runtime/store/a.live.test.ts", `import { b } from "../../tools/provision/database.ts"`],
])("an import along the direction is fine: %s %s", (path, code) => {
  expect(show(checkDirection(files({ ...packages, [path]: code })))).toEqual([]);
});

test("no import cycles, types counted", () => {
  expect(show(checkCycles(repo))).toEqual([]);
});

test("a cycle through a type import and a package name is found", () => {
  const ring = files({
    ...packages,
    "core/terms/a.ts": `import type { B } from "./b.ts";`,
    "core/terms/b.ts": `export { c } from "@avow/core/terms/c";`,
    "core/terms/c.ts": `import { a } from "./a.ts";`,
  });
  expect(show(checkCycles(ring))).toEqual([
    "core/terms/a.ts:1 imports itself: core/terms/a.ts -> core/terms/b.ts -> core/terms/c.ts -> core/terms/a.ts",
  ]);
});

test("every npm package that is imported is one that we chose", () => {
  expect(show(checkDeclared(repo))).toEqual([]);
});

test("a package that came along with another is found", () => {
  const bad = files({
    "package.json": `{ "dependencies": { "zod": "4" } }`,
    "core/a.ts": `import z from "zod"; import x from "left-pad/x";`,
  });
  expect(show(checkDeclared(bad))).toEqual(["core/a.ts:1 `left-pad` is in no package.json"]);
});
