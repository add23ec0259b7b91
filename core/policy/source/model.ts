/** A plain policy as it is read (spec/fidelity.md, "Statements"): sections, and in each of them statements. */
import type { Span } from "../../terms/issue.ts";

export interface SourceSection {
  /** `0` before the first heading; else the number (`2.1`), with a letter for headings without one (`2.a`), and `@zh` where the script changes. */
  readonly id: string;
  readonly title: string;
  readonly span: Span;
}

export interface SourceStatement {
  readonly section: string;
  /** In its section, from 1. */
  readonly ordinal: number;
  /** One line, marks of lists and numbers cut off. */
  readonly text: string;
  /** SHA-256 of the folded text, hex. */
  readonly hash: string;
  /** Stands in a list. */
  readonly item: boolean;
  readonly span: Span;
}

export interface Source {
  readonly file: string;
  readonly sections: readonly SourceSection[];
  readonly statements: readonly SourceStatement[];
  /** SHA-256 over all statements in their order, hex: stable where the statements are. */
  readonly sha256: string;
}

export const placeOfStatement = (s: { readonly section: string; readonly ordinal: number }): string =>
  `${s.section}/${s.ordinal}`;
