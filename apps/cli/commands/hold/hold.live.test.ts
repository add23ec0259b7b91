/** Legal holds as staff place and lift them: a real store, the real process, and `kill -9` in between (spec/holds.md). */
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { placeHold } from "@avow/runtime/requests/holds/place";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { crashingCli, type Ended, runningCli } from "../../testing/run.ts";
import type { Service } from "../../testing/service.ts";
import { type Clinic, startClinic } from "./testing/clinic.ts";

let clinic: Clinic;
let service: Service;
let store: pg.Client;
let desk: Desk;

beforeAll(async () => {
  clinic = await startClinic({ server: inject("postgresUrl") });
  ({ service, store, desk } = clinic);
});
afterAll(() => clinic.close());
beforeEach(() => clinic.reset());

const avow = (...args: readonly string[]): Promise<Ended> => runningCli(service, args);
const ADA = "email=ada@example.org";
const REVIEW = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const MATTER = ["--reason", "case 12/2026", "--owner", "legal", "--review", REVIEW];
const erasing = (who: string) => ["request", "erase", "--person", who, "--yes", "--json"];

async function placed(who: string, ...classes: readonly string[]): Promise<string> {
  const of = classes.flatMap((c) => ["--class", c]);
  const done = await avow("hold", "place", "--person", who, ...of, ...MATTER, "--json");
  expect(done).toMatchObject({ code: 0 });
  return JSON.parse(done.out).hold;
}

const world = async () => ({
  patients: await clinic.idsOf("patients"),
  payments: await clinic.idsOf("payments"),
  pages: await clinic.idsOf("pages"),
  shared_bills: await clinic.idsOf("shared_bills"),
});
const ALL = { patients: [1, 2, 3], payments: [1, 2, 3, 4], pages: [1, 2, 3], shared_bills: [1] };

const heldLine = (hold: string, collection: string, rows: number) => ({
  ...{ store: "app", collection, rows, why: "hold", commitment: "kept-for-claims" },
  ...{ until: `${REVIEW}T00:00:00.000Z`, hold },
});

describe("what can not be placed", () => {
  const PERSON = ["--person", ADA];
  test.for<[string, readonly string[], string]>([
    ["no class of the policy", [...PERSON, "--class", "paymint", ...MATTER], "did you mean `payment`?"],
    [
      "everything",
      [...PERSON, ...MATTER],
      "the policy allows a legal hold of `account`, `payment` only: say which with --class",
    ],
    [
      "a class without ground",
      [...PERSON, "--class", "diary", ...MATTER],
      "write `retain: diary` with `for: needed` and `keeps: { why: hold, reason: … }` into the policy",
    ],
    [
      "a day that is over",
      [...PERSON, "--class", "payment", ...MATTER, "--review", "2020-01-01"],
      "--review: give a day that is still to come",
    ],
    [
      "a day too far",
      [...PERSON, "--class", "payment", ...MATTER, "--review", "2199-01-01"],
      "--review: a hold is looked at again within a year",
    ],
    [
      "no day",
      [...PERSON, "--class", "payment", ...MATTER, "--review", "2027-02-30"],
      "--review a day of the calendar",
    ],
    ["nobody", ["--class", "payment", ...MATTER], "say whom it is on with --person key=value"],
    [
      "an identity that the map does not know",
      ["--person", "phone=1", "--class", "payment", ...MATTER],
      "`phone` is no identity of this service: it knows `patient`, `email`",
    ],
    [
      "no reason",
      [...PERSON, "--class", "payment", "--owner", "legal", "--review", REVIEW],
      "say why with --reason",
    ],
    [
      "a reason that names the person",
      [...PERSON, "--class", "payment", ...MATTER, "--reason", "Ada@example.org sues"],
      "--reason: it names the person",
    ],
    [
      "no owner",
      [...PERSON, "--class", "payment", "--reason", "x", "--review", REVIEW],
      "say who answers for it with --owner",
    ],
  ])("%s", async ([, args, says]) => {
    const done = await avow("hold", "place", ...args);
    expect(done).toMatchObject({ code: 2, out: "" });
    expect(done.err).toContain(says);
    expect((await service.own.query("select id from holds")).rows).toEqual([]);
  });

  test("a verb that there is not, and a hold that there is not", async () => {
    expect((await avow("hold", "drop")).err).toContain("`drop` is nothing to do with a hold: choose `place`");
    expect((await avow("hold", "lift", "7", "--reason", "x")).err).toContain(
      "say which: `avow hold lift ID`",
    );
    expect((await avow("hold", "review", "7", "--reason", "x")).err).toBe(
      "`avow hold review` takes no `--reason`: `avow hold --help` shows who takes what\n",
    );
    expect((await avow("hold", "list", "7")).err).toBe("`avow hold list` takes no id of a hold\n");
    const none = ["hold", "lift", "3f2a8d1e-0000-4000-8000-000000000000", "--reason", "over"];
    expect(await avow(...none)).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no such hold in effect"),
    });
  });
});

