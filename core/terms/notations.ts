/** How a store compares the values of a field whose type takes several texts for one value (spec/connector.md, "Several notations"). */

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

/** How a field is compared: as its store says, or, `uuid_text`, as a text that stands for a UUID of another field and may be written in either case. */
export type Compared = Notations | "uuid_text";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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

const SHOWN: Readonly<Record<Compared, (text: string) => string>> = {
  case: lower,
  ascii: lowerAscii,
  blanks: withoutBlanks,
  integer: number,
  number,
  boolean,
  uuid: (text) => text.toLowerCase(),
  uuid_text: (text) => (UUID.test(text) ? text.toLowerCase() : text),
  other: (text) => lower(text.trimEnd()),
  spelling: lowerAscii,
  padded: (text) => lowerAscii(withoutBlanks(text)),
  collation: (text) => text,
};

/** Texts that the store calls the same become one. */
export const oneNotation = (notations: Compared | undefined, text: string): string =>
  notations === undefined ? text : SHOWN[notations](text);

const OF_COLLATIONS: ReadonlySet<Compared> = new Set(["spelling", "padded", "collation"]);

/** Its type keeps apart what its collation may call the same. */
export const isOfCollation = (notations: Compared | undefined): boolean =>
  notations !== undefined && OF_COLLATIONS.has(notations);

/** Only what the type itself calls the same: of an identity nothing else is known to be. */
export const ofType = (notations: Compared | undefined): Compared | undefined =>
  isOfCollation(notations) ? undefined : notations;

const READ_AS_ONE: ReadonlySet<Compared> = new Set(["integer", "boolean", "uuid"]);
/** What is read from such a field is written one way. */
export const isReadAsOne = (notations: Compared | undefined): boolean =>
  notations === undefined || READ_AS_ONE.has(notations);

/** The texts that a store has to be asked for, where it compares texts and not what they stand for. */
export const spellingsOf = (text: string): readonly string[] =>
  UUID.test(text) ? [...new Set([text, text.toLowerCase(), text.toUpperCase()])] : [text];
