/**
 * E-mail addresses as people write them so that programs do not see them, or as their keyboard has the signs: `ｎａｍｅ＠ｅｘａｍｐｌｅ．ｊｐ`,
 * `name (at) example (dot) org`, `name[at]example.org`, `name AT example DOT org`. Not `name at example dot com` in small letters: sentences
 * are written so.
 */

/** Full-width and small signs, which stand in no address otherwise. */
const WIDE = /[＠﹫]/u;
const BLANKS = String.raw`\s{0,3}`;
const between = (words: string): string =>
  `${BLANKS}(?:[([{<]${BLANKS}(?:${words})${BLANKS}[)\\]}>])${BLANKS}`;
const AT = between("at|ät|@|arroba|arobase|chiocciola|apenstaartje");
const DOT = `(?:\\.|${between(String.raw`dot|punkt|point|punto|ponto|punt|\.`)})`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})`;
const BRACKETED = new RegExp(
  `([\\p{L}\\p{N}][\\p{L}\\p{N}._%+-]{0,63})${AT}(${LABEL}(?:${DOT}${LABEL}){0,5}${DOT}\\p{L}{2,24})(?![\\p{L}\\p{N}-])`,
  "giu",
);
const CAPITALS = new RegExp(
  `([\\p{L}\\p{N}][\\p{L}\\p{N}._%+-]{0,63}) {1,3}AT {1,3}(${LABEL}(?: {1,3}DOT {1,3}${LABEL}){0,5} {1,3}DOT {1,3}\\p{L}{2,24})(?![\\p{L}\\p{N}-])`,
  "gu",
);
const DOTS = new RegExp(`${DOT}| {1,3}DOT {1,3}`, "giu");

/** The text with such addresses as an e-mail program takes them; any other text as it is. */
export function writtenPlainly(text: string): string {
  const narrow = WIDE.test(text) ? text.normalize("NFKC") : text;
  if (!/[([{<]|AT/.test(narrow)) return narrow;
  const plain = (_: string, name: string, host: string): string => `${name}@${host.replaceAll(DOTS, ".")}`;
  return narrow.replaceAll(BRACKETED, plain).replaceAll(CAPITALS, plain);
}
