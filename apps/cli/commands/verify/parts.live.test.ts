/** A table beyond the budget, on each engine, through the real command line: broken at once, found by its locator, waived, told, mended, kept by parts. */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Club, clubsOn, mapOf, POLICY } from "@avow/provision/club";
import { freshDatabase } from "@avow/provision/database";
import type { Report } from "@avow/runtime/checks/report";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ENVIRONMENT } from "../../testing/environment.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const KEY = Buffer.alloc(32, 9);
const PAYMENTS = 5_000;
const DAY_MS = 86_400_000;

const server = inject("mariaDb");
if ("missing" in server) console.warn(`a large table on MariaDB is not tried: ${server.missing}`);
const CLUBS = clubsOn({
  postgresUrl: inject("postgresUrl"),
  mariaUrl: "missing" in server ? null : server.url,
});

for (const { engine, start } of CLUBS)
  describe(`a large table on ${engine}`, () => {
    let folder: string;
    let store: Club;
    let state: { url: string; drop: () => Promise<void> };
    let receiver: Server;
    let hook = "";
    const told: { promise: string; from: string | null; to: string; genuine: boolean }[] = [];

    beforeAll(async () => {
      receiver = createServer((request, response) => {
        let raw = "";
        request.on("data", (chunk) => (raw += String(chunk)));
        request.on("end", () => {
          const signed = `${request.headers["webhook-id"]}.${request.headers["webhook-timestamp"]}.${raw}`;
          const right = `v1,${createHmac("sha256", KEY).update(signed).digest("base64")}`;
          const genuine = request.headers["webhook-signature"] === right;
          const { data }: { data: { promise: string; from: string | null; to: string } } = JSON.parse(raw);
          told.push({ promise: data.promise, from: data.from, to: data.to, genuine });
          response.writeHead(204).end();
        });
      });
      await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
      const address = receiver.address();
      hook = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`;
      folder = await mkdtemp(join(tmpdir(), "avow-parts-"));
      state = await freshDatabase(inject("postgresUrl"), "parts_state");
      store = await start(folder);
      await writeFile(join(folder, "policy.en.md"), POLICY);
      await writeFile(join(folder, "app.yaml"), mapOf(engine));
      await writeFile(
        join(folder, "avow.yaml"),
        `service: club
policy: [policy.en.md]
datamap: [app.yaml]
stores: { app: { connector: ${engine}, readUrl: env:APP_URL, eraseUrl: env:APP_URL } }
state: env:STATE_URL
checks: { budget: { rows: 2000 } }
alerts: [{ url: env:ALERT_URL, secret: env:ALERT_SECRET }]
`,
      );
      const rows = Array.from(
        { length: PAYMENTS - 3 },
        (_, i) => `(${i + 4}, 9007199254740992, 1.00, 'n', '2025-05-05 10:00:00')`,
      );
      for (let at = 0; at < rows.length; at += 500)
        await store.rows(`insert into payments values ${rows.slice(at, at + 500).join(", ")}`);
      if (engine === "postgres") await store.rows("analyze payments");
      if (engine === "mysql") await store.rows("analyze table payments");
      expect((await avow(["bind", "--yes"])).code).toBe(0);
    });
    afterAll(async () => {
      await new Promise((resolve) => receiver.close(resolve));
      await store.drop();
      await state.drop();
      await rm(folder, { recursive: true });
    });

    function avow(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
      const env = {
        ...ENVIRONMENT,
        AVOW_HOME: join(folder, ".avow"),
        APP_URL: store.url,
        STATE_URL: state.url,
        ALERT_URL: hook,
        ALERT_SECRET: `whsec_${KEY.toString("base64")}`,
      };
      const child = spawn(process.execPath, [MAIN, ...args, "--service", folder], { env, cwd: folder });
      const said = { out: "", err: "" };
      child.stdout.on("data", (chunk) => void (said.out += chunk));
      child.stderr.on("data", (chunk) => void (said.err += chunk));
      return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
    }

    const PROMISE = "payments-kept";
    async function look(): Promise<{ code: number | null; err: string; report: Report; c: Seen }> {
      const { code, out, err } = await avow(["verify", "--promise", PROMISE, "--json"]);
      expect(out, err).toContain("{");
      const report: Report = JSON.parse(out);
      const c = report.promises[0]?.commitments[0];
      if (c === undefined) throw new Error("the promise has a commitment");
      return { code, err, report, c };
    }
    type Seen = Report["promises"][number]["commitments"][number];

    test("an old row breaks the promise in the first run, and its locator leads to it", async () => {
      const { code, c, report } = await look();
      expect([code, c.verdict, c.looks]).toEqual([1, "broken", ["windows"]]);
      expect(c.coverage).toBeLessThan(0.6);
      expect(report.read.rows).toBeLessThan(3_000);
      const locator = c.evidence.find((e) => e.locator !== undefined)?.locator ?? "";
      expect(locator).toMatch(/^[0-9a-f]{16}$/);
      const found = await avow(["verify", "--locate", locator, "--in", "app.payments", "--json"]);
      expect(JSON.parse(found.out)).toMatchObject({ found: { collection: "payments", key: { id: "2" } } });
      const strange = await avow(["verify", "--locate", "0000000000000000", "--in", "app.payments"]);
      expect([strange.code, strange.err]).toEqual([2, expect.stringContaining("none of 5000 rows")]);
    });

    test("the breach was told, signed; a waiver keeps it broken and lets the run pass, until it is needless", async () => {
      expect(told).toEqual([{ promise: PROMISE, from: null, to: "broken", genuine: true }]);
      const until = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);
      const waive = (day: string): Promise<void> =>
        writeFile(
          join(folder, "waivers.yaml"),
          `waivers:\n  - { promise: ${PROMISE}, owner: dana, reason: being mended, until: ${day} }\n`,
        );
      await waive(until);
      const waived = await look();
      expect([waived.code, waived.c.verdict]).toEqual([0, "broken"]);
      expect(waived.report).toMatchObject({
        summary: { broken: 1, waived: 1 },
        promises: [{ waived: true, commitments: [{ waiver: { owner: "dana", until } }] }],
        waivers: [],
      });
      await waive("2026-01-01");
      const late = await look();
      expect(late.code).toBe(1);
      expect(late.report.waivers).toEqual([
        "the waiver of promise `payments-kept` (dana) ran out on 2026-01-01: the breach counts again; mend it, or give the waiver a later day",
      ]);
      await waive("2099-01-01");
      const long = await look();
      expect([long.code, long.err]).toEqual([
        2,
        expect.stringContaining("none may run longer than 183 days"),
      ]);
      // Nobody answers for what can not be read, and it is shown so.
      expect(long.report).toMatchObject({
        summary: { broken: 1, waived: 0 },
        promises: [{ waived: false, commitments: [{ verdict: "broken", waiver: null }] }],
        waiverIssues: [{ code: "waiver-too-long", file: "waivers.yaml", line: 2 }],
      });
      await waive(until);
    });

    test("mended, it is unproven with its coverage until all windows were read, and then kept by parts", async () => {
      await store.rows("delete from payments where id = 2");
      const verdicts: string[] = [];
      let last = await look();
      for (let run = 0; run < 8 && last.c.verdict !== "kept"; run += 1) {
        verdicts.push(last.c.verdict);
        if (last.c.verdict === "unproven")
          expect(last.c.reason).toMatch(/^coverage of `app.payments` is \d+ % since \d{4}-\d\d-\d\d: /);
        last = await look();
      }
      expect(last.c).toMatchObject({ verdict: "kept", basis: "sampled", coverage: 1, looks: ["windows"] });
      expect(last.c.reason).toContain("read in parts");
      expect(last.report.waivers.join()).toContain("is needless");
      expect(told.at(-1)).toMatchObject({ to: "kept", genuine: true });
      const text = await avow(["verify", "--promise", PROMISE]);
      expect(text.out).toContain("(read in parts)");
      expect((await avow(["alert", "list", "--json"])).out).not.toContain('"waiting"');
    });

    test("an address whose receiver wanted no more is off, which list and test say, until retry", async () => {
      expect(JSON.parse((await avow(["alert", "list", "--json"])).out)).toMatchObject({ off: [] });
      const client = new pg.Client({ connectionString: state.url });
      await client.connect();
      await client.query(
        `insert into alerts (id, service, sink, body, state, failure, created_at, ended_at) values
         (gen_random_uuid(), 'club', 'env:ALERT_URL', '{"data":{}}', 'dead', 'http 410', now(), now() + interval '1 second')`,
      );
      await client.end();
      const list = await avow(["alert", "list"]);
      expect([list.code, list.err]).toEqual([
        1,
        expect.stringContaining("alerts to `env:ALERT_URL` are off"),
      ]);
      const sent = await avow(["alert", "test", "--json"]);
      expect(JSON.parse(sent.out)).toMatchObject({
        results: [{ sink: "env:ALERT_URL", result: "delivered" }],
        off: ["env:ALERT_URL"],
      });
      expect(sent.err).toContain("`avow alert retry` begins again");
      expect((await avow(["alert", "retry"])).code).toBe(0);
      const on = await avow(["alert", "list", "--json"]);
      expect([on.code, JSON.parse(on.out).off, on.err]).toEqual([0, [], ""]);
    });
  });
