/** Rows that the store would delete by itself: the erasure must see them coming, whether or not the map knows of the foreign key. */
import { connector } from "@avow/connector-postgres/connector";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { erase } from "../rights/erase.ts";
import { bindEstate } from "./estate.ts";
import { memoryJournal } from "./journal.ts";

const COMMENTS = "fields: { id: system, author: user.unique_id, parent: system }";
const map = (links: string): string => `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  comments:
    class: content
    owner: author -> users.id
    ${COMMENTS}
${links}`;

const SCHEMA = `
  create table users (id int primary key, email text unique);
  create table comments (id int primary key, author int references users, parent int references comments on delete cascade);
  insert into users values (1, 'ann@example.org'), (2, 'bob@example.org');
  insert into comments values (1, 1, null), (2, 2, 1), (3, 1, 1);
`;

async function eraseAnn(schema: string, yaml: string) {
  const database = await freshDatabase(inject("postgresUrl"), "cascade");
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const open = (access: "read" | "erase") =>
    connector.open({ url: database.url, access, statementTimeoutMs: 10_000 });
  const app = { reader: open("read"), eraser: open("erase") };
  try {
    await admin.query(schema);
    const read = readDataMap([{ file: "app.yaml", text: yaml }]);
    const bound = await bindEstate({ map: must(read.value, "read"), keepRules: new Map(), stores: { app } });
    if (!bound.ok) throw new Error(JSON.stringify(bound));
    const outcome = await erase.run({
      estate: bound.estate,
      identities: [{ namespace: "user_id", value: "1" }],
      journal: memoryJournal(),
      now: () => new Date("2026-01-01T00:00:00Z"),
      approve: async () => true,
    });
    const left = await admin.query("select id, parent from comments order by id");
    return { state: outcome.state, reasons: outcome.results.map((r) => r.reason), left: left.rows };
  } finally {
    await Promise.all([app.reader.close(), app.eraser.close(), admin.end()]);
    await database.drop();
  }
}

test("a reply of somebody else is not swept away by a reference that the map does not know of", async () => {
  const { state, reasons, left } = await eraseAnn(SCHEMA, map(""));
  expect(state).toBe("not_done");
  expect(reasons).toContain(
    "the store would delete 1 rows of `comments` along with it (on delete cascade), and they must stay or are not in the map",
  );
  expect(left.map((r) => r.id)).toEqual([1, 2, 3]);
});

test("a reference that the map knows of is cut first, in the same step", async () => {
  const links =
    "    links: [{ role: mention, from: [parent], to: { collection: comments, fields: [id] } }]\n";
  expect(await eraseAnn(SCHEMA, map(links))).toMatchObject({
    state: "closed",
    left: [{ id: 2, parent: null }],
  });
});

test("a reference to a field that the map does not track is followed, too", async () => {
  const schema = `${SCHEMA} alter table comments drop constraint comments_parent_fkey;
    alter table users add column code text unique; update users set code = 'c' || id;
    create table coupons (id int primary key, code text references users (code) on delete cascade);
    insert into coupons values (1, 'c1'), (2, 'c2');`;
  const { state, reasons } = await eraseAnn(schema, map(""));
  expect(state).toBe("not_done");
  expect(reasons).toContainEqual(expect.stringContaining("1 rows of `coupons`"));
});
