/** The command as a script sees it: a service folder, real stores, the real process, its exit codes, and `kill -9` at each named moment. */
import { spawn } from "node:child_process";
import { openAsBlob } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { crashingCli, type Ended, runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

const POLICY = `---
service: cards
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Cards Ltd, country: DE, contact: { rights: privacy@cards.example } }
jurisdictions: [EU]
classes:
  account: [user.contact, user.name, user.unique_id]
  payment: [user.financial, user.payment, user.unique_id]
---
# Privacy

We delete your data when you ask us to.

\`\`\`commit
- id: erased-on-request
  right: erase
  ways: [email]
  within: P14D
\`\`\`
`;

const MAP = `store: app
connector: postgres
collections:
  customers:
    class: account
    person: { customer_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  cards:
    class: payment
    owner: customer_id -> customers.id
    fields: { id: system, customer_id: user.unique_id, number: user.financial }
  orders:
    class: payment
    owner: customer_id -> customers.id
    fields: { id: system, customer_id: user.unique_id, total: user.financial }
`;

const RESET = `
  drop table if exists orders, cards, customers;
  create table customers (id int primary key, email text unique, name text);
  create table cards (id int primary key, customer_id int not null references customers, number text);
  create table orders (id int primary key, customer_id int not null references customers, total int);
  insert into customers select n, 'c' || n || '@example.org', 'Customer ' || n from generate_series(1, 50) n;
  insert into cards select n, 1 + n % 50, 'number ' || n from generate_series(1, 500) n;
  insert into orders select n, 1 + n % 50, n from generate_series(1, 200) n;
  create or replace function protect() returns trigger language plpgsql as $$ begin
    if old.number = 'number 300' then raise exception 'this card of % is protected', old.customer_id; end if; return old; end $$;
`;

let service: Service;
let store: pg.Client;
let folder: string;

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "cards", policy: POLICY, map: MAP });
  ({ store, folder } = service);
});

afterAll(() => service.close());

beforeEach(async () => {
  await store.query(RESET);
});

const avow = (
  args: readonly string[],
  env: Record<string, string> = {},
  killedAt?: string,
): Promise<Ended> => {
  const place = { folder, env: { ...service.env, ...env } };
  return killedAt === undefined ? runningCli(place, args) : crashingCli(place, killedAt, args);
};

const count = async (sql: string): Promise<number> =>
  Number((await store.query(`select count(*) as n from ${sql}`)).rows[0].n);
const left = async () => ({
  customers: await count("customers"),
  cards: await count("cards"),
  orders: await count("orders"),
});
/** What Avow itself has written down of requests. */
const records = async (): Promise<string> => {
  const { rows } = await service.own.query(
    "select id, state, via, approved_at, tries from requests order by id",
  );
  return JSON.stringify(rows);
};
const erase = (email: string, env?: Record<string, string>, killedAt?: string) =>
  avow(["request", "erase", "--person", `email=${email}`, "--yes", "--json"], env, killedAt);

test("a protected card: not done, exit 1, what remains is named; a new request finishes it", async () => {
  await store.query("create trigger protect before delete on cards for each row execute function protect()");
  const first = await erase("c1@example.org");
  expect(first.code).toBe(1);
  const report = JSON.parse(first.out);
  expect(report.state).toBe("not_done");
  expect(report.results).toContainEqual(
    expect.objectContaining({ collection: "cards", result: "blocked", rows: 10 }),
  );
  expect(first.out + first.err).not.toContain("c1@example.org");
  expect(await count("cards where customer_id = 1")).toBe(10);
  expect(await count("customers where id = 1")).toBe(1);
  await store.query("drop trigger protect on cards");
  const second = await erase("c1@example.org");
  expect(second).toMatchObject({ code: 0 });
  expect(second.err).toContain("there is an open request for this person");
  expect(JSON.parse(second.out)).toMatchObject({ state: "closed", request: report.request });
  expect(await left()).toEqual({ customers: 49, cards: 490, orders: 196 });
});

test("an open request is nobody's permission: a dry run, no --yes, and Ctrl-C change nothing", async () => {
  await store.query("create trigger protect before delete on cards for each row execute function protect()");
  const first = await erase("c1@example.org");
  expect(first.code).toBe(1);
  await store.query("drop trigger protect on cards");
  const [before, rows] = [await records(), await left()];
  const about = ["request", "erase", "--person", "customer_id=1"];
  const dry = await avow([...about, "--dry-run", "--json"]);
  expect(dry.code).toBe(0);
  expect(JSON.parse(dry.out)).toMatchObject({ request: JSON.parse(first.out).request, state: "planned" });
  const unasked = await avow(about);
  expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  const interrupted = await atTerminal(about, "\u0003");
  expect(interrupted.code).toBe(2);
  expect(await left()).toEqual(rows);
  expect(await records()).toBe(before);
  expect(await erase("c1@example.org")).toMatchObject({ code: 0 });
});

