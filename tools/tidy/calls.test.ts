import { expect, test } from "vitest";
import { checkCalls } from "./calls.ts";
import { files, readRepo, show } from "./repo.ts";

test("core is pure; environment, network, ciphers and console are where they belong", () => {
  expect(show(checkCalls(readRepo()))).toEqual([]);
});

test.each([
  ["core/terms/a.ts", "const at = Date.now();", "Date.now"],
  ["core/terms/a.ts", "const at = new Date();", "new Date()"],
  ["core/terms/a.ts", "const at = Date();", "Date()"],
  ["core/terms/a.ts", "const at = [1].map(Math.random);", "Math.random"],
  ["core/terms/a.ts", "const at = process.platform;", "process.platform"],
  ["core/terms/a.ts", "setTimeout(() => {}, 1);", "setTimeout"],
  ["core/terms/a.ts", "const f = fetch;", "fetch"],
  ["core/terms/a.ts", `console.error("x");`, "console.error"],
  ["core/terms/a.ts", `import { readFile } from "node:fs/promises";`, "node:fs/promises#readFile"],
  ["core/terms/a.ts", `import { randomUUID } from "node:crypto";`, "node:crypto#randomUUID"],
  ["core/terms/a.ts", `const a = await import("zod");`, "import()"],
  ["runtime/store/a.ts", "const url = process.env.DATABASE_URL;", "process.env.DATABASE_URL"],
  ["apps/cli/command.ts", "run({ env: process.env });", "process.env"],
  ["runtime/checks/a.ts", "await fetch(url);", "fetch"],
  ["apps/cli/a.ts", `import { request } from "node:https";`, "node:https#request"],
  ["connectors/s3/a.ts", `import { Pool } from "undici";`, "undici#Pool"],
  [
    "runtime/requests/a.ts",
    `import { createDecipheriv } from "node:crypto";`,
    "node:crypto#createDecipheriv",
  ],
  ["runtime/requests/a.ts", `import * as crypto from "node:crypto";`, "node:crypto#*"],
  ["runtime/requests/a.ts", "console.log(person);", "console.log"],
])("a call in the wrong place is found: %s %s", (path, code, name) => {
  expect(show(checkCalls(files({ [path]: `\n${code}` })))[0]).toContain(`${path}:2 \`${name}\`: `);
});

test.each([
  ["core/terms/a.ts", "const at = new Date(0); const set = Date.UTC(2025, 1);"],
  ["core/terms/a.ts", `import { createHash, createHmac } from "node:crypto";`],
  ["core/terms/a.ts", "export const f = (fetch: () => string) => fetch();"],
  ["core/terms/a.ts", "export const o = { process: 1, fetch: 2 }; o.fetch;"],
  ["core/terms/a.test.ts", "const at = Date.now();"],
  ["apps/cli/main.ts", "run({ env: process.env });"],
  ["runtime/egress/a.ts", "await fetch(url);"],
  ["runtime/vault/a.ts", `import { createDecipheriv } from "node:crypto";`],
  ["apps/server/a.ts", `import { createServer } from "node:http";`],
])("a call in its own place is fine: %s %s", (path, code) => {
  expect(show(checkCalls(files({ [path]: code })))).toEqual([]);
});
