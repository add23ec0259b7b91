/**
 * A schema without a database: dumps and migrations in the SQL of PostgreSQL, MySQL/MariaDB or SQLite (spec/discovery.md). Statements are
 * carried out on a picture of the schema one after the other; what the parser can not read is said, with its place, and left out.
 */
import type { CollectionDescription, StoreDescription } from "../../connector-kit/contract.ts";
import { attempt, DIALECTS, type Dialect, dialectOf } from "./dialects.ts";
import { Picture } from "./picture.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { columnName, isTree, type Tree, tableName, treesOf } from "./tree.ts";

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
      if (partition(statement.text, picture) || picture.rename(statement.text)) continue;
      for (const what of swallowed(statement)) unread.push({ file, line: statement.line, what });
      const trees = parse(statement.text, first);
      for (const tree of trees ?? []) picture.apply(tree);
      for (const what of trees === null ? leftOf(statement.text, { first, picture }) : fromQuery(trees))
        unread.push({ file, line: statement.line, what });
    }
  }
  const collections: readonly CollectionDescription[] = picture.collections();
  return { description: { collections }, statements, unread };
}

/** What a statement that is no SQL to the parser as a whole still says, part by part; and what could not be read of it. */
function leftOf(
  sql: string,
  context: { readonly first: Dialect; readonly picture: Picture },
): readonly string[] {
  return ALTER.test(sql) ? inSteps(sql, context) : inPieces(sql, context);
}

/** `create table … as select …`: what its fields are, only a database can say. */
const fromQuery = (trees: readonly Tree[]): readonly string[] =>
  trees
    .filter((t) => isTree(t["query_expr"]) && treesOf(t["create_definitions"]).length === 0)
    .map((t) => `create table ${tableName(t["table"])}: its fields come from a query`);

