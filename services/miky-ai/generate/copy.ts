/** Rows as PostgreSQL's COPY text format, gathered per table and sent in one COPY each. */
import { finished } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

export const COLUMNS = {
  users:
    "id email name phone country city avatar referral_code referred_by credits marketing_email marketing_since last_seen_at created_at closed_at",
  credentials: "user_id password_hash changed_at used_at",
  oauth_logins: "provider subject user_id email linked_at used_at",
  sessions: "token_hash user_id ip user_agent device_id created_at expires_at",
  preferences:
    "user_id locale theme interests favourite_specialist transactional_email referral_email limit_processing payout updated_at used_at",
  acquisition_sources: "id user_id source detail recorded_at",
  conversations: "id user_id specialist_id title created_at last_message_at",
  messages: "conversation_id seq role body tokens credits latency_ms created_at",
  feedback_ratings: "id user_id conversation_id seq stars comment created_at",
  subscriptions: "id user_id plan status stripe_subscription_id started_at renews_at cancelled_at",
  payments:
    "id user_id stripe_payment_id stripe_customer_id amount currency credits status billing_name billing_address billing_country card_brand card_last4 created_at",
  credit_ledger: "id user_id change reason conversation_id detail created_at",
  credit_gifts: "id sender_id recipient_id amount note created_at",
  referrals: "tree position referrer_id referred_id depth created_at",
  commissions: "id beneficiary_id source_user_id tree position level payment_id amount created_at",
  payouts: "id user_id amount currency covers method reference note created_at",
  support_tickets: "id user_id subject status tags staff_id created_at",
  support_messages: "id ticket_id reply_to_id author staff_id body created_at",
  staff_views: "id staff_id user_id what reason at",
  policy_notices: "user_id version channel sent_at",
  acceptances: "user_id version how at used_at",
  consents: "id user_id purpose given how at used_at",
  mails: "id user_id purpose address subject body token_hash sent_at",
  disclosures:
    "id user_id recipient ground asked_by protections entered_by entered_at approved_by approved_at given_at",
  contact_requests: "id email name body created_at",
  page_views: "id user_id device_id ip path referer duration_ms country created_at",
  error_reports: "id user_id path code context created_at",
} as const;

export type Table = keyof typeof COLUMNS;
/** Dates go in as ISO text, arrays and JSON through `arrayText` and JSON.stringify. */
export type Value = string | number | boolean | null;

const ESCAPED = /[\\\n\r\t]/;
const escapeAll = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");

function cell(value: Value): string {
  if (value === null) return "\\N";
  if (typeof value === "string") return ESCAPED.test(value) ? escapeAll(value) : value;
  if (typeof value === "boolean") return value ? "t" : "f";
  return String(value);
}

/** `{"a","b \"c\""}`, before COPY's own escaping. */
export const arrayText = (items: readonly string[]): string =>
  `{${items.map((item) => `"${item.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`).join(",")}}`;

export interface Batch {
  /** Values in the order of COLUMNS. */
  row(table: Table, values: readonly Value[]): void;
  readonly tables: ReadonlyMap<Table, readonly string[]>;
}

export function batch(): Batch {
  const tables = new Map<Table, string[]>();
  return {
    tables,
    row(table, values) {
      let line = cell(values[0] ?? null);
      for (let i = 1; i < values.length; i += 1) line += `\t${cell(values[i] ?? null)}`;
      const lines = tables.get(table);
      if (lines === undefined) tables.set(table, [line]);
      else lines.push(line);
    },
  };
}

/** Sends a batch; returns the number of rows. */
export async function send(client: pg.Client, made: Batch): Promise<number> {
  let rows = 0;
  for (const [table, lines] of made.tables) {
    const stream = client.query(
      copyFrom(`copy ${table} (${COLUMNS[table].replaceAll(" ", ", ")}) from stdin`),
    );
    stream.end(`${lines.join("\n")}\n`);
    await finished(stream);
    rows += lines.length;
  }
  return rows;
}
