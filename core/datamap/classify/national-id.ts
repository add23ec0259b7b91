/**
 * National numbers with a check of their own. Validators of the `validator` package where it checks more than the form; the form alone
 * (a US social security number is any nine figures) is no evidence without a name that says so.
 */
import validator from "validator";

const IDENTITY_CARDS = ["ES", "FI", "IN", "IT", "PL", "NO", "TH", "zh-CN", "zh-TW"] as const;
const TAX_IDS = [
  "de-DE",
  "fr-FR",
  "nl-NL",
  "pt-BR",
  "pt-PT",
  "sv-SE",
  "dk-DK",
  "bg-BG",
  "hr-HR",
  "ro-RO",
  "it-IT",
] as const;

const DIGITS_MIN = 8;
const CHARS_MAX = 24;

export interface NationalId {
  readonly country: string;
}

/** The first register whose numbers have such a check sum, or null. Plain small numbers are nobody's. */
export function nationalIdOf(text: string): NationalId | null {
  const value = text.trim().toUpperCase();
  if (
    value.length > CHARS_MAX ||
    value.replaceAll(/\D/g, "").length < DIGITS_MIN - 1 ||
    value.length < DIGITS_MIN
  )
    return null;
  // The same figure throughout passes many checks and is a filler.
  if (/^(.)\1*$/.test(value.replaceAll(/[-. /]/g, ""))) return null;
  const compact = value.replaceAll(/[-. /]/g, "");
  for (const [country, check] of OWN) if (check(compact)) return { country };
  for (const country of IDENTITY_CARDS)
    if (validator.isIdentityCard(compact, country)) return { country: country.slice(-2) };
  for (const country of TAX_IDS)
    if (safe(() => validator.isTaxID(compact, country)) || safe(() => validator.isTaxID(value, country)))
      return { country: country.slice(-2) };
  return null;
}

/** Not in the library. What is not of the form is no number of theirs, whatever its sum. */
const OWN: readonly (readonly [string, (compact: string) => boolean])[] = [
  ["FR", isFrench],
  ["CH", isSwiss],
  ["BE", isBelgian],
];

/** NIR: sex, year, month, department, commune, order, and 97 less the rest of all that by 97. Corsica's 2A and 2B count as 19 and 18. */
function isFrench(compact: string): boolean {
  const [, number = "", key] =
    /^([12378]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6})(\d{2})$/.exec(compact) ?? [];
  if (key === undefined) return false;
  const figures = number.replace("2A", "19").replace("2B", "18");
  return 97n - (BigInt(figures) % 97n) === BigInt(key);
}

/** AHV number: the country's 756 and ten figures, with the check digit of an EAN. */
function isSwiss(compact: string): boolean {
  if (!/^756\d{10}$/.test(compact)) return false;
  const sum = [...compact].reduce((all, figure, at) => all + Number(figure) * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

/** Rijksregisternummer: a day of birth, which may be unknown, an order of the day, and 97 less the rest by 97; from 2000 on with a 2 in front. */
function isBelgian(compact: string): boolean {
  const [, number = "", key] =
    /^(\d{2}(?:[024][0-9]|[135][0-2])(?:[0-2]\d|3[01])\d{3})(\d{2})$/.exec(compact) ?? [];
  if (key === undefined) return false;
  return ["", "2"].some((century) => 97n - (BigInt(`${century}${number}`) % 97n) === BigInt(key));
}

/** Some checks of the library expect a form that others refuse, and throw on what is not of it. */
function safe(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
