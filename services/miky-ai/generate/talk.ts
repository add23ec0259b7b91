/** What a person said and left behind: conversations, ratings, support, page views, errors, sessions. */
import { arrayText, type Batch } from "./copy.ts";
import { DAY_MS, HEAVY_INDEX, iso, moment, type Population, WINDOW_DAYS } from "./population.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";
import {
  AWKWARD,
  COMMENTS,
  PATHS,
  PROBLEMS,
  QUESTIONS,
  REFERERS,
  REPLIES,
  SOLUTIONS,
  TAGS,
  TITLES,
} from "./words.ts";

export const PRICES = [3, 2, 3, 2, 1, 1] as const;
const HEAVY_MESSAGES = 10_400;

/** One entry of the ledger for each conversation. */
export interface Spent {
  readonly conversation: string;
  readonly credits: number;
  readonly at: string;
  readonly answers: number;
}

export interface Counters {
  next(
    table:
      | "feedback_ratings"
      | "support_tickets"
      | "support_messages"
      | "staff_views"
      | "page_views"
      | "error_reports",
  ): number;
}

const since = (world: Population, who: Profile, days: number): number =>
  Math.max(who.createdMs, world.nowMs - days * DAY_MS);

function questionOf(r: Random): string {
  if (r.chance(0.02)) return r.pick(AWKWARD);
  if (r.chance(0.0004)) return Array.from({ length: 200 }, () => r.pick(QUESTIONS)).join("\n\n");
  return r.pick(QUESTIONS);
}

export function writeConversations(
  out: Batch,
  world: Population,
  who: Profile,
  ids: Counters,
): readonly Spent[] {
  const r = world.stream("talk", who.index);
  const heavy = who.index === HEAVY_INDEX;
  const talks = heavy ? 700 : r.chance(0.25) ? 0 : r.pareto(1, 1.15, 1_500);
  const from = since(world, who, WINDOW_DAYS.conversations);
  const until = world.nowMs - 2 * 3_600_000;
  const spent: Spent[] = [];
  if (until <= from) return spent;
  for (let i = 0; i < talks; i += 1) {
    const turns = heavy ? Math.ceil(HEAVY_MESSAGES / 2 / talks) : r.pareto(1, 1.4, 20);
    spent.push(
      writeConversation(out, r, { who, startMs: moment(r, from, until), untilMs: world.nowMs, turns, ids }),
    );
  }
  return spent;
}

interface Talk {
  readonly who: Profile;
  readonly startMs: number;
  readonly untilMs: number;
  readonly turns: number;
  readonly ids: Counters;
}

function writeConversation(out: Batch, r: Random, talk: Talk): Spent {
  const { who, turns } = talk;
  const id = r.uuid();
  const specialist = r.between(1, 6);
  const price = PRICES[specialist - 1] ?? 1;
  const stepMs = Math.min(5 * 60_000, Math.floor((talk.untilMs - talk.startMs) / (turns + 1)));
  for (let turn = 0; turn < turns; turn += 1) {
    const askedMs = talk.startMs + turn * stepMs;
    const latency = r.between(300, 9_000);
    const [question, answer] = [questionOf(r), r.pick(REPLIES)];
    const seq = turn * 2 + 1;
    out.row("messages", [id, seq, "user", question, question.length >> 2, 0, null, iso(askedMs)]);
    out.row("messages", [
      id,
      seq + 1,
      "specialist",
      answer,
      answer.length >> 2,
      price,
      latency,
      iso(askedMs + Math.min(latency, stepMs)),
    ]);
    if (r.chance(0.03)) {
      const stars = Math.min(5, r.between(1, 7));
      out.row("feedback_ratings", [
        talk.ids.next("feedback_ratings"),
        who.id,
        id,
        seq + 1,
        stars,
        r.pick(COMMENTS),
        iso(askedMs + stepMs),
      ]);
    }
  }
  const at = iso(talk.startMs + (turns - 1) * stepMs);
  out.row("conversations", [
    id,
    who.id,
    specialist,
    r.chance(0.02) ? r.pick(AWKWARD) : r.pick(TITLES),
    iso(talk.startMs),
    at,
  ]);
  return { conversation: id, credits: price * turns, at, answers: turns };
}

