/** What discovery finds in a store (spec/discovery.md): plain data that holds counts, shares, and names of the schema; never a value. */
import type { Evidence } from "../classify/evidence.ts";
import type { Guess } from "../classify/field.ts";
import type { Role } from "../model.ts";

export interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

export interface SchemaCollection {
  readonly name: string;
  readonly rowsEstimate: number | null;
  readonly fields: readonly SchemaField[];
  readonly primaryKey: readonly string[];
  /** The store declares none; this one tells the sampled rows apart. */
  readonly keyGuessed?: boolean;
  readonly uniques: readonly (readonly string[])[];
  readonly foreignKeys: readonly {
    readonly from: readonly string[];
    readonly to: { readonly collection: string; readonly fields: readonly string[] };
  }[];
  readonly indexes: readonly (readonly string[])[];
}

/** What the sample of a collection showed. */
export interface Looked {
  readonly rows: number;
  /** Every row was read. */
  readonly whole: boolean;
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** Fields whose sampled values are all different, none empty. */
  readonly unique: ReadonlySet<string>;
  readonly parts: ReadonlyMap<string, readonly FoundPart[]>;
}

/** A part of a field: a path of its JSON, or an attribute that another field names. */
export interface FoundPart extends Guess {
  readonly path: string;
}

export interface FoundField extends Guess {
  readonly name: string;
  readonly type: string;
  readonly parts?: readonly FoundPart[];
}

export type LinkSource = "declared" | "queries" | "name" | "values" | "polymorphic";

export interface FoundLink {
  /** Null: it leads to no person. */
  readonly role: Role | null;
  readonly from: readonly string[];
  readonly to: { readonly collection: string; readonly fields: readonly string[] };
  readonly source: LinkSource;
  readonly confidence: number;
  readonly reason: string;
  /** The link holds for rows that say so. */
  readonly when?: { readonly field: string; readonly value: string };
}

export interface FoundCollection {
  readonly name: string;
  readonly rows: number | null;
  readonly examined: number;
  readonly about: "person" | "owned" | "other";
  /** Empty: neither declared nor plain from the sample. */
  readonly key: readonly string[];
  readonly keyFrom: "declared" | "guessed" | "none";
  readonly fields: readonly FoundField[];
  readonly links: readonly FoundLink[];
  /** Shapes that hide what a collection holds: said, and to be looked at. */
  readonly suspected: readonly string[];
}

/** Fields that are harmless one by one and single people out together. */
export interface Combination {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly examined: number;
  /** All rows were looked at; else rows that are alone in the sample may not be alone. */
  readonly whole: boolean;
  /** Share of the examined rows whose combination fewer than `k` rows have. */
  readonly singledOut: number;
  readonly k: number;
}

export interface Found {
  readonly store: string;
  readonly collections: readonly FoundCollection[];
  readonly combinations: readonly Combination[];
}
