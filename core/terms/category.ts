/** Data categories: dotted keys, wide to narrow (`user.contact` covers `user.contact.email`). */
import { CATEGORIES } from "./category.table.ts";
import type { IssueText } from "./issue.ts";
import { nearest } from "./suggest.ts";

/** No category: whoever reads the map stops at it. */
export const UNDECIDED = "undecided";

const known: ReadonlySet<string> = new Set(CATEGORIES);

export const isCategory = (key: string): boolean => known.has(key);

/** Whether the child is the parent or lies below it; `user.name` does not cover `user.names`. */
export const covers = (parent: string, child: string): boolean =>
  child === parent || child.startsWith(`${parent}.`);

/** Whether it says something about a person: all but `system` and what lies below it. */
export const isPersonal = (category: string): boolean => !covers("system", category);

/** What to say of a key that is no category; null when it is one. */
export function categoryIssue(key: string): IssueText | null {
  if (isCategory(key)) return null;
  if (key === UNDECIDED)
    return {
      code: "unknown-category",
      message: "nobody has decided what this is",
      fix: "say what it is with a Fideslang data category, such as `user.contact.email`, or `system` where it says nothing of a person",
    };
  const leaf = key.slice(key.lastIndexOf(".") + 1);
  const near = nearest(key, CATEGORIES) ?? CATEGORIES.find((c) => c.endsWith(`.${leaf}`)) ?? null;
  return {
    code: "unknown-category",
    message: `\`${key}\` is no data category`,
    fix:
      near === null
        ? "use a Fideslang data category, such as `user.contact.email`"
        : `did you mean \`${near}\`?`,
  };
}
