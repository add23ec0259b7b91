/** Findings that somebody has looked at: they are still said, with the reason, and count as notes. */
import { type Issue, warningAt } from "../../../terms/issue.ts";
import type { Policy } from "../../model.ts";

export interface Explanation {
  /** A rule's name. */
  readonly rule: string;
  /** A commitment that the finding stands at, or a word that it names. */
  readonly at: string;
  readonly why: string;
}

export interface Explained {
  readonly issues: readonly Issue[];
  readonly explained: number;
}

/** `file` is where the explanations stand: one that explains nothing is warned of there. */
export function explain(
  found: readonly Issue[],
  explanations: readonly Explanation[],
  { policy, file }: { readonly policy: Policy; readonly file: string },
): Explained {
  const used = new Set<Explanation>();
  const ids = new Map(policy.commitments.map((c) => [`${c.span.file}:${c.span.line}`, c.id]));
  const issues = found.map((issue): Issue => {
    const id = ids.get(`${issue.file}:${issue.line}`);
    const why = explanations.find(
      (e) => e.rule === issue.code && (e.at === id || issue.message.includes(`\`${e.at}\``)),
    );
    if (why === undefined) return issue;
    used.add(why);
    return { ...issue, severity: "info", message: `${issue.message}; explained: ${why.why}` };
  });
  const stale = explanations
    .filter((e) => !used.has(e))
    .map((e) =>
      warningAt(
        { file, line: 1, column: 1 },
        {
          code: "stale-explanation",
          message: `nothing is found by \`${e.rule}\` at \`${e.at}\` any more`,
          fix: "take the explanation out",
        },
      ),
    );
  return { issues: [...issues, ...stale], explained: issues.filter((i, n) => i !== found[n]).length };
}
