import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { SESSION_COOKIE } from "./session.ts";
import { NEWCOMER, signedUp, type Testbed, testbed } from "./testbed.ts";

let bed: Testbed;
beforeAll(async () => {
  bed = await testbed(inject("postgresUrl"));
});
afterAll(() => bed.close());

const codeOf = async (email: string): Promise<string> =>
  String((await bed.sql("select referral_code from users where email = $1", [email]))[0]?.["referral_code"]);
const one = async (text: string, params: readonly unknown[] = []): Promise<Record<string, unknown>> =>
  (await bed.sql(text, params))[0] ?? {};

test("a person signs up, asks, gets a composed answer, pays for it, and asks the same for nothing", async () => {
  const person = await signedUp(bed, "talk@mail.example");
  const asked = await person.post("/chat", {
    specialist: "forge",
    prompt: "Why does my leapyear test fail? 12 * 7",
  });
  expect(asked.statusCode).toBe(303);
  const conversation = String(asked.headers.location);
  const page = (await person.get(conversation)).body;
  expect(page).toContain("leapyear");
  expect(page).toContain("12 * 7 = 84.");
  expect(page).toContain("47 credits");
  const stream = await person.post(
    `${conversation}/messages`,
    { prompt: "And <b>Ravenna</b>?" },
    { accept: "text/event-stream" },
  );
  expect(stream.headers["content-type"]).toContain("text/event-stream");
  expect(stream.body.match(/^event: piece$/gm)?.length).toBeGreaterThan(5);
  expect(stream.body).toMatch(/event: done\ndata: \{"step":"done","seq":4,"credits":3\}\n\n$/);
  const again = await person.post(
    `${conversation}/messages`,
    { prompt: "And <b>Ravenna</b>?" },
    { accept: "text/event-stream" },
  );
  expect(again.body).toContain('"credits":0');
  const shown = (await person.get(conversation)).body;
  expect(shown).toContain("And &lt;b&gt;Ravenna&lt;/b&gt;?");
  expect(shown).not.toContain("<b>Ravenna");
  expect(
    await one(
      "select sum(change)::int as sum, (select credits from users where email = 'talk@mail.example') as credits from credit_ledger l join users u on u.id = l.user_id and u.email = 'talk@mail.example'",
    ),
  ).toEqual({ sum: 44, credits: 44 });
  expect(
    (await person.post(`${conversation}/rate`, { seq: "2", stars: "4", comment: "good" })).statusCode,
  ).toBe(303);
  expect(await one("select stars, comment from feedback_ratings where comment = 'good'")).toEqual({
    stars: 4,
    comment: "good",
  });
});

test("where one types, one is warned off sharing secrets", async () => {
  const person = await signedUp(bed, "warned@mail.example");
  const conversation = String(
    (await person.post("/chat", { specialist: "marco", prompt: "Ravenna?" })).headers.location,
  );
  for (const path of ["/chat", conversation]) {
    const page = (await person.get(path)).body;
    expect(page).toMatch(/id="secrets".*API keys[\s\S]*<textarea[^>]*aria-describedby="secrets"/);
  }
});

test("nobody reads, rates or continues somebody else's conversation or ticket", async () => {
  const [owner, other] = [
    await signedUp(bed, "owner@mail.example"),
    await signedUp(bed, "other@mail.example"),
  ];
  const conversation = String(
    (await owner.post("/chat", { specialist: "vita", prompt: "sleeping badly" })).headers.location,
  );
  const ticket = String(
    (await owner.post("/support", { subject: "mine", body: "only mine" })).headers.location,
  );
  for (const path of [conversation, ticket, "/chat/nonsense", "/support/0"])
    expect((await other.get(path)).statusCode).toBe(404);
  expect((await other.post(`${conversation}/messages`, { prompt: "let me in" })).statusCode).toBe(404);
  await other.post(`${conversation}/rate`, { seq: "2", stars: "1" });
  expect(
    await one(
      "select count(*)::int as n from feedback_ratings f join users u on u.id = f.user_id where u.email = 'other@mail.example'",
    ),
  ).toEqual({ n: 0 });
  expect((await other.post(ticket, { body: "let me in" })).statusCode).toBe(404);
});

