import { z } from "zod";
import type { Queries } from "./database.ts";

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
/** Shorter words of plain letters are too common to say who somebody is; in other writing two signs are a whole name. */
const WORD_MIN = 3;
const PLAIN = /^[A-Za-z0-9]*$/;
/** Marks belong to the letter before: many scripts write vowels so. */
const BETWEEN = "[^\\p{L}\\p{M}\\p{N}]+";
const BETWEEN_WORDS = new RegExp(BETWEEN, "u");

const escaped = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Several words one after another, as whole words: `Bo Li` is somebody, and `turbo lift` is not. */
const phrase = (words: readonly string[]): string =>
  `(?<![\\p{L}\\p{M}\\p{N}])${words.map(escaped).join(BETWEEN)}(?![\\p{L}\\p{M}\\p{N}])`;

const longestFirst = (all: readonly string[]): string[] =>
  [...new Set(all)].sort((a, b) => b.length - a.length);

export function redact(text: string, known: readonly (string | null)[]): string {
  // The same letter may be written as one sign or as two.
  const names = known.map((k) =>
    (k ?? "")
      .normalize("NFC")
      .split(BETWEEN_WORDS)
      .filter((word) => word !== ""),
  );
  const phrases = names
    .filter((words) => words.length > 1)
    .flatMap((words) => [phrase(words), phrase(words.toReversed())]);
  const words = names.flat().filter((word) => !PLAIN.test(word) || word.length >= WORD_MIN);
  const shaped = SHAPES.reduce((seen, [shape, put]) => seen.replaceAll(shape, put), text.normalize("NFC"));
  // Words inside of others too: what is joined to a name is still about its bearer.
  return [...longestFirst(phrases), ...longestFirst(words).map(escaped)].reduce(
    (seen, pattern) => seen.replaceAll(new RegExp(pattern, "giu"), "[name]"),
    shaped,
  );
}

const wordsSchema = z.object({ words: z.array(z.string().nullable()) });

/** Whatever the service knows a person by: name, address, number, place, and what stands on invoices. */
export async function knownBy(db: Pick<Queries, "one">, user: string): Promise<readonly (string | null)[]> {
  const known = await db.one(
    wordsSchema,
    `select array[u.name, u.email, u.phone, u.city] || (select coalesce(array_agg(x), '{}') from
       (select billing_name from payments where user_id = u.id union select billing_address from payments where user_id = u.id) b(x)) as words
       from users u where u.id = $1`,
    [user],
  );
  return known?.words ?? [];
}
