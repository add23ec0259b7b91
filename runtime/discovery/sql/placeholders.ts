/**
 * What an installer fills in: `{$prefix}users`, `{{prefix}}users`, `%PREFIX%users`, `__PREFIX__users`, `#__users`, `@prefix@users`. A prefix
 * is left out, since all tables have it; where it is the whole name (`{{users}}`, `{{%users}}`) the word inside is the name.
 */

const WORD = String.raw`[A-Za-z]\w*?`;
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`\{\{\s*[%$]?(${WORD})%?\s*\}\}`, "g"),
  new RegExp(String.raw`\$\{(${WORD})\}`, "g"),
  new RegExp(String.raw`\{[$%]?(${WORD})\}`, "g"),
  new RegExp(`%(${WORD})%`, "g"),
  new RegExp(String.raw`@@?(${WORD})@@?(?=\w)`, "g"),
  /(?<![\w"])__([A-Z]+(?:_[A-Z]+)*)__/g,
];

/** Line by line, so that lines keep their numbers; a line that holds text of its own keeps that. */
export function withoutPlaceholders(text: string): string {
  let plain = text.replaceAll(/(?<![\w#])#__(?=\w)/g, "");
  for (const form of FORMS)
    plain = plain.replaceAll(form, (all, word: string, at: number, whole: string) => {
      const after = whole[at + all.length] ?? "";
      return /[\w]/.test(after) ? "" : word;
    });
  return plain;
}