const ATTACHED = /^alter\s+table\s+[\s\S]*\battach\s+partition\s+([\w."]+)/i;

/** A part of another table holds that table's rows: it is none of its own. */
function partition(sql: string, picture: Picture): boolean {
  if (
    /^create\s+(?:foreign\s+|unlogged\s+)*table\s+(?:if\s+not\s+exists\s+)?[\w."]+\s+partition\s+of\b/i.test(
      sql,
    )
  )
    return true;
  const attached = ATTACHED.exec(sql)?.[1];
  if (attached === undefined) return false;
  picture.dropTable(attached);
  return true;
}

/** A bracket or a quote that nothing closes takes what follows with it: said, since tables may be missing. */
function swallowed({ text, ended }: Statement): readonly string[] {
  const inside = /\n\s*(?:create\s+table|insert\s+into|alter\s+table|drop\s+table)\b/i.test(text.slice(1));
  if (inside)
    return [
      `${headOf(text)}: a quote or a bracket is not closed, and what follows was taken for a part of it`,
    ];
  const open = text.replaceAll(/'(?:[^'\\]|\\[\s\S]|'')*'/g, "");
  const closed = (open.match(/\(/g) ?? []).length === (open.match(/\)/g) ?? []).length && !open.includes("'");
  return ended || closed ? [] : [`${headOf(text)}: the file ends within it`];
}

function parse(sql: string, first: Dialect): readonly Tree[] | null {
  for (const text of variants(sql))
    for (const dialect of [first, ...DIALECTS.filter((d) => d !== first)]) {
      const trees = attempt(text, dialect);
      if (trees !== null) return trees;
    }
  return null;
}

const ALTER = /^(alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?)([\w."`]+)\s+([\s\S]*)$/i;
/** Steps that change no field and no key that we look at. */
const IDLE =
  /^(?:rename\s+constraint|rename\s+index|enable|disable|owner\s+to|validate|cluster|inherit|no\s+inherit|set\s|reset\b|replica|engine\b|auto_increment\b|comment\b|order\s+by|convert\s+to|default\s+char|character\s+set|attach\s+partition|detach\s+partition|alter\s+(?:column\s+)?[\w"`]+\s+(?:set|drop|add|restart)\b|add\s+(?:constraint\s+[\w"`]+\s+)?check\b|add\s+(?:fulltext|spatial)\b|alter\s+constraint\b)/i;
const DROP_COLUMN =
  /^drop\s+(?:column\s+)?(?:if\s+exists\s+)?(?!constraint|index|key|foreign|primary|check)([\w"`]+)(?:\s+(?:cascade|restrict))?$/i;
const DROP_CONSTRAINT = /^drop\s+constraint\s+(?:if\s+exists\s+)?([\w"`]+)/i;
const SET_TYPE = /^alter\s+(?:column\s+)?([\w"`]+)\s+(?:set\s+data\s+)?type\s+([\w."]+(?:\s*\([\d,\s]+\))?)/i;

/** Each step of an `alter table` alone. */
function inSteps(
  sql: string,
  { first, picture }: { readonly first: Dialect; readonly picture: Picture },
): readonly string[] {
  const [, head = "", name = "", body = ""] = ALTER.exec(sql) ?? [];
  const opening = `${head.replaceAll(/\s+/g, " ")}${name}`;
  return topLevel(body).flatMap((step): readonly string[] => {
    const gone = DROP_COLUMN.exec(step)?.[1];
    const dropped = DROP_CONSTRAINT.exec(step)?.[1];
    const [, typed, type = ""] = SET_TYPE.exec(step) ?? [];
    if (gone !== undefined) picture.dropColumn(name, gone);
    else if (dropped !== undefined) picture.dropConstraint(name, dropped);
    else if (typed !== undefined) picture.setType(name, typed, type);
    else if (!IDLE.test(step) && !picture.rename(`${opening} ${step}`)) {
      const tree = pieceOfAlter(step, { opening, first });
      if (tree === null) return [`${name.replaceAll(/["`]/g, "")}: ${headOf(step)}`];
      picture.apply(tree);
    }
    return [];
  });
}

const ADD_COLUMN =
  /^(add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?)([\w"`]+)\s+([\w."]+(?:\s*\([\w\s,]*\))?(?:\[\])?)/i;

function pieceOfAlter(
  step: string,
  { opening, first }: { readonly opening: string; readonly first: Dialect },
): Tree | null {
  const [tree] = parse(`${opening} ${step}`, first) ?? [];
  if (tree !== undefined) return tree;
  // What stands behind the type is beyond the parser, or the type is the schema's own.
  const [, add = "", name = "", type = ""] = ADD_COLUMN.exec(step) ?? [];
  if (name === "" || NO_COLUMN.test(name)) return null;
  const [plain] = parse(`${opening} add column ${name} text`, first) ?? [];
  if (plain === undefined || add === "") return null;
  return {
    ...plain,
    expr: treesOf(plain["expr"]).map((e) => ({ ...e, definition: { dataType: type.replaceAll('"', "") } })),
  };
}

/** A table is not lost for one of its lines: each is read alone, and those that are still no SQL to the parser are what is said. */
function inPieces(
  sql: string,
  { first, picture }: { readonly first: Dialect; readonly picture: Picture },
): readonly string[] {
  const [opened = "", head = "", name = ""] =
    /^(create\s+[\w\s]*?table\s+(?:if\s+not\s+exists\s+)?)([\p{L}\p{N}_."`]+)\s*\(/iu.exec(sql) ?? [];
  if (opened === "") return [headOf(sql)];
  const body = within(sql.slice(opened.length));
  const lost: string[] = [];
  const definitions: Tree[] = [];
  let shell: Tree | null = null;
  const opening = `${head.replace(/\s+/g, " ")}${name}`;
  for (const part of topLevel(body)) {
    if (NO_FIELD.test(part)) continue;
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

/** Lines of a table that say nothing of a field or of a key that we look at. */
const NO_FIELD =
  /^(?:(?:constraint\s+[\p{L}\p{N}_"`]+\s+)?(?:check|exclude)\b|(?:fulltext|spatial)\s+(?:key|index)\b|period\s+for\b)/iu;
const COLUMN = /^([\p{L}\p{N}_$"`]+)\s+((?:[\w"]+\.)?[\w"]+(?:\s*\([\w\s,]*\))?(?:\[\])?)([\s\S]*)$/u;
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

/** Up to the bracket that closes what was opened before; what follows are options and partitions. */
function within(rest: string): string {
  let depth = 1;
  for (const { 0: sign, index } of rest.matchAll(/'(?:[^'\\]|\\[\s\S]|'')*'|"[^"]*"|`[^`]*`|[()]/g)) {
    if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    if (depth === 0) return rest.slice(0, index);
  }
  return rest;
}

/** Split at the commas outside of brackets and quotes. */
function topLevel(body: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: sign, index } of body.matchAll(/'(?:[^'\\]|\\[\s\S]|'')*'|"[^"]*"|`[^`]*`|[[\](),]/g)) {
    if (sign === "(" || sign === "[") depth += 1;
    else if (sign === ")" || sign === "]") depth -= 1;
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
    .replace(/\bON\s+ONLY\b/i, "ON")
    .replaceAll(/::[\w".]+(?:\s+varying)?(?:\[\])?/gi, "");
  const trimmed = plain.replace(/\)(?=[^()]*$)[\s\S]*$/, ")");
  return [...new Set([sql, opened, bare, plain, trimmed])];
}

const HEAD_WORDS_MAX = 4;

/** Keywords and names: nothing from the first quote or sign on, which may be the value of a default. */
const headOf = (sql: string): string =>
  (/^[\w.\s"`]*/.exec(sql)?.[0] ?? "").trim().split(/\s+/).slice(0, HEAD_WORDS_MAX).join(" ").toLowerCase();
