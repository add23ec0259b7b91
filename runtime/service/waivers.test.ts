import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseWaivers, readWaivers } from "./waivers.ts";

const NOW = new Date("2026-06-15T12:00:00Z");
const waivers = (text: string) => parseWaivers(text, NOW);
const messages = ({ issues }: { readonly issues: readonly { readonly message: string }[] }): string[] =>
  issues.map((i) => i.message);

test("waivers: whose, why, until when", () => {
  const read = waivers(
    "waivers:\n  - { promise: M17, owner: dana, reason: the job is being mended, until: 2026-07-01 }\n  - { commitment: c-1, owner: kim, reason: known, until: 2026-06-15 }\n",
  );
  expect(read.issues).toEqual([]);
  expect(read.value).toEqual([
    { for: { promise: "M17" }, owner: "dana", reason: "the job is being mended", until: "2026-07-01" },
    { for: { commitment: "c-1" }, owner: "kim", reason: "known", until: "2026-06-15" },
  ]);
  expect(parseWaivers("", NOW)).toEqual({ value: [], issues: [] });
});

test("a waiver without owner, reason or end, for two things, or for longer than half a year is refused", () => {
  const base = "waivers:\n  - ";
  for (const wrong of [
    "{ promise: M1, reason: r, until: 2026-07-01 }",
    "{ promise: M1, owner: o, until: 2026-07-01 }",
    "{ promise: M1, owner: o, reason: r }",
    "{ promise: M1, owner: o, reason: r, until: someday }",
    "{ owner: o, reason: r, until: 2026-07-01 }",
    "{ promise: M1, commitment: c, owner: o, reason: r, until: 2026-07-01 }",
    "{ promise: M1, owner: o, reason: r, until: 2026-07-01, also: x }",
  ])
    expect(waivers(`${base}${wrong}`).value).toBeNull();
  expect(messages(waivers(`${base}{ promise: M1, owner: o, reason: r, until: 2026-12-16 }`))).toEqual([
    "a waiver of o runs until 2026-12-16, and none may run longer than 183 days from today",
  ]);
  expect(waivers(`${base}{ promise: M1, owner: o, reason: r, until: 2026-12-15 }`).issues).toEqual([]);
});

test("one wrong waiver says where it is, and no other of the file holds", () => {
  const read = waivers(
    "waivers:\n  - { promise: M1, owner: o, reason: r, until: 2026-07-01 }\n  - { promise: M2, owner: o, reason: r, until: 2027-07-01 }\n",
  );
  expect(read.value).toBeNull();
  expect(read.issues).toMatchObject([{ file: "waivers.yaml", line: 3, code: "waiver-too-long" }]);
});

test("no file is no waivers; one that is there and can not be read is said", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-waivers-"));
  try {
    expect(await readWaivers(folder, NOW)).toEqual({ value: [], issues: [] });
    await mkdir(join(folder, "waivers.yaml"));
    const closed = await readWaivers(folder, NOW);
    expect(closed.value).toBeNull();
    expect(messages(closed)).toEqual(["`waivers.yaml` is there and can not be read (EISDIR)"]);
    await rm(join(folder, "waivers.yaml"), { recursive: true });
    await writeFile(
      join(folder, "waivers.yaml"),
      "waivers: [{ promise: M1, owner: o, reason: r, until: 2026-07-01 }]",
    );
    expect((await readWaivers(folder, NOW)).value).toMatchObject([{ for: { promise: "M1" } }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
