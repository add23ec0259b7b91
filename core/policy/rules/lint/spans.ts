/** Lengths of time as prose says them, in English and Chinese: `two years`, `72 hours`, `a month`, `三年`, `30天`. */

const ONES =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const ZH_DIGITS = "零一二三四五六七八九";

/** In days; months and years as `approximateMs` counts them. */
const UNIT_DAYS: readonly (readonly [RegExp, number])[] = [
  [/^(?:years?|年)$/i, 365.2425],
  [/^(?:months?|个月)$/i, 30.436875],
  [/^(?:weeks?|周|星期)$/i, 7],
  [/^(?:days?|天|日)$/i, 1],
  [/^(?:hours?|小时)$/i, 1 / 24],
  [/^(?:minutes?|分钟)$/i, 1 / 1440],
];

const WORD = `(?:${TENS.join("|")})(?:-(?:${ONES.slice(1, 10).join("|")}))?|${[...ONES].reverse().join("|")}|a|an`;
const ENGLISH = new RegExp(`\\b(\\d{1,4}|${WORD})[ -](years?|months?|weeks?|days?|hours?|minutes?)\\b`, "gi");
const CHINESE = /(\d{1,4}|[一二两三四五六七八九十]{1,3})\s*(年|个月|周|星期|天|日|小时|分钟)/g;

export interface Span {
  /** As it stands in the text. */
  readonly said: string;
  readonly days: number;
}

/** A date (`2023年8月9日`, `9 August`) is no length of time. */
const isDate = (text: string, at: number, length: number): boolean =>
  /\d$/.test(text.slice(0, at)) || /^\s*\d/.test(text.slice(at + length)) || /月$/.test(text.slice(0, at));

export function spansIn(text: string): readonly Span[] {
  return [...text.matchAll(ENGLISH), ...text.matchAll(CHINESE)].flatMap((m): Span[] => {
    const [said, amount = "", unit = ""] = m;
    const n = numberOf(amount.toLowerCase());
    const days = UNIT_DAYS.find(([pattern]) => pattern.test(unit))?.[1];
    const year = n !== null && n > 1000;
    return n === null || days === undefined || year || isDate(text, m.index, said.length)
      ? []
      : [{ said, days: n * days }];
  });
}

function numberOf(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  if (text === "a" || text === "an") return 1;
  const one = ONES.indexOf(text);
  if (one >= 0) return one;
  const [ten = "", rest] = text.split("-");
  const tens = TENS.indexOf(ten);
  if (tens >= 0) return (tens + 2) * 10 + (rest === undefined ? 0 : ONES.indexOf(rest));
  return chineseNumber(text);
}

function chineseNumber(text: string): number | null {
  const plain = text.replaceAll("两", "二");
  if (!/^[一二三四五六七八九十]+$/.test(plain)) return null;
  const [before = "", after] = plain.split("十");
  const digit = (s: string, none: number): number => (s === "" ? none : ZH_DIGITS.indexOf(s));
  return after === undefined ? digit(before, 0) : digit(before, 1) * 10 + digit(after, 0);
}
