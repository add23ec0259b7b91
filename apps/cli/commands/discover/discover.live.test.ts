import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../../../../tools/provision/database.ts";
import type { CommandContext } from "../../command.ts";
import { discover } from "./command.ts";

const SCHEMA = `
create table users (id bigint primary key, email text, full_name text, city text, born date, gender text, prefs jsonb);
insert into users select i, 'zaphod' || i || '@mail.example', (array['Ann','Bob','Carla','Maria','Hans'])[1 + i % 5] || ' Beeblebrox',
  'city ' || i % 40, date '1960-01-01' + (i * 37 % 9000), case when i % 3 = 0 then 'female' else 'male' end,
  jsonb_build_object('backup_email', 'backup' || i || '@mail.example') from generate_series(1, 300) i;
create table tickets (id bigint primary key, user_id bigint, subject text, body text, created_at timestamptz);
insert into tickets select i, 1 + i % 300, 'about order ' || i, case when i % 10 = 0 then 'call me: +49 30 9018' || 1000 + i else 'it does not work as I thought it would' end, now()
  from generate_series(1, 500) i;
create table products (id bigint primary key, name text, price numeric);
insert into products select i, 'thing ' || i, i from generate_series(1, 50) i;
create table events (id bigint primary key, subject_type text, subject_id bigint, actor_id bigint);
insert into events select i, case when i % 2 = 0 then 'Ticket' else 'Product' end, 1 + i % 50, 1 + i % 300 from generate_series(1, 300) i;
analyze;`;

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

let database: FreshDatabase;
let folder = "";
const sql = async (text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
};

beforeAll(async () => {
  database = await freshDatabase(inject("postgresUrl"), "discover");
  await sql(SCHEMA);
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-discover-"));
  return () => rm(folder, { recursive: true });
});

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** `answers`: what a reviewer types, one after the other. */
async function run(
  options: Record<string, unknown>,
  {
    what = "env:APP",
    answers = [],
    day = "2030-01-01",
  }: { what?: string; answers?: string[]; day?: string } = {},
): Promise<Ran> {
  const said = { out: "", err: "" };
  const left = [...answers];
  const context: CommandContext = {
    cwd: folder,
    env: { APP: database.url },
    stdout: (text) => void (said.out += text),
    stderr: (text) => void (said.err += text),
    interactive: answers.length > 0,
    ask: async (question) => {
      said.err += `${question}\n`;
      return left.shift() ?? "q";
    },
    serviceFolder: folder,
    json: options["json"] === true,
    now: () => new Date(`${day}T00:00:00Z`),
  };
  const exit = await discover.run(context, { store: "app", ...options }, [what]);
  return { exit, ...said };
}

interface Document {
  readonly collections: readonly {
    readonly name: string;
    readonly about: string;
    readonly fields: readonly {
      readonly name: string;
      readonly category: string | null;
      readonly confidence: number;
      readonly reason: string;
    }[];
    readonly links: readonly {
      readonly role: string | null;
      readonly from: readonly string[];
      readonly to: { readonly collection: string };
      readonly source: string;
    }[];
  }[];
  readonly combinations: readonly { readonly collection: string; readonly fields: readonly string[] }[];
  readonly drift: readonly { readonly finding: string; readonly clause?: string }[];
  readonly spent: { readonly statements: number; readonly bytes: number };
}
const isDocument = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && "collections" in value && "drift" in value;

async function document(options: Record<string, unknown> = {}): Promise<Document> {
  const { out } = await run({ json: true, ...options });
  const value: unknown = JSON.parse(out);
  if (!isDocument(value)) throw new Error("not the document of the contract");
  return value;
}

test("the contract: collections with fields, links and roles, combinations, what was read; no value of the data anywhere", async () => {
  const found = await document();
  const categories = Object.fromEntries(
    found.collections.flatMap((c) => c.fields.map((f) => [`${c.name}.${f.name}`, f.category])),
  );
  expect(categories).toMatchObject({
    "users.id": "user.unique_id",
    "users.email": "user.contact.email",
    "users.full_name": "user.name",
    "users.born": "user.demographic.date_of_birth",
    "users.gender": "user.demographic.gender",
    "users.prefs": "user.contact.email",
    "tickets.user_id": "user.unique_id",
    "tickets.body": "user.content.private",
    "products.name": "system",
    "products.price": "system",
  });
  const links = found.collections.flatMap((c) =>
    c.links.map((l) => `${c.name}.${l.from.join()} ${l.to.collection} ${l.role} ${l.source}`),
  );
  expect(links.sort()).toEqual([
    "events.actor_id users owner name",
    "events.subject_id products null polymorphic",
    "events.subject_id tickets null polymorphic",
    "tickets.user_id users owner name",
  ]);
  expect(found.combinations.map((c) => [c.collection, c.fields])).toContainEqual([
    "users",
    expect.arrayContaining(["city"]),
  ]);
  const { out, err } = await run({ all: true });
  for (const said of [JSON.stringify(found), out, err])
    expect(said).not.toMatch(/zaphod|beeblebrox|backup\d|9018|city \d/i);
  expect(found.spent.statements).toBeLessThan(20);
});

