/** A small club whose erasures can be taken back, for the tests of this folder. */
import type { Service } from "../../../testing/service.ts";

export const POLICY = `---
service: club
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Club Ltd, country: DE, contact: { rights: privacy@club.example } }
jurisdictions: [EU]
classes:
  account: [user]
---
# Privacy

We delete your data when you ask us to.

\`\`\`commit
- id: erased
  right: erase
  ways: [email]
  within: P20D
\`\`\`
`;

export const MAP = `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  posts:
    class: account
    owner: member -> members.id
    fields: { id: system, member: user.unique_id, body: user.content }
  notes:
    class: account
    owner: about -> members.id
    erase: { mask: { about: 'null', body: tombstone, seen: 'null' } }
    fields: { id: system, about: user.unique_id, body: user.content, seen: user.content }
`;

export const RESET = `
  drop table if exists notes, posts, members;
  create table members (id bigint generated always as identity primary key, email text unique, name text, extra jsonb);
  create table posts (id int primary key, member bigint not null references members, reply int references posts, body text, raw bytea, tags text[]);
  create table notes (id int primary key, about bigint references members, body text, seen int);
  insert into members (email, name, extra) values ('ada@example.org', 'Ada Lovelace', '{"a": [1, 2.50]}'), ('bob@example.org', 'Bob', null);
  insert into posts select n, 1, case when n > 1 then n / 2 end, 'post ' || n, decode(lpad(to_hex(n), 4, '0'), 'hex'), array['a,b', n::text] from generate_series(1, 3000) n;
  insert into posts select n, 2, null, 'bob ' || n, null, null from generate_series(3001, 3010) n;
  insert into notes values (1, 1, 'about Ada', 7), (2, 1, 'more about Ada', 8), (3, 2, 'about Bob', 9);
`;

/** All that its members have, row by row. */
export async function worldOf({ store }: Pick<Service, "store">): Promise<unknown> {
  const of = async (table: string) =>
    (await store.query(`select t::text as row from ${table} t order by id`)).rows;
  return { members: await of("members"), posts: await of("posts"), notes: await of("notes") };
}

/** A request as Avow's database has it. */
export const rowOf = async ({ own }: Pick<Service, "own">, id: string) =>
  (await own.query("select * from requests where id = $1", [id])).rows[0];
