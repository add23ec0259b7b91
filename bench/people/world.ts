/** Eleven collections, three levels deep: many people with a little each, and subjects with as many rows as they are asked for. */
import type { Client } from "pg";
import type { Ground } from "../bed.ts";

export const GROUND: Ground = {
  classes: "  account: [user]\n  content: [user]\n  payment: [user]",
  map: `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, created_at: system }
  profiles:
    class: account
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, bio: user.content, created_at: system }
  sessions:
    class: account
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, ip: user.device.ip_address, created_at: system }
  addresses:
    class: account
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, street: user.contact.address.street, created_at: system }
  orders:
    class: payment
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, total: user.financial, created_at: system }
  order_items:
    class: payment
    owner: order_id -> orders.id
    fields: { id: system, order_id: system, title: user.financial, created_at: system }
  conversations:
    class: content
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, title: user.content, created_at: system }
  messages:
    class: content
    owner: conversation_id -> conversations.id
    fields: { id: system, conversation_id: system, body: user.content.private, created_at: system }
  attachments:
    class: content
    owner: message_id -> messages.id
    fields: { id: system, message_id: system, path: user.content.private, created_at: system }
  reactions:
    class: content
    owner: message_id -> messages.id
    fields: { id: system, message_id: system, sign: user.content, created_at: system }
  tickets:
    class: content
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, question: user.content.private, created_at: system }
`,
};

interface Table {
  readonly name: string;
  readonly owner: string;
  /** Empty: the person's own row. */
  readonly link: string;
  readonly value: string;
  /** Its part of the rows below a person. */
  readonly part: number;
}

/** Owners first. */
export const TABLES: readonly Table[] = [
  { name: "profiles", owner: "users", link: "user_id", value: "bio", part: 0 },
  { name: "conversations", owner: "users", link: "user_id", value: "title", part: 0.02 },
  { name: "sessions", owner: "users", link: "user_id", value: "ip", part: 0.05 },
  { name: "addresses", owner: "users", link: "user_id", value: "street", part: 0.01 },
  { name: "orders", owner: "users", link: "user_id", value: "total", part: 0.02 },
  { name: "tickets", owner: "users", link: "user_id", value: "question", part: 0.01 },
  { name: "order_items", owner: "orders", link: "order_id", value: "title", part: 0.09 },
  { name: "attachments", owner: "messages", link: "message_id", value: "path", part: 0.1 },
  { name: "reactions", owner: "messages", link: "message_id", value: "sign", part: 0.1 },
  { name: "messages", owner: "conversations", link: "conversation_id", value: "body", part: 0.6 },
];
/** `messages` is what is left over, and is counted last; its own come after it when rows are made and before it when they go. */
const OWNERS_FIRST = [...TABLES].sort((a, b) => depth(a) - depth(b));

function depth(t: Table): number {
  const owner = TABLES.find((o) => o.name === t.owner);
  return owner === undefined ? 1 : 1 + depth(owner);
}

/** Rows of each table for somebody with `n` rows below: 5 rows are a profile, a conversation, a session and two messages. */
function share(n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  let left = n;
  for (const t of TABLES) {
    const least = ["profiles", "conversations", "sessions"].includes(t.name) ? 1 : 0;
    const own = t.name === "messages" ? left : Math.min(left, Math.max(least, Math.floor(n * t.part)));
    counts.set(t.name, own);
    left -= own;
  }
  return counts;
}

export interface Options {
  readonly seed: number;
  readonly people: number;
  readonly rowsEach: number;
  /** The store looks after its links itself: deletions by hand, too, pay for each row's check. */
  readonly foreignKeys: boolean;
  /** The link of attachments has no index, and no foreign key. */
  readonly unindexed: boolean;
}

export async function layOut(db: Client, options: Options): Promise<void> {
  await db.query(`drop table if exists ${[...TABLES.map((t) => t.name), "users"].join(", ")} cascade`);
  await db.query(
    "create table users (id bigint primary key, email text not null unique, name text, created_at timestamptz not null)",
  );
  for (const t of OWNERS_FIRST) {
    const bare = options.unindexed && t.name === "attachments";
    const reference = options.foreignKeys && !bare ? `references ${t.owner}` : "";
    await db.query(
      `create table ${t.name} (id bigint generated always as identity primary key, ${t.link} bigint not null ${reference}, ${t.value} text, created_at timestamptz not null)`,
    );
    if (!bare) await db.query(`create index on ${t.name} (${t.link})`);
  }
  await addPeople(db, options.seed, 1, options.people, options.rowsEach);
}

export async function addPeople(
  db: Client,
  seed: number,
  from: number,
  count: number,
  rowsEach: number,
): Promise<void> {
  const to = from + count - 1;
  await db.query(
    `insert into users select n, 'person' || n || '@example.org', 'Name ' || md5('${seed} ' || n), '2024-01-01'::timestamptz + n * interval '1 minute' from generate_series(${from}, ${to}) n`,
  );
  for (const t of OWNERS_FIRST) {
    const each = share(rowsEach).get(t.name) ?? 0;
    if (each === 0) continue;
    const owned = ownersOf(t.owner, `between ${from} and ${to}`);
    await db.query(`insert into ${t.name} (${t.link}, ${t.value}, created_at)
      select o.ids[1 + k % cardinality(o.ids)], md5('${seed} ' || o.person || ' ' || k) || repeat(' text', 10), '2025-01-01'::timestamptz + k * interval '1 minute'
        from (${owned}) o, generate_series(0, ${each} - 1) k`);
  }
}

/** For each person the ids of his rows of a table. */
function ownersOf(table: string, people: string): string {
  const { from, person } = pathOf(table);
  return `select ${person} as person, array_agg(t.id order by t.id) as ids from ${from} where ${person} ${people} group by 1`;
}

function pathOf(table: string): { readonly from: string; readonly person: string } {
  let from = `${table} t`;
  let at = "t";
  let person = "t.id";
  for (let t = TABLES.find((x) => x.name === table); t !== undefined; ) {
    person = `${at}.${t.link}`;
    const owner: Table | undefined = TABLES.find((x) => x.name === t?.owner);
    if (owner !== undefined) {
      from += ` join ${owner.name} ${at}u on ${at}u.id = ${at}.${t.link}`;
      at = `${at}u`;
    }
    t = owner;
  }
  return { from, person };
}

/** What somebody who knows the schema writes: one statement a table, dependents first. */
export const DELETES: readonly string[] = [
  ...[...OWNERS_FIRST].reverse().map((t) => `delete from ${t.name} where ${t.link} in (${idsOf(t.owner)})`),
  "delete from users where id = $1",
];
export const SELECTS: readonly string[] = [
  "select * from users where id = $1",
  ...OWNERS_FIRST.map((t) => `select * from ${t.name} where ${t.link} in (${idsOf(t.owner)})`),
];

function idsOf(table: string): string {
  if (table === "users") return "$1";
  const t = TABLES.find((x) => x.name === table);
  return t === undefined ? "$1" : `select id from ${table} where ${t.link} in (${idsOf(t.owner)})`;
}

/** Of all rows of all tables, whatever their order. */
export async function digest(db: Client): Promise<string> {
  const parts: string[] = [];
  for (const name of ["users", ...TABLES.map((t) => t.name)]) {
    const { rows } = await db.query<{ d: string }>(
      `select count(*) || ':' || coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0) as d from ${name} t`,
    );
    parts.push(`${name}=${rows[0]?.d ?? ""}`);
  }
  return parts.join(" ");
}