export function writeSupport(out: Batch, world: Population, who: Profile, ids: Counters): void {
  const r = world.stream("talk", who.index + 0x4000_0000);
  const tickets = r.chance(0.82) ? 0 : r.pareto(1, 1.8, 12);
  for (let i = 0; i < tickets; i += 1) {
    const openedMs = moment(r, since(world, who, WINDOW_DAYS.support), world.nowMs - DAY_MS);
    if (openedMs < who.createdMs) return;
    const ticket = ids.next("support_tickets");
    const desk = r.between(1, 3);
    const tags = arrayText(r.chance(0.5) ? [r.pick(TAGS), r.pick(TAGS)] : []);
    out.row("support_tickets", [
      ticket,
      who.id,
      r.pick(PROBLEMS),
      r.pick(["open", "waiting", "solved"]),
      tags,
      desk,
      iso(openedMs),
    ]);
    // The desk that answers has looked, and said why.
    const looked = iso(Math.min(openedMs + 3_600_000, world.nowMs - 60_000));
    out.row("staff_views", [
      ids.next("staff_views"),
      desk,
      who.id,
      `ticket ${ticket}`,
      "they wrote to us",
      looked,
    ]);
    const messages: number[] = [];
    for (let m = 0; m < r.between(1, 6); m += 1) {
      const message = ids.next("support_messages");
      const ours = m % 2 === 1;
      const body = ours ? r.pick(SOLUTIONS) : r.chance(0.05) ? r.pick(AWKWARD) : r.pick(PROBLEMS);
      const replyTo = messages.length === 0 ? null : (messages[r.below(messages.length)] ?? null);
      const at = iso(Math.min(openedMs + m * 5 * 3_600_000, world.nowMs - 60_000));
      out.row("support_messages", [
        message,
        ticket,
        replyTo,
        ours ? "staff" : "customer",
        ours ? desk : null,
        body,
        at,
      ]);
      messages.push(message);
    }
  }
}

export function writeTraces(out: Batch, world: Population, who: Profile, ids: Counters): void {
  const r = world.stream("traces", who.index + 0x4000_0000);
  const from = since(world, who, WINDOW_DAYS.views);
  for (let i = r.pareto(2, 1.1, 400); i > 0; i -= 1) {
    const visitor = r.chance(0.1);
    const [user, device] = visitor ? [null, null] : [who.id, who.device];
    const at = iso(moment(r, from, world.nowMs - 1_000));
    out.row("page_views", [
      ids.next("page_views"),
      user,
      device,
      who.ip,
      r.pick(PATHS),
      r.pick(REFERERS),
      r.between(80, 90_000),
      who.country,
      at,
    ]);
  }
  if (r.chance(0.05)) {
    const context = JSON.stringify({ agent: who.agent, online: r.chance(0.9), tab: r.pick(AWKWARD) });
    out.row("error_reports", [
      ids.next("error_reports"),
      who.id,
      r.pick(PATHS),
      r.pick(["E_STREAM", "E_LOAD", "E_FORM"]),
      context,
      iso(moment(r, from, world.nowMs - 1_000)),
    ]);
  }
  if (r.chance(0.3)) {
    const startMs = Math.max(who.createdMs, world.nowMs - Math.floor(r.next() * 29 * DAY_MS) - 60_000);
    const token = `${r.uuid()}${r.uuid()}`.replaceAll("-", "_").slice(0, 64);
    out.row("sessions", [
      token,
      who.id,
      who.ip,
      who.agent,
      who.device,
      iso(startMs),
      iso(startMs + 30 * DAY_MS),
    ]);
  }
}
