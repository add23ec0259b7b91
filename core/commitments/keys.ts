/** Pieces that the kinds' schemas share. What a schema reads, it must be able to read again unchanged. */
import { z } from "zod";
import type { KeyedIssue, KindContext } from "../policy/kinds.ts";
import { must } from "../terms/assert.ts";
import { approximateMs, inWords, parseDuration } from "../terms/duration.ts";
import { listed, suggestion } from "../terms/suggest.ts";

/** One value or a list of them; read as a list. */
export const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.preprocess((v) => (v === undefined || v === null || Array.isArray(v) ? v : [v]), z.array(item).min(1));

const TEXT_MAX = 1000;
export const text = z.string().trim().min(1).max(TEXT_MAX);

/** A word that other files refer to. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,79}$/, { error: "is no name: use letters, digits, `-`, `_` and `.`" });

export const period = z.string().refine((v) => parseDuration(v) !== null, {
  error: "is no period: write `P2Y`, `P30D`, `PT72H`",
});

export const date = z.iso.date({ error: "is no date: write `2026-01-31`" });

export const periodInWords = (p: string): string => inWords(must(parseDuration(p), "the schema read it"));
export const isNoTime = (p: string): boolean =>
  approximateMs(must(parseDuration(p), "the schema read it")) === 0;

export function noTime(key: string, p: string | undefined): KeyedIssue[] {
  if (p === undefined || !isNoTime(p)) return [];
  return [
    {
      key,
      severity: "error",
      code: "empty-period",
      message: `\`${p}\` is no time at all`,
      fix: "write a period such as `P30D`",
    },
  ];
}

/** `also` are words that stand for more than a class, such as `all`. */
export function unknownClasses(
  key: string,
  classes: readonly string[],
  context: KindContext,
  also: readonly string[] = [],
): KeyedIssue[] {
  const known = Object.keys(context.classes);
  return classes.flatMap((c, i): KeyedIssue[] => {
    if (known.includes(c) || also.includes(c)) return [];
    const all = `known classes: ${listed([...known, ...also])}`;
    const fix =
      known.length === 0
        ? "declare it under `classes` in the front matter"
        : suggestion(c, [...known, ...also], all);
    const message =
      fix === all ? `\`${c}\` is no class of this policy` : `\`${c}\` is no class of this policy; ${all}`;
    return [{ key: `${key}.${i}`, severity: "error", code: "unknown-class", message, fix }];
  });
}

/** `a`, `a and b`, `a, b and c`. */
export function inList(words: readonly string[], last = "and"): string {
  const said = words.map((w) => w.replaceAll("_", " "));
  const end = said.at(-1);
  if (end === undefined || said.length === 1) return end ?? "";
  return `${said.slice(0, -1).join(", ")} ${last} ${end}`;
}

/** `account and payment data`, `all personal data`. */
export const dataInWords = (classes: readonly string[]): string =>
  classes.includes("all") ? "all personal data" : `${inList(classes)} data`;
