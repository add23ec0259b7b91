/** Many tables of the same kind, three deep: ten hang on the people, ten on each of those, and so on. Each person has as much in each. */
import type { Client } from "pg";
import type { Ground } from "../bed.ts";

const PEOPLE = 5_000;
const FAN = 10;

export interface Size {
  readonly tables: number;
  readonly rows: number;
}

const nameOf = (i: number): string => `t${String(i).padStart(3, "0")}`;
const ownerOf = (i: number): number | null => (i < FAN ? null : Math.floor(i / FAN) - 1);

export const rowsEach = ({ tables, rows }: Size): number => Math.max(1, Math.round(rows / tables / PEOPLE));

export function groundOf(tables: number): Ground {
  const collections = Array.from({ length: tables }, (_, i) => {
    const owner = ownerOf(i);
    return `  ${nameOf(i)}:
    class: account
    owner: owner_id -> ${owner === null ? "users" : nameOf(owner)}.id
    fields: { id: system, owner_id: system, value: user.content, created_at: system }
`;
  });
  return {
    classes: "  account: [user]",
    map: `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
${collections.join("")}`,
  };
}

export async function layOut(db: Client, size: Size): Promise<void> {
  const each = rowsEach(size);
  await db.query("create table users (id bigint primary key, email text not null unique)");
  await db.query(
    `insert into users select n, 'person' || n || '@example.org' from generate_series(1, ${PEOPLE}) n`,
  );
  for (let i = 0; i < size.tables; i += 1) {
    const name = nameOf(i);
    // A person's rows lie together; what hangs on a table hangs on its rows one by one.
    const owner = ownerOf(i) === null ? `1 + (n - 1) / ${each}` : "n";
    await db.query(
      `create table ${name} (id bigint primary key, owner_id bigint not null, value text, created_at timestamptz not null)`,
    );
    await db.query(
      `insert into ${name} select n, ${owner}, md5('${i} ' || n), '2025-01-01'::timestamptz + n * interval '1 second' from generate_series(1, ${each * PEOPLE}) n`,
    );
    await db.query(`create index on ${name} (owner_id)`);
  }
  await db.query("vacuum analyze");
  await db.query("checkpoint");
}

export const DELETES_OF = (tables: number): readonly string[] => [
  ...Array.from(
    { length: tables },
    (_, i) => `delete from ${nameOf(tables - 1 - i)} where owner_id in (${idsOf(ownerOf(tables - 1 - i))})`,
  ),
  "delete from users where id = $1",
];

const idsOf = (i: number | null): string =>
  i === null ? "$1" : `select id from ${nameOf(i)} where owner_id in (${idsOf(ownerOf(i))})`;
