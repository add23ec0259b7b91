/**
 * Every promise of Miky.ai that is called kept is broken on purpose once: exactly the promises that the sabotage names turn, and heal. All
 * parts run as they do in `avow up`: the service's app with its pages, Avow's server, a worker; a drill goes through the front door.
 */
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { must } from "@avow/core/terms/assert";
import { readSabotages } from "@avow/runtime/checks/sabotage/read";
import {
  type Looked,
  runSabotage,
  type SabotageHands,
  type SabotageResult,
  untested,
  untestedCommitments,
} from "@avow/runtime/checks/sabotage/run";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { checkService } from "../../check.ts";
import { drillService } from "../../drill.ts";
import { MIKY_FOLDER, startMiky } from "../../testing/miky.ts";

const PEOPLE = 150;
const now = (): Date => new Date();
const onLog = (): void => undefined;
/** A request that has not ended by then does not end, also on a machine that has others to serve. */
const DRILL_WAIT_MS_MAX = 8000;

const sabotages = readdirSync(join(MIKY_FOLDER, "sabotage")).flatMap((file) => {
  const read = readSabotages(file, readFileSync(join(MIKY_FOLDER, "sabotage", file), "utf8"));
  return must(read.value, JSON.stringify(read.issues));
});

let hands: SabotageHands;
const clients = new Map<string, pg.Client>();
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  const miky = await startMiky({ admin: inject("postgresUrl"), people: PEOPLE, now, stack });
  const { service, front, folder } = miky;
  for (const [on, url] of Object.entries(miky.url)) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    stack.defer(() => client.end());
    clients.set(on, client);
  }
  const drill = async (only?: readonly string[]): Promise<void> => {
    const options = { base: front, now, onStep: onLog, waitMsMax: DRILL_WAIT_MS_MAX, only };
    const drilled = await drillService({ ...service, folder: MIKY_FOLDER }, options);
    if (!drilled.ok) throw new Error(drilled.reason);
  };
  await drill();
  await sql("app", `insert into training_examples (day, text) values (current_date, '${OF_OURS}')`);
  hands = {
    ways: { sql, fs: fsOf(folder) },
    observers: { drill },
    // Canaries of a drill may still be leaving: no promise turns by that.
    verify: () => checkService(service, { now: now(), keepHistory: true }),
    pause: setTimeout,
  };
  // All drills are run once, on a machine that may have others to serve.
}, 300_000);

afterAll(() => stack.disposeAsync());

const sql = async (on: string, what: string): Promise<void> => {
  const { command, rowCount } = await must(clients.get(on), "a database of the test").query(what);
  if (rowCount === 0) throw new Error(`\`${command}\` of a sabotage changed nothing`);
};

/** `PATH: OLD -> NEW`, in the service's folder. */
const fsOf =
  (folder: string) =>
  async (_on: string, what: string): Promise<void> => {
    const [, path = "", old = "", fresh = ""] = /^(\S+): (.*) -> (.*)$/s.exec(what) ?? [];
    const text = await readFile(join(folder, path), "utf8");
    if (old === "" || !text.includes(old))
      throw new Error(`\`${path}\` does not hold what a sabotage replaces`);
    await writeFile(
      join(folder, path),
      text.replace(old, () => fresh),
    );
  };

/** An example that is none of a sabotage's, whatever signs it ends in. */
const OF_OURS = "how is a bowline tied (the knot)";

test("nothing is broken before, and each promise that is kept is sabotaged", async () => {
  const baseline = await hands.verify();
  const broken = baseline.promises.filter((p) => p.verdict === "broken");
  expect(broken).toEqual([]);
  const called = (verdict: string) =>
    baseline.promises.filter((p) => p.verdict === verdict).map((p) => p.promise);
  expect(called("attested").join(" ")).toBe("M25 M26");
  expect(called("kept").join(" ")).toBe(
    "M1 M2 M3 M4 M5 M11 M12 M16 M17 M18 M19 M20 M21 M22 M24 M27 M28 M29 M32 M33 M36 M37 M39 M42",
  );
  expect(untested(baseline, sabotages)).toEqual([]);
});

/** What the promises were called after the last sabotage: each begins where that ended. */
let last: Looked | undefined;
const results: SabotageResult[] = [];

test.each(sabotages)("$id breaks $breaks", async (sabotage) => {
  const result = await runSabotage(sabotage, hands, last);
  last = result.faults.length === 0 ? result.after : undefined;
  results.push(result);
  expect(result.faults).toEqual([]);
  expect([...result.turned].sort()).toEqual([...sabotage.breaks].sort());
});

