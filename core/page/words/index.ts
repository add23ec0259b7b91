import { en } from "./en.ts";
import type { Words } from "./words.ts";
import { zhHans } from "./zh-hans.ts";

const ALL: readonly Words[] = [en, zhHans];

/** Scripts written from right to left, by language, where the locale names no script. */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set([
  "ar",
  "dv",
  "fa",
  "he",
  "ks",
  "ku",
  "ps",
  "sd",
  "ug",
  "ur",
  "yi",
]);
const RIGHT_TO_LEFT_SCRIPTS: ReadonlySet<string> = new Set([
  "adlm",
  "arab",
  "hebr",
  "nkoo",
  "rohg",
  "syrc",
  "thaa",
]);

/** The words of the locale, else of its language, else English. Traditional Chinese has none of its own yet. */
export function wordsFor(locale: string): Words {
  const exact = ALL.find((w) => w.locale.toLowerCase() === locale.toLowerCase());
  if (exact !== undefined) return exact;
  const { language, script } = new Intl.Locale(locale).maximize();
  return (
    ALL.find((w) => {
      const own = new Intl.Locale(w.locale).maximize();
      return own.language === language && own.script === script;
    }) ?? en
  );
}

export function directionOf(locale: string): "ltr" | "rtl" {
  const { language, script } = new Intl.Locale(locale);
  const rtl =
    script === undefined ? RIGHT_TO_LEFT.has(language) : RIGHT_TO_LEFT_SCRIPTS.has(script.toLowerCase());
  return rtl ? "rtl" : "ltr";
}

/** The locale's own name for its language: `English`, `简体中文`. */
export const nameOfLocale = (locale: string): string =>
  new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;

/** `9 January 2025`; what is no date says so. */
export function dateInWords(date: string, words: Words): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return words.unknownDate;
  const locale = words.locale === "en" ? "en-GB" : words.locale;
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );
}
