/**
 * A schema without a database: dumps and migrations in the SQL of PostgreSQL, MySQL/MariaDB or SQLite (spec/discovery.md). Statements are
 * carried out on a picture of the schema one after the other; what the parser can not read is said, with its place, and left out.
 */
import type { CollectionDescription, StoreDescription } from "../../connector-kit/contract.ts";
import { attempt, DIALECTS, type Dialect, dialectOf } from "./dialects.ts";
import { Picture } from "./picture.ts";
import { statementsOf } from "./statements.ts";
import { columnName, type Tree, treesOf } from "./tree.ts";

export interface SqlFile {
  readonly file: string;
  readonly text: string;
}

export interface Unread {
  readonly file: string;
  readonly line: number;
  /** The first words of the statement: what it is, not what it says. */
  readonly what: string;
}

export interface SchemaRead {
  readonly description: StoreDescription;
  readonly statements: number;
  readonly unread: readonly Unread[];
}

const WANTED =
  /^(?:create\s+(?:(?:global|local|temp|temporary|unlogged|foreign)\s+)*table|create\s+(?:unique\s+)?(?:clustered\s+)?index|alter\s+table|drop\s+table|rename\s+table)\b/i;

export function readSchema(files: readonly SqlFile[]): SchemaRead {
  const picture = new Picture();
  const unread: Unread[] = [];
  let statements = 0;
  for (const { file, text } of files) {
    const first = dialectOf(text);
    for (const statement of statementsOf(text)) {
      if (!WANTED.test(statement.text)) continue;
      statements += 1;
      if (picture.rename(statement.text)) continue;
      const trees = parse(statement.text, first);
      for (const tree of trees ?? []) picture.apply(tree);
      if (trees !== null) continue;
      for (const what of inPieces(statement.text, { first, picture }))
        unread.push({ file, line: statement.line, what });
    }
  }
  const collections: readonly CollectionDescription[] = picture.collections();
  return { description: { collections }, statements, unread };
}

function parse(sql: string, first: Dialect): readonly Tree[] | null {
  for (const text of variants(sql))
    for (const dialect of [first, ...DIALECTS.filter((d) => d !== first)]) {
      const trees = attempt(text, dialect);
      if (trees !== null) return trees;
    }
  return null;
}

/** A table is not lost for one of its lines: each is read alone, and those that are still no SQL to the parser are what is said. */
function inPieces(
  sql: string,
  { first, picture }: { readonly first: Dialect; readonly picture: Picture },
): readonly string[] {
  const [, head = "", name = "", body = ""] =
    /^(create\s+[\w\s]*?table\s+(?:if\s+not\s+exists\s+)?)([\w."`[\]]+)\s*\(([\s\S]*)\)/i.exec(sql) ?? [];
  if (body === "") return [headOf(sql)];
  const lost: string[] = [];
  const definitions: Tree[] = [];
  let shell: Tree | null = null;
  const opening = `${head.replace(/\s+/g, " ")}${name}`;
  for (const part of topLevel(body)) {
    const tree = pieceOf(part, { opening, first });
    if (tree === null) lost.push(`${name.replaceAll(/["`]/g, "")}: ${headOf(part)}`);
    else {
      shell ??= tree;
      definitions.push(...treesOf(tree["create_definitions"]));
    }
  }
  if (shell === null) return [headOf(sql)];
  picture.apply({ ...shell, create_definitions: definitions });
  return lost;
}

const COLUMN = /^([\w"`]+)\s+((?:[\w"]+\.)?[\w"]+(?:\s*\([\w\s,]*\))?(?:\[\])?)([\s\S]*)$/;
const STAND_IN = "stand_in";
const NO_COLUMN = /^(constraint|primary|unique|foreign|check|key|index|exclude|fulltext|spatial|like)\b/i;

/** One line of a table; a type that the schema made itself is no word of the parser's, so it reads the line with another. */
function pieceOf(
  part: string,
  { opening, first }: { readonly opening: string; readonly first: Dialect },
): Tree | null {
  const isColumn = !NO_COLUMN.test(part);
  // A table of constraints alone is no table: they come behind a column that is taken out again.
  const [tree] = parse(`${opening} (${isColumn ? "" : `${STAND_IN} int, `}${part})`, first) ?? [];
  if (tree !== undefined)
    return {
      ...tree,
      create_definitions: treesOf(tree["create_definitions"]).filter(
        (d) => columnName(d["column"]) !== STAND_IN,
      ),
    };
  const [, name = "", type = "", rest = ""] = isColumn ? (COLUMN.exec(part) ?? []) : [];
  if (name === "") return null;
  const [plain] =
    parse(`${opening} (${name} text${rest})`, first) ?? parse(`${opening} (${name} text)`, first) ?? [];
  if (plain === undefined) return null;
  const typed = treesOf(plain["create_definitions"]).map((d) => ({
    ...d,
    definition: { dataType: type.replaceAll('"', "") },
  }));
  return { ...plain, create_definitions: typed };
}

/** Split at the commas outside of brackets and quotes. */
function topLevel(body: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: sign, index } of body.matchAll(/'(?:[^'\\]|\\[\s\S]|'')*'|"[^"]*"|`[^`]*`|[(),]/g)) {
    if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    else if (sign === "," && depth === 0) {
      parts.push(body.slice(from, index));
      from = index + 1;
    }
  }
  return [...parts, body.slice(from)].map((p) => p.trim()).filter((p) => p !== "");
}

/** As it stands; then without what some dialects put around the parts that we need. */
function variants(sql: string): readonly string[] {
  const opened = sql.replaceAll(/\/\*!\d*\s?|\*\//g, " ");
  const bare = sql.replaceAll(/\/\*!\d*[\s\S]*?\*\//g, " ");
  const plain = bare
    .replaceAll(/\b(?:GENERATED\s+(?:ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY)(?:\s*\([^)]*\))?/gi, "")
    .replaceAll(/\bDEFAULT\s+\((?:[^()]|\([^()]*\))*\)/gi, "")
    .replaceAll(/\bCHECK\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/gi, "")
    .replaceAll(/\b(?:CHARACTER\s+SET|COLLATE)\s+[\w".]+/gi, "")
    .replaceAll(/\bON\s+UPDATE\s+CURRENT_TIMESTAMP(?:\(\d*\))?/gi, "")
    .replaceAll(/,\s*(?:FULLTEXT|SPATIAL)\s+(?:KEY|INDEX)\b[^,)]*\([^)]*\)/gi, "")
    .replaceAll(/\bPRIMARY\s+KEY\s+[`"]?\w+[`"]?\s*\(/gi, "PRIMARY KEY (")
    .replaceAll(/(\))\s+BINARY\b/gi, "$1")
    .replaceAll(/::[\w".]+(?:\s+varying)?(?:\[\])?/gi, "");
  const trimmed = plain.replace(/\)(?=[^()]*$)[\s\S]*$/, ")");
  return [...new Set([sql, opened, bare, plain, trimmed])];
}

const HEAD_WORDS_MAX = 4;

/** Keywords and names: nothing from the first quote or sign on, which may be the value of a default. */
const headOf = (sql: string): string =>
  (/^[\w.\s"`]*/.exec(sql)?.[0] ?? "").trim().split(/\s+/).slice(0, HEAD_WORDS_MAX).join(" ").toLowerCase();
