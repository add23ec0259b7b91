/** Of whom a hold was told little: what else they are called by is learned later, and said in the log (spec/holds.md). */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { tail } from "@avow/runtime/ledger/tail";
import type { Desk } from "@avow/runtime/requests/desk/desk";
import { workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { followHolds } from "@avow/runtime/requests/holds/follow";
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { placeHold } from "@avow/runtime/requests/holds/place";
import { openSealed } from "@avow/runtime/requests/holds/sealed";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { CONNECTORS } from "../../connectors.ts";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { MAP, POLICY, RESET } from "./testing/clinic.ts";

let service: Service;
let store: pg.Client;
let opened: OpenDesk;
let desk: Desk;

/** A street has several people, of whom it names none. */
const SHARING = MAP.replace("email: email }", "email: email, home: { field: street, shared: true } }");

beforeAll(async () => {
  const given = { server: inject("postgresUrl"), name: "clinic", policy: POLICY, map: SHARING };
  service = await startService(given);
  ({ store } = service);
  await store.query(RESET);
  expect(await runningCli(service, ["bind", "--yes"])).toMatchObject({ code: 0 });
  const made = await openDesk(service.folder, {
    ...{ env: service.env, now: () => new Date(), onLog: () => {}, connectors: CONNECTORS },
  });
  if (made.value === null) throw new Error(JSON.stringify(made.issues));
  opened = made.value;
  ({ desk } = opened);
});
afterAll(async () => {
  await opened.service.close();
  await service.close();
});
beforeEach(async () => {
  await service.own.query(
    "truncate requests, holds, suppression_lots, suppression_ends, suppression_runs cascade",
  );
  await store.query(RESET);
});

const REVIEW = new Date(Date.now() + 30 * 86_400_000);
const who = (name: string) => [{ namespace: "email", value: `${name}@example.org` }];
const matter = { reason: "case 12/2026", owner: "legal", by: "test" };
const grounds = [{ commitment: "kept-for-claims", classes: ["payment"] }];

async function placed(name: string): Promise<string> {
  const done = await placeHold(desk, { identities: who(name), grounds, review: REVIEW, ...matter });
  if (typeof done === "string") throw new Error(done);
  return done.hold;
}
const asking = async (name: string, asked = NOTHING_MORE, also: readonly IdentityValue[] = []) => {
  const identities = [...who(name), ...also];
  const given = { right: "erase", identities, via: "cli", approvedBy: "cli", asked };
  return (await openRequest(desk, given)).id;
};
const working = async (at: Desk, id: string) => {
  const ran = await workOn(at, id, { approver: "test", approve: async () => true });
  if (ran.busy) throw new Error("busy");
  return ran.outcome;
};
const idsOf = async (table: string): Promise<number[]> =>
  (await store.query(`select id from ${table} order by id`)).rows.map((r) => r.id);
/** What the log says of a hold. */
async function saidOf(hold: string, event: string): Promise<Readonly<Record<string, unknown>>[]> {
  const { ledger } = opened.service;
  expect(await ledger.settle()).toBe(true);
  const all = (await tail(ledger, 10_000)).flatMap(({ body }) => (body === null ? [] : [body]));
  return all.filter((body) => body["hold"] === hold && body["event"] === event);
}

test("who was not known when held, and is called otherwise by now, is held all the same", async () => {
  const hold = await placed("dee");
  await store.query(
    "insert into patients values (9, 'dee@example.org'); insert into payments values (9, 9, 1, '2026-01-01'); insert into shared_bills values (9, 9, 2, 'of both')",
  );
  const asked = { ...NOTHING_MORE, set: [{ field: "patients.email", value: "new@example.org" }] };
  const given = { right: "rectify", identities: who("dee"), via: "cli", approvedBy: "cli", asked };
  const { id } = await openRequest(desk, given);
  expect(await working(desk, id)).toMatchObject({ state: "closed" });
  expect((await store.query("select email from patients where id = 9")).rows).toEqual([
    { email: "new@example.org" },
  ]);
  const { rows } = await service.own.query("select name from hold_names where hold = $1", [hold]);
  // Both addresses, her account's number, and the row of her account.
  expect(rows).toHaveLength(4);
  // Her account's number and the new address, with the correction that makes it hers.
  expect((await saidOf(hold, "hold.completed")).flatMap((body) => body["about"])).toHaveLength(2);
  // What she shares with others is looked for by what she is called now.
  expect((await working(desk, await asking("bob"))).kept).toContainEqual(
    expect.objectContaining({ collection: "shared_bills", rows: 1, hold }),
  );
  expect(await idsOf("shared_bills")).toEqual([9]);
  const outcome = await working(desk, await asking("new"));
  expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "payments", rows: 1, hold }));
  expect(await idsOf("payments")).toEqual([1, 2, 4, 9]);
});

