import { expect, inject, test } from "vitest";
import type { Hand } from "./testing/application.ts";
import { mariaDb, postgres, sqlite } from "./testing/engines.ts";
import { eraseEach, onEngines } from "./testing/on-engine.ts";

const provided = inject("mariaDb");
const server = "missing" in provided ? "" : provided.url;
if ("missing" in provided) console.warn(`addresses on MariaDB are not tried: ${provided.missing}`);

const BIN = "varchar(60) character set utf8mb4 collate utf8mb4_bin";
const ENGINES = {
  postgres: { start: () => postgres(inject("postgresUrl")), types: ["text", "text"] },
  citext: { start: () => postgres(inject("postgresUrl")), types: ["citext", "text"] },
  "MariaDB, to the letter": {
    start: () => mariaDb(server),
    types: [BIN, BIN],
  },
  "MariaDB, in any case": {
    start: () => mariaDb(server),
    types: ["varchar(60) character set utf8mb4 collate utf8mb4_general_ci", BIN],
  },
  sqlite: { start: () => sqlite(), types: ["text", "text"] },
  NOCASE: { start: () => sqlite(), types: ["text collate nocase", "text"] },
} as const;

/** `users` are known by address and number. What they have is linked by these, row by row, in a list, by a discriminator, over another row. */
/** Sweeps pass lists by. */
const mapOf = (
  connector: string,
  elsewhere: string,
  lists: boolean,
): readonly { readonly file: string; readonly text: string }[] => [
  {
    file: "app.yaml",
    text: `store: app
connector: ${connector}
collections:
  users:
    class: account
    person: { user_id: id, email: email, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number }
  letters:
    class: content
    owner: email -> users.email
    fields: { id: system, email: user.contact.email }
  opens:
    class: content
    owner: email -> letters.email
    fields: { id: system, email: user.contact.email }
  shared:
    class: content
    links:
      - { role: owner, from: [a], to: { collection: users, fields: [email] } }
      - { role: co_owner, from: [b], to: { collection: users, fields: [email] } }
    fields: { id: system, a: user.contact.email, b: user.contact.email }
    on_leave: { a: 'null', b: 'null' }
  calls:
    class: content
    owner: number -> users.phone
    fields: { id: system, number: user.contact.phone_number }
  notes:
    class: content
    links:
      - { role: owner, from: [subject], to: { collection: users, fields: [email] }, when: { kind: mail } }
      - { role: owner, from: [subject], to: { collection: codes, fields: [code] }, when: { kind: code } }
    fields: { id: system, kind: system, subject: system }
  codes:
    class: content
    owner: user_id -> users.id
    fields: { code: system, user_id: user.unique_id }
  tenants:
    class: content
    owner: email -> users.email
    fields: { tenant: system, email: user.contact.email }
  seats:
    class: content
    links: [{ role: owner, from: [tenant, email], to: { collection: tenants, fields: [tenant, email] } }]
    fields: { id: system, tenant: system, email: user.contact.email }
  mentions:
    class: content
    links: [{ role: mention, from: [email], to: { collection: users, fields: [email] } }]
    fields: { id: system, email: user.contact.email }
    on_leave: { email: 'null' }
`,
  },
  {
    file: "mail.yaml",
    text: `store: mail
connector: ${elsewhere}
collections:
  sent:
    class: content
    owner: to -> app/users.email
    fields: { id: system, to: user.contact.email }
${lists ? LISTS : ""}`,
  },
];
const LISTS = `  lists:
    class: content
    links: [{ role: owner, from: ['members[*]'], to: { store: app, collection: users, fields: [email] } }]
    fields: { id: system, members: { category: system, paths: { '[*]': user.contact.email } } }
`;

