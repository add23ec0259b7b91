/**
 * A schema without a database: dumps and migrations in the SQL of PostgreSQL, MySQL/MariaDB or SQLite (spec/discovery.md). Statements are
 * carried out on a picture of the schema one after the other; what the parser can not read is said, with its place, and left out.
 */
import type { CollectionDescription } from "../../connector-kit/contract.ts";
import { Picture } from "../picture.ts";
import type { SchemaFile, SchemaRead, Unread } from "../schema-file.ts";
import { ALTER, inSteps } from "./alter.ts";
import { topLevel } from "./brackets.ts";
import { type Dialect, dialectOf } from "./dialects.ts";
import { indexOf } from "./index-of.ts";
import { pattern, TABLE } from "./names.ts";
import { parentedIn } from "./parents.ts";
import { type Context, headOf, parse } from "./parse.ts";
import { inPieces } from "./pieces.ts";
import { withoutPlaceholders, withQuotes } from "./placeholders.ts";
import { withQuotedAs } from "./quotes.ts";
import { schemaElements } from "./schema-elements.ts";
import { fullName, searchPathIn } from "./search-path.ts";
import { KEPT_CHARS_MAX, type Statement, statementsOf } from "./statements.ts";
import { Steps } from "./steps.ts";
import { isTree, type Tree, tableName, treesOf } from "./tree.ts";
import { isLost, onlyAdds, tableOf } from "./waiting.ts";

const WANTED =
  /^(?:create\s+(?:or\s+replace\s+)?(?:(?:global|local|temp|temporary|unlogged|foreign|column|row)\s+)*table|create\s+virtual\s+table|create\s+(?:unique\s+)?(?:clustered\s+)?index|alter\s+table|drop\s+table|rename\s+table)\b/i;

