/** What an archive is made from: collections with their rows, and what the policy says beside them. */
import type { Cells } from "@avow/core/plan/capture";
import type { PackedRows } from "../../connector-kit/packed.ts";

export interface ArchiveCollection {
  readonly store: string;
  readonly collection: string;
  readonly class: string;
  readonly fields: readonly ArchiveField[];
  /** By which fields a reader finds his way: a date first, then the key. */
  readonly orderBy: readonly string[];
  /** A JSON Schema of the rows, for programs that read the file. */
  readonly schema?: unknown;
  /** With a cell for each of the fields; those behind them are not shown. */
  rows(): AsyncIterable<PackedRows>;
}

export interface ArchiveField {
  readonly name: string;
  readonly category: string;
  /** The store's own word for it; null: not known. */
  readonly type: string | null;
}

/** A file that somebody found for the person where only people can look. */
export interface Attachment {
  readonly store: string;
  readonly collection: string;
  readonly class: string;
  /** With the dot, as `.pdf`; empty: none. */
  readonly ext: string;
  bytes(): AsyncIterable<Uint8Array>;
}

/** One as it stands in the archive. */
export interface Attached {
  readonly about: Attachment;
  readonly file: { readonly name: string; readonly sha256: string; readonly bytes: number };
}

/** What the page shows of a collection. */
export interface ArchivePart {
  readonly about: ArchiveCollection;
  readonly rows: number;
  /** The first rows. */
  readonly sample: readonly Cells[];
}

export interface ArchiveHead {
  readonly service: string;
  /** Whose service it is, as people know them. */
  readonly controller: string;
  readonly title: string;
  readonly at: Date;
  readonly policyVersion: string;
  /** Class → what the policy says of it: how long it is kept, and so on. */
  readonly says: Readonly<Record<string, readonly string[]>>;
  /** What the policy says of all data. */
  readonly general: readonly string[];
}
