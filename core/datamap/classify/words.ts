/** Names of fields and collections as words: `userEmailAddr`, `user_email_addr` and `USER-EMAIL-ADDR` say the same. */

const WORDS_MAX = 12;

const KEPT_MAX = 50_000;

/** The same names come again and again, a few hundred collections beside each other: what was taken apart once is kept. */
function kept<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= KEPT_MAX) known.clear();
    known.set(text, made);
    return made;
  };
}

/** In lower case, without accents; figures at the end of a word are left out (`address2`), scripts without blanks stay whole. */
export const wordsOf = kept((name: string): readonly string[] =>
  name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2")
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .split(/[^\p{L}\p{N}]+/u)
    .map((w) => w.replace(/(?<=\p{L}{2})\d+$/u, ""))
    .filter((w) => w !== "" && !/^\d+$/.test(w))
    .slice(0, WORDS_MAX),
);

const IRREGULAR: Readonly<Record<string, string>> = {
  people: "person",
  children: "child",
  men: "man",
  women: "woman",
};
/** Plurals in `-er`, which in other languages is who does something (`granter` is not several of `grant`). */
const GERMAN_ER: Readonly<Record<string, string>> = Object.fromEntries(
  "kinder bilder felder lander bucher hauser mitglieder guter worter rader blatter lieder manner amter dorfer schilder"
    .split(" ")
    .map((plural) => [plural, plural.slice(0, -2)]),
);
const STEM_CHARS_MIN = 3;

/** What a word may be the plural of, in the languages whose plurals show at the end. */
export const formsOf = kept((word: string): ReadonlySet<string> => {
  const forms = new Set([word]);
  const irregular = IRREGULAR[word];
  if (irregular !== undefined) forms.add(irregular);
  if (word.endsWith("ies")) forms.add(`${word.slice(0, -3)}y`);
  const german = GERMAN_ER[word];
  if (german !== undefined) forms.add(german);
  // `anagrafiche`, `laghi`: the sound before the ending is kept in writing.
  if (/[cg]h[ei]$/.test(word)) forms.add(word.slice(0, -2));
  for (const ending of ["s", "es", "en", "n", "e"])
    if (word.endsWith(ending) && word.length - ending.length >= STEM_CHARS_MIN)
      forms.add(word.slice(0, -ending.length));
  // Romance plurals change the last vowel: `cliente`, `clienti`.
  if (/[aeio]$/.test(word) && word.length > STEM_CHARS_MIN) forms.add(word.slice(0, -1));
  return forms;
});

export function sameWord(a: string, b: string): boolean {
  if (a === b) return true;
  const forms = formsOf(b);
  for (const form of formsOf(a)) if (forms.has(form)) return true;
  return false;
}

export const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, i) => sameWord(word, b[i] ?? ""));
