/**
 * What an installer fills in: `{$prefix}users`, `{{prefix}}users`, `%PREFIX%users`, `__PREFIX__users`, `#__users`, `@prefix@users`. A prefix
 * is left out, since all tables have it; where it is the whole name (`{{users}}`, `{{%users}}`) the word inside is the name. A schema that
 * is filled in (`${shop}.users`) is called after the word, and is the usual one where the word says no more than that.
 */

const WORD = String.raw`[A-Za-z]\w*?`;
/** Signs that SQL has a meaning for, too, count where a name may begin and one goes on behind. */
const BEGINS = String.raw`(?<=[\s."\x60(])`;
const GOES_ON = String.raw`(?=[\w.])`;
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`<\?(?:=|php\s+echo\b)\s*\$?(?:this->)?(${WORD})\s*(?:;\s*)?\?>`, "g"),
  new RegExp(String.raw`<%=\s*@?(${WORD})\s*%>`, "g"),
  new RegExp(String.raw`\{\{\s*[.%$]?(${WORD})%?\s*\}\}`, "g"),
  new RegExp(String.raw`\$\{(?:\w+[:.])?(${WORD})\}`, "g"),
  new RegExp(String.raw`\{[$%]?(${WORD})\}`, "g"),
  new RegExp(`%%(${WORD})%%`, "g"),
  new RegExp(`%(${WORD})%`, "g"),
  new RegExp(String.raw`@@?(${WORD})@@?(?=[\w.])`, "g"),
  /(?<![\w"])__([A-Z]+(?:_[A-Z]+)*)__/g,
  new RegExp(String.raw`${BEGINS}\[\[?(${WORD})\]\]?${GOES_ON}`, "g"),
  new RegExp(`${BEGINS}<(${WORD})>${GOES_ON}`, "g"),
  new RegExp(`${BEGINS}~(${WORD})~${GOES_ON}`, "g"),
  new RegExp(`${BEGINS}!(${WORD})!${GOES_ON}`, "g"),
  new RegExp(`${BEGINS}:(${WORD}):${GOES_ON}`, "g"),
  new RegExp(String.raw`${BEGINS}:"?(${WORD})"?(?=\.["\w])`, "g"),
];
const USUAL_SCHEMA = /^(?:default|ext)?_?schema(?:_?name)?$/i;

/** Line by line, so that lines keep their numbers; a line that holds text of its own keeps that. */
export function withoutPlaceholders(text: string): string {
  let plain = text.replaceAll(/(?<![\w#])#__(?=\w)/g, "");
  for (const form of FORMS)
    plain = plain.replaceAll(form, (all, word: string, at: number, whole: string) => {
      const after = whole[at + all.length] ?? "";
      return /\w/.test(after) ? FILLED : after === "." && USUAL_SCHEMA.test(word) ? "public" : word;
    });
  // `{prefix}_users`: what holds both together goes along.
  return plain.replaceAll(PREFIX_WITH_JOINT, "");
}

const BRACKETED = /\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?\[/i;
const SQL_SERVER = /^[ \t]*GO[ \t]*\r?$|\[dbo\]|\bIDENTITY\s*\(/im;

/** `[Order Details]`, as SQLite takes it from SQL Server, whose own dumps are another language in more than that. */
export const withQuotes = (text: string): string =>
  BRACKETED.test(text) && !SQL_SERVER.test(text)
    ? text.replaceAll(/(?<=[\s.(,])\[([A-Za-z_][\w $-]*)\](?=[\s.,;()]|$)/g, '"$1"')
    : text;

const FILLED = "\u0000";
// biome-ignore lint/suspicious/noControlCharactersInRegex: a sign that no text of SQL has
const PREFIX_WITH_JOINT = /\u0000_?/g;
