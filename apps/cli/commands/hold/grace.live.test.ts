/** Legal holds and erasures that can be taken back: what is held stays through the window, its end and a restore (spec/holds.md, spec/undo-bundle.md). */
import type { Desk } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { restoreRequest } from "@avow/runtime/requests/grace/restore";
import { endWindows } from "@avow/runtime/requests/grace/window";
import { liftHold } from "@avow/runtime/requests/holds/lift";
import { placeHold } from "@avow/runtime/requests/holds/place";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Service } from "../../testing/service.ts";
import { type Clinic, GROUNDS, MATTER, startClinic, who } from "./testing/clinic.ts";

let clinic: Clinic;
let service: Service;
let store: pg.Client;
let desk: Desk;
let at = new Date();

beforeAll(async () => {
  clinic = await startClinic({
    ...{ server: inject("postgresUrl"), settings: "grace: P7D\n", now: () => at },
  });
  ({ service, store, desk } = clinic);
});
afterAll(() => clinic.close());
beforeEach(async () => {
  at = new Date();
  await clinic.reset();
});

const identities = who("ada");

async function place() {
  const review = new Date(at.getTime() + 30 * 86_400_000);
  const done = await placeHold(desk, { identities, grounds: GROUNDS, review, ...MATTER });
  if (typeof done === "string") throw new Error(done);
  return done;
}
async function lift(hold: string) {
  const done = await liftHold(desk, hold, { reason: "settled", by: "test" });
  if (done === null || done === "names_person") throw new Error(String(done));
  return done;
}
async function erased() {
  const key = oneWayKey();
  const asked = { right: "erase", identities, via: "cli", approvedBy: "test", undoKey: key.publicKey };
  const { id } = await openRequest(desk, asked);
  const outcome = await clinic.working(desk, id);
  expect(outcome).toMatchObject({ state: "restricted" });
  return { id, outcome, secret: key.secret };
}
async function restored({ id, secret }: { id: string; secret: string }) {
  const back = await restoreRequest(desk, id, { secret, approve: async () => true });
  if (!back.ok) throw new Error(JSON.stringify(back));
  return back.outcome;
}
const rows = async (table: string) =>
  (await store.query(`select t::text as row from ${table} t order by id`)).rows.map((r) => r.row);
const world = async () => ({
  patients: await rows("patients"),
  payments: await rows("payments"),
  pages: await rows("pages"),
  shared_bills: await rows("shared_bills"),
});
const endOfWindow = async (): Promise<void> => {
  at = new Date(at.getTime() + 8 * 86_400_000);
  expect(await endWindows(desk)).toBe(1);
};

test("what is held stays in the window, and a restore gives back the rest: then nothing is owed", async () => {
  const before = await world();
  const { hold } = await place();
  const request = await erased();
  const within = await world();
  expect([within.payments, within.shared_bills]).toEqual([before.payments, before.shared_bills]);
  expect(within.pages).toHaveLength(2);
  expect(within.patients[0]).toBe("(1,ada@example.org,,,2024-01-01)");
  expect(await restored(request)).toMatchObject({ state: "restored" });
  expect(await world()).toEqual(before);
  expect((await service.own.query("select 1 from hold_owed")).rowCount).toBe(0);
  expect(await lift(hold)).toEqual({ kept: [], again: [], cameBack: [] });
  expect(await world()).toEqual(before);
});

test("the end of the window ends nothing of what is held: it goes when the hold is lifted", async () => {
  const before = await world();
  const { hold } = await place();
  const request = await erased();
  await endOfWindow();
  expect((await world()).payments).toEqual(before.payments);
  const row = (await service.own.query("select state, kept from requests where id = $1", [request.id]))
    .rows[0];
  expect(row).toMatchObject({ state: "closed" });
  expect(row.kept).toContainEqual(expect.objectContaining({ collection: "payments", rows: 2, hold }));
  const lifted = await lift(hold);
  expect(lifted).toMatchObject({ kept: [request.id], again: [expect.any(String)] });
  expect(await clinic.working(desk, lifted.again[0] ?? "")).toMatchObject({ state: "closed", kept: [] });
  expect((await world()).payments).toEqual(before.payments.slice(2));
  expect((await world()).patients).toEqual(before.patients.slice(1));
});

test("lifted within the window, what was held goes by a second yes, and a restore forces nothing back", async () => {
  const before = await world();
  const { hold } = await place();
  const request = await erased();
  const { again } = await lift(hold);
  expect(again).toHaveLength(1);
  expect((await world()).payments).toEqual(before.payments);
  await clinic.working(desk, again[0] ?? "");
  const after = await world();
  expect(after.payments).toEqual(before.payments.slice(2));
  const back = await restored(request);
  expect(back.results.filter((r) => r.result === "stays_erased").map((r) => r.collection)).toContain("pages");
  expect(await world()).toEqual(after);
});

test("a hold that comes within the window says what is gone already, and keeps what is given back", async () => {
  const before = await world();
  const request = await erased();
  const placed = await place();
  expect(placed).toMatchObject({ open: [], underGrace: [request.id] });
  expect(await restored(request)).toMatchObject({ state: "restored" });
  expect(await world()).toEqual(before);
  await erased();
  expect((await world()).payments).toEqual(before.payments);
});
