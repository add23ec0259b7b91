/**
 * Names of keys of rows that were erased (spec/suppression.md): under the installation's key, so that they say nothing by themselves, and a
 * row that a restored backup brings back is recognised.
 */

import { type Tuple, tupleKey } from "@avow/core/plan/capture";
import type { Step } from "@avow/core/plan/erase";
import { type Duration, plus } from "@avow/core/terms/duration";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";

interface Book {
  readonly sealer: Sealer;
  readonly service: string;
}

export const nameOfKey = ({ sealer, service }: Book, collection: string, key: Tuple): Buffer =>
  Buffer.from(sealer.nameOf(`suppression/${service}/${collection}`, tupleKey(key)), "hex");

const NAMES_A_STATEMENT_MAX = 10_000;
/** Until the erasure has closed nobody is to look for its rows: some of them may have to stay. */
const NOT_YET = new Date(0);

/** Written down before the step is made; they count once the request has ended. */
export async function noteSuppressed(
  desk: Book & { readonly db: Database; readonly now: () => Date },
  request: string,
  step: Step,
): Promise<void> {
  const at = desk.now();
  for (const change of step.changes.filter((c) => c.act === "delete"))
    for (let from = 0; from < change.keys.length; from += NAMES_A_STATEMENT_MAX) {
      const keys = change.keys.slice(from, from + NAMES_A_STATEMENT_MAX);
      const names = keys.map((key) => nameOfKey(desk, change.collection, key));
      await sql`
        insert into suppressions (service, name, erased_at, request, ends_at)
        select ${desk.service}, name, ${at}, ${request}, ${NOT_YET} from unnest(${names}::bytea[]) name
        on conflict (service, name) do update set erased_at = excluded.erased_at, request = excluded.request`.execute(
        desk.db,
      );
    }
}

/** Part of the transaction that ends the erasure. */
export async function keepSuppressed(
  tx: Database,
  request: string,
  { now, keep }: { readonly now: Date; readonly keep: Duration },
): Promise<void> {
  await tx
    .updateTable("suppressions")
    .set({ ends_at: plus(now, keep) })
    .where("request", "=", request)
    .execute();
}

export async function forgetSuppressed(tx: Database, request: string): Promise<void> {
  await tx.deleteFrom("suppressions").where("request", "=", request).execute();
}

/** Names whose time is over; those of requests that were never closed go with their requests. Returns how many. */
export async function endSuppressions(desk: {
  readonly db: Database;
  readonly service: string;
  readonly now: () => Date;
}): Promise<number> {
  const { numDeletedRows } = await desk.db
    .deleteFrom("suppressions")
    .where("service", "=", desk.service)
    .where("ends_at", "<=", desk.now())
    .where("ends_at", ">", NOT_YET)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