/** A dump that says which migrations led to it. */
const CARRIED_OUT = /^insert\s+into\s+[\w."`]*\bschema_migrations\b/im;

export function readSchema(files: readonly SchemaFile[]): SchemaRead {
  const picture = new Picture();
  const { statements, unread, waiting } = readInto(picture, files);
  const rest: Waiting[] = [];
  for (const one of waiting)
    if (!one.steps.knows(one.table)) rest.push(one);
    // What goes away before it is made clears the ground for it.
    else if (onlyAdds(one.statement.text)) for (const left of carriedOut(one)) unread.push(left);
  return {
    description: { collections: picture.collections() },
    statements,
    unread,
    stands: files.some((f) => CARRIED_OUT.test(f.text)),
    later: (before, standing) => goOn(rest, { before, standing }),
  };
}

/** Steps about tables that other files made. */
function goOn(
  waiting: readonly Waiting[],
  {
    before,
    standing,
  }: { readonly before: readonly CollectionDescription[]; readonly standing: ReadonlySet<string> },
): SchemaRead {
  const picture = new Picture(before);
  const unread: Unread[] = [];
  for (const one of waiting) {
    const { steps, table, statement } = one;
    steps.picture = picture;
    const name = steps.knows(table);
    if (name !== null && (!standing.has(name) || onlyAdds(statement.text)))
      for (const left of carriedOut(one)) unread.push(left);
    else if (name !== null) unread.push(lostOf(one, "other files say how the table stands"));
    else if (isLost(statement.text)) unread.push(lostOf(one, NO_TABLE));
  }
  return {
    description: { collections: picture.collections() },
    statements: 0,
    unread,
    changed: picture.changed,
  };
}

const NO_TABLE = "no file made the table";
const lostOf = ({ file, line, statement }: Waiting, why: string): Unread => ({
  file,
  line,
  what: `${headOf(statement.text)}: ${why}`,
});

interface Within {
  readonly file: string;
  readonly text: string;
  /** Where it begins. */
  readonly line: number;
}

/** Onto a picture that is there: migrations in other notations hold SQL as well. */
export function readWithin(
  picture: Picture,
  { file, text, line }: Within,
): Pick<SchemaRead, "statements" | "unread"> {
  const { statements, unread, waiting } = readInto(picture, [{ file, text }]);
  const lost = waiting.filter((w) => isLost(w.statement.text)).map((w) => lostOf(w, NO_TABLE));
  return { statements, unread: [...unread, ...lost].map((u) => ({ ...u, line: u.line + line - 1 })) };
}

interface Waiting {
  readonly file: string;
  readonly line: number;
  readonly statement: Statement;
  readonly table: string;
  readonly steps: Steps;
  readonly path: readonly string[];
  readonly first: Dialect;
}

function readInto(
  picture: Picture,
  files: readonly SchemaFile[],
): { readonly statements: number; readonly unread: Unread[]; readonly waiting: readonly Waiting[] } {
  const unread: Unread[] = [];
  const waiting: Waiting[] = [];
  let statements = 0;
  for (const { file, text } of files) {
    const first = dialectOf(text);
    const steps = new Steps(picture);
    let path: readonly string[] = [];
    for (const statement of statementsOf(withQuotes(withoutPlaceholders(text))).flatMap(schemaElements)) {
      path = searchPathIn(statement.text) ?? path;
      const tooLong = statement.tooLong === true;
      if (!(WANTED.test(statement.text) || (tooLong && /^create\s+schema\b/i.test(statement.text)))) continue;
      statements += 1;
      if (tooLong) {
        unread.push({ file, line: statement.line, what: `${headOf(statement.text)}: ${TOO_LONG}` });
        continue;
      }
      const inside = statement.schema === undefined ? path : [statement.schema, ...path];
      const one = { file, line: statement.line, statement, steps, path: inside, first };
      const table = tableOf(statement.text);
      steps.path = inside;
      if (table !== null && steps.knows(table) === null) waiting.push({ ...one, table });
      else for (const left of carriedOut(one)) unread.push(left);
    }
  }
  return { statements, unread, waiting };
}

const TOO_LONG = `not read, since it is longer than ${KEPT_CHARS_MAX.toLocaleString("en")} signs: a quote or a bracket may not be closed`;

function carriedOut({
  file,
  line,
  statement,
  steps,
  path,
  first,
}: Omit<Waiting, "table">): readonly Unread[] {
  steps.path = path;
  return carryOut(statement, { first, steps }).map((what) => ({ file, line, what }));
}

/** What could not be read of it. */
function carryOut(statement: Statement, context: Context): readonly string[] {
  const { steps } = context;
  const sql = plainHead(statement.text, steps);
  if (partition(sql, steps) || steps.rename(sql) || steps.move(sql)) return [];
  const parented = parentedIn(sql);
  if (parented !== null) {
    const lost = steps
      .inherit(parented)
      .map((p) => `create table: no file made \`${p}\`, whose fields it has`);
    return parented.own === null ? lost : [...lost, ...madeBy(parented.own, statement, context)];
  }
  const index = indexOf(sql);
  if (index !== null) {
    if (index.fields !== null) steps.index({ ...index, fields: index.fields });
    return [];
  }
  return madeBy(sql, statement, context);
}

function madeBy(sql: string, statement: Statement, context: Context): readonly string[] {
  const trees = parse(sql, context.first);
  for (const tree of trees ?? []) context.steps.apply(tree);
  return [...swallowed(statement), ...(trees === null ? leftOf(sql, context) : fromQuery(trees))];
}

const MADE = pattern(
  String.raw`^create\s+(or\s+replace\s+)?(?:(?:unlogged|foreign|column|row)\s+)*table\s+((?:if\s+not\s+exists\s+)?)(${TABLE})`,
);
/** Where the rows of a foreign table are. */
const SERVER = /\)\s*server\s+[\w"]+(?:\s+options\s*\([\s\S]*\))?\s*$/i;

/** A full-text index of SQLite is a table, and holds texts. */
const FULL_TEXT = pattern(
  String.raw`^create\s+virtual\s+table\s+((?:if\s+not\s+exists\s+)?${TABLE})\s+using\s+fts\d\s*\(([\s\S]*)\)\s*$`,
);

function ofFullText(sql: string): string | null {
  const [, table, body = ""] = FULL_TEXT.exec(sql) ?? [];
  // `content=posts` and the like are options.
  const fields = topLevel(body).flatMap((line) =>
    line.includes("=") ? [] : [/^("[^"]+"|[\w$]+)/.exec(line)?.[1] ?? []].flat(),
  );
  return table === undefined || fields.length === 0
    ? null
    : `create table ${table} (${fields.map((f) => `${f} text`).join(", ")})`;
}

/** How a table is kept is beyond the parser, and says nothing of what it holds; `or replace` makes it anew. */
function plainHead(sql: string, steps: Steps): string {
  const [head, replaces, unless = "", table = ""] = MADE.exec(sql) ?? [];
  if (head === undefined) return ofFullText(sql) ?? sql;
  if (replaces !== undefined) steps.dropTable(table);
  return `create table ${unless}${table}${sql.slice(head.length).replace(SERVER, ")")}`;
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
  const inside = /\n[^\S\n]*(?:create\s+table|insert\s+into|alter\s+table|drop\s+table)\b/i.test(
    text.slice(1),
  );
  if (inside)
    return [
      `${headOf(text)}: a quote or a bracket is not closed, and what follows was taken for a part of it`,
    ];
  const open = withQuotedAs(text, "");
  const closed = (open.match(/\(/g) ?? []).length === (open.match(/\)/g) ?? []).length && !open.includes("'");
  return ended || closed ? [] : [`${headOf(text)}: the file ends within it`];
}
