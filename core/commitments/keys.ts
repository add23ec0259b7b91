/** Pieces that the kinds' schemas share. What a schema reads, it must be able to read again unchanged. */
import { z } from "zod";
import type { KeyedIssue, KindContext } from "../policy/kinds.ts";
import { ALL, ANYONE, OTHER } from "../policy/words/model.ts";
import { durationIn, listIn, type Tongue } from "../policy/words/tongue.ts";
import { must } from "../terms/assert.ts";
import { approximateMs, parseDuration } from "../terms/duration.ts";
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

interface Unknown {
  /** What the words are: `class`, `purpose`. */
  readonly what: string;
  /** Where they are declared. */
  readonly under: string;
  readonly known: readonly string[];
  /** Words that stand for more than a declared one, such as `all`. */
  readonly also: readonly string[];
}

function unknownWords(
  key: string,
  words: readonly string[],
  { what, under, known, also }: Unknown,
): KeyedIssue[] {
  return words.flatMap((word, i): KeyedIssue[] => {
    if (known.includes(word) || also.includes(word)) return [];
    const plural = what === "class" ? "classes" : `${what}s`;
    const all = `known ${plural}: ${listed([...known, ...also])}`;
    const fix =
      known.length === 0
        ? `declare it under \`${under}\` in the front matter`
        : suggestion(word, [...known, ...also], all);
    const message =
      fix === all
        ? `\`${word}\` is no ${what} of this policy`
        : `\`${word}\` is no ${what} of this policy; ${all}`;
    return [{ key: `${key}.${i}`, severity: "error", code: `unknown-${what}`, message, fix }];
  });
}

export const unknownClasses = (
  key: string,
  classes: readonly string[],
  context: KindContext,
  also: readonly string[] = [],
): KeyedIssue[] =>
  unknownWords(key, classes, { what: "class", under: "classes", known: Object.keys(context.classes), also });

export const unknownPurposes = (
  key: string,
  purposes: readonly string[],
  context: KindContext,
  also: readonly string[] = [],
): KeyedIssue[] =>
  unknownWords(key, purposes, {
    what: "purpose",
    under: "purposes",
    known: Object.keys(context.purposes),
    also: [ALL, OTHER, ...also],
  });

export const unknownRecipients = (
  key: string,
  recipients: readonly string[],
  context: KindContext,
): KeyedIssue[] =>
  unknownWords(key, recipients, {
    what: "recipient",
    under: "recipients",
    known: Object.keys(context.recipients),
    also: [ANYONE],
  });

export { listIn } from "../policy/words/tongue.ts";

/** `billing and support`, each as readers see it. */
export const wordsIn = (t: Tongue, words: readonly string[], last: "and" | "or" = "and"): string =>
  listIn(t.language, words.map(t.label), last);

/** `account and payment data`, `all personal data`. */
export function dataIn(t: Tongue, classes: readonly string[]): string {
  if (classes.includes(ALL)) return t.language === "zh" ? "所有个人数据" : "all personal data";
  return t.language === "zh" ? `${wordsIn(t, classes)}数据` : `${wordsIn(t, classes)} data`;
}

/** `billing and support`, `any purpose`. */
export function purposesIn(t: Tongue, purposes: readonly string[], last: "and" | "or" = "and"): string {
  if (purposes.includes(ALL)) return t.language === "zh" ? "任何目的" : "any purpose";
  return wordsIn(t, purposes, last);
}

export const periodIn = (t: Tongue, p: string): string =>
  durationIn(t.language, must(parseDuration(p), "the schema read it"));

/** A part of a sentence that stands only where something says so. */
export const part = (text: string | false): string => (text === false ? "" : text);

/** How far data still tells whose it is. */
export const FORM = {
  en: {
    identified: "",
    pseudonymous: " under pseudonyms",
    deidentified: " without what identifies people",
    aggregate: " as aggregates",
  },
  zh: {
    identified: "",
    pseudonymous: "以假名形式",
    deidentified: "以去标识化形式",
    aggregate: "以汇总形式",
  },
};