test("a hold on somebody whom nobody knew is completed once somebody is known", async () => {
  const hold = await placed("dee");
  const seqOf = async () =>
    (await service.own.query("select seq from holds where id = $1", [hold])).rows[0].seq;
  const seq = await seqOf();
  expect(await followHolds(desk)).toBe(0);
  expect(await seqOf()).toBe(seq);
  await store.query(
    "insert into patients values (9, 'dee@example.org'); insert into payments values (9, 9, 1, '2026-01-01')",
  );
  expect(await followHolds(desk, "pending")).toBe(1);
  const completed = await saidOf(hold, "hold.completed");
  // Her account's number beside the address by which it was placed.
  expect(completed).toMatchObject([{ hold, about: [expect.any(String)] }]);
  // Whoever planned by another name plans again.
  expect(Number(await seqOf())).toBeGreaterThan(Number(seq));
  expect(await followHolds(desk)).toBe(0);
  expect(await saidOf(hold, "hold.completed")).toEqual(completed);
  await store.query("update patients set email = 'new@example.org' where id = 9");
  // Whoever is known is looked for less often.
  expect(await followHolds(desk, "pending")).toBe(0);
  const outcome = await working(desk, await asking("new"));
  expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "payments", rows: 1, hold }));
  expect(await idsOf("payments")).toEqual([1, 2, 3, 4, 9]);
});

test("what several people share, and the one who is held is asked for by, names whoever has it next to nobody", async () => {
  const home = [{ namespace: "home", value: "Elm 1" }];
  const hold = await placed("ada");
  const outcome = await working(desk, await asking("ada", NOTHING_MORE, home));
  expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "payments", rows: 2, hold }));
  await store.query("update patients set street = case id when 2 then 'Elm 1' end");
  const next = await working(desk, await asking("bob", NOTHING_MORE, home));
  expect(next).toMatchObject({ state: "closed" });
  expect(await idsOf("payments")).toEqual([1, 2, 4]);
});

test("a hold that is lifted while somebody thinks about an erasure learns nothing any more", async () => {
  const hold = await placed("dee");
  await store.query(
    "insert into patients values (9, 'dee@example.org'); insert into payments values (9, 9, 1, '2026-01-01')",
  );
  const id = await asking("dee");
  const ran = await workOn(desk, id, {
    approver: "test",
    approve: async () => (await liftHold(desk, hold, { reason: "settled", by: "test" })) !== null,
  });
  expect(ran).toMatchObject({ outcome: { state: expect.any(String) } });
  const names = async () =>
    (await service.own.query("select name from hold_names where hold = $1", [hold])).rows;
  expect(await names()).toEqual([]);
  expect(await saidOf(hold, "hold.completed")).toEqual([]);
  const row = await desk.db.selectFrom("holds").select("sealed").where("id", "=", hold).execute();
  expect(openSealed(desk, hold, must(row[0], "it is in the book").sealed).identities).toEqual([]);
});
