/** Holds that somebody should have looked at again by now (spec/holds.md). */
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";

const DAY_MS = 86_400_000;

/** The day itself is still in time. */
export const isOverdue = (review: Date, now: Date): boolean => now.getTime() >= review.getTime() + DAY_MS;

export async function countOverdueHolds(db: Database, service: string, now: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from holds
     where service = ${service} and lifted_at is null and review_at <= ${new Date(now.getTime() - DAY_MS)}`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

export const overdueInWords = (holds: number): string =>
  `${holds} legal hold${holds === 1 ? " is" : "s are"} past the review day: \`avow hold list\``;
