/** A person's own rows: account, credentials, preferences, where they came from. */
import { arrayText, type Batch } from "./copy.ts";
import { type Base, iso, keepsSource, moment, type Population } from "./population.ts";
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

/** What an erasure leaves of an account that closed: a row that other rows can still point at. */
export function writeHusk(out: Batch, world: Population, base: Base): void {
  const tail = world.stream("profile", base.index).uuid();
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
  facts: { readonly credits: number; readonly passwordHash: string; nextId(): number },
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
  writePreferences(out, r, who, { created, seen });
  writeNotice(out, r, who);
  const found = (source: string, detail: unknown): void => {
    if (keepsSource(world, who))
      out.row("acquisition_sources", [facts.nextId(), who.id, source, JSON.stringify(detail), created]);
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

function writePreferences(
  out: Batch,
  r: Random,
  who: Profile,
  at: { readonly created: string; readonly seen: string },
): void {
  const interests = Array.from({ length: r.below(4) }, () => r.pick(INTERESTS));
  const payout = r.chance(0.1) ? { method: r.pick(["credit", "bank"]), note: "month's end, please" } : {};
  out.row("preferences", [
    who.id,
    r.pick(["en", "it", "de", "zh", "ar"]),
    r.pick(["auto", "light", "dark"]),
    arrayText(interests),
    r.chance(0.5) ? r.between(1, 6) : null,
    !r.chance(0.1),
    !r.chance(0.2),
    r.chance(0.03),
    JSON.stringify(payout),
    at.created,
    at.seen,
  ]);
}
