/** Credits and money: ledger, payments, subscriptions, referrals, commissions, payouts, gifts. */
import type { Batch } from "./copy.ts";
import { type Base, DAY_MS, iso, keepsSource, moment, type Population, WINDOW_DAYS } from "./population.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";
import type { Spent } from "./talk.ts";
import { BRANDS, STREETS } from "./words.ts";

export const WELCOME = 50;
export const PACKS = [
  { credits: 100, amount: 9 },
  { credits: 500, amount: 39 },
  { credits: 2_000, amount: 129 },
] as const;
export const RATES = [0.1, 0.05, 0.02] as const;

export interface MoneyCounters {
  next(
    table:
      | "payments"
      | "credit_ledger"
      | "credit_gifts"
      | "subscriptions"
      | "commissions"
      | "payouts"
      | "acquisition_sources",
  ): number;
}

const openId = (base: Base): string | null => (base.closedMs === null ? base.id : null);

interface Gift {
  readonly from: Base;
  readonly to: Base;
  readonly amount: number;
  readonly atMs: number;
}

/** People give to their neighbour in the list, so that both sides can be worked out from either. */
export function giftsOf(world: Population, index: number): readonly Gift[] {
  const first = index - (index % 2);
  if (first + 1 >= world.people) return [];
  const r = world.stream("pair", first);
  if (!r.chance(0.12)) return [];
  const [a, b] = [world.base(first), world.base(first + 1)];
  const fromMs = Math.max(a.createdMs, b.createdMs);
  const untilMs = Math.min(a.closedMs ?? world.nowMs, b.closedMs ?? world.nowMs) - 60_000;
  if (untilMs <= fromMs) return [];
  return Array.from({ length: r.between(1, 3) }, () => {
    const [from, to] = r.chance(0.5) ? [a, b] : [b, a];
    return { from, to, amount: r.between(1, 40), atMs: moment(r, fromMs, untilMs) };
  });
}

export function writeGifts(out: Batch, world: Population, index: number, ids: MoneyCounters): void {
  if (index % 2 === 0) return;
  for (const gift of giftsOf(world, index)) {
    const [from, to] = [openId(gift.from), openId(gift.to)];
    if (from === null && to === null) continue;
    const note = from === null || to === null ? null : "for the exam, good luck 🍀";
    out.row("credit_gifts", [ids.next("credit_gifts"), from, to, gift.amount, note, iso(gift.atMs)]);
  }
}

/** The person's place in the network: null when nobody brought them. */
export interface Edge {
  readonly tree: number;
  readonly position: number;
  readonly uplines: readonly Base[];
}

export function edgeOf(world: Population, base: Base): Edge | null {
  if (base.referrer < 0) return null;
  const uplines: Base[] = [];
  for (let up = base.referrer; up >= 0; up = uplines.at(-1)?.referrer ?? -1) uplines.push(world.base(up));
  return { tree: (uplines.at(-1)?.index ?? 0) + 1, position: base.index + 1, uplines };
}

/** An edge goes when both its people have left. */
const isWritten = (base: Base, edge: Edge): boolean =>
  [base, ...edge.uplines.slice(0, 1)].some((end) => openId(end) !== null);

export function writeReferral(out: Batch, base: Base, edge: Edge): void {
  const referrer = edge.uplines[0];
  if (referrer === undefined || !isWritten(base, edge)) return;
  out.row("referrals", [
    edge.tree,
    edge.position,
    openId(referrer),
    openId(base),
    edge.uplines.length,
    iso(base.createdMs),
  ]);
}

/** Ledger and payments of an open account; returns the balance. */
export function writeMoney(
  out: Batch,
  world: Population,
  who: Profile,
  spent: readonly Spent[],
  edge: Edge | null,
  ids: MoneyCounters,
): number {
  const r = world.stream("money", who.index);
  let balance = 0;
  const book = (
    change: number,
    reason: string,
    at: string,
    conversation: string | null = null,
    detail: unknown = null,
  ): void => {
    balance += change;
    out.row("credit_ledger", [
      ids.next("credit_ledger"),
      who.id,
      change,
      reason,
      conversation,
      detail === null ? null : JSON.stringify(detail),
      at,
    ]);
  };
  book(WELCOME, "welcome", iso(who.createdMs));
  for (const talk of spent)
    book(-talk.credits, "answer", talk.at, talk.conversation, { answers: talk.answers });
  for (const gift of giftsOf(world, who.index)) {
    const sent = gift.from.index === who.index;
    book(sent ? -gift.amount : gift.amount, sent ? "gift_sent" : "gift_received", iso(gift.atMs));
  }
  const wanted = balance < 0 || r.chance(0.15) ? 1 : 0;
  for (let bought = 0; (balance < 0 || bought < wanted) && bought < 500; bought += 1) {
    const pack = PACKS[balance < -1_000 ? 2 : balance < -200 ? 1 : 0];
    const at = iso(paymentMs(r, world, who));
    const payment = writePayment(out, r, who, { ...pack, at, id: ids.next("payments") });
    book(pack.credits, "purchase", at, null, { payment });
    writeCommissions(out, who, edge, { payment, amount: pack.amount, at }, ids);
  }
  if (wanted === 1 && keepsSource(world, who)) {
    out.row("acquisition_sources", [
      ids.next("acquisition_sources"),
      who.id,
      "stripe",
      '{"verified": true}',
      iso(who.createdMs),
    ]);
  }
  if (r.chance(0.08)) writeSubscription(out, r, world, who, ids);
  if (r.chance(0.03)) writePayout(out, r, world, who, ids);
  return balance;
}

