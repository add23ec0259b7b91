import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { MAY } from "./consents.ts";
import { type Database, openDatabase } from "./database.ts";
import { housekeep } from "./housekeeping.ts";
import { appUrl, NEWCOMER, signedUp, type Testbed, testbed } from "./testbed.ts";

const NOW = new Date("2026-03-01T00:00:00Z");
let bed: Testbed;
let db: Database;
beforeAll(async () => {
  bed = await testbed(inject("postgresUrl"), { now: () => NOW });
  db = openDatabase(appUrl(bed.url));
});
afterAll(async () => {
  await db.close();
  await bed.close();
});

test("what is past its period goes with its parts, what is not stays, and a second run finds nothing", async () => {
  await signedUp(bed, "old@mail.example");
  await bed.sql(`
    with me as (select id from users), days (n, talk) as (values (3000, 'a'), (730, 'b'), (728, 'c'), (1, 'd')),
    c as (insert into conversations (id, user_id, specialist_id, title, created_at)
      select gen_random_uuid(), me.id, 1, talk, '2026-03-01'::timestamptz - make_interval(days => n) from me, days returning id, created_at)
    insert into messages (conversation_id, seq, role, body, created_at) select id, s, 'user', 'x', created_at from c, generate_series(1, 3) s`);
  await bed.sql(
    "insert into feedback_ratings (user_id, conversation_id, seq, stars) select user_id, id, 1, 5 from conversations",
  );
  await bed.sql(`
    with t as (insert into support_tickets (user_id, subject, created_at)
      select u.id, d::text, '2026-03-01'::timestamptz - make_interval(days => d) from users u, unnest(array[1096, 1094]) d returning id)
    insert into support_messages (ticket_id, author, body) select id, 'customer', 'x' from t`);
  // A reply in the old ticket: threads point at themselves.
  await bed.sql(
    "insert into support_messages (ticket_id, reply_to_id, author, body) select ticket_id, id, 'staff', 'y' from support_messages order by id limit 1",
  );
  await bed.sql(
    "insert into response_cache (key, user_id, prompt, answer, created_at) select k::text, u.id, 'p', 'a', '2026-03-01'::timestamptz - make_interval(mins => k) from users u, unnest(array[11, 9]) k",
  );
  await bed.sql(
    "insert into page_views (path, created_at) select '/', '2026-03-01'::timestamptz - make_interval(days => d) from unnest(array[366, 364]) d",
  );
  await bed.sql(
    "insert into payments (user_id, stripe_payment_id, amount, credits, created_at) select u.id, 'pi_' || d, 9, 100, '2026-03-01'::timestamptz - make_interval(days => d) from users u, unnest(array[2557, 2550]) d",
  );
  await bed.sql(
    "insert into users (id, email, created_at, closed_at) values (gen_random_uuid(), 'erased-1', '2015-01-01', '2019-02-01'), (gen_random_uuid(), 'erased-2', '2015-01-01', '2019-04-01')",
  );
  await bed.sql(
    `insert into acquisition_sources (user_id, source, recorded_at) select u.id, 'referral', '2026-03-01'::timestamptz - make_interval(days => d) from users u, unnest(array[730, 728]) d where u.closed_at is null`,
  );
  await bed.sql(
    `insert into subscriptions (user_id, plan, status, started_at, cancelled_at) select u.id, 'plus', 'cancelled', '2020-01-01', '2026-03-01'::timestamptz - make_interval(days => d) from users u, unnest(array[365, 363, null]) d where u.closed_at is null`,
  );
  await bed.sql(
    `insert into oauth_logins (provider, subject, user_id, used_at) select 'google', d::text, u.id, '2026-03-01'::timestamptz - make_interval(days => d) from users u, unnest(array[1096, 1094]) d where u.closed_at is null`,
  );
  const gone = await housekeep(db, NOW);
  expect(gone).toEqual({
    "response cache": 1,
    "ratings of old conversations": 2,
    "messages of old conversations": 6,
    conversations: 2,
    "support messages": 2,
    "support tickets": 1,
    sources: 1,
    "sign-ins": 1,
    subscriptions: 1,
    "page views": 1,
    payments: 1,
    "closed accounts": 1,
  });
  expect(await bed.sql("select title from conversations order by title")).toEqual([
    { title: "c" },
    { title: "d" },
  ]);
  expect(await bed.sql("select email from users order by email")).toEqual([
    { email: "erased-2" },
    { email: "old@mail.example" },
  ]);
  expect(await housekeep(db, NOW)).toEqual({});
});

