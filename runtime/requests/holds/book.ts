/**
 * Legal holds as staff place, review and lift them (spec/holds.md).
 *
 *   placed ──► in effect ──► lifted          in effect also when its review day is over: it does not end by itself
 */
import { randomUUID } from "node:crypto";
import { erase } from "@avow/core/rights/erase/right";
import { plus } from "@avow/core/terms/duration";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Desk } from "../desk/desk.ts";
import { openRequest } from "../desk/intake.ts";
import { VIA_CLI } from "../desk/jobs.ts";
import { withMerged } from "../desk/merges.ts";
import { closureOf, namesOf, onlyPeople } from "../desk/subjects.ts";
import { capture, StoreFailed } from "../run/ask.ts";
import { holdLifted, holdPlaced, holdReviewed, subjectOf } from "./evidence.ts";
import type { Ground } from "./grounds.ts";
import { groundsSchema, lockOf } from "./in-effect.ts";
import { openSealed, sealHold } from "./sealed.ts";

const DAY_MS = 86_400_000;

export interface NewHold {
  readonly identities: readonly IdentityValue[];
  readonly grounds: readonly Ground[];
  readonly reason: string;
  readonly owner: string;
  /** The day on which somebody has to look at it again, its first moment (UTC). */
  readonly review: Date;
}

export interface PlacedHold {
  readonly hold: string;
  /** Whether the stores know anybody by these identities; null: one of them could not be asked. */
  readonly known: boolean | null;
  /** Open erasures of the person: what they have begun is not stopped. */
  readonly open: readonly string[];
}

export async function placeHold(desk: Desk, wanted: NewHold): Promise<PlacedHold> {
  const merged = await withMerged(desk, wanted.identities);
  const closure = await closureOf(desk.estate, merged);
  const id = randomUUID();
  const { reason, owner, review, grounds } = wanted;
  const names = namesOf(desk, closure.identities);
  const { identities } = closure;
  const known = await isKnown(desk, identities);
  const open = await desk.db.transaction().execute(async (tx) => {
    // Behind every intent that is being written down: each erasure either has begun, or sees the hold.
    await sql`select pg_advisory_xact_lock(hashtextextended(${lockOf(desk.service)}, 4))`.execute(tx);
    await tx
      .insertInto("holds")
      .values({
        ...{ id, service: desk.service, grounds: JSON.stringify(grounds) },
        sealed: sealHold(desk, id, { identities, reason, owner, lifted: null }),
        ...{ review_at: review, placed_at: desk.now() },
      })
      .execute();
    await tx
      .insertInto("hold_names")
      .values(names.map((name) => ({ hold: id, name })))
      .execute();
    await desk.evidence.append(tx, [holdPlaced({ hold: id, grounds, owner, review, identities })]);
    return openErasures(tx, desk.service, names);
  });
  return { hold: id, known, open };
}

/** A hold is placed also while a store is away. */
async function isKnown(desk: Desk, identities: readonly IdentityValue[]): Promise<boolean | null> {
  try {
    const people = await capture({ ...desk.estate, graph: onlyPeople(desk.estate.graph) }, identities);
    return [...people.collections.values()].some((c) => c.rows.size > 0);
  } catch (error) {
    if (error instanceof StoreFailed) return null;
    throw error;
  }
}

async function openErasures(db: Database, service: string, names: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom("requests")
    .innerJoin("request_subjects", "request_subjects.request", "requests.id")
    .select("requests.id")
    .distinct()
    .where("service", "=", service)
    .where("right_name", "=", erase.name)
    .where("closed_at", "is", null)
    .where("name", "in", [...names])
    .execute();
  return rows.map((r) => r.id);
}

