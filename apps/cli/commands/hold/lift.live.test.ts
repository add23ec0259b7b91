/** What is owed when a hold is lifted, whenever that is, and what can not be placed twice or on two (spec/holds.md). */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { tail } from "@avow/runtime/ledger/tail";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { listHolds } from "@avow/runtime/requests/holds/book";
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { placeHold } from "@avow/runtime/requests/holds/place";
import { sweepRequests } from "@avow/runtime/requests/sweep/desk";
import { settle } from "@avow/runtime/service/log";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { runningCli } from "../../testing/run.ts";
import type { Service } from "../../testing/service.ts";
import { type Clinic, GROUNDS, MATTER, REVIEW, startClinic, who } from "./testing/clinic.ts";

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

async function lifted(hold: string) {
  const done = await liftHold(desk, hold, { reason: "settled", by: "test" });
  if (done === null || done === "names_person") throw new Error(String(done));
  return done;
}
const stateOf = async (id: string): Promise<string> =>
  (await service.own.query("select state from requests where id = $1", [id])).rows[0].state;

/** What the log says of a request, in the order of the alphabet. */
async function eventsOf(id: string): Promise<string[]> {
  const { ledger } = clinic.opened.service;
  await settle(ledger, () => {});
  const all = await tail(ledger, 10_000);
  return all.flatMap(({ body }) => (body?.["request"] === id ? [String(body["event"])] : [])).sort();
}

/** A desk at which something happens between the last look at the stores and the end of the request. */
function before(end: () => Promise<void>): Desk {
  let happened = false;
  const stores = Object.fromEntries(
    Object.entries(desk.estate.stores).map(([name, { reader, eraser }]) => [
      name,
      {
        reader,
        eraser: {
          ...eraser,
          reached: async () => {
            if (!happened) await end();
            happened = true;
            return { ok: true as const, value: { beyond: [], collections: [] } };
          },
        },
      },
    ]),
  );
  return { ...desk, estate: { ...desk.estate, stores } };
}

test("a hold that is lifted between the last look and the end leaves the erasure open, and it goes on", async () => {
  const hold = await clinic.placed("ada");
  const id = await clinic.asking("ada");
  const outcome = await clinic.working(
    before(async () => {
      expect(await lifted(hold)).toMatchObject({ kept: [], again: [] });
    }),
    id,
  );
  expect(outcome).toMatchObject({ state: "not_done", kept: [] });
  expect(outcome.results).toContainEqual({
    ...{ store: "app", collection: "payments", result: "remains", rows: 2 },
  });
  expect(outcome.notes.join()).toContain("a legal hold was lifted while it ran");
  expect(await clinic.idsOf("payments")).toEqual([1, 2, 3, 4]);
  expect(await clinic.working(desk, id)).toMatchObject({ state: "closed", kept: [] });
  expect([await clinic.idsOf("payments"), await clinic.idsOf("patients")]).toEqual([
    [3, 4],
    [2, 3],
  ]);
});

test("so does one in a sweep, and the others end", async () => {
  const hold = await clinic.placed("ada");
  const [ada, cy] = [await clinic.asking("ada"), await clinic.asking("cy")];
  const hands = { right: "erase", approver: "test", approve: async () => new Set<string>() };
  const swept = await sweepRequests(
    before(async () => void (await lifted(hold))),
    { ...hands, requestsMin: 1, requestsMax: 10, approvedOnly: true, tried: true },
  );
  expect(swept?.requests).toHaveLength(2);
  expect([await stateOf(ada), await stateOf(cy)]).toEqual(["not_done", "closed"]);
  expect(await clinic.working(desk, ada)).toMatchObject({ state: "closed", kept: [] });
  expect(await clinic.idsOf("payments")).toEqual([3]);
});

