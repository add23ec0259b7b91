/**
 * Statements about a table that none before them made. It may come later (files are not always named in their order), or files in another
 * notation make it; what then still has no table is said.
 */
import { ALTER, isIdleStep } from "./alter.ts";
import { topLevel } from "./brackets.ts";
import { indexOf } from "./index-of.ts";
import { pattern, TABLE } from "./names.ts";

const ABOUT = pattern(
  String.raw`^(?:alter\s+table\s+(if\s+exists\s+)?(?:only\s+)?|drop\s+table\s+(if\s+exists\s+)?|rename\s+table\s+)(${TABLE})`,
);

/** The table that has to be there, as it is written; null: none has to. */
export function tableOf(sql: string): string | null {
  return indexOf(sql)?.table ?? ABOUT.exec(sql)?.[3] ?? null;
}

/** Says more of a table than its own files do, and takes nothing away. */
export function onlyAdds(sql: string): boolean {
  if (indexOf(sql) !== null) return true;
  const body = ALTER.exec(sql)?.[3];
  return body !== undefined && topLevel(body).every((step) => /^add\b/i.test(step) || isIdleStep(step));
}

/** Whether something is missing where the table is nowhere: not for what clears the ground, and not for what says nothing of fields and keys. */
export function isLost(sql: string): boolean {
  const body = ALTER.exec(sql)?.[3];
  if (body === undefined || ABOUT.exec(sql)?.[1] !== undefined) return false;
  return !topLevel(body).every((step) => isIdleStep(step) || /^drop\b/i.test(step));
}
