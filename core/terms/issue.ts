/**
 * An issue is how Avow says that input is wrong: a code that scripts can rely on, the place, a message in plain words and, where
 * there is one, the mend. Input problems are lists of issues; only bugs throw.
 */
export type Severity = "error" | "warning" | "info";

/** A stretch of a file. Lines and columns count from 1; the end is exclusive. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

export interface Issue extends Span {
  readonly code: string;
  readonly severity: Severity;
  /** Lower case, input in backticks, no type names. */
  readonly message: string;
  /** What to do about it, as an instruction. */
  readonly fix?: string;
  /** The article that the issue rests on, where it rests on one. */
  readonly law?: string;
}

/** What could be made of some input, and everything that is wrong with it. `value` is null when nothing usable came out. */
export interface Checked<T> {
  readonly value: T | null;
  readonly issues: readonly Issue[];
}

export interface IssueText {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  readonly law?: string;
}

export const errorAt = (span: Span, text: IssueText): Issue => ({ ...text, ...span, severity: "error" });
export const warningAt = (span: Span, text: IssueText): Issue => ({ ...text, ...span, severity: "warning" });
export const infoAt = (span: Span, text: IssueText): Issue => ({ ...text, ...span, severity: "info" });

export const hasErrors = (issues: readonly Issue[]): boolean => issues.some((i) => i.severity === "error");

/** By file, then by place: the order in which a reader meets them. */
export const byPlace = (a: Issue, b: Issue): number =>
  a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column || a.code.localeCompare(b.code);
