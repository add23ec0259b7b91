/** The GitHub Action as it is shipped: its own script, run on a pull request that adds a column. */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { must } from "@avow/core/terms/assert";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  runs: z.object({
    steps: z.array(
      z.object({ run: z.string().optional(), env: z.record(z.string(), z.string()).optional() }),
    ),
  }),
});

const MIGRATION = "create table users (id bigint primary key, email text not null, full_name text);\n";
const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, full_name: user.name }
    erase: delete
`;
const POLICY = `---
service: shop
version: 1
effective: 2026-01-01
locale: en
controller: { name: Shop, country: DE, contact: { rights: privacy@shop.example } }
jurisdictions: [EU]
classes:
  account: [user.contact, user.name, user.unique_id]
---
## What {#what}

We take your name and address.

\`\`\`commit
- id: takes-account
  collect: account
\`\`\`
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-action-"));
  await mkdir(join(folder, "migrations"));
  await mkdir(join(folder, "privacy/datamap"), { recursive: true });
  await writeFile(join(folder, "migrations/1_users.sql"), MIGRATION);
  await writeFile(join(folder, "privacy/policy.md"), POLICY);
  await writeFile(join(folder, "privacy/datamap/app.yaml"), MAP);
  await writeFile(
    join(folder, "privacy/avow.yaml"),
    "service: shop\npolicy: [policy.md]\ndatamap: [datamap/*.yaml]\nstores: { app: { connector: postgres, url: env:APP } }\n",
  );
});
afterEach(() => rm(folder, { recursive: true }));

/** What a runner does with a composite action: fills in its inputs, and runs its script by bash that stops at the first error. */
async function runAction(given: Readonly<Record<string, string>>) {
  const action = actionSchema.parse(parse(await readFile(join(ROOT, "action.yml"), "utf8")));
  const step = must(action.runs.steps.at(-1), "the action has steps");
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? ""]),
  );
  const env = Object.fromEntries(
    Object.entries(step.env ?? {}).map(([name, text]) => [
      name,
      text.replace(/\$\{\{ inputs\.(\w+) \}\}/, (_, input: string) => inputs[input] ?? ""),
    ]),
  );
  const path = `${dirname(process.execPath)}:${process.env["PATH"]}`;
  const script = must(step.run, "the last step runs something");
  const ran = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: folder,
    env: { ...process.env, ...env, PATH: path, GITHUB_ACTION_PATH: ROOT },
    encoding: "utf8",
  });
  return { exit: ran.status, out: ran.stdout, err: ran.stderr };
}

const INPUTS = { source: "migrations", service: "privacy", store: "app" };

test("nothing new: it passes", async () => {
  const ran = await runAction(INPUTS);
  expect(ran).toMatchObject({ exit: 0 });
});

test("a pull request adds a personal column: it fails, at the map's line, and names the clause that is missing", async () => {
  await writeFile(
    join(folder, "migrations/2_birth.sql"),
    "alter table users add column date_of_birth date;\n",
  );
  const ran = await runAction(INPUTS);
  expect(ran.exit).toBe(1);
  expect(
    ran.out,
  ).toBe(`+ \`users.date_of_birth\` is new: \`user.demographic.date_of_birth\` (0.95: it is named so)
    no class of the policy covers \`user.demographic.date_of_birth\`: the policy lacks a class with it, and a \`collect\` commitment that names that class and says why
`);
  const sarif: unknown = JSON.parse(await readFile(join(folder, "avow.sarif"), "utf8"));
  expect(JSON.stringify(sarif)).toContain("user.demographic.date_of_birth");
});

test("written into the map, the column is as uncovered as before: it passes when the policy has the clause", async () => {
  await writeFile(join(folder, "migrations/2_birth.sql"), "alter table users add column born date;\n");
  const [map, policy] = [join(folder, "privacy/datamap/app.yaml"), join(folder, "privacy/policy.md")];
  await writeFile(
    map,
    MAP.replace("full_name: user.name", "full_name: user.name, born: user.demographic.date_of_birth"),
  );
  const ran = await runAction(INPUTS);
  expect([ran.exit, ran.out]).toEqual([
    1,
    `! \`users.born\` is \`user.demographic.date_of_birth\`, as the data map says, and no clause covers it
    no class of the policy covers \`user.demographic.date_of_birth\`: the policy lacks a class with it, and a \`collect\` commitment that names that class and says why
`,
  ]);
  const sarif = JSON.parse(await readFile(join(folder, "avow.sarif"), "utf8"));
  expect(sarif.runs[0].results).toMatchObject([{ ruleId: "uncovered", level: "error" }]);
  // Another class may hold it, and accounts still may not.
  await writeFile(policy, POLICY.replace("account: [", "birthdays: [user.demographic]\n  account: ["));
  const elsewhere = await runAction(INPUTS);
  expect([elsewhere.exit, elsewhere.out]).toEqual([1, expect.stringContaining("`birthdays` does")]);
  await writeFile(policy, POLICY.replace("account: [", "account: [user.demographic, "));
  expect(await runAction(INPUTS)).toMatchObject({
    exit: 0,
    out: "nothing is open: 4 fields of 1 collection were held against the data map, and its 4 personal ones against the policy\n",
  });
});

test("the application's queries are handed on where they are given", async () => {
  await writeFile(join(folder, "log.sql"), "select * from users u join users v on u.id = v.id;\n");
  const read = await runAction({ ...INPUTS, queries: "log.sql" });
  expect([read.exit, read.err]).toEqual([0, expect.stringContaining("log.sql: 1 different queries")]);
  const none = await runAction({ ...INPUTS, queries: "none.sql" });
  expect([none.exit, none.err]).toEqual([2, expect.stringContaining("`none.sql` is no file")]);
});

test("an input is text, not code", async () => {
  const ran = await runAction({ ...INPUTS, source: 'migrations"; touch broken; echo "' });
  expect(ran.exit).toBe(2);
  await expect(readFile(join(folder, "broken"))).rejects.toThrow("ENOENT");
});