test("credits are bought by a card whose number never comes here, and three levels above earn from it", async () => {
  const emails = [
    "top@mail.example",
    "upper@mail.example",
    "middle@mail.example",
    "buyer@mail.example",
  ] as const;
  await signedUp(bed, emails[0]);
  await signedUp(bed, emails[1], { ref: await codeOf(emails[0]) });
  const middle = await signedUp(bed, emails[2], { ref: (await codeOf(emails[1])).toLowerCase() });
  const buyer = await signedUp(bed, emails[3], { ref: await codeOf(emails[2]) });
  const bill = { name: "B. Uyer", address: "Via Roma 1", country: "it" };
  expect((await buyer.post("/credits/buy", { ...bill, pack: "large", method: "pm_visa" })).statusCode).toBe(
    303,
  );
  expect(
    (await buyer.post("/credits/buy", { ...bill, pack: "large", method: "pm_declined" })).statusCode,
  ).toBe(402);
  expect(
    (await buyer.post("/credits/buy", { ...bill, pack: "constructor", method: "pm_visa" })).statusCode,
  ).toBe(400);
  expect(await bed.sql("select card_brand, card_last4, billing_country, amount from payments")).toEqual([
    { card_brand: "visa", card_last4: "4242", billing_country: "IT", amount: "129.00" },
  ]);
  expect(
    await bed.sql(
      "select u.email, c.level, c.amount, c.position is not null as edge from commissions c join users u on u.id = c.beneficiary_id order by level",
    ),
  ).toEqual([
    { email: emails[2], level: 1, amount: "12.90", edge: true },
    { email: emails[1], level: 2, amount: "6.45", edge: true },
    { email: emails[0], level: 3, amount: "2.58", edge: true },
  ]);
  expect(
    await bed.sql(
      "select depth, position, count(*) over (partition by tree)::int as n from referrals order by depth",
    ),
  ).toEqual([1, 2, 3].map((depth) => ({ depth, position: depth, n: 3 })));
  expect((await middle.post("/referral/payout", {})).statusCode).toBe(303);
  expect((await middle.post("/referral/payout", {})).statusCode).toBe(409);
  expect((await middle.get("/referral")).body).toContain("€12.90");
  expect(
    await bed.sql("select source, count(*)::int as n from acquisition_sources group by 1 order by 1"),
  ).toEqual([
    { source: "referral", n: 3 },
    { source: "stripe", n: 1 },
  ]);
});

test("credits are given to a friend by code, never more than one has", async () => {
  const [giver] = [await signedUp(bed, "giver@mail.example"), await signedUp(bed, "friend@mail.example")];
  const code = await codeOf("friend@mail.example");
  expect((await giver.post("/credits/gift", { code, amount: "20", note: "ciao" })).statusCode).toBe(303);
  expect((await giver.post("/credits/gift", { code, amount: "31" })).statusCode).toBe(409);
  expect((await giver.post("/credits/gift", { code, amount: "-5" })).statusCode).toBe(400);
  expect(
    (await giver.post("/credits/gift", { code: await codeOf("giver@mail.example"), amount: "5" })).statusCode,
  ).toBe(409);
  expect(
    await bed.sql(
      "select email, credits from users where email in ('giver@mail.example', 'friend@mail.example') order by 1",
    ),
  ).toEqual([
    { email: "friend@mail.example", credits: 70 },
    { email: "giver@mail.example", credits: 30 },
  ]);
});

test("support answers on the ticket's page, visitors write through the contact form", async () => {
  const person = await signedUp(bed, "ticket@mail.example");
  const ticket = String(
    (await person.post("/support", { subject: "الرصيد 👋", body: "line one\nline two" })).headers.location,
  );
  await bed.sql(
    "insert into support_messages (ticket_id, author, staff_id, body) select id, 'staff', 1, 'We set it right.' from support_tickets where subject = 'الرصيد 👋'",
  );
  const page = (await person.get(ticket)).body;
  for (const text of ["الرصيد 👋", "line one\nline two", "desk-billing", "We set it right."])
    expect(page).toContain(text);
  await person.post(ticket, { body: "Thank you" });
  expect(
    await bed.sql(
      "select author, reply_to_id is not null as reply from support_messages where ticket_id = $1 order by id",
      [ticket.split("/").at(-1)],
    ),
  ).toEqual([
    { author: "customer", reply: false },
    { author: "system", reply: true },
    { author: "staff", reply: false },
    { author: "customer", reply: true },
  ]);
  expect((await bed.browser().post("/contact", { email: "v@mail.example", body: "hello" })).statusCode).toBe(
    200,
  );
  expect(await one("select email, body from contact_requests")).toEqual({
    email: "v@mail.example",
    body: "hello",
  });
});

