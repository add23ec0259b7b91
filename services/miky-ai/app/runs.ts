/**
 * What the company does with data of many people beyond serving them: mails, analyses, examples to learn from. Each person is asked for
 * anew, and each use is written down with it, or neither happens.
 */
import { z } from "zod";
import { holdPerson, MAY, type Purpose } from "./consents.ts";
import type { Queries } from "./database.ts";
import type { Deps } from "./deps.ts";
import { hashOf, newToken } from "./ids.ts";
import { knownBy, redact } from "./redact.ts";
import { isLimited } from "./restriction.ts";

export interface Run {
  readonly purpose: Purpose;
  /** Null: everybody who may be asked. */
  readonly only: string | null;
  readonly subject: string;
  readonly body: string;
}

type Act = (deps: Deps, db: Queries, user: string, run: Run) => Promise<number>;

const person = z.object({ id: z.string() });

const ALLOWED = (purpose: Purpose): string =>
  `from users u left join preferences p on p.user_id = u.id where u.id = $1 and u.closed_at is null and ${MAY[purpose]}`;

const noteUse = (deps: Deps, db: Queries, user: string, purpose: Purpose, data: string): Promise<number> =>
  db.run(`insert into data_uses (user_id, purpose, data, at) select u.id, $2, $3, $4 ${ALLOWED(purpose)}`, [
    user,
    purpose,
    data,
    deps.now(),
  ]);

/** The link leaves mails of this kind, by one click and without signing in (RFC 8058). */
async function sendMail(deps: Deps, db: Queries, user: string, mail: Omit<Run, "only">): Promise<number> {
  const { purpose, subject, body } = mail;
  const token = newToken();
  const text = `${body}\n\nNo more of these: ${deps.site}/unsubscribe/${token}\n`;
  return db.run(
    `insert into mails (user_id, purpose, address, subject, body, token_hash, sent_at) select u.id, $2, u.email, $3, $4, $5, $6 ${ALLOWED(purpose)}`,
    [user, purpose, subject, text, hashOf(token), deps.now()],
  );
}

/** Whom news is for is a use of its own, apart from the mail. */
const news: Act = async (deps, db, user, run) => {
  const chosen = await noteUse(deps, db, user, "marketing", "profile");
  return chosen === 0 ? 0 : sendMail(deps, db, user, { ...run, purpose: "marketing-mails" });
};

const bodySchema = z.object({ body: z.string() });
const EXAMPLES_MAX = 20;
/** Nobody could find a trial's examples again by whose they were: they say themselves when they go. */
const TRIAL_HOURS = 1;

/** What somebody wrote lately becomes examples, once all is taken out of it that says who wrote it. */
const examples: Act = async (deps, db, user, run) => {
  const may = await noteUse(deps, db, user, run.purpose, "conversation");
  if (may === 0) return 0;
  const known = await knownBy(db, user);
  const written = await db.all(
    bodySchema,
    `select m.body from messages m join conversations c on c.id = m.conversation_id
      where c.user_id = $1 and m.role = 'user' order by m.created_at desc limit $2`,
    [user, EXAMPLES_MAX],
  );
  for (const { body } of written)
    await db.run(
      `insert into training_examples (day, text, trial_until)
        values (($1::timestamptz at time zone 'UTC')::date, $2, case when $3 then $1::timestamptz + make_interval(hours => $4) end)`,
      [deps.now(), redact(body, known), run.only !== null, TRIAL_HOURS],
    );
  return may;
};

const used =
  (data: string): Act =>
  (deps, db, user, { purpose }) =>
    noteUse(deps, db, user, purpose, data);

const ACTS: Readonly<Record<Purpose, Act>> = {
  marketing: news,
  "marketing-mails": news,
  "service-mails": sendMail,
  "referral-messages": sendMail,
  analytics: used("usage"),
  "network-analysis": used("referral"),
  training: examples,
};

const MAILING: ReadonlySet<Act> = new Set([news, sendMail]);

/** What people get to read. */
export const isMailed = (purpose: Purpose): boolean => MAILING.has(ACTS[purpose]);

/** Of the people whom a run may be about; a figure over fewer than ten people would be about them. */
const FIGURES: Partial<Record<Purpose, string>> = {
  analytics: `select path as what, count(*)::int as n from page_views where user_id = any($1) group by path having count(distinct user_id) >= 10 order by 2 desc limit 50`,
  "network-analysis": `select 'level ' || depth as what, count(*)::int as n from referrals where referred_id = any($1) group by depth having count(*) >= 10 order by 1`,
};
const figureSchema = z.object({ what: z.string(), n: z.number() });

export interface Outcome {
  readonly people: number;
  readonly figures: readonly { readonly what: string; readonly n: number }[];
}

export async function carryOut(deps: Deps, run: Run): Promise<Outcome> {
  const people = await deps.db.all(
    person,
    `select u.id::text as id from users u left join preferences p on p.user_id = u.id
      where u.closed_at is null and ${MAY[run.purpose]} and ($1::text is null or lower(u.email) = lower($1)) order by u.id`,
    [run.only],
  );
  const asked: string[] = [];
  for (const { id } of people) {
    if (await isLimited(deps, id)) continue;
    const done = await deps.db.transaction(async (db) =>
      (await holdPerson(db, id)) === 1 ? ACTS[run.purpose](deps, db, id, run) : 0,
    );
    if (done > 0) asked.push(id);
  }
  const sql = FIGURES[run.purpose];
  return {
    people: asked.length,
    figures: sql === undefined ? [] : await deps.db.all(figureSchema, sql, [asked]),
  };
}

/** A mail of the service itself, such as a receipt; the caller's transaction holds it. */
export const sendReceipt = (
  deps: Deps,
  db: Queries,
  user: string,
  subject: string,
  body: string,
): Promise<number> => sendMail(deps, db, user, { purpose: "service-mails", subject, body });
