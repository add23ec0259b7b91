/** What a reader of schema files is given, and what it gives back (spec/discovery.md, "What it reads"). */
import type { CollectionDescription, StoreDescription } from "../connector-kit/contract.ts";

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

const NO_TABLE = ": no file made the table";

/** Said of a step about a table that no file before made. */
export const missing = (step: string, table: string): string => `${step} ${table}${NO_TABLE}`;

/** The table, where that is what is said. */
export const missingIn = (what: string): string | null =>
  what.endsWith(NO_TABLE) ? (what.slice(0, -NO_TABLE.length).split(" ").at(-1) ?? null) : null;

export interface SchemaRead {
  readonly description: StoreDescription;
  readonly statements: number;
  readonly unread: readonly Unread[];
  /** What a reader has to know of how it was read. */
  readonly notes?: readonly string[];
  /** Collections of other files that steps went on with: as they stand in `description`, or gone. */
  readonly changed?: readonly string[];
  /** The files say how the schema stands, and not how it came to be: steps in another notation may be what led to it. */
  readonly stands?: boolean;
  /** What could not be carried out since no file before made the table, once all files are read. `standing`: collections of files that say how the schema stands. */
  readonly later?: (before: readonly CollectionDescription[], standing: ReadonlySet<string>) => SchemaRead;
}
