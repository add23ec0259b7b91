import type { Appender, NewEntry } from "../ledger/append.ts";
import type { Database } from "../store/database.ts";
import type { History } from "./context.ts";

export interface HistoryOptions {
  readonly db: Database;
  readonly service: string;
  /** From the desk that keeps them. */
  readonly countRequests: History["countRequests"];
  /** False: the history is read and left as it is. */
  readonly keep: boolean;
  /** The log in which a verdict that turns leaves its entry. */
  readonly evidence?: Appender;
}

export function databaseHistory(options: HistoryOptions): History {
  const { db, service, countRequests, keep, evidence } = options;
  return {
    async lastDrill(right, basis) {
      const row = await db
        .selectFrom("drills")
        .select(["state", "detail", "ended_at", "plan_basis"])
        .where("service", "=", service)
        .where("right_name", "=", right)
        // A drill that stopped half-way says nothing about the right.
        .where("state", "in", ["passed", "failed"])
        .orderBy((e) => e("plan_basis", "=", basis), "desc")
        .orderBy("started_at", "desc")
        .limit(1)
        .executeTakeFirst();
      return row?.ended_at === null || row === undefined
        ? null
        : {
            at: row.ended_at,
            passed: row.state === "passed",
            detail: row.detail,
            current: row.plan_basis === basis,
          };
    },
    countRequests,
    async remember(verdicts, now) {
      const known = await db.selectFrom("verdicts").selectAll().where("service", "=", service).execute();
      const before = new Map(known.map((v) => [`${v.commitment} ${v.hash}`, v]));
      const since = new Map<string, Date>();
      const rows = verdicts.map(({ commitment, hash, verdict }) => {
        const last = before.get(`${commitment} ${hash}`);
        const at = last?.verdict === verdict ? last.since : now;
        since.set(commitment, at);
        return { service, commitment, hash, verdict, since: at, checked_at: now };
      });
      const turned = rows.flatMap((row) =>
        changed(row, before.get(`${row.commitment} ${row.hash}`)?.verdict ?? null),
      );
      if (keep && rows.length > 0) {
        await db.transaction().execute(async (tx) => {
          await tx
            .insertInto("verdicts")
            .values(rows)
            .onConflict((c) =>
              c.columns(["service", "commitment", "hash"]).doUpdateSet((e) => ({
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
  readonly hash: string;
  readonly verdict: string;
  readonly checked_at: Date;
}

/** The first look at a commitment, as it is worded, counts as a change. */
function changed({ commitment, hash, verdict, checked_at }: Looked, from: string | null): NewEntry[] {
  if (verdict === from) return [];
  const body = {
    event: "verdict.changed",
    ...{ commitment, hash, from, to: verdict },
    at: checked_at.toISOString(),
  };
  return [{ type: "check", subject: "service", body }];
}
