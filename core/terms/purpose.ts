/** Purposes: dotted keys, wide to narrow (`marketing` covers `marketing.communications.email`). */
import type { IssueText } from "./issue.ts";
import { PURPOSES } from "./purpose.table.ts";
import { nearest } from "./suggest.ts";

const known: ReadonlySet<string> = new Set(PURPOSES);

export const isPurpose = (key: string): boolean => known.has(key);

/** What to say of a key that is no purpose; null when it is one. */
export function purposeIssue(key: string): IssueText | null {
  if (isPurpose(key)) return null;
  const leaf = key.slice(key.lastIndexOf(".") + 1);
  const near = nearest(key, PURPOSES) ?? PURPOSES.find((p) => p.endsWith(`.${leaf}`)) ?? null;
  return {
    code: "unknown-purpose",
    message: `\`${key}\` is no Fideslang data use`,
    fix:
      near === null
        ? "use a Fideslang data use, such as `essential.service.payment_processing`"
        : `did you mean \`${near}\`?`,
  };
}
