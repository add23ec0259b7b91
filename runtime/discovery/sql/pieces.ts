/** `create table`, where the parser can not read it as a whole: each of its lines alone. */
import { topLevel, within } from "./brackets.ts";
import type { Dialect } from "./dialects.ts";
import { isIndexOfExpressions } from "./index-of.ts";
import { NAME, pattern, TABLE } from "./names.ts";
import { type Context, headOf, NO_COLUMN, parse } from "./parse.ts";
import { columnName, STAND_IN, type Tree, treesOf } from "./tree.ts";

/** A table is not lost for one of its lines: each is read alone, and those that are still no SQL to the parser are what is said. */
export function inPieces(sql: string, { first, steps }: Context): readonly string[] {
  const [opened = "", head = "", name = ""] = OPENING.exec(sql) ?? [];
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
const COLUMN = pattern(String.raw`^(${NAME})\s+((?:[\w"]+\.)?[\w"]+(?:\s*\([\w\s,]*\))?(?:\[\])?)([\s\S]*)$`);
const OPENING = pattern(String.raw`^(create\s+[\w\s]*?table\s+(?:if\s+not\s+exists\s+)?)(${TABLE})\s*\(`);

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
