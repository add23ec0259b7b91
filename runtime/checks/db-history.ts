import type { Appender, NewEntry } from "../ledger/append.ts";
import type { Database } from "../store/database.ts";
import type { History } from "./context.ts";

/** `countRequests`: from the desk that keeps them. `evidence`: the log in which a verdict that turns leaves its entry. */
export function databaseHistory(
  db: Database,
  service: string,
  countRequests: History["countRequests"],
  evidence?: Appender,
): History {
  return {
    async lastDrill(right) {
      const row = await db
        .selectFrom("drills")
        .select(["state", "detail", "ended_at"])
        .where("service", "=", service)
        .where("right_name", "=", right)
        // A drill that stopped half-way says nothing about the right.
        .where("state", "in", ["passed", "failed"])
        .orderBy("started_at", "desc")
        .limit(1)
        .executeTakeFirst();
      return row?.ended_at === null || row === undefined
        ? null
        : { at: row.ended_at, passed: row.state === "passed", detail: row.detail };
    },
    countRequests,
    async remember(verdicts, now) {
      const known = await db.selectFrom("verdicts").selectAll().where("service", "=", service).execute();
      const before = new Map(known.map((v) => [v.commitment, v]));
      const since = new Map<string, Date>();
      const rows = verdicts.map(({ commitment, verdict }) => {
        const last = before.get(commitment);
        const at = last?.verdict === verdict ? last.since : now;
        since.set(commitment, at);
        return { service, commitment, verdict, since: at, checked_at: now };
      });
      const turned = rows.flatMap((row) => changed(row, before.get(row.commitment)?.verdict ?? null));
      if (rows.length > 0) {
        await db.transaction().execute(async (tx) => {
          await tx
            .insertInto("verdicts")
            .values(rows)
            .onConflict((c) =>
              c.columns(["service", "commitment"]).doUpdateSet((e) => ({
                verdict: e.ref("excluded.verdict"),
                since: e.ref("excluded.since"),
                checked_at: e.ref("excluded.checked_at"),
              })),
            )
            .execute();
          if (turned.length > 0) await evidence?.append(tx, turned);
        });
      }
      return since;
    },
  };
}

interface Looked {
  readonly commitment: string;
  readonly verdict: string;
  readonly checked_at: Date;
}

/** The first look at a commitment counts as a change. */
function changed({ commitment, verdict, checked_at }: Looked, from: string | null): NewEntry[] {
  if (verdict === from) return [];
  const body = { event: "verdict.changed", commitment, from, to: verdict, at: checked_at.toISOString() };
  return [{ type: "check", subject: "service", body }];
}
