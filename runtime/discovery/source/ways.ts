/**
 * Steps that only one system is told: `if (client === "mysql") … else …`, `switch (driver) { case "pgsql": … }`. Which system it is, only a run
 * could say, so each way is gone for itself, and what any of them leaves is there: a field counts as gone where every way takes it away.
 * In languages with braces.
 */
import type { Picture } from "../picture.ts";
import type { Token } from "./tokens.ts";
import { closing } from "./values.ts";

/** From the first token to behind the last. */
type Range = readonly [number, number];

export interface Fork {
  /** Behind all of it, and behind what only happens where nothing returned before. */
  readonly end: number;
  /** Ways that end with `return`, and those that go on. */
  readonly returning: readonly Range[];
  readonly staying: readonly Range[];
  /** One of the ways is gone in any case. */
  readonly complete: boolean;
  /** What stands behind, where one of the ways returns. */
  readonly rest: Range | null;
}

const SYSTEM = /mysql|maria|postgre|pgsql|sqlite|mssql|sqlsrv|sqlserver|oracle|cockroach|redshift/i;
const SHORT = /^(?:pg|psql|is_?pg)$/i;
const CONDITION_TOKENS_MAX = 80;
const WAY_TOKENS_MAX = 5_000;
/** In all of a file: each costs a copy of the picture; what is beyond is read as if it were for all systems. */
const WAYS_MAX = 1_000;
const WITHIN_EACH_OTHER_MAX = 16;

/** By where they begin. */
export function forksIn(tokens: readonly Token[]): ReadonlyMap<number, Fork> {
  const forks = new Map<number, Fork>();
  const open: number[] = [];
  /** `else if` is a part of what was read with the first `if`. */
  const read = new Set<number>();
  let ways = 0;
  let around: readonly number[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind === "sign" && token.text === "{") open.push(at);
    else if (token.kind === "sign" && token.text === "}") open.pop();
    if (token.kind !== "word" || read.has(at) || ways >= WAYS_MAX) continue;
    const within = closing(tokens, open.at(-1) ?? -1);
    const parts =
      token.text === "if" ? ofIf(tokens, at, read) : token.text === "switch" ? ofSwitch(tokens, at) : null;
    if (parts === null) continue;
    around = around.filter((end) => end > at);
    const gone = parts.ways.length + (parts.complete ? 0 : 1);
    if (around.length >= WITHIN_EACH_OTHER_MAX || ways + gone > WAYS_MAX) continue;
    ways += gone;
    const fork = forkOf(tokens, parts, within);
    around = [...around, fork.end];
    forks.set(at, fork);
  }
  return forks;
}

interface Parts {
  readonly ways: readonly Range[];
  readonly complete: boolean;
  readonly end: number;
}

function forkOf(tokens: readonly Token[], { ways, complete, end }: Parts, within: number): Fork {
  const returning = ways.filter((w) => returns(tokens, w));
  const staying = ways.filter((w) => !returning.includes(w));
  const isOpen = returning.length > 0 && end < within;
  return { end: isOpen ? within : end, returning, staying, complete, rest: isOpen ? [end, within] : null };
}

function returns(tokens: readonly Token[], [from, to]: Range): boolean {
  for (let at = from; at < Math.min(to, from + WAY_TOKENS_MAX); at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
    else if (token?.kind === "word" && /^(?:return|throw)$/.test(token.text)) return true;
  }
  return false;
}

const isOfSystems = (tokens: readonly Token[], from: number, to: number): boolean =>
  tokens
    .slice(from, Math.min(to, from + CONDITION_TOKENS_MAX))
    .some((t) => (t.kind === "word" || t.kind === "text") && (SYSTEM.test(t.text) || SHORT.test(t.text)));

function behindLines(tokens: readonly Token[], from: number): number {
  let at = from;
  while (tokens[at]?.kind === "line") at += 1;
  return at;
}

