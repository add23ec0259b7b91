/**
 * A schema without a database: dumps and migrations in the SQL of PostgreSQL, MySQL/MariaDB or SQLite (spec/discovery.md). Statements are
 * carried out on a picture of the schema one after the other; what the parser can not read is said, with its place, and left out.
 */
import { Picture } from "../picture.ts";
import type { SchemaFile, SchemaRead, Unread } from "../schema-file.ts";
import { topLevel, within } from "./brackets.ts";
import { attempt, DIALECTS, type Dialect, dialectOf } from "./dialects.ts";
import { indexOf, isIndexOfExpressions } from "./index-of.ts";
import { withoutPlaceholders } from "./placeholders.ts";
import { schemaElements } from "./schema-elements.ts";
import { fullName, searchPathIn } from "./search-path.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { Steps } from "./steps.ts";
import { columnName, isTree, STAND_IN, type Tree, tableName, treesOf } from "./tree.ts";

const WANTED =
  /^(?:create\s+(?:(?:global|local|temp|temporary|unlogged|foreign)\s+)*table|create\s+(?:unique\s+)?(?:clustered\s+)?index|alter\s+table|drop\s+table|rename\s+table)\b/i;
export function readSchema(files: readonly SchemaFile[]): SchemaRead {
  const picture = new Picture();
  const { statements, unread } = readInto(picture, files);
  return { description: { collections: picture.collections() }, statements, unread };
}

interface Within {
  readonly file: string;
  readonly text: string;
  /** Where it begins. */
  readonly line: number;
}

/** Onto a picture that is there: migrations in other notations hold SQL as well. */
export function readWithin(picture: Picture, { file, text, line }: Within): ReturnType<typeof readInto> {
  const { statements, unread } = readInto(picture, [{ file, text }]);
  return { statements, unread: unread.map((u) => ({ ...u, line: u.line + line - 1 })) };
}

function readInto(
  picture: Picture,
  files: readonly SchemaFile[],
): { readonly statements: number; readonly unread: readonly Unread[] } {
  const unread: Unread[] = [];
  let statements = 0;
  for (const { file, text } of files) {
    const first = dialectOf(text);
    const steps = new Steps(picture);
    for (const statement of statementsOf(withoutPlaceholders(text)).flatMap(schemaElements)) {
      steps.path = searchPathIn(statement.text) ?? steps.path;
      if (!WANTED.test(statement.text)) continue;
      statements += 1;
      const before = steps.path;
      if (statement.schema !== undefined) steps.path = [statement.schema, ...before];
      for (const what of carryOut(statement, { first, steps }))
        unread.push({ file, line: statement.line, what });
      steps.path = before;
    }
  }
  return { statements, unread };
}

interface Context {
  readonly first: Dialect;
  readonly steps: Steps;
}

/** What could not be read of it. */
function carryOut(statement: Statement, context: Context): readonly string[] {
  const { first, steps } = context;
  const sql = statement.text;
  if (partition(sql, steps) || steps.rename(sql) || steps.move(sql)) return [];
  const index = indexOf(sql);
  if (index !== null) {
    if (index.fields !== null) steps.index({ ...index, fields: index.fields });
    return [];
  }
  const trees = parse(sql, first);
  for (const tree of trees ?? []) steps.apply(tree);
  return [...swallowed(statement), ...(trees === null ? leftOf(sql, context) : fromQuery(trees))];
}

/** What a statement that is no SQL to the parser as a whole still says, part by part; and what could not be read of it. */
function leftOf(sql: string, context: Context): readonly string[] {
  return ALTER.test(sql) ? inSteps(sql, context) : inPieces(sql, context);
}

/** `create table … as select …`: what its fields are, only a database can say. */
const fromQuery = (trees: readonly Tree[]): readonly string[] =>
  trees
    .filter((t) => isTree(t["query_expr"]) && treesOf(t["create_definitions"]).length === 0)
    .map((t) => `create table ${fullName(tableName(t["table"]))}: its fields come from a query`);

