/** A policy file as it is written, before anything is looked up: headings, statements and blocks in the order of the text. */
import type { Span } from "../../terms/issue.ts";
import type { Line } from "./lines.ts";

/** A list item or quote that holds an item of the text. Items with the same number stand in the same one. */
export type Holder =
  | { readonly holder: "quote"; readonly number: number }
  | {
      readonly holder: "list-item";
      readonly number: number;
      /** `-`, `*`, `+`, `.` or `)`: another mark begins another list. */
      readonly mark: string;
      /** Null: not counted. */
      readonly ordinal: number | null;
    };

export interface Heading {
  readonly item: "heading";
  readonly depth: number;
  readonly title: string;
  /** From `{#anchor}`; null when the heading has none. */
  readonly anchor: string | null;
  readonly span: Span;
  /** From the outermost in. */
  readonly holders: readonly Holder[];
}

export interface Prose {
  readonly item: "prose";
  /** Normalised: one line, single spaces, comments gone. */
  readonly text: string;
  readonly span: Span;
  readonly holders: readonly Holder[];
  /** Where the statement is a row of a table, or a table's heads that have no rows. */
  readonly row: TableRow | null;
}

export interface TableRow {
  /** Rows with the same number stand in the same table. */
  readonly table: number;
  readonly heads: readonly string[];
  readonly cells: readonly string[];
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
  /** The same with the headings between, each in the section that it opens. */
  readonly outline: readonly { readonly section: string; readonly item: Item }[];
  /** Where the links written `[words][label]` lead, by the label as it is written; the first one counts. */
  readonly definitions: ReadonlyMap<string, string>;
  /** The first heading of depth 1, if there is one. */
  readonly title: string | null;
}
