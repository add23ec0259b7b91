/** What people choose is kept to; what goes out needs two desks; of a breach people are told once. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { DESK_PASSWORD, DESK_SECRET } from "../desks.ts";
import { openDatabase } from "./database.ts";
import { housekeep } from "./housekeeping.ts";
import { codeAt } from "./staff/totp.ts";
import { appUrl, type Browser, signedUp, type Testbed, testbed } from "./testbed.ts";

let bed: Testbed;
beforeAll(async () => {
  bed = await testbed(inject("postgresUrl"));
});
afterAll(() => bed.close());

/** A code is taken once. */
const seated = new Map<string, Browser>();

async function desk(handle: string): Promise<Browser> {
  const before = seated.get(handle);
  if (before !== undefined) return before;
  const browser = bed.browser();
  const form = { handle, password: DESK_PASSWORD, code: codeAt(DESK_SECRET, new Date()) };
  expect((await browser.post("/staff/signin", form)).statusCode).toBe(303);
  seated.set(handle, browser);
  return browser;
}

const rows = async (text: string): Promise<unknown> => (await bed.sql(text))[0]?.["n"];

test("whoever comes accepts the version in force, and a tick is an answer of its own", async () => {
  await signedUp(bed, "plain@mail.example");
  await signedUp(bed, "keen@mail.example", { marketing: "on" });
  expect(await rows("select string_agg(distinct how, ',') || count(*) as n from acceptances")).toBe("use2");
  expect(await rows("select string_agg(purpose || given || how, ',' order by id) as n from consents")).toBe(
    "marketingtruesign-up,marketing-mailstruesign-up",
  );
});

test("news goes to those who asked, and one post to the link in it ends that, without a page or cookies", async () => {
  const operator = await desk("drill-operator");
  const send = () =>
    operator.post("/staff/runs", { purpose: "marketing-mails", only: "", subject: "New", body: "Come" });
  expect((await send()).body).toContain("1 people");
  const mails = await bed.sql("select address, body from mails where purpose = 'marketing-mails'");
  expect(mails.map((m) => m["address"])).toEqual(["keen@mail.example"]);
  const path = new URL(String(/https:\S+/.exec(String(mails[0]?.["body"]))?.[0])).pathname;
  const payload = "List-Unsubscribe=One-Click";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await bed.app.inject({ method: "POST", url: path, headers, payload })).statusCode).toBe(200);
  expect(
    (await bed.app.inject({ method: "POST", url: "/unsubscribe/guessed", headers, payload })).statusCode,
  ).toBe(404);
  expect((await send()).body).toContain("0 people");
  expect(await rows("select count(*)::int as n from consents where not given and how = 'unsubscribe'")).toBe(
    2,
  );
});

test("a mail without a subject or a text goes to nobody, and what was typed is still there", async () => {
  const operator = await desk("drill-operator");
  const before = await rows("select count(*)::int as n from mails");
  const form = { purpose: "marketing-mails", only: "", subject: "", body: "Come & see" };
  const answer = await operator.post("/staff/runs", form);
  expect(answer.statusCode).toBe(400);
  expect(answer.body).toContain("a mail needs a subject and a text");
  expect(answer.body).toContain("Come &amp; see</textarea>");
  expect(answer.body).toContain("<option selected>marketing-mails</option>");
  expect(await rows("select count(*)::int as n from mails")).toBe(before);
});

test("what a run about one person made is no example for long, whoever it was about, and what a run made stays", async () => {
  await bed.sql(`with c as (insert into conversations (id, user_id, specialist_id, title)
      select gen_random_uuid(), id, 1, 'knots' from users where email = 'keen@mail.example' returning id)
    insert into messages (conversation_id, seq, role, body) select id, 1, 'user', 'how is a bowline tied?' from c`);
  const operator = await desk("drill-operator");
  const made = () => rows("select count(*)::int as n from training_examples");
  for (const only of ["", "keen@mail.example"])
    await operator.post("/staff/runs", { purpose: "training", only, subject: "", body: "" });
  expect(await made()).toBe(2);
  const db = openDatabase(appUrl(bed.url));
  try {
    await housekeep(db, new Date());
    expect(await made()).toBe(2);
    // Whoever made it may be dead by then.
    const later = await housekeep(db, new Date(Date.now() + 61 * 60_000));
    expect(later["examples of trials"]).toBe(1);
    expect(await bed.sql("select text, trial_until from training_examples")).toEqual([
      { text: "how is a bowline tied?", trial_until: null },
    ]);
  } finally {
    await db.close();
  }
});

test("what goes out is entered at one desk and approved at another, for a reason of the policy", async () => {
  const [support, operator] = [await desk("drill-support"), await desk("drill-operator")];
  const form = {
    email: "plain@mail.example",
    recipient: "authority",
    ground: "legal-process",
    asked: "a court",
  };
  for (const wrong of [
    { ground: "whim" },
    { asked: " " },
    { recipient: "successor", ground: "merger" },
    { recipient: "broker" },
    { recipient: "constructor" },
  ]) {
    const { statusCode } = await support.post("/staff/disclosures", { ...form, ...wrong });
    expect([400, 422]).toContain(statusCode);
  }
  const place = String((await support.post("/staff/disclosures", form)).headers.location);
  expect((await support.post(place, {})).statusCode).toBe(409);
  const approval = place.replace("disclosures", "approvals");
  expect((await support.post(approval, {})).statusCode).toBe(403);
  expect((await operator.post(approval, {})).statusCode).toBe(303);
  expect((await support.post(place, {})).json()).toMatchObject({ email: "plain@mail.example" });
  expect(await rows("select count(*)::int as n from disclosures where given_at is not null")).toBe(1);
});

test("of a breach those are told whom it is about, once, on a page of theirs and by mail", async () => {
  const operator = await desk("drill-operator");
  const DAY_MS = 86_400_000;
  const local = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 16);
  const form = {
    rows: "users",
    found: local(-40),
    since: "2020-01-01T00:00Z",
    until: "2100-01-01T00:00Z",
    risk: "on",
    what: "a leak",
    impact: "spam",
    remedy: "mended",
  };
  expect((await operator.post("/staff/incidents", { ...form, rows: "staff" })).statusCode).toBe(400);
  const { found, ...unfound } = form;
  expect((await operator.get("/staff/incidents")).body).toContain(
    'name="found" type="datetime-local" required',
  );
  for (const [wrong, problem] of [
    [unfound, "when it was found is missing"],
    [{ ...form, found: "lately" }, "when it was found is no time"],
    [{ ...form, found: local(1) }, "when it was found is still to come"],
  ] as const) {
    const answer = await operator.post("/staff/incidents", wrong);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain(problem);
  }
  // However long ago it was found, it is told once it is entered, and its time runs from when it was found.
  expect((await operator.post("/staff/incidents", form)).body).toContain("2 people were told");
  expect(await rows("select found_at as n from incidents")).toEqual(new Date(`${found}Z`));
  const person = bed.browser();
  await person.post("/signin", { email: "plain@mail.example", password: "ten characters and more" });
  expect((await person.get("/incidents")).body).toContain("mended");
  expect(await rows("select count(*)::int as n from mails where purpose = 'legal-compliance'")).toBe(2);
});