/** Somebody at a terminal types this when asked. */
async function atTerminal(
  args: readonly string[],
  keys: string,
): Promise<{ code: number | null; out: string }> {
  const command = [process.execPath, MAIN, ...args, "--service", folder].map((a) => `'${a}'`).join(" ");
  const child = spawn("script", ["-qefc", command, "/dev/null"], { cwd: folder, env: service.env });
  let out = "";
  let typed = false;
  child.stdout.on("data", (d) => {
    out += d;
    if (typed || !out.includes("[y/N]")) return;
    typed = true;
    child.stdin.write(keys);
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  expect(typed).toBe(true);
  return { code, out };
}

test.each([
  ["Ctrl-C", "\u0003"],
  ["the end of the input", "\u0004"],
  ["n", "n\r"],
])("%s at the question means no, and leaves no request behind", async (_name, keys) => {
  const before = await records();
  const ended = await atTerminal(["request", "erase", "--person", "email=c2@example.org"], keys);
  expect(ended.code).toBe(2);
  expect(ended.out).toContain("nothing was changed");
  expect(ended.out).not.toMatch(/AbortError|\bat .*\.ts/);
  expect(await records()).toBe(before);
  expect(await left()).toEqual({ customers: 50, cards: 500, orders: 200 });
});

test("y at the question means yes", async () => {
  const ended = await atTerminal(["request", "erase", "--person", "email=c2@example.org"], "y\r");
  expect(ended.code).toBe(0);
  expect(await count("customers where id = 2")).toBe(0);
});

test("a reason to keep that nobody has confirmed stops every erasure, and its dry run", async () => {
  const policy = join(folder, "policy.en.md");
  await writeFile(
    policy,
    `${POLICY}\nWe keep payments for seven years.\n\n\`\`\`commit\n- id: payments\n  retain: payment\n  for: P1D\n  from: creation\n  then: erase\n  keeps: { why: law, reason: tax }\n\`\`\`\n`,
  );
  try {
    for (const how of ["--yes", "--dry-run"]) {
      const ended = await avow(["request", "erase", "--person", "email=c4@example.org", how]);
      expect(ended.code).toBe(2);
      expect(ended.err).toContain(
        "nothing is erased: `payments` says what must be kept, and is not confirmed",
      );
      expect(ended.err).toContain("avow bind");
    }
    expect(await left()).toEqual({ customers: 50, cards: 500, orders: 200 });
    expect((await avow(["request", "access", "--person", "email=c4@example.org", "--dry-run"])).code).toBe(0);
  } finally {
    await writeFile(policy, POLICY);
  }
});

describe("a file that can not be written is said before anything is done", () => {
  const access = (out: string, ...more: string[]) =>
    avow(["request", "access", "--person", "email=c6@example.org", "--out", out, ...more]);

  test.each([
    ["a folder that is not there", "nowhere/x.zip", "its folder does not exist"],
    ["a folder", ".", "it is a folder"],
    ["below a file", "app.yaml/x.zip", "its folder is no folder"],
    ["a file that is there", "app.yaml", "add --force"],
  ])("%s", async (_name, out, says) => {
    const before = await records();
    const ended = await access(join(folder, out));
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining(says) });
    expect(ended.err).not.toMatch(/\bat .*\.ts/);
    expect(await records()).toBe(before);
    expect((await readdir(folder)).filter((n) => n.includes(".part-"))).toEqual([]);
  });

  test("with --force it is replaced; nothing is left beside it", async () => {
    const out = join(folder, "old.zip");
    await writeFile(out, "old");
    expect((await access(out, "--force")).code).toBe(0);
    expect((await readFile(out)).subarray(0, 2).toString()).toBe("PK");
    expect((await readdir(folder)).filter((n) => n.includes(".part-"))).toEqual([]);
  });

  test.each(["--junit", "--sarif"])("a report (%s)", async (option) => {
    const ended = await avow(["verify", option, join(folder, "nowhere/r.xml")]);
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining(`${option}: `) });
    expect(ended.err).toContain("its folder does not exist");
  });
});