test("settings are kept, and limiting stops the recording of page views", async () => {
  const person = await signedUp(bed, "settings@mail.example");
  expect(
    (
      await person.post("/settings/profile", {
        name: "New Name",
        phone: "+447700900123",
        country: "sm",
        city: "San Marino",
      })
    ).statusCode,
  ).toBe(303);
  expect((await person.post("/settings/profile", { name: "New Name", phone: "call me" })).statusCode).toBe(
    400,
  );
  await person.get("/credits");
  expect(
    (
      await person.post("/settings/preferences", {
        theme: "dark",
        interests: 'tea, {braces}, "quotes"',
        limit: "on",
      })
    ).statusCode,
  ).toBe(303);
  await person.get("/referral");
  const page = (await person.get("/settings")).body;
  expect(page).toContain('data-theme="dark"');
  expect(page).toContain("tea, {braces}, &quot;quotes&quot;");
  const views = await bed.sql(
    "select path from page_views v join users u on u.id = v.user_id where u.email = 'settings@mail.example'",
  );
  expect(views).toEqual([{ path: "/credits" }]);
});

test("a child is turned away and nothing is kept; the birthday itself is old enough, where a country asks for no more", async () => {
  const today = new Date();
  const born = (days: number, years = 13): string =>
    new Date(Date.UTC(today.getUTCFullYear() - years, today.getUTCMonth(), today.getUTCDate() + days))
      .toISOString()
      .slice(0, 10);
  const child = await bed
    .browser()
    .post("/signup", { ...NEWCOMER, email: "child@mail.example", born: born(1) });
  expect(child.statusCode).toBe(403);
  expect(await bed.sql("select 1 from users where email = 'child@mail.example'")).toEqual([]);
  const tries = async (email: string, date: string, country: string): Promise<number> =>
    (await bed.browser().post("/signup", { ...NEWCOMER, email, born: date, country })).statusCode;
  expect(await tries("teen@mail.example", born(0), "BE")).toBe(303);
  expect(await tries("italian@mail.example", born(0), "IT")).toBe(403);
  expect(await tries("italian@mail.example", born(0, 14), "IT")).toBe(303);
  // Where nobody said the country, or we know no age there, the highest of all counts.
  expect([
    await tries("nowhere@mail.example", born(1, 16), ""),
    await tries("nowhere@mail.example", born(1, 16), "SM"),
  ]).toEqual([403, 403]);
  expect(await bed.sql("select 1 from users where email = 'nowhere@mail.example'")).toEqual([]);
  expect(await tries("nowhere@mail.example", born(0, 16), "")).toBe(303);
});

test("bad input is refused in words, with what was typed still there but the password", async () => {
  const response = await bed
    .browser()
    .post("/signup", { name: '"><i>x', email: "nobody", password: "short", born: "2000-02-30" });
  expect(response.statusCode).toBe(400);
  for (const problem of [
    "that is not an e-mail address",
    "a password needs at least 10 characters",
    "your date of birth is missing or is no date",
  ])
    expect(response.body).toContain(problem);
  expect(response.body).toContain("&quot;&gt;&lt;i&gt;x");
  expect(response.body).not.toContain('short"');
  const person = await signedUp(bed, "bad@mail.example");
  expect((await person.post("/chat", { specialist: "forge", prompt: "  " })).statusCode).toBe(400);
  expect((await person.post("/chat", { specialist: "nobody", prompt: "hello" })).statusCode).toBe(400);
  expect((await person.post("/chat", { specialist: "forge", prompt: "a\0b" })).statusCode).toBe(400);
  expect((await person.post("/support", { subject: "x", body: "y".repeat(70_000) })).statusCode).toBe(413);
  expect((await bed.browser().post("/signup", { ...NEWCOMER, email: "BAD@mail.example" })).statusCode).toBe(
    409,
  );
});

