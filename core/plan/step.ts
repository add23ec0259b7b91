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
}

export interface Step {
  readonly phase: "dependents" | "identity";
  readonly store: string;
  /** Made together or not at all. */
  readonly changes: readonly Change[];
}