// Every moment, right and engine: `apps/cli/crash-matrix.live.test.ts`. Here it is whoever calls the command again.
describe("kill -9, then the same request again", () => {
  for (const point of ["intended", "acted"]) {
    test(point, async () => {
      const killed = await erase("c7@example.org", {}, point);
      expect(killed.signal).toBe("SIGKILL");
      const again = await erase("c7@example.org");
      expect(again).toMatchObject({ code: 0 });
      expect(JSON.parse(again.out).state).toBe("closed");
      expect(await left()).toEqual({ customers: 49, cards: 490, orders: 196 });
      expect((await erase("c7@example.org")).code).toBe(1);
    });
  }
});

test("nothing of the environment stops a run half-way", async () => {
  expect(await erase("c7@example.org", { AVOW_CRASH_AT: "acted" })).toMatchObject({ code: 0, signal: null });
});

test("two at once on one person: one works, the rows of neighbours stay", async () => {
  const both = await Promise.all([erase("c9@example.org"), erase("c9@example.org")]);
  expect(both.some((r) => r.code === 0)).toBe(true);
  expect(await left()).toEqual({ customers: 49, cards: 490, orders: 196 });
});

test("a dry run shows what then happens, and changes nothing", async () => {
  const dry = await avow(["request", "erase", "--person", "email=c3@example.org", "--dry-run", "--json"]);
  expect(dry.code).toBe(0);
  expect(await left()).toEqual({ customers: 50, cards: 500, orders: 200 });
  const real = await erase("c3@example.org");
  expect(JSON.parse(real.out).plan).toEqual(JSON.parse(dry.out).plan);
});

test("without a terminal and without --yes nothing happens", async () => {
  const asked = await avow(["request", "erase", "--person", "email=c3@example.org"]);
  expect(asked.code).toBe(2);
  expect(asked.err).toContain("--yes");
  expect(await left()).toEqual({ customers: 50, cards: 500, orders: 200 });
});

test("access gives one archive that holds the person's rows and nobody else's", async () => {
  const out = join(folder, "person.zip");
  const ended = await avow([
    "request",
    "access",
    "--person",
    "email=C5@Example.org ",
    "--out",
    out,
    "--json",
  ]);
  expect(ended.code).toBe(0);
  const zip = new ZipReader(new BlobReader(await openAsBlob(out)));
  const entries = await zip.getEntries();
  expect(entries.map((e) => e.filename)).toEqual(
    expect.arrayContaining(["index.html", "manifest.json", "data/app.cards.json", "data/app.cards.csv"]),
  );
  const cards = entries.find((e) => e.filename === "data/app.cards.json");
  if (cards === undefined || cards.directory) throw new Error("no cards");
  const rows: { customer_id: number }[] = JSON.parse(await cards.getData(new TextWriter()));
  expect(rows).toHaveLength(10);
  expect(new Set(rows.map((r) => r.customer_id))).toEqual(new Set([5]));
});

describe("bad input", () => {
  const cases: readonly (readonly [string, readonly string[], number, string])[] = [
    ["an unknown right", ["request", "forget", "--person", "email=a@b.c"], 2, "no right"],
    ["no person", ["request", "erase", "--yes"], 2, "--person"],
    ["a person without a value", ["request", "erase", "--person", "email"], 2, "key=value"],
    [
      "an unknown identity",
      ["request", "erase", "--person", "mail=a@b.c"],
      2,
      "it knows `customer_id`, `email`",
    ],
    ["an address that is none", ["request", "erase", "--person", "email=ada", "--yes"], 2, "no `@`"],
    ["nobody", ["request", "erase", "--person", "email=nobody@example.org", "--yes"], 1, "nobody"],
    ["an unknown option", ["request", "erase", "--gently"], 2, "unknown option"],
    ["an unknown command", ["reqest"], 2, "request"],
  ];
  for (const [name, args, code, says] of cases) {
    test(name, async () => {
      const ended = await avow(args);
      expect(ended.code).toBe(code);
      expect(ended.out + ended.err).toContain(says);
    });
  }

  test("a store that is not there", async () => {
    const ended = await avow(["request", "erase", "--person", "email=a@b.c", "--yes"], {
      APP_URL: "postgres://127.0.0.1:1/none",
    });
    expect(ended.code).toBe(3);
    expect(ended.err).toContain("the store `app` failed");
  });

  test("an address that is not set names the variable, and nothing else", async () => {
    const ended = await avow(["request", "erase", "--person", "email=a@b.c", "--yes"], { APP_URL: "" });
    expect(ended.code).toBe(2);
    expect(ended.err).toContain("store `app`: the environment variable `APP_URL` is not set");
    expect(ended.err).not.toContain("name it under `stores:`");
    // Once, though it is read and erased there.
    expect(ended.err.match(/is not set/g)).toHaveLength(1);
  });
});
