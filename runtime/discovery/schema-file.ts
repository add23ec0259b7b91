/** What a reader of schema files is given, and what it gives back (spec/discovery.md, "What it reads"). */
import type { StoreDescription } from "../connector-kit/contract.ts";

export interface SchemaFile {
  /** As it is shown, below the folder that was named. */
  readonly file: string;
  readonly text: string;
}

export interface Unread {
  readonly file: string;
  readonly line: number;
  /** The first words of the statement: what it is, not what it says. */
  readonly what: string;
}

export interface SchemaRead {
  readonly description: StoreDescription;
  readonly statements: number;
  readonly unread: readonly Unread[];
  /** What a reader has to know of how it was read. */
  readonly notes?: readonly string[];
}
