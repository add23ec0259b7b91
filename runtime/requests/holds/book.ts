import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Desk } from "../desk/desk.ts";
import { holdReviewed } from "./evidence.ts";
import type { Ground } from "./grounds.ts";
import { groundsSchema } from "./in-effect.ts";
import { isOverdue } from "./overdue.ts";
import { openSealed, type SealedHold } from "./sealed.ts";

export interface ListedHold {
  readonly hold: string;
  /** `overdue`: in effect, and its review day is over. */
  readonly state: "in_effect" | "overdue" | "lifted";
  /** Of the last look; `not_yet`: nobody was known by what it was placed with. Null: it is lifted. */
  readonly person: "found" | "not_yet" | "lost" | null;
  /** Of a `lost` one: the first look that found nobody. */
  readonly lostSince: string | null;
  readonly grounds: readonly Ground[];
  readonly reason: string;
  readonly owner: string;
  readonly placedAt: string;
  readonly reviewAt: string;
  readonly liftedAt: string | null;
  readonly lifted: { readonly reason: string; readonly by: string } | null;
  /** Erasures that kept rows because of it. */
  readonly kept: readonly string[];
}

const LISTED_MAX = 1000;

/** The one that is to be looked at first, first. Holds nothing that tells whom they are on, but for what the reason says. */
export async function listHolds(desk: Desk, which: { readonly all: boolean }): Promise<ListedHold[]> {
  const rows = await desk.db
    .selectFrom("holds")
    .select(["id", "sealed", "grounds", "review_at", "placed_at", "lifted_at"])
    .where("service", "=", desk.service)
    .$if(!which.all, (q) => q.where("lifted_at", "is", null))
    .orderBy("review_at")
    .orderBy("seq")
    .limit(LISTED_MAX)
    .execute();
  const kept = await keptBy(
    desk.db,
    desk.service,
    rows.map((r) => r.id),
  );
  return rows.map((row) => {
    const known = openSealed(desk, row.id, row.sealed);
    const { reason, owner, lifted } = known;
    const isOver = isOverdue(row.review_at, desk.now());
    return {
      ...{ hold: row.id, reason, owner, lifted },
      state: row.lifted_at !== null ? "lifted" : isOver ? "overdue" : "in_effect",
      person: row.lifted_at === null ? personIn(known) : null,
      lostSince: known.lostSince ?? null,
      grounds: groundsSchema.parse(row.grounds),
      placedAt: row.placed_at.toISOString(),
      reviewAt: row.review_at.toISOString(),
      liftedAt: row.lifted_at?.toISOString() ?? null,
      kept: kept.get(row.id) ?? [],
    };
  });
}

const personIn = ({ lostSince, pending }: SealedHold): "found" | "not_yet" | "lost" =>
  lostSince === undefined ? (pending === true ? "not_yet" : "found") : "lost";

/** By hold: the erasures that kept rows because of it. */
export async function keptBy(
  db: Database,
  service: string,
  holds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ hold: string; request: string }>`
    select distinct line->>'hold' as hold, id as request
      from requests, jsonb_array_elements(kept) line
     where service = ${service} and kept is not null and state not in ('restored', 'refused') and (closed_at is not null or grace_until is not null)
       and line->>'hold' = any(${holds}::text[])
     order by request`.execute(db);
  return new Map(
    [...Map.groupBy(rows, (r) => r.hold)].map(([hold, own]) => [hold, own.map((r) => r.request)]),
  );
}

/** False: there is no such hold in effect. */
export async function reviewHold(
  desk: Desk,
  id: string,
  { review, by }: { readonly review: Date; readonly by: string },
): Promise<boolean> {
  return desk.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("holds")
      .set({ review_at: review })
      .where("id", "=", id)
      .where("service", "=", desk.service)
      .where("lifted_at", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await desk.evidence.append(tx, [holdReviewed(id, by, review)]);
    return true;
  });
}
