import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Ran, runHere } from "../../testing/here.ts";
import { command as compile } from "../compile/command.ts";
import { command as bind } from "./command.ts";

const POLICY = `---
service: shop
version: 1
effective: unknown
locale: en
controller: { name: Shop }
classes: { order: [user.financial] }
---
# Shop

Orders are erased after two years.

\`\`\`commit
- id: orders
  retain: order
  for: P2Y
  from: creation
\`\`\`
`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-bind-"));
  await writeFile(join(folder, "avow.yaml"), "service: shop\npolicy: [policy.md]\n");
  await writeFile(join(folder, "policy.md"), POLICY);
});
afterEach(() => rm(folder, { recursive: true }));

async function run(
  command: typeof bind,
  options: Record<string, unknown> = {},
  given: { answers?: string[]; json?: boolean } = {},
): Promise<Ran> {
  const interactive = given.answers !== undefined;
  const ask = async () => given.answers?.shift() ?? "quit";
  return runHere(command, { folder, options, interactive, ask, json: given.json ?? false });
}

const lock = (): Promise<string> => readFile(join(folder, "policy.lock"), "utf8");
const coverage = async (): Promise<unknown> =>
  JSON.parse((await run(compile, {}, { json: true })).out).coverage;

test("without a terminal it shows everything, writes nothing, and says how to go on", async () => {
  const { exit, out, err } = await run(bind);
  expect(exit).toBe(2);
  expect(out).toContain(
    "“Orders are erased after two years.”\n  binds `orders`: order data is erased 2 years after creation",
  );
  expect(err).toContain("add --yes");
  expect(await readdir(folder)).toEqual(["avow.yaml", "policy.md"]);
});

test("--dry-run writes nothing, --yes confirms all, and a second run has nothing to do", async () => {
  expect((await run(bind, { dryRun: true })).exit).toBe(0);
  expect(await coverage()).toBe(0);
  expect((await run(bind, { yes: true })).exit).toBe(0);
  expect(await coverage()).toBe(1);
  const before = await lock();
  expect((await run(bind)).exit).toBe(0);
  expect(await lock()).toBe(before);
  expect((await readdir(folder)).sort()).toEqual(["avow.yaml", "policy.lock", "policy.md"]);
});

test("asks one by one, and keeps what was refused", async () => {
  await run(bind, {}, { answers: ["what?", "y", "n"] });
  expect(await lock()).toContain('"orders":');
  expect(await lock()).toContain("statements: []");
  await run(bind, {}, { answers: ["all"] });
  expect(await coverage()).toBe(1);
});

test("a changed commitment is shown with was and is", async () => {
  await run(bind, { yes: true });
  await writeFile(join(folder, "policy.md"), POLICY.replace("P2Y", "P1Y"));
  const { out } = await run(bind);
  expect(out).toContain(
    "  was: order data is erased 2 years after creation\n  is:  order data is erased 1 year after creation",
  );
});

test("refuses a policy with errors, and compile prints them as compilers do", async () => {
  await writeFile(join(folder, "policy.md"), POLICY.replace("from: creation", "form: creation"));
  expect((await run(bind, { yes: true })).exit).toBe(2);
  expect(await readdir(folder)).not.toContain("policy.lock");
  const { exit, out } = await run(compile);
  expect(exit).toBe(2);
  expect(out).toContain(
    "policy.md:17:3 error unknown-key: unknown key `form`\n  17 |   form: creation\n     |   ^^^^\n  fix: did you mean `from`?\n",
  );
});

test("--json is one document with the contract's keys", async () => {
  const { out, exit } = await run(compile, {}, { json: true });
  expect(exit).toBe(0);
  const document = JSON.parse(out);
  expect(Object.keys(document)).toEqual([
    "service",
    "version",
    "hash",
    "statements",
    "bound",
    "informed",
    "coverage",
    "locales",
    "commitments",
    "issues",
  ]);
  expect(document.commitments).toEqual([
    { id: "orders", kind: "retain", promises: ["orders"], origin: "policy", section: "shop", line: 14 },
  ]);
  expect(JSON.parse((await run(bind, { yes: true }, { json: true })).out)).toMatchObject({
    written: true,
    confirmed: 2,
  });
});

test("a folder without a policy, and one of another service", async () => {
  await writeFile(join(folder, "avow.yaml"), "service: stall\npolicy: [policy.md]\n");
  expect(
    JSON.parse((await run(compile, {}, { json: true })).out).issues.map((i: { code: string }) => i.code),
  ).toContain("service-mismatch");
  await rm(join(folder, "policy.md"));
  const { exit, out } = await run(compile, {}, { json: true });
  expect([exit, JSON.parse(out).issues[0].code]).toEqual([2, "no-policy"]);
});