test("an erasure that ends while its hold is being lifted is opened again", async () => {
  const hold = await clinic.placed("ada");
  const id = await clinic.asking("ada");
  expect(await clinic.working(desk, id)).toMatchObject({ state: "closed" });
  const ending = new pg.Client({ connectionString: service.url.state });
  await ending.connect();
  try {
    // As if it ended only now: its lock is there, and what it owes is not committed.
    await ending.query("create temp table owed as select * from hold_owed");
    await ending.query("delete from hold_owed");
    await ending.query("begin");
    await ending.query("select pg_advisory_xact_lock_shared(hashtextextended('holds/clinic', 4))");
    const lifting = lifted(hold);
    await waits();
    await ending.query("insert into hold_owed select * from owed");
    await ending.query("commit");
    expect(await lifting).toMatchObject({ kept: [id], again: [expect.any(String)] });
  } finally {
    await ending.end();
  }
});

/** Until somebody waits for a lock that another has. */
async function waits(): Promise<void> {
  for (;;) {
    const { rows } = await service.own.query(
      "select 1 from pg_locks where locktype = 'advisory' and not granted",
    );
    if (rows.length > 0) return;
  }
}

test("what is owed is that of those who left, and nothing of whom the hold is on", async () => {
  const hold = await clinic.placed("ada");
  await store.query("insert into pages values (9, 1, 'hers')");
  const bob = await clinic.asking("bob");
  expect((await clinic.working(desk, bob)).kept.map((k) => [k.collection, k.hold])).toContainEqual([
    "shared_bills",
    hold,
  ]);
  expect(await clinic.idsOf("patients")).toEqual([1, 2, 3]);
  const { again, kept } = await lifted(hold);
  expect([kept, again]).toEqual([[bob], [expect.any(String)]]);
  expect(await stateOf(again[0] ?? "")).toBe("planned");
  expect(await clinic.working(desk, again[0] ?? "")).toMatchObject({ state: "closed", kept: [] });
  expect([
    await clinic.idsOf("patients"),
    await clinic.idsOf("pages"),
    await clinic.idsOf("shared_bills"),
  ]).toEqual([[1, 3], [1, 3, 9], []]);
});