const ATTACHED = /^alter\s+table\s+[\s\S]*\battach\s+partition\s+([\w."]+)/i;

/** A part of another table holds that table's rows: it is none of its own. */
function partition(sql: string, steps: Steps): boolean {
  if (
    /^create\s+(?:foreign\s+|unlogged\s+)*table\s+(?:if\s+not\s+exists\s+)?[\w."]+\s+partition\s+of\b/i.test(
      sql,
    )
  )
    return true;
  const attached = ATTACHED.exec(sql)?.[1];
  if (attached === undefined) return false;
  steps.dropTable(attached);
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
function inSteps(sql: string, { first, steps }: Context): readonly string[] {
  const [, head = "", name = "", body = ""] = ALTER.exec(sql) ?? [];
  const opening = `${head.replaceAll(/\s+/g, " ")}${name}`;
  return topLevel(body).flatMap((step): readonly string[] => {
    const gone = DROP_COLUMN.exec(step)?.[1];
    const dropped = DROP_CONSTRAINT.exec(step)?.[1];
    const [, typed, type = ""] = SET_TYPE.exec(step) ?? [];
    if (gone !== undefined) steps.dropColumn(name, gone);
    else if (dropped !== undefined) steps.dropConstraint(name, dropped);
    else if (typed !== undefined) steps.setType(name, typed, type);
    else if (
      !IDLE.test(step) &&
      !isIndexOfExpressions(step.replace(/^add\s+/i, "")) &&
      !steps.rename(`${opening} ${step}`)
    ) {
      const tree = pieceOfAlter(step, { opening, first });
      if (tree === null) return [`${name.replaceAll(/["`]/g, "")}: ${headOf(step)}`];
      steps.apply(tree);
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
function inPieces(sql: string, { first, steps }: Context): readonly string[] {
  const [opened = "", head = "", name = ""] =
    /^(create\s+[\w\s]*?table\s+(?:if\s+not\s+exists\s+)?)([\p{L}\p{N}_."`]+)\s*\(/iu.exec(sql) ?? [];
  if (opened === "") return [headOf(sql)];
  const body = within(sql.slice(opened.length));
  const lost: string[] = [];
  const definitions: Tree[] = [];
  let shell: Tree | null = null;
  const opening = `${head.replace(/\s+/g, " ")}${name}`;
  for (const part of topLevel(body)) {
    if (NO_FIELD.test(part) || isIndexOfExpressions(part)) continue;
    const tree = pieceOf(part, { opening, first });
    if (tree === null) lost.push(`${name.replaceAll(/["`]/g, "")}: ${headOf(part)}`);
    else {
      shell ??= tree;
      definitions.push(...treesOf(tree["create_definitions"]));
    }
  }
  if (shell === null) return [headOf(sql)];
  steps.apply({ ...shell, create_definitions: definitions });
  return lost;
}

/** Lines of a table that say nothing of a field or of a key that we look at. */
const NO_FIELD =
  /^(?:(?:constraint\s+[\p{L}\p{N}_"`]+\s+)?(?:check|exclude)\b|(?:fulltext|spatial)\s+(?:key|index)\b|period\s+for\b)/iu;
const COLUMN = /^([\p{L}\p{N}_$"`]+)\s+((?:[\w"]+\.)?[\w"]+(?:\s*\([\w\s,]*\))?(?:\[\])?)([\s\S]*)$/u;
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
    .replaceAll(/\b(REFERENCES\s+[\w."`$]+)(?![\w."`$]|\s*\()/gi, `$1 (${STAND_IN})`)
    .replaceAll(/::[\w".]+(?:\s+varying)?(?:\[\])?/gi, "");
  const trimmed = plain.replace(/\)(?=[^()]*$)[\s\S]*$/, ")");
  return [...new Set([sql, opened, bare, plain, trimmed])];
}

const HEAD_WORDS_MAX = 4;

/** Keywords and names: nothing from the first quote or sign on, which may be the value of a default. */
const headOf = (sql: string): string =>
  (/^[\w.\s"`]*/.exec(sql)?.[0] ?? "").trim().split(/\s+/).slice(0, HEAD_WORDS_MAX).join(" ").toLowerCase();