export interface ListedHold {
  readonly hold: string;
  /** `overdue`: in effect, and its review day is over. */
  readonly state: "in_effect" | "overdue" | "lifted";
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
    const { reason, owner, lifted } = openSealed(desk, row.id, row.sealed);
    const isOver = isOverdue(row.review_at, desk.now());
    return {
      ...{ hold: row.id, reason, owner, lifted },
      state: row.lifted_at !== null ? "lifted" : isOver ? "overdue" : "in_effect",
      grounds: groundsSchema.parse(row.grounds),
      placedAt: row.placed_at.toISOString(),
      reviewAt: row.review_at.toISOString(),
      liftedAt: row.lifted_at?.toISOString() ?? null,
      kept: (kept.get(row.id) ?? []).map((k) => k.request),
    };
  });
}

/** The day itself is still in time. */
export const isOverdue = (review: Date, now: Date): boolean => now.getTime() >= review.getTime() + DAY_MS;

interface Kept {
  readonly request: string;
  /** It was about all of the person, and not about rows that came back. */
  readonly whole: boolean;
}

async function keptBy(
  db: Database,
  service: string,
  holds: readonly string[],
): Promise<ReadonlyMap<string, readonly Kept[]>> {
  const { rows } = await sql<{ hold: string; request: string; whole: boolean }>`
    select distinct line->>'hold' as hold, id as request, asked_name = '' as whole
      from requests, jsonb_array_elements(kept) line
     where service = ${service} and kept is not null and (closed_at is not null or grace_until is not null)
       and line->>'hold' = any(${holds}::text[])
     order by request`.execute(db);
  return Map.groupBy(rows, (r) => r.hold);
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

export interface LiftedHold {
  /** Erasures that kept rows because of it. */
  readonly kept: readonly string[];
  /** The erasure that was opened for what they kept: it waits for somebody's yes, for the person may be a customer again. */
  readonly again: string | null;
  /** Of `kept`: erasures of a part, or of what a backup brought back. What they asked is not known any more, or looked for anyhow. */
  readonly parts: readonly string[];
}

/**
 * Null: there is no such hold in effect. The erasure is opened first: whoever is stopped in between leaves one that waits, and lifts the hold
 * again, which joins it.
 */
export async function liftHold(
  desk: Desk,
  id: string,
  { reason, by }: { readonly reason: string; readonly by: string },
): Promise<LiftedHold | null> {
  const row = await desk.db
    .selectFrom("holds")
    .select("sealed")
    .where("id", "=", id)
    .where("service", "=", desk.service)
    .where("lifted_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  const known = openSealed(desk, id, row.sealed);
  const kept = (await keptBy(desk.db, desk.service, [id])).get(id) ?? [];
  const again = kept.some((k) => k.whole) ? await eraseAgain(desk, known.identities) : null;
  const requests = kept.map((k) => k.request);
  const lifted = await desk.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("holds")
      .set({
        lifted_at: desk.now(),
        sealed: sealHold(desk, id, { ...known, identities: [], lifted: { reason, by } }),
      })
      .where("id", "=", id)
      .where("lifted_at", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await tx.deleteFrom("hold_names").where("hold", "=", id).execute();
    await desk.evidence.append(tx, [holdLifted(id, { by, kept: requests, again })]);
    await desk.evidence.keys.endAt(tx, subjectOf(id), plus(desk.now(), desk.recordsKept));
    return true;
  });
  if (!lifted) return null;
  return { kept: requests, again, parts: kept.filter((k) => !k.whole).map((k) => k.request) };
}

async function eraseAgain(desk: Desk, identities: readonly IdentityValue[]): Promise<string> {
  const { id } = await openRequest(desk, { right: erase.name, identities, via: VIA_CLI });
  await desk.db
    .updateTable("requests")
    .set({ state: "planned" })
    .where("id", "=", id)
    .where("state", "=", "received")
    .where("approved_at", "is", null)
    .execute();
  return id;
}

/** Holds whose review day is over. */
export async function countOverdueHolds(db: Database, service: string, now: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from holds
     where service = ${service} and lifted_at is null and review_at <= ${new Date(now.getTime() - DAY_MS)}`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}
