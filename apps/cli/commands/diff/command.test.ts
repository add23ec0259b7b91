import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { diffCommand } from "./command.ts";

const IKOTEK = join(import.meta.dirname, "../../../../services/ikotek");
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-diff-"));
  for (const name of ["avow.yaml", "policy.en.md", "policy.lock", "fidelity.yaml"])
    await cp(join(IKOTEK, name), join(folder, name));
});
afterAll(() => rm(folder, { recursive: true }));

async function diff(old: string, options: Record<string, unknown> = {}) {
  const said = { out: "", err: "" };
  const context = {
    cwd: folder,
    env: {},
    stdout: (text: string) => void (said.out += text),
    stderr: (text: string) => void (said.err += text),
    interactive: false,
    ask: async () => null,
    serviceFolder: folder,
    json: false,
    now: () => new Date("2026-01-01T00:00:00Z"),
  };
  return { exit: await diffCommand.run(context, options, [old]), ...said };
}

test("the same policy owes nothing", async () => {
  expect(await diff(IKOTEK, { allow: "nothing" })).toMatchObject({
    exit: 0,
    out: expect.stringContaining("nothing changed for people"),
  });
});

test("weakened prose that nobody has confirmed passes no gate, though its block says the same", async () => {
  const path = join(folder, "policy.en.md");
  const text = await readFile(path, "utf8");
  const sentence = /^We [^\n]+\.$/m.exec(text)?.[0] ?? "";
  expect(sentence).not.toBe("");
  await writeFile(path, text.replace(sentence, "We may do so when we see fit."));
  const answer = await diff(IKOTEK, { allow: "nothing" });
  expect(answer.exit).toBe(1);
  expect(answer.out).toContain("1 sentence is not confirmed: what it owes is not known until `avow bind`");
  await writeFile(path, text);
});

test("what is no policy, and another service, are said", async () => {
  expect(await diff("nowhere.md")).toMatchObject({
    exit: 2,
    err: expect.stringContaining("can not be read"),
  });
  expect(await diff(join(IKOTEK, "../mechat"))).toMatchObject({
    exit: 2,
    err: expect.stringContaining("two services"),
  });
});
