/**
 * Which fields an application joins: read from its queries, as a log of PostgreSQL or MySQL/MariaDB holds them, or as plain SQL (spec/discovery.md).
 * Only names of the schema are taken from a query; what it looked for is let go of with its text.
 */
import type { Join } from "@avow/core/datamap/discover/candidates";
import { attempt, DIALECTS } from "./dialects.ts";
import { withQuotedAs } from "./quotes.ts";
import { fullName } from "./search-path.ts";
import { columnName, isTree, type Tree, tableName, textOf, treesOf } from "./tree.ts";

export interface QueriesRead {
  readonly joins: readonly Join[];
  /** Different queries, and how many of them no parser could read. */
  readonly queries: number;
  readonly unread: number;
  /** How many of them can join nothing, whatever they hold: they are not parsed, and may be prose that begins as SQL does. */
  readonly apart: number;
  /** Different statements or lines that do not begin as SQL does. */
  readonly strange: number;
}

/** Different ones; an application has some hundreds. */
const QUERIES_MAX = 20_000;
const CHARS_MAX = 100_000;

export function readQueries(text: string): QueriesRead {
  const times = new Map<string, number>();
  for (const query of queriesOf(text)) {
    const shape = shapeOf(query);
    const known = times.get(shape);
    if (shape === "") continue;
    if (known === undefined && times.size >= QUERIES_MAX) continue;
    times.set(shape, (known ?? 0) + 1);
  }
  const joins = new Map<string, Join>();
  let [unread, strange, apart] = [0, 0, 0];
  for (const [query, count] of times) {
    if (!BEGINS.test(query)) {
      strange += 1;
      continue;
    }
    if (!WITH_JOINS.test(query)) {
      apart += 1;
      continue;
    }
    const trees = parsed(query);
    if (trees === null) unread += 1;
    for (const { a, b } of (trees ?? []).flatMap((tree) => equalsIn(tree, []))) {
      const [one, other] = [a, b].sort((x, y) => (nameOf(x) < nameOf(y) ? -1 : 1));
      if (one === undefined || other === undefined) continue;
      const name = `${nameOf(one)} ${nameOf(other)}`;
      joins.set(name, { a: one, b: other, times: (joins.get(name)?.times ?? 0) + count });
    }
  }
  return { joins: [...joins.values()], queries: times.size - strange, unread, apart, strange };
}

/** What PostgreSQL writes before a statement, with or without its duration, for simple and for prepared ones. */
const POSTGRES =
  /\bLOG:\s+(?:duration: [\d.]+ ms\s+)?(?:statement|execute [^:]*|parse [^:]*|bind [^:]*):\s+(.*)$/;
/** A line of PostgreSQL's log that is no statement, such as the values of its parameters. */
const POSTGRES_OTHER = /\b(?:LOG|DETAIL|HINT|CONTEXT|ERROR|FATAL|WARNING|NOTICE|STATEMENT):\s/;
/** The general log of MySQL and MariaDB: time (not on every line), connection, command. */
const MYSQL = /^\S*(?: +\d+:\d+:\d+)?\s+\d+ (Query|Execute|Prepare)\t(.*)$/;
const MYSQL_OTHER =
  /^\S*(?: +\d+:\d+:\d+)?\s+\d+ (?:Connect|Quit|Init DB|Close stmt|Statistics|Ping|Field List)\b/;

function* queriesOf(text: string): Generator<string> {
  const lines = text.split(/\r?\n/);
  if (!lines.some((line) => POSTGRES.test(line) || MYSQL.test(line))) {
    yield* plainQueries(text);
    return;
  }
  let open: string[] = [];
  const close = (): string => open.splice(0).join("\n");
  for (const line of lines) {
    const begun = POSTGRES.exec(line)?.[1] ?? MYSQL.exec(line)?.[2];
    if (begun !== undefined || POSTGRES_OTHER.test(line) || MYSQL_OTHER.test(line)) {
      if (open.length > 0) yield close();
      open = begun === undefined ? [] : [begun];
    } else if (open.length > 0) open.push(line);
  }
  if (open.length > 0) yield close();
}

/** What a slow log begins with, each time that the server starts. */
const HEAD = /^.*, Version: .*\bstarted with:\r?$|^Tcp port: .*$|^Time\s+Id\s+Command\s+Argument\s*$/gm;