const layout = ([type, plain]: readonly [string, string]): readonly string[] => [
  `create table users (id int primary key, email ${type}, phone ${plain})`,
  ...["letters", "opens", "mentions"].map((t) => `create table ${t} (id int primary key, email ${type})`),
  `create table shared (id int primary key, a ${type}, b ${type})`,
  `create table calls (id int primary key, number ${plain})`,
  `create table notes (id int primary key, kind ${plain}, subject ${plain})`,
  `create table codes (code ${plain} primary key, user_id int)`,
  `create table tenants (tenant int primary key, email ${type})`,
  `create table seats (id int primary key, tenant int, email ${type})`,
  "insert into users values (1, 'Ann@Example.org', '+49 30 1234'), (2, ' bob@example.org', '0049 30 1234'), (3, 'ann@example.com', 'none')",
  // 1 to 4: Ann's, in whatever letters and with a blank; 5: Bob's; 6: the other Ann's; 7, 8: nobody's.
  "insert into letters values (1, 'ann@example.org'), (2, 'ANN@EXAMPLE.ORG'), (3, ' Ann@Example.org '), (4, 'Ann@Example.org'), (5, 'BOB@example.org'), (6, 'Ann@Example.com'), (7, 'erased'), (8, 'ann@example.org.uk')",
  "insert into opens values (1, 'aNN@example.org'), (2, 'bob@EXAMPLE.org')",
  "insert into mentions values (1, 'ANN@example.org'), (2, 'BOB@example.org')",
  // 1 stays Bob's; 2 goes with Ann; 3 names her twice.
  "insert into shared values (1, 'ann@example.org', 'BOB@example.org'), (2, 'ann@EXAMPLE.org', 'nobody@example.org'), (3, 'ann@example.org', 'ANN@example.org'), (4, 'bob@example.org', null)",
  "insert into calls values (1, '+49-30-1234'), (2, '004930 1234'), (3, 'unknown'), (4, '030 1234')",
  "insert into codes values ('ann@example.org', 2), ('Bob', 1)",
  // 1: Ann's by her address; 2: Bob's, by a code that is written so; 3, 4: a code of another letter is nobody's, and Ann's.
  "insert into notes values (1, 'mail', 'ANN@example.org'), (2, 'code', 'ann@example.org'), (3, 'code', 'BOB'), (4, 'code', 'Bob'), (5, 'code', 'ANN@EXAMPLE.ORG')",
  "insert into tenants values (1, 'ann@EXAMPLE.org'), (2, 'bob@example.org')",
  "insert into seats values (1, 1, 'ANN@example.org'), (2, 2, 'ANN@example.org'), (3, 1, 'bob@example.org'), (4, 1, 'ann@EXAMPLE.org')",
];
const MAIL = [
  'create table sent (id int primary key, "to" varchar(60))',
  "create table lists (id int primary key, members text)",
  "insert into sent values (1, 'ANN@example.ORG'), (2, 'Bob@example.org')",
  `insert into lists values (1, '["ANN@example.org"]'), (2, '["ann@EXAMPLE.org","bob@example.org"]')`,
];

const ids = async (hand: Hand, table: string): Promise<number[]> =>
  (await hand.exec(`select id from ${table} order by id`)).map((r) => Number(r[0]));

for (const [name, { start, types }] of Object.entries(ENGINES)) {
  const skips = name.startsWith("MariaDB") && server === "";
  for (const [how, inSweep] of [
    ["alone", false],
    ["in a sweep", true],
  ] as const)
    test.skipIf(skips)(
      `${name}, ${how}: whose a row is does not hang on how an address is written`,
      async () => {
        const [engine, mail] = [await start(), await sqlite()];
        const [hand, mailHand] = [await engine.hand(), await mail.hand()];
        try {
          if (types[0] === "citext") await hand.exec("create extension citext");
          for (const sql of layout(types)) await hand.exec(sql);
          for (const sql of MAIL) await mailHand.exec(sql);
          const maps = mapOf(engine.name, mail.name, !inSweep);
          const outcomes = await onEngines({ maps, engines: { app: engine, mail } }, (estate) =>
            eraseEach(estate, [{ namespace: "email", value: "ANN@example.org" }], inSweep),
          );
          expect(outcomes.map((o) => o.state)).toEqual(["closed"]);
          expect(await ids(hand, "users")).toEqual([2, 3]);
          expect(await ids(hand, "letters")).toEqual([5, 6, 7, 8]);
          expect(await ids(hand, "opens")).toEqual([2]);
          expect(await hand.exec("select id, email from mentions order by id")).toEqual([
            [1, null],
            [2, "BOB@example.org"],
          ]);
          expect(await hand.exec("select id, a, b from shared order by id")).toEqual([
            [1, null, "BOB@example.org"],
            [4, "bob@example.org", null],
          ]);
          // The number is shared with Bob: it stays his. What holds no number at all is nobody's.
          expect(await ids(hand, "calls")).toEqual([1, 2, 3, 4]);
          expect((await ids(hand, "notes")).filter((id) => id < 4)).toEqual([2, 3]);
          expect(await ids(hand, "seats")).toEqual([2, 3]);
          expect(await ids(mailHand, "sent")).toEqual([2]);
          if (!inSweep)
            expect(await mailHand.exec("select id, members from lists order by id")).toEqual([
              [2, '["bob@example.org"]'],
            ]);
        } finally {
          await hand.end();
          await mailHand.end();
          await engine.drop();
          await mail.drop();
        }
      },
    );
}