test("what nobody signs in with for three years goes, signing in puts that off, and no forgotten no becomes a yes", async () => {
  const email = "away@mail.example";
  const person = await signedUp(bed, email);
  const off = { theme: "dark", interests: "", limit: "on" };
  expect((await person.post("/settings/preferences", off)).statusCode).toBe(303);
  const mine = `where user_id = (select id from users where email = '${email}')`;
  const away = async (days: number): Promise<void> => {
    for (const table of ["credentials", "preferences"])
      await bed.sql(`update ${table} set used_at = $1::timestamptz - make_interval(days => $2) ${mine}`, [
        NOW,
        days,
      ]);
  };
  await away(1_094);
  expect(await housekeep(db, NOW)).toEqual({});
  const again = bed.browser();
  expect((await again.post("/signin", { email, password: NEWCOMER.password })).statusCode).toBe(303);
  expect(await bed.sql(`select used_at from preferences ${mine}`)).toEqual([{ used_at: NOW }]);
  expect(await bed.sql(`select used_at from credentials ${mine}`)).toEqual([{ used_at: NOW }]);
  await away(1_096);
  expect(await housekeep(db, NOW)).toEqual({ passwords: 1, preferences: 1 });
  const page = (await again.get("/settings")).body;
  for (const name of ["referral", "transactional"])
    expect(page).toContain(`<input type="checkbox" name="${name}">`);
  expect(page).toContain('<input type="checkbox" name="limit" checked>');
  expect(await bed.sql("select count(*)::int as n from page_views where path = '/settings'")).toEqual([
    { n: 0 },
  ]);
});

test("a no is kept as long as the preferences that it limits, and goes after them", async () => {
  const email = "firm@mail.example";
  const person = await signedUp(bed, email);
  const no = { theme: "dark", interests: "", limit: "on" };
  const mine = `where user_id = (select id from users where email = '${email}')`;
  const age = (table: string, days: number) =>
    bed.sql(`update ${table} set used_at = $1::timestamptz - make_interval(days => $2) ${mine}`, [NOW, days]);
  const uses = async () =>
    (
      await bed.sql(
        `select (${MAY.analytics}) or (${MAY["network-analysis"]}) or (${MAY.training}) as n from users u left join preferences p on p.user_id = u.id where u.email = '${email}'`,
      )
    )[0]?.["n"];
  expect((await person.post("/settings/preferences", no)).statusCode).toBe(303);
  for (const table of ["preferences", "consents"]) await age(table, 1_000);
  expect((await person.post("/settings/preferences", no)).statusCode).toBe(303);
  expect(await bed.sql(`select distinct used_at from consents ${mine}`)).toEqual([{ used_at: NOW }]);
  expect(await uses()).toBe(false);

  // More preferences than a batch takes go first.
  await bed.sql(`with u as (insert into users (id, email, created_at) select gen_random_uuid(), 'crowd' || n || '@mail.example', '2015-01-01' from generate_series(1, 2000) n returning id)
    insert into preferences (user_id, updated_at, used_at) select id, '2015-01-01', '2015-01-01' from u`);
  for (const table of ["preferences", "consents"]) await age(table, 1_096);
  expect(await housekeep(db, NOW, 1)).toEqual({ preferences: 2_000 });
  expect(await uses()).toBe(false);
  expect(await housekeep(db, NOW)).toEqual({ preferences: 1, answers: 7 });
  expect(await uses()).toBe(false);
});

test("large leftovers go in batches, as many as a run allows", async () => {
  await bed.sql(
    "insert into page_views (path, created_at) select '/', '2020-01-01' from generate_series(1, 4500)",
  );
  expect(await housekeep(db, NOW, 1)).toEqual({ "page views": 2_000 });
  expect(await housekeep(db, NOW)).toEqual({ "page views": 2_500 });
});