/** Fourteen processes, one after another. */
const ONE_LIFE_MS = 300_000;

test(
  "an erasure keeps exactly what is held, says so everywhere, and ends when the hold is lifted",
  async () => {
    const hold = await placed(ADA, "payment");
    const dry = JSON.parse((await avow("request", "erase", "--person", ADA, "--dry-run", "--json")).out);
    const kept = [
      heldLine(hold, "patients", 1),
      heldLine(hold, "payments", 2),
      heldLine(hold, "shared_bills", 1),
    ];
    expect(dry.plan).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          collection: "payments",
          action: "keep",
          reason: "case 12/2026",
          ...kept[1],
        }),
        expect.objectContaining({ collection: "pages", action: "delete", rows: 1 }),
      ]),
    );
    expect(await world()).toEqual(ALL);
    const done = await avow(...erasing(ADA));
    expect(done).toMatchObject({ code: 0 });
    const said = JSON.parse(done.out);
    expect(said).toMatchObject({ state: "closed", kept: expect.arrayContaining(kept) });
    expect(said.kept).toHaveLength(3);
    expect(await world()).toEqual({ ...ALL, pages: [2, 3] });
    expect((await store.query("select payer, other from shared_bills")).rows).toEqual([
      { payer: 1, other: 2 },
    ]);
    // Of her account what the payments need: whose they are.
    const account = "select email, name, street, joined::text from patients where id = 1";
    const needed = [{ email: "ada@example.org", name: null, street: null, joined: "2024-01-01" }];
    expect((await store.query(account)).rows).toEqual(needed);
    const again = JSON.parse((await avow(...erasing(ADA))).out);
    expect(again).toMatchObject({ state: "closed", kept: expect.arrayContaining(kept) });

    const listed = JSON.parse((await avow("hold", "list", "--json")).out);
    expect(listed.holds).toMatchObject([
      {
        hold,
        state: "in_effect",
        reason: "case 12/2026",
        owner: "legal",
        kept: expect.arrayContaining([said.request]),
      },
    ]);
    const tail = (await avow("ledger", "tail", "--lines", "1000", "--json")).out;
    expect(tail).toContain("hold.placed");
    expect(tail).not.toContain("ada@example.org");
    const clear = await service.own.query(
      "select holds::text from holds union all select hold_names::text from hold_names",
    );
    expect(JSON.stringify(clear.rows)).not.toMatch(/ada@|case 12/);

    const lifted = JSON.parse((await avow("hold", "lift", hold, "--reason", "settled", "--json")).out);
    expect(lifted).toMatchObject({ state: "lifted", again: [expect.any(String)], cameBack: [] });
    expect(lifted.kept).toContain(said.request);
    expect(await world()).toEqual({ ...ALL, pages: [2, 3] });
    const open = JSON.parse((await avow("request", "list", "--json")).out);
    expect(open.requests).toMatchObject([{ request: lifted.again[0], state: "planned" }]);
    const ended = JSON.parse((await avow(...erasing(ADA))).out);
    expect(ended).toMatchObject({ request: lifted.again[0], state: "closed", kept: [] });
    expect(await world()).toEqual({ patients: [2, 3], payments: [3, 4], pages: [2, 3], shared_bills: [] });
    expect((await avow("ledger", "tail", "--lines", "1000", "--json")).out).toContain("hold.lifted");
    expect(await avow("hold", "list")).toMatchObject({ code: 0, out: "no hold is in effect\n" });
    const all = JSON.parse((await avow("hold", "list", "--all", "--json")).out);
    expect(all.holds).toMatchObject([{ hold, state: "lifted", lifted: { reason: "settled", by: "cli" } }]);
    expect((await avow("hold", "lift", hold, "--reason", "settled")).code).toBe(2);
  },
  ONE_LIFE_MS,
);