test("what was there before is there after all sabotages, but for what they are about", async () => {
  const app = must(clients.get("app"), "a database of the test");
  const { rowCount } = await app.query("select from training_examples where text = $1", [OF_OURS]);
  expect(rowCount).toBe(1);
});

/** What the policy and the map say by themselves can become unproven, and nothing in a store breaks it. */
const NOT_OF_DATA = ["aggregates-without-end", "cache-for-a-time", "only-what-is-needed"];

test("each commitment that is kept, or vouched for, is broken by a sabotage, whatever else its promise says", async () => {
  const untested = untestedCommitments(await hands.verify(), results);
  expect(untested.toSorted()).toEqual(NOT_OF_DATA);
});

test("what a sabotage should have broken and did not is said, and so is what it broke besides", async () => {
  const first = must(
    sabotages.find((s) => s.id === "undeclared-column-on-users"),
    "listed",
  );
  const result = await runSabotage({ ...first, breaks: ["M2"] }, hands);
  expect(result.faults).toEqual([
    "`M1` turned from kept to broken, which was not meant",
    "`M2` should be broken and is kept",
  ]);
});

const periodNow = async (id: string) =>
  (await hands.verify()).promises.flatMap((p) => p.commitments).find((c) => c.id === id);

test("an answer in the cache that is dated twenty hours ahead, and would lie there until then, leaves its hour unproven", async () => {
  expect(await periodNow("cache-an-hour")).toMatchObject({ verdict: "kept" });
  await sql(
    "app",
    `insert into response_cache (key, user_id, prompt, answer, created_at)
     select 'sabotage', id, 'q', 'a', now() + interval '20 hours' from users limit 1`,
  );
  expect(await periodNow("cache-an-hour")).toMatchObject({
    verdict: "unproven",
    reason: expect.stringMatching(
      /^1 row of `app\.response_cache` .*date in `created_at`, or one that is still to come$/,
    ),
  });
  await sql("app", "delete from response_cache where key = 'sabotage'");
  expect(await periodNow("cache-an-hour")).toMatchObject({ verdict: "kept" });
});

test("a subscription that has ended and does not say when leaves its period unproven, and is named", async () => {
  const periodOf = () => periodNow("subscription-a-year");
  expect(await periodOf()).toMatchObject({ verdict: "kept" });
  await sql(
    "app",
    `insert into subscriptions (user_id, plan, status, stripe_subscription_id, started_at, cancelled_at)
     select u.id, 'plus', s.status::subscription_status, 'sub_' || s.nr, now() - interval '3 years', s.ended
       from (select id from users limit 1) u, (values (1, 'active', null), (2, 'cancelled', null),
         (3, 'cancelled', 'infinity'::timestamptz), (4, 'cancelled', now() - interval '9 days')) s (nr, status, ended)`,
  );
  expect(await periodOf()).toMatchObject({
    verdict: "unproven",
    reason:
      "2 rows of `app.subscriptions` have ended and no date in `cancelled_at`, or one that is still to come",
    evidence: [1, 2].map(() => ({
      what: "a row of `subscriptions`: it has ended and `cancelled_at` does not say when",
      locator: expect.any(String),
    })),
  });
  await sql("app", "delete from subscriptions where stripe_subscription_id ~ '^sub_[1-4]$'");
  expect(await periodOf()).toMatchObject({ verdict: "kept" });
});

test("an account that was emptied and does not say since when leaves its period unproven, and is named", async () => {
  const app = must(clients.get("app"), "a database of the test");
  const { rows } = await app.query(
    "select id, closed_at from users where closed_at is not null order by id limit 1",
  );
  const { id, closed_at: closedAt } = must(rows[0], "somebody who left");
  const closeAt = (at: unknown) => app.query("update users set closed_at = $2 where id = $1", [id, at]);
  expect(await periodNow("account-seven-years")).toMatchObject({ verdict: "kept" });
  for (const never of [null, "-infinity"]) {
    await closeAt(never);
    expect(await periodNow("account-seven-years")).toMatchObject({
      verdict: "unproven",
      reason: "1 row of `app.users` has ended and no date in `closed_at`, or one that is still to come",
      evidence: [
        {
          what: "a row of `users`: it has ended and `closed_at` does not say when",
          locator: expect.any(String),
        },
      ],
    });
  }
  await closeAt(closedAt);
  expect(await periodNow("account-seven-years")).toMatchObject({ verdict: "kept" });
});
