/** Of whom a hold was told little: what else they are called by is learned later, and said in the log (spec/holds.md). */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { tail } from "@avow/runtime/ledger/tail";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { followHolds } from "@avow/runtime/requests/holds/follow";
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { openSealed } from "@avow/runtime/requests/holds/sealed";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Service } from "../../testing/service.ts";
import { type Clinic, MAP, startClinic, who } from "./testing/clinic.ts";

let clinic: Clinic;
let service: Service;
let store: pg.Client;
let desk: Desk;

/** A street has several people, of whom it names none. */
const SHARING = MAP.replace("email: email }", "email: email, home: { field: street, shared: true } }");

beforeAll(async () => {
  clinic = await startClinic({ server: inject("postgresUrl"), map: SHARING });
  ({ service, store, desk } = clinic);
});
afterAll(() => clinic.close());
beforeEach(() => clinic.reset());

/** What the log says of a hold. */
async function saidOf(hold: string, event: string): Promise<Readonly<Record<string, unknown>>[]> {
  const { ledger } = clinic.opened.service;
  expect(await ledger.settle()).toBe(true);
  const all = (await tail(ledger, 10_000)).flatMap(({ body }) => (body === null ? [] : [body]));
  return all.filter((body) => body["hold"] === hold && body["event"] === event);
}

test("who was not known when held, and is called otherwise by now, is held all the same", async () => {
  const hold = await clinic.placed("dee");
  await store.query(
    "insert into patients values (9, 'dee@example.org'); insert into payments values (9, 9, 1, '2026-01-01'); insert into shared_bills values (9, 9, 2, 'of both')",
  );
  const asked = { ...NOTHING_MORE, set: [{ field: "patients.email", value: "new@example.org" }] };
  const given = { right: "rectify", identities: who("dee"), via: "cli", approvedBy: "cli", asked };
  const { id } = await openRequest(desk, given);
  expect(await clinic.working(desk, id)).toMatchObject({ state: "closed" });
  expect((await store.query("select email from patients where id = 9")).rows).toEqual([
    { email: "new@example.org" },
  ]);
  const { rows } = await service.own.query("select name from hold_names where hold = $1", [hold]);
  // Both addresses, her account's number, and the row of her account.
  expect(rows).toHaveLength(4);
  // Her account's number and the new address, with the correction that makes it hers.
  expect((await saidOf(hold, "hold.completed")).flatMap((body) => body["about"])).toHaveLength(2);
  // What she shares with others is looked for by what she is called now.
  expect((await clinic.working(desk, await clinic.asking("bob"))).kept).toContainEqual(
    expect.objectContaining({ collection: "shared_bills", rows: 1, hold }),
  );
  expect(await clinic.idsOf("shared_bills")).toEqual([9]);
  const outcome = await clinic.working(desk, await clinic.asking("new"));
  expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "payments", rows: 1, hold }));
  expect(await clinic.idsOf("payments")).toEqual([1, 2, 4, 9]);
});

test("a hold on somebody whom nobody knew is completed once somebody is known", async () => {
  const hold = await clinic.placed("dee");
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
  const outcome = await clinic.working(desk, await clinic.asking("new"));
  expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "payments", rows: 1, hold }));
  expect(await clinic.idsOf("payments")).toEqual([1, 2, 3, 4, 9]);
});

test("what several people share, and the one who is held is asked for by, names whoever has it next to nobody", async () => {
  const home = [{ namespace: "home", value: "Elm 1" }];
  const hold = await clinic.placed("ada");
  const outcome = await clinic.working(desk, await clinic.asking("ada", NOTHING_MORE, home));
  expect(outcome.kept).toContainEqual(expect.objectContaining({ collection: "payments", rows: 2, hold }));
  await store.query("update patients set street = case id when 2 then 'Elm 1' end");
  const next = await clinic.working(desk, await clinic.asking("bob", NOTHING_MORE, home));
  expect(next).toMatchObject({ state: "closed" });
  expect(await clinic.idsOf("payments")).toEqual([1, 2, 4]);
});

test("a hold that is lifted while somebody thinks about an erasure learns nothing any more", async () => {
  const hold = await clinic.placed("dee");
  await store.query(
    "insert into patients values (9, 'dee@example.org'); insert into payments values (9, 9, 1, '2026-01-01')",
  );
  const id = await clinic.asking("dee");
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
