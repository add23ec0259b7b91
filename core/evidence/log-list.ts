/** Which logs a witness watches, and the list by which such are passed on (c2sp.org/tlog-list). */
import { must } from "../terms/assert.ts";
import { fromBase64 } from "./bytes.ts";
import { COSIGNATURE } from "./cosignature.ts";
import { LOG_SIGNATURE, type NoteKey, parseKey } from "./note.ts";
import type { Primitives } from "./primitives.ts";

/** A log is its origin: who else signs for that origin with one of these keys is the same log. */
export interface WatchedLog {
  readonly origin: string;
  readonly keys: readonly NoteKey[];
}

export type LogList =
  | {
      readonly ok: true;
      readonly logs: readonly WatchedLog[];
      /** Lines whose log has a key of a kind that is not known here. */
      readonly passedOver: readonly number[];
    }
  /** `line`: counted from 1. */
  | { readonly ok: false; readonly line: number; readonly reason: string };

const HEAD = "logs/v0";
/** In this order; the origin may be left out. */
const KEYS: readonly string[] = ["vkey", "origin", "qpd", "contact"];
const LOGS_MAX = 100_000;
const QPD = /^[1-9][0-9]{0,9}$/;
const QPD_END = 2 ** 31;

interface Line {
  readonly number: number;
  readonly text: string;
}

interface Item {
  readonly vkey: Line;
  readonly origin?: Line;
}

/** Keys that have the name of their log each speak for it, several of one name for the one log. */
export function logsOfKeys(keys: readonly NoteKey[]): WatchedLog[] {
  return [...Map.groupBy(keys, ({ name }) => name)].map(([origin, own]) => ({ origin, keys: own }));
}

export function parseLogList(p: Primitives, text: string): LogList {
  const lines = text
    .split("\n")
    .map((line, at): Line => ({ number: at + 1, text: line.replace(/^[ \t]+|[ \t\r]+$/g, "") }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
  const [head, ...rest] = lines;
  if (head?.text !== HEAD) return wrong(head?.number ?? 1, `a list of logs begins with \`${HEAD}\``);
  const items = itemsIn(rest);
  if ("ok" in items) return items;
  if (items.length > LOGS_MAX) return wrong(head.number, `a list has at most ${LOGS_MAX} logs`);
  const logs = new Map<string, WatchedLog>();
  const passedOver: number[] = [];
  for (const { vkey, origin } of items) {
    const key = parseKey(p, vkey.text);
    if (key === null && !isOfAnotherKind(vkey.text)) return wrong(vkey.number, "this is no verifier key");
    const name = origin?.text ?? nameOf(vkey.text);
    if (logs.has(name)) return wrong((origin ?? vkey).number, `\`${name}\` is there twice`);
    logs.set(name, { origin: name, keys: key === null ? [] : [key] });
    if (key === null) passedOver.push(vkey.number);
  }
  return { ok: true, logs: [...logs.values()].filter(({ keys }) => keys.length > 0), passedOver };
}

const wrong = (line: number, reason: string) => ({ ok: false, line, reason }) as const;

function itemsIn(lines: readonly Line[]): Item[] | ReturnType<typeof wrong> {
  const items: Item[] = [];
  let item = new Map<string, Line>();
  let next = 0;
  for (const { number, text } of lines) {
    const space = text.indexOf(" ");
    const found = KEYS.indexOf(text.slice(0, space));
    const skipsOrigin = next === KEYS.indexOf("origin") && found === next + 1;
    const key = KEYS[found];
    const value = text.slice(space + 1);
    if (key === undefined || (found !== next && !skipsOrigin))
      return wrong(number, `here stands \`${KEYS[next]}\`, and a blank and its value`);
    if (key === "qpd" && !(QPD.test(value) && Number(value) < QPD_END))
      return wrong(number, `\`qpd\` is a number from 1 to below ${QPD_END}`);
    item.set(key, { number, text: value });
    next = (found + 1) % KEYS.length;
    if (next !== 0) continue;
    const origin = item.get("origin");
    const vkey = must(item.get("vkey"), "a log begins with its key");
    items.push({ vkey, ...(origin === undefined ? {} : { origin }) });
    item = new Map();
  }
  const last = lines.at(-1);
  return next === 0 ? items : wrong(last?.number ?? 1, `\`${KEYS[next]}\` is missing behind this line`);
}

const nameOf = (vkey: string): string => vkey.slice(0, vkey.indexOf("+"));

/** Written as a verifier key is, of an algorithm that is not known here. */
function isOfAnotherKind(vkey: string): boolean {
  const [, , encoded = ""] = /^([^+\s]+)\+[0-9a-fA-F]{8}\+(.+)$/.exec(vkey) ?? [];
  const type = fromBase64(encoded)?.[0];
  return type !== undefined && type !== LOG_SIGNATURE && type !== COSIGNATURE;
}