const LEAP_DAY_MS = Date.UTC(2024, 1, 29, 12);

/** Some things happen on the 29th of February. */
const paymentMs = (r: Random, world: Population, who: Profile): number =>
  r.chance(0.02) && who.createdMs < LEAP_DAY_MS && LEAP_DAY_MS < world.nowMs
    ? LEAP_DAY_MS
    : moment(r, who.createdMs, world.nowMs - 1_000);

function writePayment(
  out: Batch,
  r: Random,
  who: Profile,
  buy: { credits: number; amount: number; at: string; id: number },
): number {
  const status = r.chance(0.02) ? r.pick(["refunded", "disputed"]) : "succeeded";
  const last4 = String(r.between(0, 9_999)).padStart(4, "0");
  out.row("payments", [
    buy.id,
    who.id,
    `pi_m${buy.id.toString(36)}x`,
    `cus_m${who.index.toString(36)}x`,
    buy.amount,
    "EUR",
    buy.credits,
    status,
    who.name,
    `${r.pick(STREETS)} ${r.between(1, 200)}, ${who.city}`,
    who.country,
    r.pick(BRANDS),
    last4,
    buy.at,
  ]);
  return buy.id;
}

function writeCommissions(
  out: Batch,
  who: Base,
  edge: Edge | null,
  sale: { payment: number; amount: number; at: string },
  ids: MoneyCounters,
): void {
  for (const [i, rate] of RATES.entries()) {
    const upline = edge?.uplines[i];
    if (edge === null || upline === undefined) return;
    const [beneficiary, source] = [openId(upline), openId(who)];
    if (beneficiary === null && source === null) continue;
    const amount = (sale.amount * rate).toFixed(2);
    const [tree, position] = isWritten(who, edge) ? [edge.tree, edge.position] : [null, null];
    out.row("commissions", [
      ids.next("commissions"),
      beneficiary,
      source,
      tree,
      position,
      i + 1,
      sale.payment,
      amount,
      sale.at,
    ]);
  }
}

/** What the law keeps of somebody who left: the payments, under a husk. */
export function writeKeptPayments(
  out: Batch,
  world: Population,
  who: Profile,
  edge: Edge | null,
  ids: MoneyCounters,
): void {
  const r = world.stream("money", who.index);
  const closedMs = who.closedMs ?? world.nowMs;
  for (let i = r.pareto(1, 1.5, 6) - 1; i > 0; i -= 1) {
    const at = iso(moment(r, who.createdMs, closedMs));
    const payment = writePayment(out, r, who, { ...PACKS[0], at, id: ids.next("payments") });
    writeCommissions(out, who, edge, { payment, amount: PACKS[0].amount, at }, ids);
  }
}

function writeSubscription(out: Batch, r: Random, world: Population, who: Profile, ids: MoneyCounters): void {
  const startedMs = moment(r, who.createdMs, world.nowMs - 1_000);
  const id = ids.next("subscriptions");
  const cancelled = r.chance(0.3);
  const endsFromMs = Math.max(startedMs, world.nowMs - WINDOW_DAYS.endedSubscriptions * DAY_MS);
  out.row("subscriptions", [
    id,
    who.id,
    r.pick(["plus", "pro"]),
    cancelled ? "cancelled" : "active",
    `sub_m${id.toString(36)}x`,
    iso(startedMs),
    cancelled ? null : iso(world.nowMs + r.between(1, 30) * DAY_MS),
    cancelled ? iso(moment(r, endsFromMs, world.nowMs)) : null,
  ]);
}

function writePayout(out: Batch, r: Random, world: Population, who: Profile, ids: MoneyCounters): void {
  const atMs = moment(r, who.createdMs, world.nowMs - 1_000);
  const id = ids.next("payouts");
  const covers = `["${iso(atMs - 30 * DAY_MS)}","${iso(atMs)}")`;
  out.row("payouts", [
    id,
    who.id,
    r.between(10, 300),
    "EUR",
    covers,
    r.pick(["credit", "bank"]),
    `po_m${id.toString(36)}x`,
    null,
    iso(atMs),
  ]);
}
