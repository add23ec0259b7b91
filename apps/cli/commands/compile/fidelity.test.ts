import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runHere } from "../../testing/here.ts";
import { command } from "./command.ts";

const POLICY = `---
service: shop
version: 1
effective: unknown
locale: en
controller: { name: Shop }
classes: { order: [user.financial] }
---
Orders are erased after two years.

\`\`\`commit
- { id: orders, retain: order, for: P2Y, from: creation }
\`\`\`
`;
const SOURCE = "We keep orders for two years.\n\nWe share them with:\n";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-fidelity-"));
  await writeFile(join(folder, "avow.yaml"), "service: shop\npolicy: [policy.md]\n");
  await writeFile(join(folder, "policy.md"), POLICY);
  await writeFile(join(folder, "old.txt"), SOURCE);
});
afterEach(() => rm(folder, { recursive: true }));

async function run(options: Record<string, unknown>, json = false) {
  return runHere(command, { folder, options, json, ask: async () => "" });
}

/** What an author does: prints the statements, and gives each a fate. */
async function fill(fates: readonly string[]): Promise<void> {
  const { out } = await run({ source: ["old.txt"], statements: true });
  let row = 0;
  const filled = out.replaceAll("fate: }", () => `fate: ${fates[row++]} }`).replaceAll(/^ *#.*\n/gm, "");
  await writeFile(join(folder, "fidelity.yaml"), filled);
}

test("the printed statements, filled in, are a fidelity file", async () => {
  await fill(["enforced, by: [orders]", "gap, what: no recipients, refuses: [recipients]"]);
  const { out, exit } = await run({ source: ["old.txt"] }, true);
  const document = JSON.parse(out);
  expect(exit).toBe(0);
  expect(document.fidelity).toEqual({
    statements: 2,
    enforced: 1,
    attested: 0,
    informs: 0,
    contradicts: 0,
    gap: 1,
    unmapped: 0,
  });
  expect(document.gaps).toEqual([
    { section: "0", what: "no recipients", refuses: [{ of: "recipients", only: null }] },
  ]);
  const printed = await run({ source: ["old.txt"] });
  expect(printed.out).toContain(
    "source: 2 statements: 1 enforced, 0 attested, 0 informs, 0 contradicts, 1 gap, 0 unmapped\n",
  );
  expect(printed.out).toContain("gap 0: no recipients; refused: all other recipients\n");
});

test("another word in the source is found, with its place", async () => {
  await fill(["enforced, by: [orders]", "informs, why: no matter"]);
  await writeFile(join(folder, "old.txt"), SOURCE.replace("two", "ten"));
  const { out, exit } = await run({ source: ["old.txt"] });
  expect(exit).toBe(2);
  expect(out).toContain(
    "old.txt:1:1 error unmapped-statement: `0/1` has no fate\n  1 | We keep orders for ten years.",
  );
  expect(out).toContain("error stale-row");
  expect(out).toContain("warning source-changed");
});

test("other white space is not", async () => {
  await fill(["enforced, by: [orders]", "informs, why: no matter"]);
  await writeFile(
    join(folder, "old.txt"),
    `\uFEFF${SOURCE.replaceAll(" ", "\u00A0 ").replaceAll("\n", "\r\n")}`,
  );
  const { out, exit } = await run({ source: ["old.txt"] }, true);
  expect(exit).toBe(0);
  expect(JSON.parse(out).issues.map((i: { code: string }) => i.code)).not.toContain("source-changed");
});

test("a commitment that the source does not carry is an error also where the source is not at hand", async () => {
  await fill(["informs, why: no matter", "informs, why: no matter"]);
  const { out, exit } = await run({}, true);
  const document = JSON.parse(out);
  expect(exit).toBe(2);
  expect(document.issues.map((i: { code: string }) => i.code)).toContain("unlabelled-addition");
  expect(document.fidelity).toBeUndefined();
});

test("no fidelity file, no such source, no source at all", async () => {
  const none = await run({ source: ["old.txt"] }, true);
  expect(none.exit).toBe(2);
  expect(JSON.parse(none.out).fidelity).toMatchObject({ statements: 2, unmapped: 2 });
  expect(none.out).toContain("no-fidelity");
  expect((await run({ source: ["older.txt"] })).out).toContain(
    "`older.txt` can not be read: it is not there, or may not be read",
  );
  const asked = await run({ statements: true });
  expect([asked.exit, asked.out]).toEqual([2, ""]);
  expect(asked.err).toContain("name it with `--source FILE`");
});
