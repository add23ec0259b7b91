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
  for (const country of IDENTITY_CARDS)
    if (validator.isIdentityCard(compact, country)) return { country: country.slice(-2) };
  for (const country of TAX_IDS)
    if (safe(() => validator.isTaxID(compact, country)) || safe(() => validator.isTaxID(value, country)))
      return { country: country.slice(-2) };
  return null;
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
