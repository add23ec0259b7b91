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

/**
 * What else is true of the rows that are meant, in the very statement that changes them: a row that an application has given to somebody else
 * since it was looked at is none of them.
 */
export interface Still {
  /** Each of these matches meets the row, or one of its fields is null there; with no tuples, that alone. */
  readonly each: readonly Match[];
  /** One of them meets the row. Left out: none has to. */
  readonly anyOf?: readonly Match[];
}

/** Rows that are to be changed. */
export interface Meant {
  readonly collection: string;
  readonly where: Match;
  readonly still?: Still;
}

export interface ReadQuery {
  readonly collection: string;
  readonly fields: readonly string[];
  /** Cells of these follow those of `fields`, each in the notation from which `insert` and `update` make the very value again. */
  readonly exact?: readonly string[];
  /** A row is meant when any of them matches. Left out: every row. */
  readonly anyOf?: readonly Match[];
}

/** Rows of several collections, and what hangs on them, in one statement. Asked of a connector that `follows` the types of all fields that lead. */
export interface FollowQuery {
  readonly about: readonly Sought[];
  readonly entries: readonly Entry[];
  readonly arms: readonly Arm[];
}

export interface Sought {
  readonly collection: string;
  readonly fields: readonly string[];
  /** What hangs on these rows comes too, to the end of it. */
  readonly anyOf: readonly Match[];
  /** Rows of these come, and what hangs on them does not. */
  readonly beside: readonly Match[];
}

/** Where it is led to: rows of one collection that hold in these fields what leads there. Numbers are places in the lists of the query. */
export interface Entry {
  readonly about: number;
  readonly fields: readonly string[];
  /** Only rows that this meets, too. */
  readonly when?: Match;
  /** What hangs on its rows does not come. */
  readonly last?: true;
}

/** From a row: what it has for these fields leads to the entry, unless a part of it is null. They are as many, and of the same types, as the entry's. */
export interface Arm {
  readonly about: number;
  readonly fields: readonly string[];
  /** Only from rows that this meets. */
  readonly when?: Match;
  readonly entry: number;
}

/**
 * What each row says before its cells, beside a number: `seed`: one of `anyOf` meets it, `met`: one of `beside` does, and none of `anyOf`, each with
 * the number of its collection; `led`: something led to it, with the number of the entry. A row comes once for each entry, too.
 */
export type Led = "seed" | "met" | "led";

export interface CountQuery {
  readonly collection: string;
  readonly anyOf?: readonly Match[];
}

/** Integers, UUIDs of a type of their own, and texts that equal themselves only. */
export type Followed = "integer" | "uuid" | "text";

/**
 * Rows as bytes (`packed.ts`). Cells lie one behind the other: a length in four bytes (big-endian, -1 for null) and as many bytes of UTF-8. Bytes that are none, from a
 * store that lets them in, read as U+FFFD.
 */
export interface PackedRows {
  readonly bytes: Buffer;
  /** Where each row begins. */
  readonly at: readonly number[];
}
