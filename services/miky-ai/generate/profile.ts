/** A person's own rows: account, credentials, preferences, where they came from. */
import { arrayText, type Batch } from "./copy.ts";
import { type Base, DAY_MS, iso, keepsSource, moment, type Population, WINDOW_DAYS } from "./population.ts";
import type { Random } from "./random.ts";
import { AGENTS, DOMAINS, FAMILY, GIVEN, INTERESTS, LOCAL, PLACES } from "./words.ts";

export interface Profile extends Base {
  readonly name: string;
  readonly email: string;
  readonly country: string;
  readonly city: string;
  readonly device: string;
  readonly ip: string;
  readonly agent: string;
}

/** Documentation ranges only: no packet ever came from there. */
const addressOf = (r: Random): string =>
  r.chance(0.2)
    ? `2001:db8:${r.below(0xffff).toString(16)}::${r.below(0xffff).toString(16)}`
    : `${r.pick(["192.0.2", "198.51.100", "203.0.113"])}.${r.between(1, 254)}`;

/** Numbers set aside for fiction; few enough that families share them. */
const phoneOf = (r: Random): string | null =>
  r.chance(0.4)
    ? null
    : r.chance(0.5)
      ? `+447700900${r.between(100, 999)}`
      : `+1${r.between(201, 989)}55501${r.between(10, 99)}`;

const emailOf = (r: Random, index: number): string => {
  const tag = r.chance(0.15) ? `+${r.pick(["miky", "ai", "News", "tag.with.dots"])}` : "";
  return `${r.pick(LOCAL)}.${index.toString(36)}z${tag}@${r.pick(DOMAINS)}`;
};

/** 8 × 8 pixels, RGB, all of them light. */
const avatarOf = (r: Random): string => {
  let text = "\\x";
  for (let i = 0; i < 192; i += 1) text += r.between(0xa0, 0xff).toString(16);
  return text;
};

export function profileOf(world: Population, base: Base): Profile {
  const r = world.stream("profile", base.index);
  const [country, city] = r.pick(PLACES);
  return {
    ...base,
    name: `${r.pick(GIVEN)} ${r.pick(FAMILY)}`,
    email: emailOf(r, base.index),
    country,
    city,
    device: r.uuid(),
    ip: addressOf(r),
    agent: r.pick(AGENTS),
  };
}

export const referralCode = (index: number): string =>
  `MIKY-${(index * 7 + 46_655).toString(36).toUpperCase()}`;

/** As long as a store draws it for a text that no two rows may share. */
const TAIL_CHARS = 16;

/** What an erasure leaves of an account that closed: a row that other rows can still point at. */
export function writeHusk(out: Batch, world: Population, base: Base): void {
  const tail = world.stream("profile", base.index).uuid().replaceAll("-", "").slice(0, TAIL_CHARS);
  const [created, closed] = [iso(base.createdMs), iso(base.closedMs ?? base.createdMs)];
  out.row("users", [
    base.id,
    `erased-${tail}`,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    0,
    false,
    null,
    null,
    created,
    closed,
  ]);
}

export function writeProfile(
  out: Batch,
  world: Population,
  who: Profile,
  facts: {
    readonly credits: number;
    readonly passwordHash: string;
    nextId(table: "acquisition_sources" | "consents" | "mails"): number;
  },
): void {
  const r = world.stream("traces", who.index);
  const created = iso(who.createdMs);
  const marketing = r.chance(0.3);
  const avatar = r.chance(0.05) ? avatarOf(r) : null;
  const referrer = who.referrer < 0 ? null : world.base(who.referrer);
  const referredBy = referrer === null || referrer.closedMs !== null ? null : referrer.id;
  const seen = iso(moment(r, Math.max(who.createdMs, world.nowMs - 200 * 86_400_000), world.nowMs));
  const phone = phoneOf(r);
  const since = marketing ? iso(moment(r, who.createdMs, world.nowMs)) : null;
  out.row("users", [
    who.id,
    who.email,
    r.chance(0.06) ? null : who.name,
    phone,
    who.country,
    who.city,
    avatar,
    referralCode(who.index),
    referredBy,
    facts.credits,
    marketing,
    since,
    seen,
    created,
    null,
  ]);
  const oauth = r.chance(0.25);
  if (!oauth || r.chance(0.5)) out.row("credentials", [who.id, facts.passwordHash, created, seen]);
  if (oauth) {
    out.row("oauth_logins", [
      r.pick(["google", "apple", "github"]),
      `sub_${r.uuid()}`,
      who.id,
      who.email.toLowerCase(),
      created,
      seen,
    ]);
  }
  const mails = writePreferences(out, r, who, { created, seen });
  writeNotice(out, r, who);
  writeAnswers(out, world, who, { ...mails, since, seen, nextId: facts.nextId });
  const found = (source: string, detail: unknown): void => {
    if (keepsSource(world, who))
      out.row("acquisition_sources", [
        facts.nextId("acquisition_sources"),
        who.id,
        source,
        JSON.stringify(detail),
        created,
      ]);
  };
  if (oauth) found("oauth", { scope: ["openid", "email"], email_verified: true });
  if (who.referrer >= 0) found("referral", { campaign: r.pick(["friends", "school", "café"]) });
  if (r.chance(0.1)) found("public", { list: "disposable mail domains", hit: false });
}