/** Ended by semicolons (a slow log, a file of queries), else one a line (what `\\copy (select query from pg_stat_statements)` writes). */
function plainQueries(text: string): readonly string[] {
  const bare = text.replaceAll(HEAD, "").replaceAll(/^#.*$/gm, "");
  return /;\s*$/m.test(bare)
    ? bare.split(/;\s*$/m)
    : bare.split("\n").map((line) => line.replaceAll(/\\[nt]/g, " "));
}

/** The same for queries that look for other values. */
const shapeOf = (query: string): string =>
  withQuotedAs(query.slice(0, CHARS_MAX).replaceAll(/\/\*[\s\S]*?\*\/|--[^\n]*/g, " "), "'v'")
    .replaceAll(/\$\d+|\?/g, "0")
    .replaceAll(/\b\d+(?:\.\d+)?\b/g, "0")
    .replaceAll(/::[\w".]+(?:\[\])?/g, "")
    .replaceAll(/\(\s*(?:0|'v')(?:\s*,\s*(?:0|'v'))+\s*\)/g, "(0)")
    .replaceAll(/\s+/g, " ")
    .trim();

/** The word that a statement begins with, of any of the systems. */
const BEGINS =
  /^(?:\(\s*)*(?:select|with|insert|update|delete|merge|replace|upsert|values|table|begin|start|commit|end|rollback|abort|savepoint|release|set|reset|show|use|explain|describe|desc|analyze|vacuum|optimize|check|checkpoint|repair|create|alter|drop|rename|truncate|comment|grant|revoke|call|do|prepare|execute|deallocate|discard|declare|fetch|move|close|open|copy|load|lock|unlock|listen|unlisten|notify|refresh|reindex|cluster|pragma|attach|detach|flush|kill|purge|change|install|import|security|reassign|handler|xa|signal|get|help|cache|binlog)\b/i;

/** Only what selects or changes rows by conditions can join any. */
const WITH_JOINS = /^(?:\(\s*)*(?:select|with|update|delete|merge)\b|\bselect\b/i;

/** Null: no parser can read it. */
function parsed(query: string): readonly Tree[] | null {
  const dialects = query.includes("`") ? [...DIALECTS].sort((d) => (d === "mysql" ? -1 : 1)) : DIALECTS;
  for (const dialect of dialects) {
    const trees = attempt(query, dialect);
    if (trees !== null) return trees;
  }
  return null;
}

type Place = Join["a"];
const nameOf = ({ collection, field }: Place): string => `${collection}.${field}`;

interface Equal {
  readonly a: Place;
  readonly b: Place;
}

/** What names mean, inner before outer: alias or table → table. */
type Scopes = readonly ReadonlyMap<string, string>[];

function equalsIn(node: unknown, outer: Scopes): readonly Equal[] {
  if (Array.isArray(node)) return node.flatMap((item) => equalsIn(item, outer));
  if (!isTree(node)) return [];
  const scopes = scopeOf(node, outer);
  const found = Object.values(node).flatMap((value) => equalsIn(value, scopes));
  if (textOf(node["type"]) !== "binary_expr") return found;
  const left = placeOf(node["left"], scopes);
  const operator = textOf(node["operator"]);
  const right =
    operator === "="
      ? placeOf(node["right"], scopes)
      : operator === "IN"
        ? selectedBy(node["right"], scopes)
        : null;
  return left === null || right === null ? found : [...found, { a: left, b: right }];
}

function scopeOf(node: Tree, outer: Scopes): Scopes {
  const tables = [...treesOf(node["from"]), ...treesOf(node["table"])].filter(
    (t) => textOf(t["table"]) !== "",
  );
  if (tables.length === 0) return outer;
  const own = new Map(
    tables.map((t) => [textOf(t["as"]) || textOf(t["table"]), fullName(tableName(t))] as const),
  );
  return [own, ...outer];
}

/** A column without its table is of the only one that there is. */
function placeOf(node: unknown, scopes: Scopes): Place | null {
  if (!isTree(node) || textOf(node["type"]) !== "column_ref") return null;
  const field = columnName(node["column"]);
  const said = textOf(node["table"]);
  const [own] = scopes;
  const collection =
    said === ""
      ? own?.size === 1
        ? [...own.values()][0]
        : undefined
      : scopes.find((scope) => scope.has(said))?.get(said);
  return collection === undefined || field === "" ? null : { collection, field };
}

/** `IN (select …)`: the one column that the inner query gives. */
function selectedBy(node: unknown, outer: Scopes): Place | null {
  const [item] = isTree(node) ? treesOf(node["value"]) : [];
  const inner = item?.["ast"];
  if (!isTree(inner)) return null;
  const columns = treesOf(inner["columns"]);
  return columns.length === 1 ? placeOf(columns[0]?.["expr"], scopeOf(inner, outer)) : null;
}
