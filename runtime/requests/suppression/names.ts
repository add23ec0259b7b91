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
  for (const { collection, keys } of step.changes.filter((c) => c.act === "delete"))
    await noteAll(
      desk,
      keys.map((key) => ({ ...{ collection, key }, request })),
    );
}

export interface Suppressing {
  readonly request: string;
  readonly collection: string;
  readonly key: Tuple;
}

/** Of several requests; no row twice. */
export async function noteAll(
  desk: Book & { readonly db: Database; readonly now: () => Date },
  all: readonly Suppressing[],
): Promise<void> {
  const at = desk.now();
  for (let from = 0; from < all.length; from += NAMES_A_STATEMENT_MAX) {
    const some = all.slice(from, from + NAMES_A_STATEMENT_MAX);
    const names = some.map(({ collection, key }) => nameOfKey(desk, collection, key));
    await sql`
      insert into suppressions (service, name, erased_at, request, ends_at)
      select ${desk.service}, n.name, ${at}, n.request, ${NOT_YET}
        from unnest(${names}::bytea[], ${some.map((s) => s.request)}::uuid[]) as n (name, request)
      on conflict (service, name) do update set erased_at = excluded.erased_at, request = excluded.request`.execute(
      desk.db,
    );
  }
}

/** Part of the transaction that ends the erasures. */
export async function keepSuppressed(
  tx: Database,
  requests: readonly string[],
  { now, keep }: { readonly now: Date; readonly keep: Duration },
): Promise<void> {
  await tx
    .updateTable("suppressions")
    .set({ ends_at: plus(now, keep) })
    .where(sql<boolean>`request = any(${requests}::uuid[])`)
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
