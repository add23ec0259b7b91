/** What stands before a line's words: marks of lists, numbers of sections, Markdown's `#`. */
export type Mark =
  | { readonly mark: "item"; readonly bracketed: boolean }
  | { readonly mark: "number"; readonly parts: readonly number[] }
  | { readonly mark: "heading"; readonly parts: readonly number[] | null };

export interface Marked {
  readonly mark: Mark;
  /** How many characters it takes. */
  readonly length: number;
}

const BULLET = /^(?:[-*+–—](?= )|[•·●○▪■◦‣∙・※])\s*(?=\S)/u;
const BRACKETED =
  /^(?:[(（](?:\d{1,3}|[a-z]|[ivx]{1,5}|[一二三四五六七八九十]{1,3})[)）]|(?:\d{1,3}|[a-z])[)）])\s*(?=\S)/u;
const DOTTED = /^(?:§ ?)?(\d{1,3}(?:\.\d{1,3}){1,4})\.?(?: |(?=\p{Script=Han}))(?=\S)/u;
const SINGLE = /^(?:§ ?)?(\d{1,3})(?:[.．、] ?)(?=\p{L}|["“「(（])/u;
const CHINESE =
  /^(?:第([一二三四五六七八九十]{1,3}|\d{1,3})[条章节部分]+|([一二三四五六七八九十]{1,3})[、．.])\s*(?=\S)/u;
const HASH = /^(#{1,6}) (?=\S)/;

export function markOf(text: string): Marked | null {
  const hash = HASH.exec(text);
  if (hash !== null) {
    const rest = text.slice(hash[0].length);
    const number = numberOf(rest);
    return {
      mark: { mark: "heading", parts: number?.parts ?? null },
      length: hash[0].length + (number?.length ?? 0),
    };
  }
  const bullet = BULLET.exec(text);
  const item = bullet ?? BRACKETED.exec(text);
  if (item !== null) return { mark: { mark: "item", bracketed: bullet === null }, length: item[0].length };
  const number = numberOf(text);
  return number === null ? null : { mark: { mark: "number", parts: number.parts }, length: number.length };
}

function numberOf(text: string): { readonly parts: readonly number[]; readonly length: number } | null {
  const found = DOTTED.exec(text) ?? SINGLE.exec(text);
  if (found !== null) return { parts: (found[1] ?? "").split(".").map(Number), length: found[0].length };
  const chinese = CHINESE.exec(text);
  if (chinese === null) return null;
  return { parts: [chineseNumber(chinese[1] ?? chinese[2] ?? "")], length: chinese[0].length };
}

/** Up to ninety-nine. */
function chineseNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const digit = (c: string | undefined): number => "一二三四五六七八九".indexOf(c ?? "") + 1;
  const ten = text.indexOf("十");
  if (ten < 0) return digit(text[0]);
  return (ten === 0 ? 1 : digit(text[0])) * 10 + digit(text[ten + 1]);
}
