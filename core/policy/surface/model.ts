/** A policy file as it is written, before anything is looked up: headings, statements and blocks in the order of the text. */
import type { Span } from "../../terms/issue.ts";
import type { Line } from "./lines.ts";

export interface Heading {
  readonly item: "heading";
  readonly depth: number;
  readonly title: string;
  /** From `{#anchor}`; null when the heading has none. */
  readonly anchor: string | null;
  readonly span: Span;
}

export interface Prose {
  readonly item: "prose";
  /** Normalised: one line, single spaces, comments gone. */
  readonly text: string;
  readonly span: Span;
}

export interface Fence {
  readonly item: "fence";
  /** What stands between the fences. */
  readonly lines: readonly Line[];
  readonly span: Span;
}

export type Item = Heading | Prose | Fence;

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly span: Span;
}

export interface Surface {
  readonly file: string;
  readonly frontMatter: { readonly lines: readonly Line[]; readonly span: Span } | null;
  readonly sections: readonly Section[];
  readonly content: readonly { readonly section: string; readonly item: Prose | Fence }[];
  /** The first heading of depth 1, if there is one. */
  readonly title: string | null;
}
