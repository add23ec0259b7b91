/** What a plan asks a store to do: changes to rows by key, in steps that happen whole or not at all. */
import type { Mask } from "../datamap/model.ts";
import type { Tuple } from "./capture.ts";

/** Which elements of a list are meant: those in which the field `by` is one of the values. */
export interface Elements {
  readonly by: string;
  readonly values: readonly string[];
}

export interface Change {
  readonly collection: string;
  readonly act: "delete" | "set";
  readonly set: Mask;
  /** Of fields of `set` that run over a list; left out: all elements. */
  readonly only?: Readonly<Record<string, Elements>>;
  readonly keys: readonly Tuple[];
  /** Beside `set`, which may be empty: the rows go on under pseudo-people. */
  readonly standIn?: StandIn;
}

/** One pseudo-person for each row, or for all rows of the change that have the same in the fields `per`, none of them empty. */
export interface StandIn {
  /** The field that names whose the row is. */
  readonly field: string;
  /** Where the pseudo-people's rows are made, and the field of theirs that is named. */
  readonly people: string;
  readonly key: string;
  readonly per: readonly string[];
}

export interface Step {
  readonly phase: "dependents" | "identity";
  readonly store: string;
  /** Made together or not at all. */
  readonly changes: readonly Change[];
}
