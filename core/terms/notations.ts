/** How a store compares the values of a field whose type takes several texts for one value (spec/connector.md, "Several notations"). */
import { isUuid, normalise } from "./person.ts";

/**
 * `case`: letters whatever their case; `ascii`: those of ASCII only. `blanks`: texts whatever blanks they end in. `integer`, `number`: by the number. `uuid`: in either case.
 * `boolean`: yes and no, by any of their names. `other`: in some way that is the type's own. `integer`, `boolean` and `uuid` are always read in
 * one and the same notation. The last three are of texts
 * whose type keeps them apart, and whose collation does not: the store's joins and foreign keys follow it, so links do (`Match.collated`).
 * `spelling`: letters of ASCII in either case, and perhaps more; `padded`: that, and whatever blanks they end in; `collation`: in some way
 * that only the store knows.
 */
export const NOTATIONS = [
  "case",
  "ascii",
  "blanks",
  "integer",
  "number",
  "boolean",
  "uuid",
  "other",
  "spelling",
  "padded",
  "collation",
] as const;
export type Notations = (typeof NOTATIONS)[number];

/** What a text stands for, where more than its store knows of it: a UUID of another field, in either case; an address, as `normalise` has it. */
export type Meaning = "uuid" | "email" | "phone";

const TEXTS = ["case", "ascii", "blanks", "spelling", "padded", "collation"] as const;
type Text = (typeof TEXTS)[number];

/** How a field is compared: as its store says, or by what its text stands for; then the store's own way goes along. */
export type Compared = Notations | `${Meaning}_${Text | "text"}`;

const NUMBER = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/;
/** Most numbers are written so already. */
const PLAIN_NUMBER = /^(?:0|-?[1-9]\d*)$/;

function number(text: string): string {
  if (PLAIN_NUMBER.test(text)) return text;
  const bare = text.trim();
  const [whole, sign, digits = "", fraction = ""] = NUMBER.exec(bare) ?? [];
  if (whole === undefined || !/\d/.test(bare)) return text;
  const shown = `${digits === "" ? "0" : digits}${fraction === "" ? "" : `.${fraction}`}`;
  return sign === "-" && /[1-9]/.test(shown) ? `-${shown}` : shown;
}

/** Letter by letter, as stores do it: the end of a word makes no other letter. */
const lower = (text: string): string => Array.from(text, (letter) => letter.toLowerCase()).join("");

const withoutBlanks = (text: string): string => text.replace(/ +$/, "");
const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
/** With the letters that may be left out behind them. */
const YES = /^(?:t(?:r(?:ue?)?)?|y(?:es?)?|on|1)$/;
const NO = /^(?:f(?:a(?:l(?:se?)?)?)?|no?|off?|0)$/;

function boolean(text: string): string {
  const bare = text.trim().toLowerCase();
  return YES.test(bare) ? "true" : NO.test(bare) ? "false" : text;
}

const byUuid = (text: string): string => normalise("uuid", text);
/** An address takes letters and blanks for one wherever a text's own way does; what more only the store knows is known here as little. */
const byEmail = (text: string): string => normalise("email", text);
const byPhone = (text: string): string => normalise("phone", text);

const SHOWN: Readonly<Record<Compared, (text: string) => string>> = {
  case: lower,
  ascii: lowerAscii,
  blanks: withoutBlanks,
  integer: number,
  number,
  boolean,
  uuid: (text) => text.toLowerCase(),
  other: (text) => lower(text.trimEnd()),
  spelling: lowerAscii,
  padded: (text) => lowerAscii(withoutBlanks(text)),
  collation: (text) => text,
  ...{ uuid_text: byUuid, uuid_collation: byUuid, uuid_case: lower, uuid_ascii: lowerAscii },
  ...{ uuid_blanks: (text) => byUuid(withoutBlanks(text)), uuid_spelling: lowerAscii },
  uuid_padded: (text) => lowerAscii(withoutBlanks(text)),
  ...{ email_text: byEmail, email_case: byEmail, email_ascii: byEmail, email_blanks: byEmail },
  ...{ email_spelling: byEmail, email_padded: byEmail, email_collation: byEmail },
  ...{ phone_text: byPhone, phone_case: byPhone, phone_ascii: byPhone, phone_blanks: byPhone },
  ...{ phone_spelling: byPhone, phone_padded: byPhone, phone_collation: byPhone },
};

/** Texts that the store calls the same become one. */
export const oneNotation = (notations: Compared | undefined, text: string): string =>
  notations === undefined ? text : SHOWN[notations](text);

const MEANINGS: ReadonlyMap<Compared, Meaning> = new Map(
  (["uuid", "email", "phone"] as const).flatMap((meaning) =>
    (["text", ...TEXTS] as const).map((own) => [`${meaning}_${own}` as const, meaning] as const),
  ),
);
const OWN: ReadonlyMap<Compared, Notations> = new Map<Compared, Notations>([
  ...NOTATIONS.map((n) => [n, n] as const),
  ...(["uuid", "email", "phone"] as const).flatMap((meaning) =>
    TEXTS.map((own) => [`${meaning}_${own}` as const, own] as const),
  ),
]);

const isText = (notations: Notations): notations is Text => TEXTS.some((t) => t === notations);

/** Its type holds texts, and not numbers, times or the like, which have a text of their own. */
export const holdsText = (notations: Notations | undefined): boolean =>
  notations === undefined || isText(notations);

/** A text of that kind, which stands for something. */
export const meantAs = (meaning: Meaning, notations: Notations | undefined): Compared =>
  `${meaning}_${notations !== undefined && isText(notations) ? notations : "text"}`;

export const meaningOf = (notations: Compared | undefined): Meaning | undefined =>
  notations === undefined ? undefined : MEANINGS.get(notations);

/** As its store says. */
export const ownOf = (notations: Compared | undefined): Notations | undefined =>
  notations === undefined ? undefined : OWN.get(notations);

const OF_COLLATIONS: ReadonlySet<Notations> = new Set(["spelling", "padded", "collation"]);

/** Its type keeps apart what its collation may call the same. */
export const isOfCollation = (notations: Compared | undefined): boolean => {
  const own = ownOf(notations);
  return own !== undefined && OF_COLLATIONS.has(own);
};

/** Only what the type itself calls the same, and what its text stands for: of an identity nothing else is known to be. */
export function ofType(notations: Compared | undefined): Compared | undefined {
  if (!isOfCollation(notations)) return notations;
  const meaning = meaningOf(notations);
  return meaning === undefined ? undefined : meantAs(meaning, undefined);
}

const READ_AS_ONE: ReadonlySet<Compared> = new Set(["integer", "boolean", "uuid"]);
/** What is read from such a field is written one way. */
export const isReadAsOne = (notations: Compared | undefined): boolean =>
  notations === undefined || READ_AS_ONE.has(notations);

/** The texts that a store has to be asked for, where it compares texts and not what they stand for. */
export const spellingsOf = (text: string): readonly string[] =>
  isUuid(text) ? [...new Set([text, text.toLowerCase(), text.toUpperCase()])] : [text];
