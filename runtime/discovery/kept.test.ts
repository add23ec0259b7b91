import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kinds } from "@avow/core/commitments/index";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { schemaFilesAt } from "./files.ts";
import { gapOf } from "./gap.ts";
import { readBaseline, readSnapshot, sortByBaseline, writeBaseline, writeSnapshot } from "./kept.ts";

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "avow-kept-"));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("snapshots and baselines are read as they were written; anything else is refused", async () => {
  await inFolder(async (folder) => {
    const [snapshot, baseline] = [join(folder, "a.discovery.json"), join(folder, "a.baseline.json")];
    expect(await readSnapshot(snapshot)).toEqual({ ok: true, value: null });
    await writeSnapshot(snapshot, "a", {
      fields: { "t.x": { type: "int", category: null } },
      looked: true,
      joins: [],
      links: ["t.x->u"],
      offered: [],
    });
    expect(await readSnapshot(snapshot)).toMatchObject({ ok: true, value: { links: ["t.x->u"] } });
    await writeFile(snapshot, '{"store":"a","looked":true,"fields":{},"links":[]}');
    expect(await readSnapshot(snapshot)).toMatchObject({ ok: true, value: { joins: [], offered: [] } });
    const accepted = [{ finding: "new-field t.x", owner: "ann", until: "2030-01-31" }];
    await writeBaseline(baseline, { accepted });
    expect(await readBaseline(baseline)).toEqual({ ok: true, value: { accepted } });
    await writeFile(baseline, '{"accepted":[{"finding":"x","until":"soon"}]}');
    expect(await readBaseline(baseline)).toMatchObject({ ok: false });
    await writeFile(snapshot, "{");
    expect(await readSnapshot(snapshot)).toMatchObject({ ok: false });
  });
});

test("a baseline holds to its last day, and no longer", () => {
  const findings = [{ id: "a" }, { id: "b" }];
  const baseline = { accepted: [{ finding: "a", owner: "x", until: "2030-01-31" }] };
  expect(sortByBaseline(findings, baseline, "2030-01-31").open).toEqual([{ id: "b" }]);
  expect(sortByBaseline(findings, baseline, "2030-02-01").open).toEqual(findings);
  expect(sortByBaseline(findings, null, "2030-02-01").accepted).toEqual([]);
});

test("migrations come in the order of their numbers, without those that undo", async () => {
  await inFolder(async (folder) => {
    for (const name of ["10_b.up.sql", "2_a.up.sql", "2_a.down.sql", "readme.md"])
      await writeFile(join(folder, name), "select 1");
    const read = await schemaFilesAt(folder);
    expect(read.ok && read.files.map((f) => f.file)).toEqual(["2_a.up.sql", "10_b.up.sql"]);
    expect(await schemaFilesAt(join(folder, "none"))).toMatchObject({ ok: false });
    await rm(join(folder, "2_a.up.sql"));
    expect(await schemaFilesAt(join(folder, "readme.md"))).toMatchObject({ ok: true });
  });
});

const POLICY = `---
service: shop
version: 1
effective: 2026-01-01
locale: en
controller: { name: Shop, country: DE, contact: { rights: privacy@shop.example } }
jurisdictions: [EU]
classes:
  account: [user.contact, user.name]
  device: [user.device]
---
## What {#what}

We take your name and address.

\`\`\`commit
- id: takes-account
  collect: account
\`\`\`
`;

test("the missing clause is named: the class, or the commitment", () => {
  const compiled = compilePolicy({ file: "p.md", text: POLICY, lock: null, kinds });
  const policy = must(compiled.value, compiled.issues.map((i) => i.message).join("; "));
  expect(gapOf("user.health_and_medical", policy)).toMatchObject({
    missing: "class",
    message: expect.stringContaining("no class of the policy covers `user.health_and_medical`"),
  });
  expect(gapOf("user.device.ip_address", policy)).toMatchObject({
    missing: "collect",
    message: expect.stringContaining("no `collect` commitment"),
  });
  expect(gapOf("user.contact.email", policy)).toMatchObject({
    missing: null,
    message: "the policy has it (class `account`): add the field to the data map",
  });
  expect(gapOf("user.contact.email", policy, { isMapped: true }).message).toBe(
    "the policy has it (class `account`): give the field this category in the data map",
  );
});

test("a collection that has a class is judged by that one, whatever another may hold", () => {
  const compiled = compilePolicy({ file: "p.md", text: POLICY, lock: null, kinds });
  const policy = must(compiled.value, compiled.issues.map((i) => i.message).join("; "));
  expect(gapOf("user.contact.email", policy, { of: "account" }).missing).toBeNull();
  expect(gapOf("user.contact.email", policy, { of: "device" })).toEqual({
    missing: "class",
    message:
      "the collection is of class `device`, which does not cover `user.contact.email` (`account` does): the policy lacks it in `device`, or the field belongs in another collection",
  });
  expect(gapOf("user.contact.email", policy, { of: "constructor" })).toEqual({
    missing: "class",
    message:
      "the collection is of class `constructor`, which the policy does not have: give it one that has `user.contact.email` (`account`)",
  });
  expect(gapOf("user.contact.email", policy, { of: "system" }).message).toContain(
    "is of class `system`, in which nothing personal may be",
  );
  expect(gapOf("user.device", policy, { of: "device" })).toMatchObject({
    missing: "collect",
    message: expect.stringContaining("is of class `device`, and no `collect` commitment names it"),
  });
});
