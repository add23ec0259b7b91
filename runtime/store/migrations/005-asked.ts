import { type Kysely, sql } from "kysely";

/** What a request says beside the person, and who is restricted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // `asked_name` is the same for requests that say the same, under the installation's key; empty where they say nothing.
  `alter table requests
     add column sealed_asked bytea,
     add column asked_name text not null default ''`,
  // Names of identities under the installation's key; those of one person share a mark.
  `create table restrictions (
    service text not null,
    name text not null,
    mark uuid not null,
    since timestamptz not null,
    primary key (service, name)
  )`,
  `create index restrictions_by_mark on restrictions (mark)`,
];