test("an account that is held itself stays whole", async () => {
  await placed(ADA, "payment", "account");
  const said = JSON.parse((await avow(...erasing(ADA))).out);
  expect(said).toMatchObject({ state: "closed" });
  const { rows } = await store.query("select name, street from patients where id = 1");
  expect(rows).toEqual([{ name: "Ada", street: "Elm 1" }]);
});

test("a review day that is over ends nothing: it is said, and a new one is given", async () => {
  const hold = await placed(ADA, "payment");
  await service.own.query("update holds set review_at = now() - interval '3 days'");
  expect((await avow("hold", "list")).out).toContain("in effect, review OVERDUE");
  const said = "1 legal hold is past the review day: `avow hold list`\n";
  expect((await avow("verify", "--no-history")).err).toBe(said);
  await avow(...erasing(ADA));
  expect((await world()).payments).toEqual([1, 2, 3, 4]);
  expect(await avow("hold", "review", hold, "--review", REVIEW)).toMatchObject({ code: 0 });
  expect((await avow("hold", "list")).out).not.toContain("OVERDUE");
});

test("somebody whom nobody knows yet is held from when he is known", async () => {
  const who = "email=dee@example.org";
  const done = await avow("hold", "place", "--person", who, "--class", "payment", ...MATTER);
  expect(done).toMatchObject({
    code: 0,
    err: expect.stringContaining("nobody is known by these identities"),
  });
  await store.query(
    "insert into patients values (9, 'dee@example.org'); insert into payments values (9, 9, 1, '2026-01-01')",
  );
  const said = JSON.parse((await avow(...erasing("patient=9"))).out);
  expect(said).toMatchObject({
    state: "closed",
    plan: expect.not.arrayContaining([expect.objectContaining({ action: "delete" })]),
  });
  expect((await world()).payments).toEqual([1, 2, 3, 4, 9]);
});

test("who shares a held row and leaves does not take it along", async () => {
  const hold = await placed(ADA, "payment");
  const said = JSON.parse((await avow(...erasing("email=bob@example.org"))).out);
  expect(said).toMatchObject({
    state: "closed",
    kept: expect.arrayContaining([heldLine(hold, "shared_bills", 1)]),
  });
  expect((await store.query("select payer, other from shared_bills")).rows).toEqual([{ payer: 1, other: 2 }]);
  expect((await world()).payments).toEqual([1, 2, 4]);
});

test.for(["alone", "in a sweep"])(
  "what somebody else wrote about a person who is held stays when he leaves, %s",
  async (how) => {
    const letter = [{ author: 3, on: 1, text: "Ada owes me" }];
    await store.query(`insert into letters values (1, 3, 1, 'Ada owes me')`);
    const hold = await placed(ADA, "payment");
    const cy = "email=cy@example.org";
    if (how === "alone") {
      const said = JSON.parse((await avow(...erasing(cy))).out);
      expect(said).toMatchObject({
        state: "closed",
        kept: expect.arrayContaining([heldLine(hold, "letters", 1)]),
      });
    } else {
      const identities = [{ namespace: "email", value: "cy@example.org" }];
      await openRequest(desk, { right: "erase", via: "cli", approvedBy: "cli", identities });
      expect(await avow("sweep", "--yes")).toMatchObject({ code: 0 });
    }
    expect((await store.query(`select author, "on", text from letters`)).rows).toEqual(letter);
    expect((await world()).payments).toEqual([1, 2, 3]);
  },
);

test("a sweep leaves what is held, and lets the others go", async () => {
  const hold = await placed(ADA, "payment");
  for (const n of [1, 2, 3]) {
    const who = ["ada", "bob", "cy"][n - 1];
    await openRequest(desk, {
      ...{ right: "erase", via: "cli", approvedBy: "cli" },
      identities: [{ namespace: "email", value: `${who}@example.org` }],
    });
  }
  const swept = await avow("sweep", "--yes", "--json");
  expect(swept).toMatchObject({ code: 0 });
  // Bob's row stays as far as the bill that names him is Ada's, too.
  expect(await world()).toEqual({ patients: [1, 2], payments: [1, 2], pages: [], shared_bills: [1] });
  const rows = await service.own.query("select kept, state from requests order by received_at");
  expect(rows.rows.map((r) => r.state)).toEqual(["closed", "closed", "closed"]);
  expect(rows.rows[0].kept).toEqual(
    expect.arrayContaining([
      heldLine(hold, "payments", 2),
      heldLine(hold, "patients", 1),
      heldLine(hold, "shared_bills", 1),
    ]),
  );
});

