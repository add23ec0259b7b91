/** Thirty collections, up to four levels deep, with messages that two people own and a log that stays without its person. */
import type { Client } from "pg";
import type { Ground } from "../bed.ts";

interface Table {
  readonly name: string;
  readonly owner: string;
  /** Rows for each row of the owner. */
  readonly each: number;
  /** Stays, with its link and its value emptied. */
  readonly masked?: true;
}

/** Owners first. */
const TABLES: readonly Table[] = [
  ...["profiles", "phones", "devices", "preferences", "carts", "wishlists", "subscriptions", "tickets"].map(
    (name) => ({
      ...{ name, owner: "users", each: 1 },
    }),
  ),
  ...["addresses", "consents", "invoices", "posts", "reviews", "conversations"].map((name) => ({
    ...{ name, owner: "users", each: 2 },
  })),
  ...["orders", "sessions", "searches", "notifications"].map((name) => ({ name, owner: "users", each: 3 })),
  { name: "logins", owner: "users", each: 3, masked: true },
  { name: "order_items", owner: "orders", each: 2 },
  { name: "cart_items", owner: "carts", each: 2 },
  { name: "wishlist_items", owner: "wishlists", each: 2 },
  { name: "ticket_notes", owner: "tickets", each: 2 },
  { name: "invoice_lines", owner: "invoices", each: 2 },
  { name: "post_images", owner: "posts", each: 1 },
  { name: "prompts", owner: "conversations", each: 2 },
  { name: "answers", owner: "prompts", each: 1 },
  { name: "parcels", owner: "order_items", each: 1 },
];

const linkOf = ({ owner }: Pick<Table, "owner">): string => `${owner.replace(/s$/, "")}_id`;

/** Beside the tables and `users`: whom somebody wrote to, and who wrote to whom. */
const MESSAGES_EACH = 4;

export const COLLECTIONS = TABLES.length + 2;
/** Of one person, messages that he sent among them. */
export const ROWS_EACH = 1 + MESSAGES_EACH + TABLES.reduce((n, t) => n + perPerson(t), 0);

function perPerson(t: Table): number {
  const owner = TABLES.find((o) => o.name === t.owner);
  return t.each * (owner === undefined ? 1 : perPerson(owner));
}

const collectionMap = (t: Table): string => `  ${t.name}:
    class: content
    owner: ${linkOf(t)} -> ${t.owner}.id
    fields: { id: system, ${linkOf(t)}: user.unique_id, value: user.content, created_at: system }
${t.masked === true ? `    erase: { mask: { ${linkOf(t)}: "null", value: "null" } }\n` : ""}`;

export const GROUND: Ground = {
  classes: "  account: [user]\n  content: [user]",
  map: `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, created_at: system }
${TABLES.map(collectionMap).join("")}  messages:
    class: content
    links:
      - { role: owner, from: [sender_id], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [recipient_id], to: { collection: users, fields: [id] } }
    fields: { id: system, sender_id: user.unique_id, recipient_id: user.unique_id, body: user.content.private, created_at: system }
    on_leave: { sender_id: "null", recipient_id: "null" }
`,
};

export async function layOut(db: Client, { foreignKeys }: { readonly foreignKeys: boolean }): Promise<void> {
  const refers = (to: string): string => (foreignKeys ? `references ${to}` : "");
  await db.query(
    "create table users (id bigint primary key, email text not null unique, name text, created_at timestamptz not null)",
  );
  for (const t of TABLES) {
    await db.query(
      `create table ${t.name} (id bigint primary key, ${linkOf(t)} bigint ${refers(t.owner)}, value text, created_at timestamptz not null)`,
    );
    await db.query(`create index on ${t.name} (${linkOf(t)})`);
  }
  await db.query(
    `create table messages (id bigint primary key, sender_id bigint ${refers("users")}, recipient_id bigint ${refers("users")}, body text, created_at timestamptz not null)`,
  );
  for (const side of ["sender_id", "recipient_id"]) await db.query(`create index on messages (${side})`);
}

