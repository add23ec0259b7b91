import type { DataMap } from "@avow/core/datamap/model";
import type { Policy } from "@avow/core/policy/model";
import type { CollectionDescription, Connector } from "../../connector-kit/contract.ts";
import type { Budget } from "../budget/model.ts";
import type { IsLeaving } from "../context.ts";

export type AnomalyKind = "unowned" | "missing person" | "says nothing" | "no use" | "contradictory";

export interface Anomaly {
  readonly anomaly: AnomalyKind;
  readonly store: string;
  readonly collection: string;
  readonly field?: string;
  /** Rows or people that it is about; null where it is about the field itself. */
  readonly count: number | null;
  /** Of so many that were looked at. */
  readonly examined: number | null;
  /** Only a part was looked at. */
  readonly partial: boolean;
  readonly what: string;
}

export interface AnomalyReport {
  readonly service: string;
  readonly at: string;
  readonly anomalies: readonly Anomaly[];
  /** What could not be looked at, and why. */
  readonly notLooked: readonly string[];
}

export interface Looking {
  readonly policy: Policy;
  readonly map: DataMap;
  readonly readers: Readonly<Record<string, Connector>>;
  readonly budget: Budget;
  readonly now: Date;
  /** Who is about to be gone: half of what is theirs may be gone already. Left out: nobody knows, and nobody is left out. */
  readonly leaving?: () => Promise<IsLeaving | null>;
}

/** A store that can be looked at, with what it says of itself. */
export interface Open {
  readonly reader: Connector;
  readonly collections: ReadonlyMap<string, CollectionDescription>;
}

export interface Found {
  readonly anomalies: Anomaly[];
  readonly notLooked: string[];
}
