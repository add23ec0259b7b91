/** Takes out of a text what says who wrote it: addresses, numbers, links, and whatever the service knows the person by. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+/g, "[address]"],
  [/\bhttps?:\/\/\S+|\bwww\.\S+/gi, "[link]"],
  [/\b(?:sk|pk|ghp|xox[abp]|AKIA)[-_A-Za-z0-9]{12,}/g, "[key]"],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){2,}[0-9a-f:]*/gi, "[number]"],
  // Telephones, cards, accounts, dates of birth: any four digits and more, however they are written apart.
  [/\+?\d(?:[\s\u00a0()./-]?\d){3,}/g, "[number]"],
  [/\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,}/g, "[number]"],
  // What somebody says of himself.
  [
    /\b([Mm]y name is|I am called|I'm called|[Mm]i chiamo|[Ii]ch hei(?:ß|ss)e)\s+\p{Lu}[\p{L}'-]*(?:\s+\p{Lu}[\p{L}'-]*)*/gu,
    "$1 [name]",
  ],
];
/** Shorter words are too common to say who somebody is. */
const WORD_MIN = 3;

const escaped = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

export function redact(text: string, known: readonly (string | null)[]): string {
  const words = [...new Set(known.flatMap((k) => (k ?? "").split(/[^\p{L}\p{N}]+/u)))]
    .filter((word) => [...word].length >= WORD_MIN)
    .sort((a, b) => b.length - a.length);
  const shaped = SHAPES.reduce((seen, [shape, put]) => seen.replaceAll(shape, put), text);
  // Inside of words too: what is joined to a name is still about its bearer.
  return words.reduce((seen, word) => seen.replaceAll(new RegExp(escaped(word), "giu"), "[name]"), shaped);
}
