/** A verdict that nobody has renewed in time is none any more; whoever listens hears of it (DESIGN 7: stale is unproven). */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Appender, NewEntry } from "../ledger/append.ts";
import type { Database } from "../store/database.ts";
import type { Turned } from "./db-history.ts";

interface Expiring {
  readonly db: Database;
  readonly service: string;
  readonly now: Date;
  /** The log in which each verdict that ran out leaves its entry. */
  readonly evidence?: Appender;
  /** Part of the transaction. */
  readonly onTurned: (tx: Database, turned: readonly Turned[]) => Promise<void>;
}

interface Stale {
  readonly promise: string;
  readonly hash: string;
  readonly verdict: string;
}

/** Only the wording that was looked at last; a breach is not mended by nobody looking at it. Gives how many ran out. */
export async function expireVerdicts({ db, service, now, evidence, onTurned }: Expiring): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`verdicts/${service}`}, 4))`.execute(tx);
    const { rows } = await sql<Stale>`
      select promise, hash, verdict from (
        select distinct on (promise) promise, hash, verdict, fresh_until from promise_verdicts
         where service = ${service} order by promise, checked_at desc) latest
       where verdict in ('kept', 'attested') and fresh_until < ${now}`.execute(tx);
    const turned = rows.map(({ promise, hash, verdict }): Turned => {
      const none = { freshUntil: null, waived: false, commitments: [] };
      return {
        id: randomUUID(),
        from: verdict,
        at: now,
        promise: { promise, hash, verdict: "unproven", ...none },
      };
    });
    for (const { id, promise: p, from } of turned) {
      await tx
        .updateTable("promise_verdicts")
        .set({ verdict: p.verdict, since: now, fresh_until: null })
        .where("service", "=", service)
        .where("promise", "=", p.promise)
        .where("hash", "=", p.hash)
        .execute();
      const to = {
        scope: "promise",
        name: p.promise,
        hash: p.hash,
        from_verdict: from,
        to_verdict: p.verdict,
      };
      await tx
        .insertInto("verdict_changes")
        .values({ id, service, ...to, at: now })
        .execute();
    }
    if (turned.length > 0) {
      await evidence?.append(tx, turned.map(ranOut));
      await onTurned(tx, turned);
    }
    return turned.length;
  });
}

function ranOut({ promise, from, at }: Turned): NewEntry {
  const { promise: id, hash, verdict } = promise;
  const body = {
    event: "verdict.ran_out",
    promise: id,
    ...{ hash, from, to: verdict },
    at: at.toISOString(),
  };
  return { type: "check", subject: "service", body };
}
