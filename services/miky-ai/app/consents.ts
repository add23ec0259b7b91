/** What people agreed to: each answer is written down, and each use asks anew. */
import type { Queries } from "./database.ts";

export const PURPOSES = [
  "marketing",
  "marketing-mails",
  "service-mails",
  "referral-messages",
  "analytics",
  "network-analysis",
  "training",
] as const;
export type Purpose = (typeof PURPOSES)[number];

export const isPurpose = (text: string): text is Purpose => PURPOSES.some((p) => p === text);

/** What a box in the settings is about. News and what they are chosen by are one wish. */
export const BOXES = {
  marketing: ["marketing", "marketing-mails"],
  transactional: ["service-mails"],
  referral: ["referral-messages"],
  analytics: ["analytics"],
  network: ["network-analysis"],
  training: ["training"],
} as const satisfies Readonly<Record<string, readonly Purpose[]>>;
export type Box = keyof typeof BOXES;

export const BOX_NAMES = [
  "marketing",
  "transactional",
  "referral",
  "analytics",
  "network",
  "training",
] as const satisfies readonly Box[];

const isBox = (text: string): text is Box => text in BOXES;
export const boxOf = (purpose: Purpose): Box =>
  Object.entries(BOXES).flatMap(([box, ps]) =>
    isBox(box) && ps.some((p) => p === purpose) ? [box] : [],
  )[0] ?? "marketing";

/** The last answer that was given for a purpose; null: none. */
export const last = (purpose: Purpose | "sale"): string =>
  `(select k.given from consents k where k.user_id = u.id and k.purpose = '${purpose}' order by k.at desc, k.id desc limit 1)`;
/** Preferences that nobody used for three years are gone, and a no with them: then nobody is taken to have agreed. */
const unlessNo = (purpose: Purpose): string => `p.user_id is not null and coalesce(${last(purpose)}, true)`;

/** Whether somebody's data may be used: of a row \`u\` of users and its row \`p\` of preferences. */
export const MAY: Readonly<Record<Purpose, string>> = {
  marketing: "u.marketing_email",
  "marketing-mails": "u.marketing_email",
  "service-mails": "coalesce(p.transactional_email, false)",
  "referral-messages": "coalesce(p.referral_email, false)",
  analytics: unlessNo("analytics"),
  "network-analysis": unlessNo("network-analysis"),
  training: unlessNo("training"),
};

export interface Answer {
  readonly user: string;
  readonly box: Box;
  readonly given: boolean;
  readonly how: "sign-up" | "settings" | "unsubscribe";
  readonly now: Date;
}

const COLUMNS: Partial<Record<Box, string>> = {
  transactional: "transactional_email",
  referral: "referral_email",
};

/** Does by an answer, and writes it down. The caller holds the person's row, so that no use comes between. */
export async function noteAnswer(db: Queries, { user, box, given, how, now }: Answer): Promise<void> {
  if (box === "marketing")
    await db.run(
      "update users set marketing_email = $2, marketing_since = case when not $2 then null when marketing_email then marketing_since else $3 end where id = $1",
      [user, given, now],
    );
  const column = COLUMNS[box];
  if (column !== undefined)
    await db.run(`update preferences set ${column} = $2, updated_at = $3 where user_id = $1`, [
      user,
      given,
      now,
    ]);
  for (const purpose of BOXES[box]) await writeAnswer(db, { user, purpose, given, how, now });
}

/** An answer that is the last one already is not written down again. */
export const writeAnswer = (
  db: Queries,
  {
    user,
    purpose,
    given,
    how,
    now,
  }: Omit<Answer, "box" | "how"> & {
    readonly purpose: Purpose | "sale";
    readonly how: Answer["how"] | "signal";
  },
): Promise<number> =>
  db.run(
    `insert into consents (user_id, purpose, given, how, at, used_at) select u.id, $2, $3, $4, $5, $5 from users u
      where u.id = $1 and $3 is distinct from ${last(purpose)}`,
    [user, purpose, given, how, now],
  );

/** Nothing happens to a person's answers, and nothing is done by them, until the transaction ends. */
export const holdPerson = (db: Queries, user: string): Promise<number> =>
  db.run("select 1 from users where id = $1 and closed_at is null for update", [user]);
