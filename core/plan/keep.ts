/**
 * Why data may outlast an erasure, and until when. Plans take these rules; commitments produce them (core/commitments/<kind>).
 * Nothing else keeps a row.
 */
import type { Duration } from "../terms/duration.ts";

export type KeepWhy = "law" | "hold" | "co_owner" | "interest";

export interface KeepRule {
  readonly commitment: string;
  readonly why: KeepWhy;
  /** The article or the interest, as the policy names it. */
  readonly reason: string;
  /** Null: without end, which only `hold` may be. */
  readonly period: Duration | null;
  /** The anchor that the period is counted from. */
  readonly anchor: string;
  /** The class that the commitment is about. */
  readonly classes: readonly string[];
}
