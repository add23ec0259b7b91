/**
 * Payment card numbers: 13 to 19 digits in one piece or in groups, in the range of an issuer, with a right Luhn digit. One in ten other
 * numbers has a right Luhn digit by chance, so the ranges and the grouping matter.
 */
import type { Detector } from "./detector.ts";

interface Range {
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

const range = (from: number, to: number, ...lengths: number[]): Range => ({ from, to, lengths });

/** Leading digits of the networks (ISO/IEC 7812), and how long their numbers are. */
const RANGES: readonly Range[] = [
  range(4, 4, 13, 16, 19),
  range(51, 55, 16),
  range(2221, 2720, 16),
  range(34, 34, 15),
  range(37, 37, 15),
  range(300, 305, 14),
  range(36, 36, 14),
  range(38, 39, 14),
  range(6011, 6011, 16, 17, 18, 19),
  range(644, 659, 16, 17, 18, 19),
  range(3528, 3589, 16, 17, 18, 19),
  range(62, 62, 16, 17, 18, 19),
  range(2200, 2204, 16, 17, 18, 19),
  ...[5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].map((n) => range(n, n, 13, 15, 16, 18, 19)),
];

const LENGTH_MIN = 13;
const LENGTH_MAX = 19;
const GROUP = { first: 4, min: 3, max: 6 };

const issued = (digits: string): boolean =>
  RANGES.some(({ from, to, lengths }) => {
    const head = Number(digits.slice(0, String(from).length));
    return head >= from && head <= to && lengths.includes(digits.length);
  });

export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const isCard = (digits: string): boolean => issued(digits) && luhn(digits) && !/^(\d)\1*$/.test(digits);

/** What people and word processors put between the groups: spaces of all widths, points, dashes of all kinds. */
const SPACE = String.raw`[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]`;
const DASH = String.raw`[\u002d\u00ad\u2010-\u2015\u2212\ufe63\uff0d]`;
const BREAK = String.raw`${SPACE}{0,2}(?:\r\n?|\n)${SPACE}{0,4}`;
/** The quotes and the comma between two strings of a list. */
const NEXT_STRING = String.raw`\\?"${SPACE}?,\s{0,4}\\?"`;
const SEPARATOR = String.raw`(?:${SPACE}?${DASH}${SPACE}?|\.|${BREAK}|${NEXT_STRING}|${SPACE}{1,2})`;

/** What has no width. */
const UNSEEN = /[\u200b-\u200d\u2060\ufeff]/g;

/** Digits with separators between, not part of a word or of an international phone number. */
const RUN = new RegExp(String.raw`(?<![\p{L}\p{N}_+])\d+(?:${SEPARATOR}\d+)*(?![\p{L}\p{N}_])`, "gu");
const DIGITS = /\d+/g;
const RUN_GROUPS_MAX = 200;

type Separator = "space" | "dash" | "point" | "break" | "list";

/** Any dash goes with any dash, any space with any space. */
function separatorOf(written: string): Separator {
  if (written.includes('"')) return "list";
  if (/[\r\n]/.test(written)) return "break";
  if (written === ".") return "point";
  return /^\s+$/.test(written) ? "space" : "dash";
}

/** A line that is full breaks where a space was. */
const alike = (a: Separator, b: Separator): boolean =>
  a === b || (a === "break" && b === "space") || (a === "space" && b === "break");

interface Run {
  readonly groups: readonly string[];
  /** Before the second group, the third, and so on. */
  readonly separators: readonly Separator[];
}

function cardsIn(written: string): number {
  const groups = (written.match(DIGITS) ?? []).slice(0, RUN_GROUPS_MAX);
  const separators = written.split(DIGITS).slice(1, groups.length).map(separatorOf);
  const run: Run = { groups, separators };
  let cards = 0;
  for (let at = 0; at < groups.length; at += 1) {
    const used = groupsOfCard(run, at);
    if (used === 0) continue;
    cards += 1;
    at += used - 1;
  }
  return cards;
}

/** How many groups from `at` on make a card number; 0 when none do. */
function groupsOfCard({ groups, separators }: Run, at: number): number {
  let digits = "";
  for (let past = at; past < groups.length; past += 1) {
    const group = groups[past] ?? "";
    digits += group;
    if (digits.length > LENGTH_MAX) return 0;
    const many = past > at;
    const fits = group.length >= (many ? GROUP.min : GROUP.first) && group.length <= GROUP.max;
    if (many && (!fits || !alike(separators[past - 1] ?? "space", separators[at] ?? "space"))) return 0;
    // What follows a point is the fraction of a number.
    const fraction = !many && separators[at - 1] === "point";
    if (
      digits.length >= LENGTH_MIN &&
      !fraction &&
      isCard(digits) &&
      stands({ groups, separators }, at, past)
    )
      return past - at + 1;
    if (!many && !fits) return 0;
  }
  return 0;
}

/** A column or a list of numbers holds many a row of four: only one that is nothing but the card is one. */
function stands({ groups, separators }: Run, from: number, to: number): boolean {
  const between = separators.slice(from, to);
  const loose = between.length > 0 && between.every((s) => s === "break" || s === "list");
  return !loose || (from === 0 && to === groups.length - 1);
}

export const cardNumber: Detector = {
  name: "card_number",
  category: "user.financial.credit_card",
  // Signs beyond ASCII are not spelt out: a store of another encoding could not take them, and counts bytes.
  pattern: "[0-9]([^0-9A-Za-z:/_=+]{0,8}[0-9]){12}",
  find(text) {
    let cards = 0;
    for (const [run] of text.replaceAll(UNSEEN, "").matchAll(RUN))
      if (run.length >= LENGTH_MIN) cards += cardsIn(run);
    return cards;
  },
};
