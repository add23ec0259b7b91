/** Which rows a connector is asked for (spec/connector.md). */
import type { Normaliser } from "@avow/core/terms/person";

/** Rows whose `fields` equal one of the tuples, which hold no null. `normalisers`: field by field, for both sides; left out: `exact`. `collated`: what is `exact` equals what the field's collation says. `given`: one of the fields, whose value is compared as the field would hold it, were it set to that. */
export interface Match {
  readonly fields: readonly string[];
  readonly tuples: readonly (readonly string[])[];
  readonly normalisers?: readonly Normaliser[];
  readonly collated?: true;
  readonly given?: string;
}

export interface ReadQuery {
  readonly collection: string;
  readonly fields: readonly string[];
  /** Cells of these follow those of `fields`, each in the notation from which `insert` and `update` make the very value again. */
  readonly exact?: readonly string[];
  /** A row is meant when any of them matches. Left out: every row. */
  readonly anyOf?: readonly Match[];
  /** Asked of a connector that `follows` the type of both fields; with `anyOf`. */
  readonly through?: Through;
}

/**
 * Also the rows that hang on those of `anyOf`: whose `from` holds what one of them has for `to`, and what hangs on these, to the end of it.
 * Right after the cells of `fields` each row says its `Led`.
 */
export interface Through {
  readonly from: string;
  readonly to: string;
  /** Rows of these come too; what hangs on them does not. */
  readonly beside?: readonly Match[];
}

/** `seed`: one of `anyOf` meets it; `met`: one of `beside` does, and none of `anyOf`; `led`: it only hangs on others. */
export type Led = "seed" | "met" | "led";

export interface CountQuery {
  readonly collection: string;
  readonly anyOf?: readonly Match[];
}

/** Integers, UUIDs of a type of their own, and texts that equal themselves only. */
export type Followed = "integer" | "uuid" | "text";
