/**
 * The service's own clearing up, by the periods that it promised: a day early, so that a run that comes late is still in time. Small
 * batches along an index; a run stops after `batchesMax` and the next minute goes on.
 */
import type { Database } from "./database.ts";
import { SUM_UP_LATELY } from "./figures.ts";

const ROWS_PER_BATCH = 2_000;

interface Task {
  readonly name: string;
  /** Kept for so long, as PostgreSQL writes it. */
  readonly keep: string;
  /** `$1` is the moment before which rows go, `$2` the rows of a batch. Each ends with what goes last. */
  readonly sql: string;
}

const byKey = (table: string, key: string, date = "created_at"): string =>
  `delete from ${table} where (${key}) in (select ${key} from ${table} where ${date} < $1 order by ${date} limit $2)`;

/** The parts go first, in statements of their own, because links are checked at the end of each. */
const TALKS = "select id from conversations where created_at < $1 order by created_at limit $2";
const TICKETS = "select id from support_tickets where created_at < $1 order by created_at limit $2";

const tasks: readonly Task[] = [
  { name: "response cache", keep: "10 minutes", sql: byKey("response_cache", "key") },
  { name: "sessions", keep: "0", sql: byKey("sessions", "token_hash", "expires_at") },
  { name: "examples of trials", keep: "0", sql: byKey("training_examples", "id", "trial_until") },
  {
    name: "ratings of old conversations",
    keep: "2 years -1 day",
    sql: `delete from feedback_ratings where conversation_id in (${TALKS})`,
  },
  {
    name: "messages of old conversations",
    keep: "2 years -1 day",
    sql: `delete from messages where conversation_id in (${TALKS})`,
  },
  {
    name: "conversations",
    keep: "2 years -1 day",
    sql: `delete from conversations c where c.id in (${TALKS}) and not exists (select 1 from messages m where m.conversation_id = c.id)`,
  },
  {
    name: "support messages",
    keep: "3 years -1 day",
    sql: `delete from support_messages where ticket_id in (${TICKETS})`,
  },
  {
    name: "support tickets",
    keep: "3 years -1 day",
    sql: `delete from support_tickets t where t.id in (${TICKETS}) and not exists (select 1 from support_messages m where m.ticket_id = t.id)`,
  },
  { name: "contact requests", keep: "3 years -1 day", sql: byKey("contact_requests", "id") },
  { name: "page views", keep: "12 months", sql: byKey("page_views", "id") },
  { name: "error reports", keep: "12 months", sql: byKey("error_reports", "id") },
  { name: "looks of desks", keep: "3 years -1 day", sql: byKey("staff_views", "id", "at") },
  {
    name: "notices of policies",
    keep: "3 years -1 day",
    sql: byKey("policy_notices", "user_id, version, channel", "sent_at"),
  },
  { name: "acceptances", keep: "3 years -1 day", sql: byKey("acceptances", "user_id, version", "used_at") },
  // Before the answers: a no must not go first, and leave its person to be used.
  { name: "preferences", keep: "3 years -1 day", sql: byKey("preferences", "user_id", "used_at") },
  {
    name: "answers",
    keep: "3 years -1 day",
    sql: `delete from consents where id in (select c.id from consents c where c.used_at < $1
            and not exists (select 1 from preferences p where p.user_id = c.user_id and p.used_at < $1) order by c.used_at limit $2)`,
  },
  { name: "mails", keep: "3 years -1 day", sql: byKey("mails", "id", "sent_at") },
  { name: "disclosures", keep: "3 years -1 day", sql: byKey("disclosures", "id", "entered_at") },
  // Before what was told of them, which would be missing otherwise.
  { name: "incidents", keep: "3 years -2 days", sql: byKey("incidents", "id", "found_at") },
  { name: "uses", keep: "12 months", sql: byKey("data_uses", "id", "at") },
  { name: "alarms", keep: "1 year", sql: byKey("alarms", "id", "raised_at") },
  { name: "sources", keep: "2 years -1 day", sql: byKey("acquisition_sources", "id", "recorded_at") },
  { name: "passwords", keep: "3 years -1 day", sql: byKey("credentials", "user_id", "used_at") },
  { name: "sign-ins", keep: "3 years -1 day", sql: byKey("oauth_logins", "provider, subject", "used_at") },
  { name: "subscriptions", keep: "1 year -1 day", sql: byKey("subscriptions", "id", "cancelled_at") },
  { name: "commissions", keep: "7 years -1 day", sql: byKey("commissions", "id") },
  { name: "referrals", keep: "7 years -1 day", sql: byKey("referrals", "tree, position") },
  { name: "gifts", keep: "7 years -1 day", sql: byKey("credit_gifts", "id") },
  { name: "credit ledger", keep: "7 years -1 day", sql: byKey("credit_ledger", "id") },
  { name: "payouts", keep: "7 years -1 day", sql: byKey("payouts", "id") },
  { name: "payments", keep: "7 years -1 day", sql: byKey("payments", "id") },
  {
    name: "closed accounts",
    keep: "7 years -1 day",
    sql: `delete from users where id in (select u.id from users u where u.closed_at < $1
            and not exists (select 1 from payments p where p.user_id = u.id) and not exists (select 1 from payouts p where p.user_id = u.id)
            and not exists (select 1 from credit_ledger l where l.user_id = u.id) order by u.closed_at limit $2)`,
  },
];

/** Rows that went, by task; tasks that found nothing are left out. */
export async function housekeep(
  db: Database,
  now: Date,
  batchesMax = 50,
): Promise<Readonly<Record<string, number>>> {
  const gone: Record<string, number> = {};
  await db.run(SUM_UP_LATELY, [now]);
  for (let round = 0; round < batchesMax; round += 1) {
    let rows = 0;
    for (const task of tasks) {
      const cutoff = `($1::timestamptz - interval '${task.keep}')`;
      const went = await db.run(task.sql.replaceAll("$1", cutoff), [now, ROWS_PER_BATCH]);
      if (went > 0) gone[task.name] = (gone[task.name] ?? 0) + went;
      rows += went;
    }
    if (rows === 0) break;
  }
  return gone;
}
