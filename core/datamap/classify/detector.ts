/** A detector knows one kind of value by its shape, and by its checksum where it has one. */
export interface Detector {
  /** The word that policies use: `card_number`. */
  readonly name: string;
  /** The data category of what it finds. */
  readonly category: string;
  /** POSIX extended regular expression that a store can run: lets through everything that `find` counts, and more. */
  readonly pattern: string;
  /** How many such values the text holds. */
  find(text: string): number;
}

/** How many matches pass; `pattern` has the flag `g`. */
export function countMatches(text: string, pattern: RegExp, passes: (found: string) => boolean): number {
  let count = 0;
  for (const [found] of text.matchAll(pattern)) if (passes(found)) count += 1;
  return count;
}
