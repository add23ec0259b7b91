import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { DESK_PASSWORD, DESK_SECRET } from "../../desks.ts";
import type { RightsPort } from "../ports.ts";
import { type Browser, signedUp, type Testbed, testbed } from "../testbed.ts";
import { codeAt } from "./totp.ts";

const asked: unknown[] = [];
const rights: RightsPort = {
  request: async (wish) => {
    asked.push(wish);
    return { ok: true, value: { request: "r-1", state: "received" } };
  },
  restricted: async () => ({ ok: true, value: false }),
  status: async () => ({ ok: false, error: "unknown" }),
  archive: async () => ({ ok: true, value: null }),
  receipt: async () => ({ ok: true, value: null }),
  verifier: async () => ({ ok: true, value: null }),
};

let bed: Testbed;
beforeAll(async () => {
  bed = await testbed(inject("postgresUrl"), { rights });
});
afterAll(() => bed.close());

const seated = new Map<string, Browser>();

/** Each signs in once: a code is taken once. */
async function desk(handle: string): Promise<Browser> {
  const there = seated.get(handle);
  if (there !== undefined) return there;
  const browser = bed.browser();
  seated.set(handle, browser);
  const form = { handle, password: DESK_PASSWORD, code: codeAt(DESK_SECRET, new Date()) };
  expect((await browser.post("/staff/signin", form)).statusCode).toBe(303);
  return browser;
}

test("a ticket is shown for a reason only, and the look is on record", async () => {
  const person = await signedUp(bed, "helped@mail.example");
  const place = String(
    (await person.post("/support", { subject: "Help", body: "It is broken" })).headers.location,
  );
  const ticket = place.replace("/support", "/staff/tickets");
  const support = await desk("drill-support");
  expect((await support.get("/staff/tickets")).body).not.toContain("Help");
  for (const form of [{}, { reason: "  " }]) {
    const refused = await support.post(ticket, form);
    expect([refused.statusCode, refused.body.includes("It is broken")]).toEqual([400, false]);
  }
  const shown = await support.post(ticket, { reason: "they wrote to us" });
  expect(shown.body).toContain("It is broken");
  const [user] = await bed.sql("select id from users where email = 'helped@mail.example'");
  expect(await bed.sql("select staff_id, user_id, reason from staff_views")).toEqual([
    { staff_id: 101, user_id: user?.["id"], reason: "they wrote to us" },
  ]);
});

test("what is not on record is not shown", async () => {
  const person = await signedUp(bed, "unseen@mail.example");
  const place = String(
    (await person.post("/support", { subject: "Help", body: "secretly" })).headers.location,
  );
  await bed.sql(
    "create function lose() returns trigger language plpgsql as 'begin return null; end'; create trigger lose before insert on staff_views for each row execute function lose()",
  );
  const shown = await (await desk("drill-support")).post(place.replace("/support", "/staff/tickets"), {
    reason: "x",
  });
  await bed.sql("drop function lose cascade");
  expect([shown.statusCode, shown.body.includes("secretly")]).toEqual([503, false]);
});

test("a desk opens the pages of its role; a child's account is deleted at once, by support", async () => {
  await signedUp(bed, "child@mail.example");
  const form = { email: "Child@mail.example", reason: "their school wrote" };
  expect((await (await desk("drill-operator")).post("/staff/children", form)).statusCode).toBe(403);
  expect(asked).toEqual([]);
  expect((await (await desk("drill-support")).post("/staff/children", form)).statusCode).toBe(200);
  const [user] = await bed.sql("select id from users where email = 'child@mail.example'");
  expect(asked).toEqual([{ right: "erase", identities: { user_id: user?.["id"] }, actor: "person" }]);
  const guest = await desk("drill-guest");
  for (const page of ["tickets", "children", "alarms", "figures"])
    expect([page, (await guest.get(`/staff/${page}`)).statusCode]).toEqual([page, 403]);
});

test("a code lets in once: not again, not twice at a time, and no earlier one after it", async () => {
  await bed.sql("update staff set totp_step = null where handle = 'drill-operator'");
  const at = new Date();
  const status = async (steps: number): Promise<number> => {
    const code = codeAt(DESK_SECRET, at, steps);
    const form = { handle: "drill-operator", password: DESK_PASSWORD, code };
    return (await bed.browser().post("/staff/signin", form)).statusCode;
  };
  expect((await Promise.all([status(0), status(0), status(0)])).sort()).toEqual([303, 409, 409]);
  expect([await status(0), await status(1), await status(0)]).toEqual([409, 303, 409]);
  // Whoever does not know the password learns nothing about codes.
  const guess = { handle: "drill-operator", password: "guessed", code: codeAt(DESK_SECRET, at, 0) };
  const refused = await bed.browser().post("/staff/signin", guess);
  expect(refused.statusCode).toBe(401);
  // Who it was stands there still; the secrets do not.
  expect(refused.body).toContain('name="handle" value="drill-operator"');
  for (const secret of ["guessed", guess.code]) expect(refused.body).not.toContain(secret);
});

test("a report of a child that is refused keeps what was typed", async () => {
  const form = { email: "nobody@mail.example", reason: 'the "mother" wrote' };
  const refused = await (await desk("drill-support")).post("/staff/children", form);
  expect(refused.statusCode).toBe(404);
  expect(refused.body).toContain('value="nobody@mail.example"');
  expect(refused.body).toContain('value="the &quot;mother&quot; wrote"');
});

test("without the second factor, or once it is taken away, nobody gets in; guesses run out", async () => {
  await bed.sql("update staff set second_factor = false where handle = 'drill-guest'");
  // Of the next half minute, which nobody has used.
  const right = { handle: "drill-guest", password: DESK_PASSWORD, code: codeAt(DESK_SECRET, new Date(), 1) };
  const browser = bed.browser();
  const tries = [];
  for (let i = 0; i < 6; i += 1) tries.push((await browser.post("/staff/signin", right)).statusCode);
  expect(tries).toEqual([401, 401, 401, 401, 401, 429]);
});

test("five wrong passwords in a row raise one alarm; an address without an account raises none", async () => {
  await signedUp(bed, "tried@mail.example");
  for (const email of ["tried@mail.example", "nobody@mail.example"])
    for (let i = 0; i < 7; i += 1) await bed.browser().post("/signin", { email, password: `guess ${i}` });
  expect(await bed.sql("select kind, account from alarms")).toEqual([
    { kind: "wrong passwords", account: "tried@mail.example" },
  ]);
  expect((await (await desk("drill-operator")).get("/staff/alarms")).body).toContain("wrong passwords");
});
