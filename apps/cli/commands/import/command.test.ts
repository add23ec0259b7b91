import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runHere } from "../../testing/here.ts";
import { command as bind } from "../bind/command.ts";
import { command as compile } from "../compile/command.ts";
import { command } from "./command.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-import-"));
  await writeFile(
    join(folder, "old.html"),
    "<h1>Tea</h1><p>We keep transaction data for two years. Tea is good.</p>",
  );
});
afterEach(() => rm(folder, { recursive: true }));

async function run(
  of: typeof command,
  options: Record<string, unknown>,
  args: readonly string[] = [],
  json = false,
) {
  return runHere(of, { folder, options, args, json, ask: async () => "" });
}

test("writes a policy that compiles and that bind does not bind until it is taken over", async () => {
  const { exit, out, err } = await run(command, { out: "policy.md", name: "shop" }, ["old.html"]);
  expect([exit, out]).toEqual([0, ""]);
  expect(err).toContain(
    "old.html (html): 2 statements; 1 proposals (retain 1); 0 seem to promise nothing, 1 gaps\n",
  );
  await writeFile(join(folder, "avow.yaml"), "service: shop\npolicy: [policy.md]\n");
  const compiled = JSON.parse((await run(compile, {}, [], true)).out);
  expect(compiled).toMatchObject({ service: "shop", statements: 2, bound: 0, coverage: 0 });
  const bound = await run(bind, { yes: true });
  expect(bound.out).toContain("1 proposed, not to be bound");
  expect(await readFile(join(folder, "policy.lock"), "utf8")).not.toContain("retain");
  // Taken over, it is bound.
  const text = await readFile(join(folder, "policy.md"), "utf8");
  await writeFile(
    join(folder, "policy.md"),
    text.replace("  status: proposed\n  # the text does not say: from\n", ""),
  );
  await run(bind, { yes: true });
  expect(JSON.parse((await run(compile, {}, [], true)).out)).toMatchObject({ bound: 1, coverage: 0.5 });
});

test("--json is one document; without --out the policy is in it", async () => {
  const { out } = await run(command, {}, ["old.html"], true);
  const document = JSON.parse(out);
  expect(document).toMatchObject({
    file: "old.html",
    kind: "html",
    statements: 2,
    out: null,
    proposals: { retain: 1, gap: 1 },
  });
  expect(document.policy).toContain("status: proposed");
});

test("a file that is there is not written over; bad input is told", async () => {
  await writeFile(join(folder, "mine.md"), "my work");
  const there = await run(command, { out: "mine.md" }, ["old.html"]);
  expect([there.exit, await readFile(join(folder, "mine.md"), "utf8")]).toEqual([2, "my work"]);
  expect(there.err).toContain("`mine.md` is there already");
  expect((await run(command, {}, ["none.txt"])).err).toContain("`none.txt` can not be read: it is not there");
  expect((await run(command, { name: "Tea Shop" }, ["old.html"])).err).toContain(
    "`Tea Shop` is no name of a service",
  );
  expect((await run(command, { locale: "zh-Hans" }, ["old.html"])).err).toContain(
    "no statement in `zh-Hans`",
  );
  const { exit, out } = await run(command, {}, ["none.txt"], true);
  expect([exit, JSON.parse(out).error.fix]).toEqual([2, "see that it exists and may be read"]);
});
