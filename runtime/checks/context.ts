import type { Measure, Reading } from "@avow/core/commitments/proof";
import type { DataMap } from "@avow/core/datamap/model";
import type { Answer, Connector, StoreDescription } from "../connector-kit/contract.ts";

/** What only Avow's own database knows. */
export interface History {
  lastDrill(
    right: string,
  ): Promise<{ readonly at: Date; readonly passed: boolean; readonly detail: string } | null>;
  countRequests(
    right: string,
    now: Date,
  ): Promise<{
    readonly open: number;
    readonly waiting: number;
    readonly overdue: number;
    readonly closed: number;
  }>;
  /** Keeps the verdicts and answers since when each has been what it is. */
  remember(
    verdicts: readonly { readonly commitment: string; readonly verdict: string }[],
    now: Date,
  ): Promise<ReadonlyMap<string, Date>>;
}

export interface MeasureContext {
  readonly map: DataMap;
  readonly readers: Readonly<Record<string, Connector>>;
  readonly history: History;
  /** The keyed name of a row, for evidence. */
  readonly locatorOf: (place: string) => string;
  readonly now: Date;
  /** Each store is described once per run. */
  readonly describe: (store: string) => Promise<Answer<StoreDescription>>;
}

/** How one measure is taken. Never throws for what a store does: that is a reading, too. */
export type Take<M extends Measure["measure"]> = (
  measure: Extract<Measure, { measure: M }>,
  context: MeasureContext,
) => Promise<Reading>;

export const failed = (
  store: string,
  answer: { readonly error: string; readonly reason: string },
): Reading => ({
  reading: "failed",
  reason: `the store \`${store}\` could not be looked at (${answer.error}): ${answer.reason}`,
  ...(OUT_OF_REACH.has(answer.error) ? { unreachable: store } : {}),
});

const OUT_OF_REACH: ReadonlySet<string> = new Set(["unreachable", "denied"]);

export const noStore = (store: string): Reading => ({
  reading: "failed",
  reason: `no store connected: \`${store}\``,
});
