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

/** Digits with single separators between, not part of a word or of an international phone number. */
const RUN = /(?<![\p{L}\p{N}_+])\d+(?:[ .-]\d+)*(?![\p{L}\p{N}_])/gu;
const RUN_GROUPS_MAX = 200;

function cardsIn(run: string): number {
  const groups = run.split(/[ .-]/).slice(0, RUN_GROUPS_MAX);
  const separators = [...run.matchAll(/[ .-]/g)].map(([s]) => s);
  let cards = 0;
  for (let at = 0; at < groups.length; at += 1) {
    const used = groupsOfCard(groups, separators, at);
    if (used === 0) continue;
    cards += 1;
    at += used - 1;
  }
  return cards;
}

/** How many groups from `at` on make a card number; 0 when none do. */
function groupsOfCard(groups: readonly string[], separators: readonly string[], at: number): number {
  let digits = "";
  for (let past = at; past < groups.length; past += 1) {
    const group = groups[past] ?? "";
    digits += group;
    if (digits.length > LENGTH_MAX) return 0;
    const many = past > at;
    const fits = group.length >= (many ? GROUP.min : GROUP.first) && group.length <= GROUP.max;
    if (many && (!fits || separators[past - 1] !== separators[at])) return 0;
    // What follows a point is the fraction of a number.
    const fraction = !many && separators[at - 1] === ".";
    if (digits.length >= LENGTH_MIN && !fraction && isCard(digits)) return past - at + 1;
    if (!many && !fits) return 0;
  }
  return 0;
}

export const cardNumber: Detector = {
  name: "card_number",
  category: "user.financial.credit_card",
  pattern: "[0-9]([ .-]?[0-9]){12}",
  find(text) {
    let cards = 0;
    for (const [run] of text.matchAll(RUN)) if (run.length >= LENGTH_MIN) cards += cardsIn(run);
    return cards;
  },
};
