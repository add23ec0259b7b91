/** How words are said to people, in English or Chinese. */
import type { Duration } from "../../terms/duration.ts";
import { inWords, parseDuration } from "../../terms/duration.ts";
import { FACTS, isFact, type Language } from "./facts.ts";
import type { Words } from "./model.ts";

export interface Tongue {
  readonly language: Language;
  /** A class, purpose or recipient, or any text of the policy that `labels` translates, as readers see it. */
  label(word: string): string;
  /** A circumstance, as the end of "if …". Apart from `label`, so that a purpose may be called `protection`, or a class `request`. */
  circumstance(word: string): string;
}

/** The language of a locale; what is neither is said in English. */
export const languageOf = (locale: string): Language => (/^zh\b/i.test(locale) ? "zh" : "en");

const BUILT_IN: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { all: "everything", other: "any other purpose", anyone: "anyone" },
  zh: { all: "一切", other: "任何其他目的", anyone: "任何人" },
};

const own = (record: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(record, word) ? record[word] : undefined;

export function tongueOf(words: Words, language: Language): Tongue {
  const label = (word: string): string => {
    const name = Object.hasOwn(words.recipients, word) ? words.recipients[word]?.name : null;
    return (
      own(words.labels, word) ??
      name ??
      own(BUILT_IN[language], word) ??
      (/^[\w-]+$/.test(word) ? word.replaceAll(/[_-]/g, " ") : word)
    );
  };
  return {
    language,
    label,
    circumstance: (word) =>
      own(words.conditions, word) ?? (isFact(word) ? FACTS[word]?.[language] : undefined) ?? label(word),
  };
}

const LAST: Readonly<Record<Language, Readonly<Record<"and" | "or", string>>>> = {
  en: { and: " and ", or: " or " },
  zh: { and: "和", or: "或" },
};

/** `a`, `a and b`, `a, b and c`; words as they are, not looked up. */
export function listIn(language: Language, said: readonly string[], last: "and" | "or" = "and"): string {
  const end = said.at(-1);
  if (end === undefined || said.length === 1) return end ?? "";
  return `${said.slice(0, -1).join(language === "zh" ? "、" : ", ")}${LAST[language][last]}${end}`;
}

const UNITS_ZH = { years: "年", months: "个月", days: "天" };

export function durationIn(language: Language, d: Duration): string {
  if (language === "en") return inWords(d);
  const hours = Math.floor(d.seconds / 3600);
  const minutes = Math.floor((d.seconds % 3600) / 60);
  const parts: readonly (readonly [number, string])[] = [
    [d.years, UNITS_ZH.years],
    [d.months, UNITS_ZH.months],
    [d.days, UNITS_ZH.days],
    [hours, "小时"],
    [minutes, "分钟"],
    [d.seconds % 60, "秒"],
  ];
  return parts
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n}${unit}`)
    .join("");
}

/** A period as written in a policy, in words; as it is written where it is no ISO 8601 duration. */
export function periodIn(language: Language, period: string): string {
  const duration = parseDuration(period);
  return duration === null ? period : durationIn(language, duration);
}