/** Null: it does not ask for the system. `read` gets each `if` of it, whether it asks or not. */
function ofIf(tokens: readonly Token[], first: number, read: Set<number>): Parts | null {
  const ways: Range[] = [];
  let asks = false;
  for (let at = first; ; ) {
    read.add(at);
    if (tokens[at + 1]?.text !== "(") return null;
    const condition = closing(tokens, at + 1);
    asks ||= isOfSystems(tokens, at + 2, condition);
    const way = wayAt(tokens, condition + 1);
    ways.push(way.inside);
    const next = behindLines(tokens, way.end);
    const word = tokens[next]?.text;
    const isElseIf = word === "elseif" || (word === "else" && tokens[next + 1]?.text === "if");
    if (isElseIf) {
      at = word === "elseif" ? next : next + 1;
      continue;
    }
    if (!asks) return null;
    if (word !== "else") return { ways, complete: false, end: way.end };
    const last = wayAt(tokens, next + 1);
    return { ways: [...ways, last.inside], complete: true, end: last.end };
  }
}

/** What stands between braces, or one statement. */
function wayAt(tokens: readonly Token[], from: number): { readonly inside: Range; readonly end: number } {
  const start = behindLines(tokens, from);
  if (tokens[start]?.text === "{" && tokens[start]?.kind === "sign") {
    const end = closing(tokens, start);
    return { inside: [start + 1, end], end: end + 1 };
  }
  for (let at = start; at < Math.min(tokens.length, start + WAY_TOKENS_MAX); at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
    else if (token?.kind === "sign" && token.text === ";") return { inside: [start, at], end: at + 1 };
    else if (token?.kind === "sign" && /^[)\]}]$/.test(token.text)) return { inside: [start, at], end: at };
    else if (token?.kind === "line" && !/^[.-]/.test(tokens[at + 1]?.text ?? ""))
      return { inside: [start, at], end: at };
  }
  return { inside: [start, start], end: start };
}

function ofSwitch(tokens: readonly Token[], first: number): Parts | null {
  if (tokens[first + 1]?.text !== "(") return null;
  const opening = behindLines(tokens, closing(tokens, first + 1) + 1);
  if (tokens[opening]?.text !== "{") return null;
  const end = closing(tokens, opening);
  const ways: Range[] = [];
  let asks = false;
  let complete = false;
  let from: number | null = null;
  for (let at = opening + 1; at < Math.min(end, opening + WAY_TOKENS_MAX); at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
    else if (token?.kind === "word" && /^(?:case|default)$/.test(token.text)) {
      if (from !== null) ways.push([from, at]);
      asks ||= token.text === "case" && isOfSystems(tokens, at + 1, at + 2);
      complete ||= token.text === "default";
      from = at + 1;
    }
  }
  if (from !== null) ways.push([from, end]);
  return asks ? { ways, complete, end: end + 1 } : null;
}

/** Carries out what stands in order, each way of a fork for itself. */
export function inWays<S extends { readonly at: number }>(
  steps: readonly S[],
  {
    tokens,
    picture,
    act,
  }: { readonly tokens: readonly Token[]; readonly picture: Picture; readonly act: (step: S) => void },
): void {
  const forks = forksIn(tokens);
  const events = [...new Set([...forks.keys(), ...steps.map((s) => s.at)])].sort((a, b) => a - b);
  const stepsAt = Map.groupBy(steps, (s) => s.at);
  const run = ([from, to]: Range): void => {
    let at = from;
    for (let i = firstFrom(events, from); i < events.length; i += 1) {
      const event = events[i] ?? to;
      if (event >= to) return;
      if (event < at) continue;
      const fork = forks.get(event);
      if (fork !== undefined) {
        go(fork);
        at = fork.end;
      } else for (const step of stepsAt.get(event) ?? []) act(step);
    }
  };
  const go = ({ returning, staying, complete, rest }: Fork): void => {
    const goOn = (): void => {
      const ways = staying.map((way) => () => run(way));
      picture.either(complete && ways.length > 0 ? ways : [...ways, () => {}]);
      if (rest !== null) run(rest);
    };
    const ended = returning.map((way) => () => run(way));
    picture.either(complete && staying.length === 0 ? ended : [...ended, goOn]);
  };
  run([0, tokens.length]);
}

/** The first of the sorted that is not below. */
function firstFrom(sorted: readonly number[], from: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