test("a draft, then silence, then drift; in CI it fails and names the missing clause; a baseline accepts it for a while", async () => {
  await writeFile(
    join(folder, "avow.yaml"),
    "service: shop\npolicy: [policy.md]\ndatamap: [datamap/*.yaml]\nstores: { app: { connector: postgres, url: env:APP } }\n",
  );
  await writeFile(join(folder, "policy.md"), POLICY);
  await mkdir(join(folder, "datamap"));
  const first = await run({ write: "datamap" }, { what: "app" });
  expect([first.exit, first.err]).toEqual([0, expect.stringContaining("datamap/app.yaml")]);
  // A draft is no clause: what it lists and the policy does not cover is told until somebody writes that down.
  const bare = await run({ ci: true }, { what: "app" });
  expect([bare.exit, bare.out.match(/^! .*no clause covers it$/gm)]).toEqual([
    1,
    ["tickets.user_id", "tickets.subject", "tickets.body", "users.born", "users.gender"].map((place) =>
      expect.stringContaining(`\`${place}\``),
    ),
  ]);
  await writeFile(
    join(folder, "policy.md"),
    POLICY.replace(
      "user.unique_id]",
      "user.unique_id, user.demographic]\n  conversation: [user.content, user.unique_id]",
    ).replace("collect: account", "collect: [account, conversation]"),
  );
  expect(await run({ ci: true }, { what: "app" })).toMatchObject({
    exit: 0,
    out: expect.stringMatching(
      /^nothing is open: 19 fields of 4 collections were held against the data map, and its \d+ personal ones against the policy\n$/,
    ),
  });
  // Who calls one of the fields harmless that single people out together is told that they do.
  const map = join(folder, "datamap/app.yaml");
  await writeFile(map, (await readFile(map, "utf8")).replace(/gender: user\S+/, "gender: system"));
  const combined = await run({ ci: true }, { what: "app" });
  expect(combined).toMatchObject({ exit: 1, out: expect.stringContaining("single out") });
  const accepted = await run({ baseline: true, owner: "ann", until: "2030-03-31" }, { what: "app" });
  expect(accepted.exit).toBe(0);
  expect((await run({ ci: true }, { what: "app" })).out).toMatch(
    /^nothing is open: .*\n\d+ more accepted by the baseline\n$/,
  );
  await sql("alter table users add column blood_type text; update users set blood_type = 'AB+'");
  try {
    const failed = await run({ ci: true, sarif: "out.sarif" }, { what: "app" });
    expect(failed.exit).toBe(1);
    expect(failed.out).toContain("+ `users.blood_type` is new: `user.health_and_medical`");
    expect(failed.out).toContain("no class of the policy covers `user.health_and_medical`");
    const sarif = JSON.parse(await readFile(join(folder, "out.sarif"), "utf8"));
    expect(sarif.runs[0].results[0]).toMatchObject({
      ruleId: "new-field",
      level: "error",
      locations: [{ physicalLocation: { artifactLocation: { uri: "datamap/app.yaml" } } }],
    });
    await run({ baseline: true, owner: "bob", until: "2030-01-31" }, { what: "app" });
    expect((await run({ ci: true }, { what: "app", day: "2030-01-31" })).exit).toBe(0);
    expect((await run({ ci: true }, { what: "app", day: "2030-02-01" })).out).toContain("users.blood_type");
  } finally {
    await sql("alter table users drop column blood_type");
  }
});

test("a review: accept, why, change, undo, leave; what was decided is not asked again and not written over", async () => {
  const answers = ["a", "w", "c user.contact.emial", "c user.contact", "a", "u", "s", "nonsense", "q"];
  const { exit, err } = await run({ write: ".", review: true }, { answers });
  expect(exit).toBe(0);
  expect(err).toContain("did you mean `user.contact.email`?");
  expect(err).toContain("100 % of 300 sampled values are e-mail addresses, and it is named so");
  const text = await readFile(join(folder, "app.yaml"), "utf8");
  const lines = (field: string): string =>
    text.split("\n").find((l) => l.trim().startsWith(`${field}:`)) ?? "";
  const asked = [...err.matchAll(/^\d+\/\d+ `([\w.]+)`/gm)].map((m) => m[1] ?? "");
  const [one = "", two = "", three = ""] = [...new Set(asked)];
  expect(lines(one.split(".")[1] ?? "")).not.toContain("# ?");
  expect(text).toMatch(/: user\.contact\n/);
  expect([asked[0], asked[1], asked[2]]).toEqual([one, two, two]);
  // In the order in which they are shown: people first, whatever the store begins with.
  expect([one, two]).toEqual(["users.id", "users.email"]);
  const again = await run({ write: ".", review: true }, { answers: ["q"] });
  expect(again.err).not.toContain(`\`${one}\``);
  expect(again.err).not.toContain(`\`${two}\` `);
  expect(three).not.toBe("");
  expect(await readFile(join(folder, "app.yaml"), "utf8")).toBe(text);
});

