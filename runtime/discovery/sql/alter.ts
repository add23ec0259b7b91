/** `alter table`, where the parser can not read it as a whole: each of its steps alone. */
import { topLevel } from "./brackets.ts";
import type { Dialect } from "./dialects.ts";
import { isIndexOfExpressions } from "./index-of.ts";
import { NAME, pattern, TABLE } from "./names.ts";
import { type Context, headOf, NO_COLUMN, parse } from "./parse.ts";
import { type Tree, treesOf } from "./tree.ts";

export const ALTER = pattern(
  String.raw`^(alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?)(${TABLE})\s+([\s\S]*)$`,
);
/** Steps that change no field and no key that we look at. */
const IDLE =
  /^(?:rename\s+constraint|rename\s+index|enable|disable|owner\s+to|validate|cluster|inherit|no\s+inherit|set\s|reset\b|replica|engine\b|auto_increment\b|comment\b|order\s+by|convert\s+to|default\s+char|character\s+set|attach\s+partition|detach\s+partition|alter\s+(?:column\s+)?[\w"`]+\s+(?:set|drop|add|restart)\b|add\s+(?:constraint\s+[\w"`]+\s+)?check\b|add\s+(?:fulltext|spatial)\b|alter\s+constraint\b)/i;
export const isIdleStep = (step: string): boolean => IDLE.test(step);
const DROP_COLUMN = pattern(
  String.raw`^drop\s+(?:column\s+)?(?:if\s+exists\s+)?(?!constraint|index|key|foreign|primary|check)(${NAME})(?:\s+(?:cascade|restrict))?$`,
);
const DROP_CONSTRAINT = pattern(String.raw`^drop\s+constraint\s+(?:if\s+exists\s+)?(${NAME})`);
const SET_TYPE = pattern(
  String.raw`^alter\s+(?:column\s+)?(${NAME})\s+(?:set\s+data\s+)?type\s+([\w."]+(?:\s*\([\d,\s]+\))?)`,
);

/** Each step of an `alter table` alone. */
export function inSteps(sql: string, { first, steps }: Context): readonly string[] {
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

const ADD_COLUMN = pattern(
  String.raw`^(add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?)(${NAME})\s+([\w."]+(?:\s*\([\w\s,]*\))?(?:\[\])?)`,
);

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
