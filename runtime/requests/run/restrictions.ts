/** Restrictions in Avow's own database (spec/rights.md, "Restrict"): names of identities under the installation's key, and since when. */
import { randomUUID } from "node:crypto";
import type { IdentityValue } from "@avow/core/terms/person";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import { type Naming, namesOf } from "../desk/subjects.ts";
import type { Marks } from "./run.ts";

interface Book extends Naming {
  readonly db: Database;
  readonly now: () => Date;
}

export function restrictionsOf(book: Book): Marks {
  const { db, service } = book;
  return {
    async since(identities) {
      const found = await known(db, service, namesOf(book, identities));
      return found.length === 0 ? null : new Date(Math.min(...found.map((f) => f.since.getTime())));
    },
    async mark(identities: readonly IdentityValue[]) {
      const names = namesOf(book, identities);
      await db.transaction().execute(async (tx) => {
        const [first] = await known(tx, service, names);
        const mark = first?.mark ?? randomUUID();
        const since = first?.since ?? book.now();
        for (const name of names)
          await tx
            .insertInto("restrictions")
            .values({ service, name, mark, since })
            .onConflict((c) => c.doNothing())
            .execute();
      });
    },
    async lift(identities: readonly IdentityValue[]) {
      const names = namesOf(book, identities);
      await db.transaction().execute(async (tx) => {
        const marks = (await known(tx, service, names)).map((k) => k.mark);
        if (marks.length > 0) await tx.deleteFrom("restrictions").where("mark", "in", marks).execute();
      });
    },
  };
}

const known = (db: Kysely<Tables>, service: string, names: readonly string[]) =>
  db
    .selectFrom("restrictions")
    .select(["mark", "since"])
    .where("service", "=", service)
    .where("name", "in", [...names])
    .orderBy("since")
    .execute();

export const isAnybodyRestricted = async ({ db, service }: Pick<Book, "db" | "service">): Promise<boolean> =>
  (await db
    .selectFrom("restrictions")
    .select("mark")
    .where("service", "=", service)
    .limit(1)
    .executeTakeFirst()) !== undefined;

/**
 * With all that was about a person goes the mark that it must not be used. What is kept must still not be, and a part is not all. Part of the
 * transaction that closes the erasures, after they are written down as closed.
 */
export async function forgetRestrictions(
  { service }: Pick<Book, "service">,
  tx: Transaction<Tables>,
  requests: readonly string[],
): Promise<void> {
  await sql`
    delete from restrictions where service = ${service} and mark in (
      select marked.mark from restrictions marked
        join request_subjects own on own.name = marked.name
        join requests r on r.id = own.request
       where marked.service = ${service} and r.id = any(${requests}::uuid[]) and r.closed_at is not null
         and r.state = 'closed' and r.asked_name = '' and coalesce(jsonb_array_length(r.kept), 0) = 0)`.execute(
    tx,
  );
}
