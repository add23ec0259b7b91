/** Rows that a restored backup brings back, on each engine: erased again where they provably are older, and a customer who came back left alone. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Club, clubsOn, POLICY } from "@avow/provision/club";
import { freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { ENVIRONMENT } from "../../testing/environment.ts";
import { crashingCli, type Ended, runningCli } from "../../testing/run.ts";

const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  people:
    class: account
    person: { person: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, joined: system }
    anchors: { creation: joined }
  letters:
    class: message
    owner: person -> people.id
    fields: { id: system, person: user.unique_id, body: user.content, sent: system }
    anchors: { creation: sent }
  scraps:
    class: message
    owner: person -> people.id
    fields: { id: system, person: user.unique_id, body: user.content }
  bills:
    class: payment
    owner: person -> people.id
    fields: { id: system, person: user.unique_id, amount: user.financial, made: system }
    anchors: { creation: made }
    erase: { keep: payments-kept, mask: { person: 'null' } }
`;

const TABLES = ["people", "letters", "scraps", "bills"] as const;
const SCHEMA = [
  "create table people (id integer primary key, email varchar(99), joined TIME)",
  "create table letters (id integer primary key, person integer, body varchar(99), sent TIME)",
  "create table scraps (id integer primary key, person integer, body varchar(99))",
  "create table bills (id integer primary key, person integer, amount integer, made TIME)",
];
const TIMES: Readonly<Record<string, string>> = {
  postgres: "timestamptz",
  mysql: "datetime",
  sqlite: "datetime",
};
/** As they were when the backup was made. */
const ADA = [
  "insert into people values (1, 'ada@example.org', '2020-01-01 00:00:00')",
  "insert into letters values (1, 1, 'one', '2020-02-01 00:00:00'), (2, 1, 'two', '2021-02-01 00:00:00')",
  "insert into scraps values (1, 1, 'nobody knows when')",
  "insert into bills values (1, 1, 5, '2010-01-01 00:00:00')",
];
const BOB = [
  "insert into people values (2, 'bob@example.org', '2020-01-01 00:00:00')",
  "insert into letters values (3, 2, 'mine', '2020-02-01 00:00:00')",
];

/** A trigger of the application that lets no letter go. */
const HOLD: Readonly<Record<string, readonly string[]>> = {
  postgres: [
    "create or replace function hold() returns trigger language plpgsql as $$ begin raise exception 'held'; end $$",
    "create trigger hold before delete on letters for each row execute function hold()",
  ],
  mysql: [
    "create trigger hold before delete on letters for each row signal sqlstate '45000' set message_text = 'held'",
  ],
  sqlite: ["create trigger hold before delete on letters begin select raise(abort, 'held'); end"],
};
const LET_GO: Readonly<Record<string, string>> = {
  postgres: "drop trigger hold on letters",
  mysql: "drop trigger hold",
  sqlite: "drop trigger hold",
};

const server = inject("mariaDb");
if ("missing" in server) console.warn(`a backup on MariaDB is not tried: ${server.missing}`);
const CLUBS = clubsOn({
  postgresUrl: inject("postgresUrl"),
  mariaUrl: "missing" in server ? null : server.url,
});

