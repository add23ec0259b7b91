/**
 * A lint rule looks at what a policy means and says what does not fit together, or does not fit the law. One file each; its good
 * and bad fixtures are in `cases/<name>/`. Rules never read a commitment's own keys, only its meaning (core/policy/meaning.ts).
 */
import type { Issue, IssueText, Severity, Span } from "../../../terms/issue.ts";
import type { Commitment, Policy } from "../../model.ts";
import type { Lattice } from "../../words/lattice.ts";

export interface LintView {
  readonly policy: Policy;
  readonly lattice: Lattice;
  /** The day whose law counts: when the policy takes effect, or today where that is past or not said. */
  readonly on: Date;
  readonly today: Date;
}

export interface Rule {
  /** Also the issue's code. */
  readonly name: string;
  /** What it looks for, in one line, for the spec and `avow lint --rules`. */
  readonly looksFor: string;
  /** It looks at sentences, and so at those of every locale; others look at the meaning, which all locales share. */
  readonly ofProse?: true;
  find(view: LintView): readonly Issue[];
}

export const at = (span: Span, severity: Severity, text: IssueText): Issue => ({
  ...text,
  ...span,
  severity,
});

/** How a commitment is pointed at in a message. */
export const placed = (c: Commitment): string => `\`${c.id}\` (line ${c.span.line}: ${c.says})`;