test("what a backup brings back stays while it is held", async () => {
  await avow(...erasing("email=cy@example.org"));
  expect((await world()).payments).toEqual([1, 2, 3]);
  const hold = await placed("email=cy@example.org", "payment");
  await store.query(
    "insert into patients values (3, 'cy@example.org', 'Cy', null, '2024-01-01'); insert into payments values (4, 3, 40, '2025-01-04')",
  );
  await avow("request", "again", "--yes", "--json");
  expect(await world()).toMatchObject({ patients: [1, 2, 3], payments: [1, 2, 3, 4] });
  await avow("hold", "lift", hold, "--reason", "settled");
  await avow("request", "again", "--yes", "--json");
  expect(await world()).toMatchObject({ patients: [1, 2], payments: [1, 2, 3] });
});

test.for(["captured", "planned", "intended"])(
  "a hold that comes while an erasure is killed at `%s` is obeyed by whoever goes on",
  async (point) => {
    expect((await crashingCli(service, point, erasing(ADA))).signal).toBe("SIGKILL");
    const before = await world();
    expect(before).toEqual(ALL);
    const hold = await placed(ADA, "payment");
    const said = JSON.parse((await avow(...erasing(ADA))).out);
    expect(said).toMatchObject({
      state: "closed",
      kept: expect.arrayContaining([heldLine(hold, "payments", 2)]),
    });
    expect(said.results).not.toContainEqual(
      expect.objectContaining({ collection: "payments", result: "verified_absent" }),
    );
    expect(await world()).toEqual({ ...ALL, pages: [2, 3] });
  },
);

test("killed when all was done, it says what is gone and keeps nothing", async () => {
  expect((await crashingCli(service, "acted", erasing(ADA))).signal).toBe("SIGKILL");
  const gone = { patients: [2, 3], payments: [3, 4], pages: [2, 3], shared_bills: [] };
  expect(await world()).toEqual(gone);
  await placed(ADA, "payment");
  const said = JSON.parse((await avow(...erasing(ADA))).out);
  expect(said).toMatchObject({ state: "closed", kept: [] });
  expect(said.results).toContainEqual(
    expect.objectContaining({ collection: "payments", result: "verified_absent", rows: 2 }),
  );
  expect(await world()).toEqual(gone);
});

test("a hold that is placed between the plan and the act is obeyed, and the plan says so", async () => {
  const identities = [{ namespace: "email", value: "ada@example.org" }];
  const { id } = await openRequest(desk, { right: "erase", identities, via: "cli" });
  const grounds = [{ commitment: "kept-for-claims", classes: ["payment"] }];
  const review = new Date(`${REVIEW}T00:00:00Z`);
  let hold = "";
  const ran = await workOn(desk, id, {
    approver: "test",
    approve: async (plan) => {
      expect(plan.every((l) => l.action === "delete")).toBe(true);
      const said = { reason: "case 12/2026", owner: "legal", by: "test" };
      const made = await placeHold(desk, { identities, grounds, review, ...said });
      if (typeof made === "string") throw new Error(made);
      expect(made.open).toEqual([id]);
      hold = made.hold;
      return true;
    },
  });
  expect(ran).toMatchObject({ busy: false, failed: null, outcome: { state: "closed" } });
  expect(await world()).toEqual({ ...ALL, pages: [2, 3] });
  const { rows } = await service.own.query("select plan, kept, results from requests where id = $1", [id]);
  expect(rows[0].kept).toEqual(expect.arrayContaining([heldLine(hold, "payments", 2)]));
  expect(rows[0].plan).toContainEqual(
    expect.objectContaining({ action: "keep", ...heldLine(hold, "payments", 2) }),
  );
  expect(rows[0].results).toContainEqual(
    expect.objectContaining({ collection: "pages", result: "verified_absent", rows: 1 }),
  );
});