test("a form from another site, or from no site, changes nothing", async () => {
  const person = await signedUp(bed, "csrf@mail.example");
  for (const origin of ["http://evil.example", "null", "http://localhost:81", "not a url"]) {
    expect((await person.post("/settings/profile", { name: "Mallory" }, { origin })).statusCode).toBe(403);
  }
  const bare = await bed.app.inject({
    method: "POST",
    url: "/settings/profile",
    cookies: Object.fromEntries(person.cookies),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: "name=Mallory",
  });
  expect(bare.statusCode).toBe(403);
  expect(await one("select name from users where email = 'csrf@mail.example'")).toEqual({
    name: NEWCOMER.name,
  });
});

test("signing in makes a new session whatever the browser brought, and signing out ends it for good", async () => {
  await signedUp(bed, "fix@mail.example");
  const victim = bed.browser();
  victim.cookies.set(SESSION_COOKIE, "token-that-an-attacker-chose");
  expect(
    (await victim.post("/signin", { email: " FIX@mail.example", password: NEWCOMER.password })).statusCode,
  ).toBe(303);
  const token = String(victim.cookies.get(SESSION_COOKIE));
  expect(token).not.toBe("token-that-an-attacker-chose");
  expect(await bed.sql("select 1 from sessions where token_hash = $1", [token])).toEqual([]);
  const attacker = bed.browser();
  attacker.cookies.set(SESSION_COOKIE, "token-that-an-attacker-chose");
  expect((await attacker.get("/settings")).statusCode).toBe(303);
  const again = await victim.post("/signin", { email: "fix@mail.example", password: NEWCOMER.password });
  const cookie = again.cookies.find(({ name }) => name === SESSION_COOKIE);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  expect(cookie?.value).not.toBe(token);
  await victim.post("/signout", {});
  attacker.cookies.set(SESSION_COOKIE, cookie?.value ?? "");
  expect((await attacker.get("/settings")).statusCode).toBe(303);
});

test("wrong passwords are counted, and strangers look the same as wrong passwords", async () => {
  await signedUp(bed, "guess@mail.example");
  const person = bed.browser();
  const wrong = await person.post("/signin", { email: "guess@mail.example", password: "wrong" });
  const stranger = await person.post("/signin", { email: "nobody@mail.example", password: "wrong" });
  expect([wrong.statusCode, stranger.statusCode]).toEqual([401, 401]);
  for (let i = 0; i < 9; i += 1)
    await person.post("/signin", { email: "guess@mail.example", password: "wrong" });
  expect(
    (await person.post("/signin", { email: "guess@mail.example", password: NEWCOMER.password })).statusCode,
  ).toBe(429);
});

test("logs hold routes and codes, never people", async () => {
  const person = await signedUp(bed, "log.secret@mail.example", { name: "Logged Name" });
  await person.get("/signup?ref=log.secret@mail.example");
  await person.get(
    String(
      (await person.post("/chat", { specialist: "forge", prompt: "unheard-of words" })).headers.location,
    ),
  );
  const text = bed.logs.join("\n");
  expect(text).toMatch(/GET \/chat\/:id 200 \d+ ms/);
  expect(text).not.toMatch(/log\.secret|Logged|unheard|[0-9a-f]{8}-c/);
});

test("every page answers, and pages of one's own ask for a sign-in first", async () => {
  for (const path of [
    "/",
    "/signup",
    "/signin",
    "/contact",
    "/assets/miky.css",
    "/assets/chat.js",
    "/healthz",
  ])
    expect((await bed.browser().get(path)).statusCode, path).toBe(200);
  for (const path of ["/chat", "/credits", "/referral", "/support", "/settings"])
    expect((await bed.browser().get(path)).headers.location, path).toBe("/signin");
  expect((await bed.browser().get("/nothing")).statusCode).toBe(404);
});
