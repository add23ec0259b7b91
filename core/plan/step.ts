/** What a plan asks a store to do: changes to rows by key, in steps that happen whole or not at all. */
import type { Mask } from "../datamap/model.ts";
import type { Tuple } from "./capture.ts";

export interface Change {
  readonly collection: string;
  readonly act: "delete" | "set";
  readonly set: Mask;
  readonly keys: readonly Tuple[];
}

export interface Step {
  readonly phase: "dependents" | "identity";
  readonly store: string;
  /** Made together or not at all. */
  readonly changes: readonly Change[];
}
