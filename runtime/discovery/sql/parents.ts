/** Tables that have their fields from others: `create table a like b`, `create table a (like b including all, …)`, `… inherits (b, c)`. */
import { topLevel, within } from "./brackets.ts";
import { pattern, TABLE } from "./names.ts";

const LIKE_ALONE = pattern(
  String.raw`^create\s+[\w\s]*?table\s+(?:if\s+not\s+exists\s+)?(${TABLE})\s+like\s+(${TABLE})\s*$`,
);
const HEAD = pattern(String.raw`^create\s+[\w\s]*?table\s+(?:if\s+not\s+exists\s+)?(${TABLE})\s*\(`);
const LIKE = pattern(String.raw`^like\s+(${TABLE})(?:\s+(?:including|excluding)\s+\w+)*$`);
const INHERITS = /^\s*\)\s*inherits\s*\(([^()]*)\)/i;

export interface Parented {
  readonly table: string;
  /** Whose fields it has, before its own. */
  readonly parents: readonly string[];
  /** Their primary key, too. */
  readonly keyed: boolean;
  /** The statement without what names them; null: the table has nothing of its own. */
  readonly own: string | null;
}

/** Null: it has all its fields of itself. */
export function parentedIn(sql: string): Parented | null {
  if (!/\b(?:like|inherits)\b/i.test(sql)) return null;
  const [, alone, like] = LIKE_ALONE.exec(sql) ?? [];
  if (alone !== undefined && like !== undefined)
    return { table: alone, parents: [like], keyed: true, own: null };
  const [head, table] = HEAD.exec(sql) ?? [];
  if (head === undefined || table === undefined) return null;
  const body = within(sql.slice(head.length));
  const after = sql.slice(head.length + body.length);
  const lines = topLevel(body).map((line) => ({ line, parent: LIKE.exec(line)?.[1] }));
  const likes = lines.flatMap(({ parent }) => parent ?? []);
  const inherited = INHERITS.exec(after)?.[1];
  const parents = [...likes, ...(inherited?.split(",").map((n) => n.trim()) ?? [])];
  if (parents.length === 0) return null;
  const rest = lines.flatMap(({ line, parent }) => (parent === undefined ? [line] : []));
  const own = rest.length === 0 ? null : `${head}${rest.join(", ")}${after.replace(INHERITS, ")")}`;
  const keyed = likes.length > 0 && /\bincluding\s+(?:all|indexes)\b/i.test(body);
  return { table, parents, keyed, own };
}
