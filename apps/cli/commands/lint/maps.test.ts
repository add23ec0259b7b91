/** What `avow lint` says of the data maps of a service. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type Ran, runHere } from "../../testing/here.ts";
import { lintCommand } from "./command.ts";

const POLICY = `---
service: shop
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Shop Ltd, country: DE, contact: { rights: privacy@shop.example } }
classes: { account: [user] }
---
# Privacy

Plain words.
`;
const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id }
    fields:
      id: user.unique_id
      name: user.name # ? 0.50 it is named so
  settings:
    class: account
    fields: { id: system, user_email: system }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-lint-"));
  await writeFile(join(folder, "policy.en.md"), POLICY);
  await writeFile(
    join(folder, "avow.yaml"),
    "service: shop\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: {}\n",
  );
  return () => rm(folder, { recursive: true });
});

async function lint(map: string, options: Record<string, unknown> = {}): Promise<Ran> {
  await writeFile(join(folder, "app.yaml"), map);
  return runHere(lintCommand, { folder, options, now: () => new Date("2026-06-01T00:00:00Z") });
}

test("slips in a map are warnings, with their place, also in the report for continuous integration", async () => {
  const { exit, out } = await lint(MAP, { junit: "lint.xml" });
  expect(exit).toBe(0);
  expect(out).toContain("app.yaml:9:1 warning unreviewed: `app`: 1 guess that nobody has looked at");
  expect(out).toContain("app.yaml:10:3 warning looks-personal: `settings` belongs to nobody");
  expect(await readFile(join(folder, "lint.xml"), "utf8")).toContain('name="looks-personal"');
});

test("a map that can not be read is an error, at its field", async () => {
  const { exit, out } = await lint(MAP.replace("user.name", "user.nmae"));
  expect(exit).toBe(2);
  expect(out).toContain("app.yaml:9:7 error unknown-category: `users.name`: `user.nmae` is no data category");
});

test("a report that can not be written is said, with why, and what was found is told all the same", async () => {
  const { exit, out, err } = await lint(MAP, { sarif: ".", junit: "none/out.xml" });
  expect(exit).toBe(2);
  expect(out).toContain("1 guess that nobody has looked at");
  expect(err).toContain(`\`${folder}\` can not be written: it is a folder: name a file`);
  expect(err).toContain("none/out.xml` can not be written: its folder does not exist");
});
