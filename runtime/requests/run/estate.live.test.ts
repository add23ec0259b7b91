/** A map that the store can not carry out is refused when the two meet, before a request has touched anything. */
import { connector } from "@avow/connector-postgres/connector";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import type { Issue } from "@avow/core/terms/issue";
import { freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { bindEstate } from "./estate.ts";

const map = (onLeave: string): string => `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id }
  gifts:
    class: gift
    links:
      - { role: owner, from: [sender], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [recipient], to: { collection: users, fields: [id] } }
    fields: { id: system, sender: user.unique_id, recipient: user.unique_id }
    on_leave: ${onLeave}
  coupons:
    class: gift
    owner: holder -> users.id
    fields: { id: system, holder: user.unique_id }
    erase: { mask: { id: keep } }
`;

const SCHEMA = `
  create table users (id int primary key);
  create table gifts (id int primary key, sender int not null, recipient int);
  create table coupons (id int primary key, holder int);
`;

let admin: pg.Client;
let url: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await freshDatabase(inject("postgresUrl"), "estate");
  ({ url, drop } = database);
  admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(SCHEMA);
});

afterAll(async () => {
  await admin.end();
  await drop();
});

const refusals = async (yaml: string): Promise<string[]> =>
  (await issuesOf(yaml)).map((i) => `${i.line} ${i.code}: ${i.message}`);

async function issuesOf(yaml: string): Promise<readonly Issue[]> {
  const open = (access: "read" | "erase") => connector.open({ url, access, statementTimeoutMs: 10_000 });
  const app = { reader: open("read"), eraser: open("erase") };
  try {
    const map = must(readDataMap([{ file: "app.yaml", text: yaml }]).value, "the map is read");
    const bound = await bindEstate({ map, keepRules: new Map(), stores: { app } });
    if (bound.ok) return [];
    return "issues" in bound ? bound.issues : [];
  } finally {
    await Promise.all([app.reader.close(), app.eraser.close()]);
  }
}

test("a link field that can not be null needs a tombstone", async () => {
  expect(await refusals(map("{}"))).toEqual([
    "8 cannot-be-null: `gifts`: erasure may have to cut the link `sender -> app.users`, and the store does not let `sender` be null",
  ]);
  expect(await refusals(map("{ sender: tombstone }"))).toEqual([]);
});

test("the store's own key may not be changed, and what stays may not be tied to what goes", async () => {
  expect(await refusals(map("{ sender: tombstone, id: tombstone }"))).toEqual([
    expect.stringMatching(/^8 changed-key: `gifts`: `on_leave` changes `id`/),
  ]);
  await admin.query("alter table coupons add foreign key (holder) references users");
  expect(await refusals(map("{ sender: tombstone }"))).toEqual([
    expect.stringMatching(/^15 held-by-foreign-key: `coupons` stays after an erasure/),
  ]);
});

const OR_GRANT = "or grant Avow's reader the right to see it: `avow grants` writes it out";

test("a name that the store does not have is put beside the one that it may mean", async () => {
  const issues = await issuesOf(`store: app
connector: postgres
collections:
  user:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id }
  coupons: { class: system, fields: { id: system, holdr: system } }
  ledgers: { class: system, fields: { id: system } }
`);
  expect(issues.map((i) => [i.code, i.fix])).toEqual([
    ["missing-collection", `did you mean \`users\`? Else correct the map, ${OR_GRANT}`],
    ["missing-field", `did you mean \`holder\`? Else take it out of the map, correct its name, ${OR_GRANT}`],
    ["missing-collection", `correct the map, ${OR_GRANT}`],
  ]);
});