for (const { engine, start } of CLUBS)
  describe(`on ${engine}`, () => {
    let folder: string;
    let store: Club;
    let own: pg.Client;
    let state: { url: string; drop: () => Promise<void> };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "avow-again-"));
      state = await freshDatabase(inject("postgresUrl"), "again_state");
      own = new pg.Client({ connectionString: state.url });
      await own.connect();
      store = await start(folder);
      for (const sql of SCHEMA) await store.rows(sql.replace("TIME", TIMES[engine] ?? "text"));
      await writeFile(join(folder, "policy.en.md"), POLICY);
      await writeFile(join(folder, "app.yaml"), mapOf(engine));
      await writeFile(
        join(folder, "avow.yaml"),
        `service: club\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: ${engine}, url: env:APP_URL } }\nstate: env:STATE_URL\n`,
      );
      expect((await avow(["bind", "--yes"])).code).toBe(0);
    });
    afterAll(async () => {
      await own.end();
      await store.drop();
      await state.drop();
      await rm(folder, { recursive: true });
    });
    beforeEach(async () => {
      for (const table of TABLES) await store.rows(`delete from ${table}`);
      for (const sql of [...ADA, ...BOB]) await store.rows(sql);
      const done = await avow(["request", "erase", "--person", "email=ada@example.org", "--yes", "--json"]);
      expect(JSON.parse(done.out)).toMatchObject({ state: "closed" });
      expect(await ids("people", "letters", "scraps", "bills")).toEqual(["2", "3", "", ""]);
    });

    function avow(args: readonly string[], killedAt?: string): Promise<Ended> {
      const env = {
        ...ENVIRONMENT,
        AVOW_HOME: join(folder, ".avow"),
        APP_URL: store.url,
        STATE_URL: state.url,
      };
      const place = { folder, env };
      return killedAt === undefined ? runningCli(place, args) : crashingCli(place, killedAt, args);
    }

    const again = async (...more: string[]) => {
      const done = await avow(["request", "again", "--json", ...more]);
      return { code: done.code, ...JSON.parse(done.out) };
    };

    async function ids(...tables: string[]): Promise<string[]> {
      const found: string[] = [];
      for (const table of tables)
        found.push(
          (await store.rows(`select id from ${table} order by id`)).map(([id]) => String(id)).join(),
        );
      return found;
    }

    test("what came back goes again, as a request of its own; what has no date goes with whom it belongs to", async () => {
      expect(await again("--yes")).toMatchObject({ code: 0, back: [], requests: [] });
      for (const sql of ADA) await store.rows(sql);
      const dry = await again("--dry-run");
      expect(dry.code).toBe(1);
      expect(dry.back).toEqual([
        { store: "app", collection: "people", verdict: "older", rows: 1 },
        { store: "app", collection: "letters", verdict: "older", rows: 2 },
        {
          store: "app",
          collection: "scraps",
          verdict: "older",
          rows: 1,
          reason: expect.stringContaining("along with the rows that it belongs to"),
        },
        { store: "app", collection: "bills", verdict: "older", rows: 1 },
      ]);
      expect(await ids(...TABLES)).toEqual(["1,2", "1,2,3", "1", "1"]);
      const done = await again("--yes");
      expect(done).toMatchObject({ code: 0, examined: 7, requests: [{ state: "closed" }] });
      expect(await ids(...TABLES)).toEqual(["2", "3", "", ""]);
      const { request } = done.requests[0];
      const { rows } = await own.query(
        "select via, state, right_name, certificate is not null as certified, sealed_identities from requests where id = $1",
        [request],
      );
      expect(rows).toEqual([
        {
          via: "suppression",
          state: "closed",
          right_name: "erase",
          certified: true,
          sealed_identities: null,
        },
      ]);
      const steps = await own.query(
        "select sum(rows)::int as rows, min(state) as state from request_steps where request = $1",
        [request],
      );
      expect(steps.rows).toEqual([{ rows: 5, state: "done" }]);
      expect(await again("--yes")).toMatchObject({ requests: [], plan: [] });
    });

    test("what has no date and belongs to nobody who came back, or to a living person, is only named", async () => {
      await store.rows("insert into scraps values (1, 1, 'nobody knows when')");
      const alone = await again("--yes");
      expect(alone).toMatchObject({
        code: 0,
        requests: [],
        back: [{ collection: "scraps", verdict: "unsure" }],
      });
      await store.rows("update scraps set person = 2");
      for (const sql of ADA.slice(0, 2)) await store.rows(sql);
      const found = await again("--yes");
      expect(found).toMatchObject({ code: 0, requests: [{ state: "closed" }] });
      expect(found.back).toContainEqual({
        store: "app",
        collection: "scraps",
        verdict: "unsure",
        rows: 1,
        reason: expect.stringContaining("may have come back"),
      });
      expect(await ids(...TABLES)).toEqual(["2", "3", "1", ""]);
    });

    test("a customer who came back is left alone: a new row with the address, and a new row with the number", async () => {
      const now = new Date(Date.now() + 60_000).toISOString().slice(0, 19).replace("T", " ");
      await store.rows(`insert into people values (9, 'ada@example.org', '${now}')`);
      await store.rows(`insert into letters values (90, 9, 'back again', '${now}')`);
      await store.rows(`insert into letters values (2, 9, 'the number of an old one', '${now}')`);
      const found = await again("--yes");
      expect(found).toMatchObject({
        code: 0,
        requests: [],
        back: [
          {
            collection: "letters",
            verdict: "unsure",
            rows: 1,
            reason: expect.stringContaining("newer than the erasure"),
          },
        ],
      });
      // The backup, too: its account has the same address, and goes without what she has since.
      await store.rows(ADA[0] ?? "");
      await store.rows("insert into letters values (1, 1, 'one', '2020-02-01 00:00:00')");
      expect(await again("--yes")).toMatchObject({ code: 0, requests: [{ state: "closed" }] });
      expect(await ids("people", "letters")).toEqual(["2,9", "2,3,90"]);
    });

    test("reasons to keep still hold, and an old row that a living person owns stays", async () => {
      await store.rows("insert into bills values (1, 1, 5, '2024-01-01 00:00:00')");
      await store.rows("insert into letters values (1, 2, 'it is Bob´s now', '2020-02-01 00:00:00')");
      expect(await again("--yes")).toMatchObject({ code: 0, requests: [], plan: [] });
      expect(await ids("bills", "letters")).toEqual(["1", "1,3"]);
    });

    test("while the store holds the rows, one request waits for them, however often somebody looks", async () => {
      for (const sql of ADA) await store.rows(sql);
      for (const sql of HOLD[engine] ?? []) await store.rows(sql);
      try {
        const told = await avow(["request", "again", "--yes"]);
        expect(told.code).toBe(1);
        expect(told.out).toMatch(/NOT DONE; .*\n\s+where\s+rows\s+result\s+why\n\s+app\.\w+\s+\d+\s+/);
        for (let n = 0; n < 2; n += 1) expect(await again("--yes")).toMatchObject({ code: 1 });
        const open = await own.query(
          "select count(*)::int as n from requests where via = 'suppression' and closed_at is null",
        );
        expect(open.rows).toEqual([{ n: 1 }]);
      } finally {
        await store.rows(LET_GO[engine] ?? "");
      }
      expect(await again("--yes")).toMatchObject({ code: 0, requests: [{ state: "closed" }] });
      expect(await ids("people", "letters")).toEqual(["2", "3"]);
    });

    test("names say nothing, run out, and a kill in the middle is gone on with", async () => {
      const { rows } = await own.query(
        "select names from suppression_lots join suppression_ends using (request) where ends_at > now()",
      );
      const names = rows.reduce((n, r) => n + r.names.length / 16, 0);
      expect(names).toBeGreaterThanOrEqual(5);
      expect(Number.isInteger(names)).toBe(true);
      for (const sql of ADA) await store.rows(sql);
      expect((await avow(["request", "again", "--yes", "--json"], "acted")).signal).toBe("SIGKILL");
      const after = await again("--yes");
      expect(after.code).toBe(0);
      expect(await ids("people", "letters")).toEqual(["2", "3"]);
      for (const sql of ADA.slice(0, 1)) await store.rows(sql);
      await own.query("update suppression_ends set ends_at = now() - interval '1 day'");
      expect(await again("--yes")).toMatchObject({ code: 0, back: [] });
      expect(await ids("people")).toEqual(["1,2"]);
    });
  });