export interface People {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** People who are there for good have the numbers 1 to this. */
  readonly others: number;
}

/** Half of the messages go to others of the same people, half to those who stay. */
export async function addPeople(db: Client, { seed, from, count, others }: People): Promise<void> {
  const to = from + count - 1;
  await db.query(
    `insert into users select n, 'person' || n || '@example.org', 'Name ' || md5('${seed} ' || n), '2024-01-01'::timestamptz + n * interval '1 second' from generate_series(${from}, ${to}) n`,
  );
  for (const t of TABLES) {
    const { each, path } = pathOf(t);
    await db.query(
      `insert into ${t.name} select n, n / ${t.each}, md5('${seed} ${t.name} ' || n) || ' a text', '2025-01-01'::timestamptz + (n % 1000) * interval '1 minute'
         from generate_series(${from}::bigint * ${each}, ${to + 1}::bigint * ${each} - 1) n /* ${path} */`,
    );
  }
  await db.query(
    `insert into messages
     select n, n / ${MESSAGES_EACH},
            case when n % 2 = 0 then ${from} + (n * 7919 + ${seed}) % ${count} else 1 + (n * 7919 + ${seed}) % ${others} end,
            md5('${seed} m ' || n) || ' a message of a few words', '2025-01-01'::timestamptz + (n % 1000) * interval '1 minute'
       from generate_series(${from}::bigint * ${MESSAGES_EACH}, ${to + 1}::bigint * ${MESSAGES_EACH} - 1) n`,
  );
}

function pathOf(t: Table): { readonly each: number; readonly path: string } {
  const owner = TABLES.find((o) => o.name === t.owner);
  const above = owner === undefined ? { each: 1, path: "users" } : pathOf(owner);
  return { each: above.each * t.each, path: `${above.path} ${t.name}` };
}

/** What somebody who knows the schema writes: one statement a table, dependents first, in one transaction. */
export const BY_HAND: readonly string[] = [
  ...TABLES.flatMap((t) =>
    t.masked === true ? [`update ${t.name} t set ${linkOf(t)} = null, value = null ${fromOf(t)}`] : [],
  ),
  `delete from messages m where (sender_id in (select id from leaving) or recipient_id in (select id from leaving))
     and (sender_id is null or sender_id in (select id from leaving))
     and (recipient_id is null or recipient_id in (select id from leaving))`,
  "update messages set sender_id = null where sender_id in (select id from leaving)",
  "update messages set recipient_id = null where recipient_id in (select id from leaving)",
  ...[...TABLES]
    .reverse()
    .flatMap((t) => (t.masked === true ? [] : [`delete from ${t.name} t ${usingOf(t)}`])),
  "delete from users t using leaving l where t.id = l.id",
];

function fromOf(t: Table): string {
  return `from ${joinOf(t)}`;
}
function usingOf(t: Table): string {
  return `using ${joinOf(t)}`;
}

/** `leaving l where …`, through the owners in between. */
function joinOf(t: Table): string {
  const tables: string[] = [];
  const conditions: string[] = [];
  let at = "t";
  let current: Table | undefined = t;
  while (current !== undefined) {
    const owner: Table | undefined = TABLES.find((o) => o.name === current?.owner);
    if (owner === undefined) {
      conditions.push(`${at}.${linkOf(current)} = l.id`);
      break;
    }
    const next = `o${tables.length}`;
    tables.push(`${owner.name} ${next}`);
    conditions.push(`${at}.${linkOf(current)} = ${next}.id`);
    at = next;
    current = owner;
  }
  return `leaving l${tables.map((o) => `, ${o}`).join("")} where ${conditions.join(" and ")}`;
}

/** Of all rows of all tables, whatever their order. */
export async function digest(db: Client): Promise<string> {
  const parts: string[] = [];
  for (const name of ["users", "messages", ...TABLES.map((t) => t.name)]) {
    const { rows } = await db.query<{ d: string }>(
      `select count(*) || ':' || coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0) as d from ${name} t`,
    );
    parts.push(`${name}=${rows[0]?.d ?? ""}`);
  }
  return parts.join(" ");
}
