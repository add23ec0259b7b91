/**
 * Which looks leave an entry in the log (spec/evidence-log.md, "Entry"). `avow up` looks every half minute, and a log that says all day that
 * nothing changed only grows: what was seen is said when it is another than was said last, and else once an hour.
 */
import { canonicalJson } from "@avow/core/terms/canonical";
import { hashOf } from "@avow/core/terms/hash";
import type { Database } from "../store/database.ts";
import type { Remembered } from "./context.ts";

const SAID_AGAIN_MS = 3_600_000;
const FORGOTTEN_MS = 24 * SAID_AGAIN_MS;

interface Seen {
  readonly service: string;
  readonly seen: readonly Remembered[];
  /** A verdict is another than at the last look. */
  readonly turned: boolean;
  readonly now: Date;
}

const hashOfRows = (rows: readonly (readonly string[])[]): string =>
  hashOf(rows.map((row) => canonicalJson(row)).sort());

/** Notes that it is said now, where it is: call it in the transaction that says it, and for one look of a service at a time. */
export async function isNews(tx: Database, { service, seen, turned, now }: Seen): Promise<boolean> {
  if (seen.length === 0) return false;
  const scope = hashOfRows(seen.map((s) => [s.commitment, s.hash]));
  const waiverIn = ({ waived }: Remembered) => (waived === undefined ? [] : [waived.owner, waived.until]);
  const saw = hashOfRows(seen.map((s) => [s.commitment, s.hash, s.verdict, ...waiverIn(s)]));
  const last = await tx
    .selectFrom("logged_looks")
    .select(["saw", "at"])
    .where("service", "=", service)
    .where("scope", "=", scope)
    .executeTakeFirst();
  const age = last === undefined ? SAID_AGAIN_MS : now.getTime() - last.at.getTime();
  // A clock that went back says nothing about how long ago it was.
  if (!turned && last?.saw === saw && age >= 0 && age < SAID_AGAIN_MS) return false;
  await tx
    .insertInto("logged_looks")
    .values({ service, scope, saw, at: now })
    .onConflict((c) =>
      c
        .columns(["service", "scope"])
        .doUpdateSet((e) => ({ saw: e.ref("excluded.saw"), at: e.ref("excluded.at") })),
    )
    .execute();
  return true;
}

/** Looks of other wordings, or at other promises, that nobody takes any more. */
export async function forgetLooks(db: Database, service: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - FORGOTTEN_MS);
  await db.deleteFrom("logged_looks").where("service", "=", service).where("at", "<", before).execute();
}
