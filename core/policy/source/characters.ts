/** Characters of a plain text: which ones nobody sees, which ones are only another way to write the same. */

/** No width, no meaning: zero-width spaces and joiners, soft hyphens, direction marks, byte order marks. */
const UNSEEN = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/;
const UNSEEN_ALL = new RegExp(UNSEEN, "g");

export const isUnseen = (c: string): boolean => UNSEEN.test(c);

/** Scripts that put no space between words, with their punctuation. */
const WIDE = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303F\uFF01-\uFF60`;
const WIDE_ONE = new RegExp(`[${WIDE}]`, "u");
const SPACE_AT_WIDE = new RegExp(String.raw`(?<=[${WIDE}])\s+|\s+(?=[${WIDE}])`, "gu");

export const isWide = (c: string): boolean => WIDE_ONE.test(c);

/**
 * What is hashed: the words, however they are typed. Compatibility forms (NFKC: full width, ligatures, no-break spaces), quotes, dashes
 * and dots have one form; unseen characters, spaces at Chinese characters and before punctuation, and what ends the statement are gone.
 */
export const fold = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(UNSEEN_ALL, "")
    .replaceAll(/[\u2018\u2019\u201A\u201B\u2032`´]/g, "'")
    .replaceAll(/[\u201C\u201D\u201E\u201F\u2033«»「」『』]/g, '"')
    .replaceAll(/[\u2010-\u2015\u2212]/g, "-")
    .replaceAll(/(?<=\S)\s+-+\s+|\s+-+\s+(?=\S)/g, " - ")
    .replaceAll("…", "...")
    .replaceAll(/\s+/g, " ")
    .replaceAll(SPACE_AT_WIDE, "")
    .replaceAll(/ (?=[,.;:!?)\]])/g, "")
    .trim()
    .replace(/[\s.,;:。、]+$/u, "");
