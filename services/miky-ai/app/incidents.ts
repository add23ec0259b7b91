/** Breaches of data: entered at a desk, and told to those whom they are about, again and again until each of them was. */
import { z } from "zod";
import type { Database, Queries } from "./database.ts";

/** Whose a row is and when it was made, for whatever may get into wrong hands. */
const WHOSE: Readonly<Record<string, readonly [string, string]>> = {
  users: ["id", "created_at"],
  sessions: ["user_id", "created_at"],
  conversations: ["user_id", "created_at"],
  payments: ["user_id", "created_at"],
  support_tickets: ["user_id", "created_at"],
  page_views: ["user_id", "created_at"],
};
export const AFFECTED = Object.keys(WHOSE);

export interface Incident {
  readonly rowsOf: string;
  readonly since: Date;
  readonly until: Date;
  /** When it became known: the time to tell people runs from then, however late it was entered. */
  readonly found: Date;
  readonly risk: boolean;
  readonly what: string;
  readonly impact: string;
  readonly remedy: string;
}

export const enterIncident = (db: Queries, desk: number, incident: Incident, now: Date): Promise<number> =>
  db.run(
    `insert into incidents (rows_of, since, until, risk, what, impact, remedy, found_at, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[incident.rowsOf, incident.since, incident.until, incident.risk],
      ...[incident.what, incident.impact, incident.remedy, incident.found, desk, now],
    ],
  );

const incidentSchema = z.object({ id: z.string(), rowsOf: z.string() });
const DAYS_BACK = 30;

/** Tells whoever was not told yet: on a page of theirs, and by mail. May be run again at any time; the number of people told. */
export async function tellOfIncidents(db: Database, now: Date): Promise<number> {
  const incidents = await db.all(
    incidentSchema,
    `select id::text as id, rows_of as "rowsOf" from incidents where risk and entered_at > $1::timestamptz - make_interval(days => $2)`,
    [now, DAYS_BACK],
  );
  let told = 0;
  for (const { id, rowsOf } of incidents) {
    const [who, made] = (Object.hasOwn(WHOSE, rowsOf) ? WHOSE[rowsOf] : undefined) ?? [];
    if (who === undefined || made === undefined) continue;
    told += await db.run(
      `with told as (insert into incident_notices (incident_id, user_id, what, impact, remedy, sent_at)
       select distinct i.id, u.id, i.what, i.impact, i.remedy, $2::timestamptz from incidents i
         join ${rowsOf} r on r.${made} between i.since and i.until join users u on u.id = r.${who} and u.closed_at is null
        where i.id = $1 on conflict do nothing returning incident_id, user_id, what, impact, remedy)
       insert into mails (user_id, purpose, address, subject, body, token_hash, sent_at)
       select u.id, 'legal-compliance', u.email, 'A breach of your data', concat_ws(E'\\n\\n', t.what, t.impact, t.remedy), 'breach ' || t.incident_id || ' ' || u.id, $2::timestamptz
         from told t join users u on u.id = t.user_id`,
      [id, now],
    );
  }
  return told;
}

const noticeSchema = z.object({ what: z.string(), impact: z.string(), remedy: z.string(), at: z.date() });
export type IncidentNotice = z.infer<typeof noticeSchema>;

/** What somebody was told of, the newest first. */
export const noticesFor = (db: Queries, user: string): Promise<readonly IncidentNotice[]> =>
  db.all(
    noticeSchema,
    "select what, impact, remedy, sent_at as at from incident_notices where user_id = $1 order by sent_at desc limit 20",
    [user],
  );