test("of an erasure of a part what it asked is owed, and no more", async () => {
  const hold = await clinic.placed("ada");
  const scope = { categories: ["user.financial"], products: [], since: null, until: null };
  const part = await clinic.asking("ada", { ...NOTHING_MORE, scope });
  expect(await clinic.working(desk, part)).toMatchObject({ state: "closed" });
  expect(await clinic.idsOf("payments")).toEqual([1, 2, 3, 4]);
  const { again } = await lifted(hold);
  expect(await clinic.working(desk, again[0] ?? "")).toMatchObject({ state: "closed", kept: [] });
  const amounts = "select id, amount from payments order by id";
  expect((await store.query(amounts)).rows).toEqual([
    { id: 3, amount: 30 },
    { id: 4, amount: 40 },
  ]);
  expect([await clinic.idsOf("patients"), await clinic.idsOf("pages")]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test("somebody who was not known when he was held is found again when the hold is lifted", async () => {
  const hold = await clinic.placed("dee");
  await store.query(
    "insert into patients values (9, 'dee@example.org'); insert into payments values (9, 9, 1, '2026-01-01')",
  );
  expect(await clinic.working(desk, await clinic.asking("dee"))).toMatchObject({ state: "closed" });
  // Somebody mends the address by hand.
  await store.query("update patients set email = 'new@example.org' where id = 9");
  const { again } = await lifted(hold);
  expect(await clinic.working(desk, again[0] ?? "")).toMatchObject({ state: "closed", kept: [] });
  expect([await clinic.idsOf("patients"), await clinic.idsOf("payments")]).toEqual([
    [1, 2, 3],
    [1, 2, 3, 4],
  ]);
});

test("nobody is known any more by what was owed, and why is in the hold's record alone", async () => {
  const hold = await clinic.placed("ada");
  const outcome = await clinic.working(desk, await clinic.asking("ada"));
  expect(outcome.plan).toContainEqual(expect.objectContaining({ hold, reason: MATTER.reason }));
  await clinic.asking("bob");
  await sweepRequests(desk, {
    ...{ right: "erase", approver: "test", approve: async () => new Set<string>() },
    ...{ requestsMin: 1, requestsMax: 10, approvedOnly: true, tried: true },
  });
  const { rows: told } = await service.own.query("select plan, kept from requests");
  expect(told).toHaveLength(2);
  expect(JSON.stringify(told)).toContain(hold);
  expect(JSON.stringify(told)).not.toContain(MATTER.reason);
  await settle(clinic.opened.service.ledger, () => {});
  const log = await runningCli(service, ["ledger", "tail", "--lines", "1000", "--json"]);
  expect(log.out).toContain("request.planned");
  expect(log.out).not.toContain(MATTER.reason);
  const owed = () => service.own.query("select * from hold_owed");
  expect(JSON.stringify((await owed()).rows)).not.toContain("ada@");
  expect((await owed()).rows).toHaveLength(2);
  await lifted(hold);
  expect((await owed()).rows).toEqual([]);
});

test("the same said again is placed once; anything else about them is a hold of its own", async () => {
  const hold = await clinic.placed("ada");
  const more = { identities: who("ada"), grounds: GROUNDS, review: REVIEW, ...MATTER };
  expect(await placeHold(desk, more)).toMatchObject({ hold, before: true, known: true });
  expect(await placeHold(desk, { ...more, reason: "case 13" })).toMatchObject({ before: false });
  expect(await placeHold(desk, { ...more, identities: who("bob") })).toMatchObject({ before: false });
  expect(await listHolds(desk, { all: true })).toHaveLength(3);
});

test("a hold that knows less of somebody is not the same: the one said again is on all that they are called by", async () => {
  const hold = await clinic.placed("dee");
  await store.query("insert into patients values (9, 'dee@example.org')");
  const more = { identities: who("dee"), grounds: GROUNDS, review: REVIEW, ...MATTER };
  const second = await placeHold(desk, more);
  if (typeof second === "string" || second.hold === hold) throw new Error("a second one");
  expect(second).toMatchObject({ before: false, known: true });
  await store.query("update patients set email = 'new@example.org' where id = 9");
  await store.query("insert into payments values (9, 9, 1, '2026-01-01')");
  const outcome = await clinic.working(desk, await clinic.asking("new"));
  expect(outcome.kept).toContainEqual(
    expect.objectContaining({ collection: "payments", rows: 1, hold: second.hold }),
  );
  expect(await placeHold(desk, { ...more, identities: who("new") })).toMatchObject({
    hold: second.hold,
    before: true,
  });
});

test("what was refused kept nothing, and only what a backup brought back is found again by itself", async () => {
  const hold = await clinic.placed("ada");
  const [ada, bob] = [await clinic.asking("ada"), await clinic.asking("bob")];
  for (const id of [ada, bob]) expect(await clinic.working(desk, id)).toMatchObject({ state: "closed" });
  await service.own.query("delete from hold_owed");
  await service.own.query("update requests set state = 'refused' where id = $1", [ada]);
  expect((await listHolds(desk, { all: true }))[0]?.kept).toEqual([bob]);
  expect(await lifted(hold)).toEqual({ kept: [bob], again: [], cameBack: [] });
});

test("nobody is held together with somebody else, and no reason names whom it is on", async () => {
  const more = { identities: who("ada"), grounds: GROUNDS, review: REVIEW, ...MATTER };
  expect(await placeHold(desk, { ...more, identities: [...who("ada"), ...who("bob")] })).toBe("ambiguous");
  const byNumber = { ...more, identities: [{ namespace: "patient", value: "1" }] };
  expect(await placeHold(desk, { ...byNumber, reason: "ADA@example.org sues" })).toBe("names_person");
  expect(await listHolds(desk, { all: true })).toEqual([]);
  const hold = await clinic.placed("ada");
  expect(await liftHold(desk, hold, { reason: "ada@example.org gave up", by: "x" })).toBe("names_person");
  expect(await listHolds(desk, { all: false })).toHaveLength(1);
});

test("what is held is not put right until the hold is lifted: whoever asks could overwrite it", async () => {
  await clinic.placed("ada");
  const putRight = async (value: string) => {
    const asked = { ...NOTHING_MORE, set: [{ field: "patients.name", value }] };
    const given = { right: "rectify", identities: who("ada"), via: "cli", approvedBy: "cli", asked };
    return (await openRequest(desk, given)).id;
  };
  const name = async () => (await store.query("select name from patients where id = 1")).rows[0].name;
  // Her account is not held.
  expect(await clinic.working(desk, await putRight("Ada L."))).toMatchObject({ state: "closed" });
  expect(await name()).toBe("Ada L.");
  const account = [{ commitment: "kept-for-claims", classes: ["account"] }];
  const more = { identities: who("ada"), grounds: account, review: REVIEW, ...MATTER };
  const hold = await placeHold(desk, more);
  if (typeof hold === "string") throw new Error(hold);
  const id = await putRight("X");
  const outcome = await clinic.working(desk, id);
  expect(outcome).toMatchObject({ state: "not_done" });
  expect(outcome.results).toEqual([
    expect.objectContaining({ collection: "patients", result: "blocked", rows: 1 }),
  ]);
  expect(outcome.notes[0]).toContain("a legal hold keeps rows as they are, and nothing was changed");
  expect(await name()).toBe("Ada L.");
  const told = ["request.approved", "request.not_done", "request.planned", "request.received"];
  expect(await eventsOf(id)).toEqual(told);
  // As long as nothing changes, a second try is no second plan.
  expect(await clinic.working(desk, id)).toMatchObject({ state: "not_done" });
  expect(await eventsOf(id)).toEqual(["request.approved", "request.not_done", ...told.slice(1)]);
  await lifted(hold.hold);
  expect(await clinic.working(desk, id)).toMatchObject({ state: "closed" });
  expect(await name()).toBe("X");
  expect((await eventsOf(id)).filter((e) => e === "request.planned")).toHaveLength(1);
});

test("a hold that comes while somebody thinks about a correction is obeyed", async () => {
  const asked = { ...NOTHING_MORE, set: [{ field: "patients.name", value: "X" }] };
  const { id } = await openRequest(desk, { right: "rectify", identities: who("ada"), via: "cli", asked });
  const account = [{ commitment: "kept-for-claims", classes: ["account"] }];
  const ran = await workOn(desk, id, {
    approver: "test",
    approve: async () => {
      await placeHold(desk, { identities: who("ada"), grounds: account, review: REVIEW, ...MATTER });
      return true;
    },
  });
  expect(ran).toMatchObject({ outcome: { state: "not_done", results: [{ result: "blocked" }] } });
  expect((await store.query("select name from patients where id = 1")).rows).toEqual([{ name: "Ada" }]);
});

test("a dry run says how many rows it would hold, and writes nothing; that of an erasure names the hold", async () => {
  const day = REVIEW.toISOString().slice(0, 10);
  const ada = ["--person", "email=ada@example.org"];
  const said = ["--class", "payment", "--reason", MATTER.reason, "--owner", "legal", "--review", day];
  const avow = (...args: readonly string[]) => runningCli(service, args);
  const rows = [
    { collection: "app.patients", rows: 1 },
    { collection: "app.payments", rows: 2 },
    { collection: "app.shared_bills", rows: 1 },
  ];
  const place = ["hold", "place", ...ada, ...said];
  const done = await avow(...place, "--dry-run", "--json");
  expect([done.code, JSON.parse(done.out)]).toEqual([0, { hold: null, rows }]);
  expect((await avow(...place, "--dry-run")).out).toMatch(/app\.payments +2/);
  expect((await service.own.query("select id from holds")).rows).toEqual([]);
  expect(await avow(...place)).toMatchObject({ code: 0 });
  expect((await avow("request", "erase", ...ada, "--dry-run")).out).toContain(
    `legal hold: ${MATTER.reason}  lifted (review ${day})`,
  );
});