test("a folder of migrations needs no database; what is wrong is told, and how to mend it", async () => {
  await mkdir(join(folder, "migrations"));
  await writeFile(
    join(folder, "migrations", "001.sql"),
    "create table members (id int primary key, surname text, iban text); create table visits (id int primary key, member_id int);",
  );
  const { exit, out, err } = await run({}, { what: "migrations" });
  expect([exit, out]).toEqual([0, expect.stringContaining("user.financial.bank_account")]);
  expect(out).toContain("→ member_id");
  expect(err).toContain("a schema without data");
  expect((await run({}, { what: "nowhere" })).exit).toBe(2);
  expect((await run({ baseline: true })).err).toContain("--owner");
  expect((await run({ ci: true })).err).toContain("there is no map to compare with");
  expect((await run({ rows: "none" })).exit).toBe(2);
  const gone = await run({}, { what: "postgres://nobody:hidden@127.0.0.1:1/none" });
  expect([gone.exit, gone.err.includes("hidden")]).toEqual([3, false]);
  expect((await run({}, { what: "oracle://x/y" })).err).toContain("no connector knows");
});

test("a database without a table is an error, and says where to look", async () => {
  const other = await freshDatabase(inject("postgresUrl"), "discover_empty");
  try {
    const { exit, out, err } = await run({}, { what: other.url });
    expect([exit, out]).toEqual([2, ""]);
    expect(err).toContain("there is no collection in `app`");
    expect(err).toContain("fix: see that the address leads to the right database");
  } finally {
    await other.drop();
  }
});

test("large objects, which no column holds, are named as something that can not be looked into", async () => {
  const other = await freshDatabase(inject("postgresUrl"), "discover_large");
  try {
    const client = new pg.Client({ connectionString: other.url });
    await client.connect();
    await client.query(
      `create table papers (id int primary key, scan oid, as_text text);
       insert into papers select i, lo_from_bytea(0, convert_to('Ann Miller', 'UTF8')), '1' from generate_series(1, 2) i`,
    );
    await client.end();
    const { exit, out } = await run({}, { what: other.url });
    expect(exit).toBe(0);
    expect(out).toContain(
      "not looked at: `pg_largeobject`: 2 large objects, called by number in fields of type `oid`, or of numbers or text: may hold personal data, and can not be reached",
    );
    expect(out).toContain("suspected: `scan` holds numbers of large objects");
    expect(out).not.toContain("Ann Miller");
  } finally {
    await other.drop();
  }
});

test("an account without a right on any table: nothing could be looked at, and that is said", async () => {
  // Of a table without a column nothing has to be asked, so nobody is refused there.
  await sql("create role avow_blind login password 'blind'; create table bare ()");
  try {
    const at = new URL(database.url);
    at.username = "avow_blind";
    at.password = "blind";
    const { exit, out, err } = await run({}, { what: at.href });
    expect([exit, out]).toEqual([3, ""]);
    expect(err).toContain("none of the 4 collections of `app` could be looked into (denied)\n  fix: ");
    expect(err).toContain("give the account the right to read");
    // One that can be read is enough to go on; the others are named.
    await sql("grant select on products to avow_blind");
    const some = await run({}, { what: at.href });
    expect([some.exit, some.out]).toEqual([0, expect.stringContaining("not looked at: `users`: denied")]);
    // Each is named once, and its combinations are not asked for after it has been refused.
    expect(some.out).not.toContain("combinations: denied");
    expect(some.err).toContain("; 3 not looked at, or not to the end\n");
    // In CI they may hold anything, whatever is known of the one.
    await run({ write: "." }, { what: at.href });
    const ci = await run({ ci: true, map: "app.yaml" }, { what: at.href });
    expect([ci.exit, ci.out]).toEqual([3, ""]);
    expect(ci.err).toMatch(
      /could not be looked into, so what has changed can not be told: (?:`(?:events|tickets|users)` \(denied\)(?:, )?){3}\n {2}fix: /,
    );
    await sql("grant select on users, tickets, events to avow_blind");
    expect((await run({ ci: true, map: "app.yaml" }, { what: at.href })).exit).not.toBe(3);
  } finally {
    await sql("drop table bare; drop owned by avow_blind; drop role avow_blind");
  }
});

test.each([
  [{ megabytes: "abc" }, "`--megabytes` takes a whole number from 1 to 100000, and `abc` is none"],
  [{ rows: "0" }, "`--rows` takes a whole number from 1 to 100000, and `0` is none"],
  [{ seconds: "1.5" }, "`--seconds` takes a whole number from 1 to 600, and `1.5` is none"],
  [{ seconds: "1e2" }, "`--seconds` takes a whole number from 1 to 600, and `1e2` is none"],
  [{ rows: "" }, "`--rows` takes a whole number from 1 to 100000, and `` is none"],
])("a number that is none: %j", async (options, message) => {
  const { exit, err } = await run(options);
  expect([exit, err]).toEqual([2, `${message}\n  fix: see \`avow discover --help\`\n`]);
});
