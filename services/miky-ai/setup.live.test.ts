import pg from "pg";
import { expect, inject, test } from "vitest";
import { freshMiky } from "./app/testbed.ts";
import { setUpMiky } from "./setup.ts";

const CATALOGUE = `select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as what
    from information_schema.columns where table_schema = 'public'
  union all select indexdef from pg_indexes where schemaname = 'public' order by 1`;

test("a database of an earlier day gets what came later, keeps its rows, and a further run changes nothing", async () => {
  const made = await freshMiky(inject("postgresUrl"));
  const client = new pg.Client({ connectionString: made.url });
  await client.connect();
  const there = async (): Promise<readonly unknown[]> => (await client.query(CATALOGUE)).rows;
  const full = await there();
  await client.query(
    `insert into users (id, email) values (gen_random_uuid(), 'early@mail.example');
     insert into credentials (user_id, password_hash) select id, 'scrypt:x' from users;
     alter table credentials drop column used_at; alter table oauth_logins drop column used_at; alter table preferences drop column used_at;
     drop index acquisition_sources_recorded; drop index subscriptions_cancelled; drop index users_email_domain`,
  );
  expect(await there()).not.toEqual(full);
  const again = () =>
    setUpMiky({
      adminUrl: inject("postgresUrl"),
      database: new URL(made.url).pathname.slice(1),
      passwords: { app: "test-app", reader: "test-reader", eraser: "test-eraser" },
    });
  expect(await again()).toMatchObject({ fresh: false });
  expect(await there()).toEqual(full);
  expect(
    (await client.query("select used_at > now() - interval '1 hour' as lately from credentials")).rows,
  ).toEqual([{ lately: true }]);
  await again();
  expect(await there()).toEqual(full);
  await client.end();
  await made.drop();
});