const POLICY = { version: "2025-01-09", effective: Date.parse("2025-01-09"), told: Date.parse("2024-12-20") };

/** Whoever was here before the policy of January 2025 was told of it in the weeks before, or as they signed up. */
function writeNotice(out: Batch, r: Random, who: Profile): void {
  if (who.createdMs >= POLICY.effective) return;
  const told = Math.max(who.createdMs, POLICY.told + r.below(3 * 86_400_000));
  out.row("policy_notices", [who.id, POLICY.version, r.chance(0.8) ? "email" : "platform", iso(told)]);
}

interface Answers {
  readonly transactional: boolean;
  readonly referral: boolean;
  /** Since when they want news; null: they do not. */
  readonly since: string | null;
  readonly seen: string;
  nextId(table: "consents" | "mails"): number;
}

/** What they said of mails and statistics, that they accepted the policy as they came or went on, and a mail to whoever wanted news. */
function writeAnswers(out: Batch, world: Population, who: Profile, told: Answers): void {
  const r = world.stream("answers", who.index);
  const created = iso(who.createdMs);
  const { seen, since, nextId } = told;
  const answer = (purpose: string, given: boolean, how: string, at: string): void =>
    out.row("consents", [nextId("consents"), who.id, purpose, given, how, at, seen]);
  const seenMs = Date.parse(seen);
  if (who.createdMs >= POLICY.effective)
    out.row("acceptances", [who.id, POLICY.version, "use", created, seen]);
  else if (seenMs >= POLICY.effective) {
    const at = iso(moment(r, POLICY.effective, seenMs));
    out.row("acceptances", [who.id, POLICY.version, "continued_use", at, seen]);
  }
  if (!told.transactional) answer("service-mails", false, "settings", created);
  if (!told.referral) answer("referral-messages", false, "settings", created);
  for (const purpose of ["analytics", "network-analysis", "training"])
    if (r.chance(0.05)) answer(purpose, false, "settings", created);
  if (since === null) return;
  for (const purpose of ["marketing", "marketing-mails"]) answer(purpose, true, "settings", since);
  const sent = iso(
    moment(r, Math.max(Date.parse(since), world.nowMs - WINDOW_DAYS.support * DAY_MS), world.nowMs),
  );
  const text = ["New specialists", "Two new specialists are here: come and meet them."] as const;
  out.row("mails", [nextId("mails"), who.id, "marketing-mails", who.email, ...text, r.uuid(), sent]);
}

function writePreferences(
  out: Batch,
  r: Random,
  who: Profile,
  at: { readonly created: string; readonly seen: string },
): Pick<Answers, "transactional" | "referral"> {
  const interests = Array.from({ length: r.below(4) }, () => r.pick(INTERESTS));
  const payout = r.chance(0.1) ? { method: r.pick(["credit", "bank"]), note: "month's end, please" } : {};
  const shown = [r.pick(["en", "it", "de", "zh", "ar"]), r.pick(["auto", "light", "dark"])] as const;
  const favourite = r.chance(0.5) ? r.between(1, 6) : null;
  const [transactional, referral] = [!r.chance(0.1), !r.chance(0.2)];
  out.row("preferences", [
    who.id,
    ...shown,
    arrayText(interests),
    favourite,
    transactional,
    referral,
    r.chance(0.03),
    JSON.stringify(payout),
    at.created,
    at.seen,
  ]);
  return { transactional, referral };
}
