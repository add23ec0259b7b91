import type { Paper } from "@avow/core/commitments/paper";
import type { Measure, Reading } from "@avow/core/commitments/proof";
import type { DataMap } from "@avow/core/datamap/model";
import type { IdentityValue } from "@avow/core/terms/person";
import type {
  Answer,
  Cell,
  Connector,
  ConnectorFailure,
  Look,
  StoreDescription,
} from "../connector-kit/contract.ts";
import type { WindowBook } from "./budget/book.ts";
import type { Allowance, Beside, Spent } from "./budget/model.ts";
import type { DrillBasis } from "./drill-basis.ts";
import type { PromiseReport } from "./report.ts";

/**
 * Whether these identities, one person's own, are of somebody who is about to be gone. `at`: when something was done with what is theirs. What
 * was done after an erasure had ended is explained by none.
 */
export type IsLeaving = (identities: readonly IdentityValue[], at?: Date) => boolean;

/** What only Avow's own database knows. */
export interface History {
  /** The last one that rests upon this; without one, the last of all, and what has changed since. */
  lastDrill(
    right: string,
    basis: DrillBasis,
  ): Promise<{
    readonly at: Date;
    readonly passed: boolean;
    readonly unseen?: true;
    readonly detail: string;
    readonly stale: string | null;
    readonly proves: readonly string[];
  } | null>;
  countRequests(
    right: string,
    now: Date,
  ): Promise<{
    readonly open: number;
    readonly waiting: number;
    readonly restricted?: number;
    readonly held?: number;
    readonly overdue: number;
    readonly closed: number;
    readonly late?: number;
    readonly proofs?: number;
  }>;
  /**
   * Tells of identities that are one person's own whether an erasure of that person is under way, and not past its deadline by now; null: of
   * nobody. `held`: or is over, but for what a legal hold keeps.
   */
  leaving(now: Date, which: { readonly held: boolean }): Promise<IsLeaving | null>;
  /** Rows of a collection that legal holds in effect keep. */
  held(place: { readonly store: string; readonly collection: string }): Promise<HeldRows>;
  /** Answers since when each verdict has been what it is, and keeps it where the history is one that is written to. */
  remember(looked: Looked, now: Date): Promise<Since>;
}

export interface HeldKeys {
  readonly ok: true;
  readonly key: readonly string[];
  readonly keys: readonly (readonly string[])[];
}

/** Not ok: it can not be told, because of that store; `failure` null: it is not connected. */
export type HeldRows =
  | HeldKeys
  | { readonly ok: false; readonly store: string; readonly failure: ConnectorFailure | null };

export interface Looked {
  readonly commitments: readonly Remembered[];
  readonly promises: readonly RememberedPromise[];
}

/** By commitment, and by promise. */
export interface Since {
  readonly commitments: ReadonlyMap<string, Date>;
  readonly promises: ReadonlyMap<string, Date>;
}

export interface RememberedPromise extends Omit<PromiseReport, "since"> {
  /** Of its commitments, as they are worded. */
  readonly hash: string;
}

export interface Remembered {
  readonly commitment: string;
  /** Of the commitment as it is worded: one that is tried out in other words has a history of its own. */
  readonly hash: string;
  readonly verdict: string;
  /** Who answers for the breach, and until when; left out: nobody does. */
  readonly waived?: { readonly owner: string; readonly until: string };
}

/** Why every request would be refused, as far as map and stores show. */
export type Feasible =
  | { readonly ok: true; readonly faults: readonly string[]; readonly byHand?: readonly string[] }
  | { readonly ok: false; readonly store: string; readonly failure: ConnectorFailure | null };

/** People who should be gone, by the keys of their own rows. */
export interface Closed {
  /** Of the people themselves. */
  readonly store: string;
  readonly collection: string;
  readonly keys: readonly (readonly string[])[];
  /** Whoever has an account that was not closed before this is here. */
  readonly before: Date;
  /** By which their rows are read. */
  readonly reading: (store: string, reader: Connector) => Connector;
}

/** A row that an erasure of one of them would still delete or change; two of them may have it together. */
export interface StillThere {
  readonly store: string;
  readonly collection: string;
  /** Tells it from others of the collection. */
  readonly name: string;
  /** What is in it may be what a mask has left. */
  readonly unclear: boolean;
  /** Where nothing but texts is left in it: which, each under a name that those who have the same have, too. */
  readonly texts: readonly string[];
  /** Tells the account that it is left of from others. */
  readonly account: string;
  /** Of the store's primary key; empty: it has none. */
  readonly key: readonly Cell[];
}

/** Not ok: as of `HeldRows`; or `failure` says why the map does not fit. */
export type LeftOver =
  | {
      readonly ok: true;
      readonly rows: readonly StillThere[];
      /** How many of them have an account again: of these only the row of the closed one was looked at. */
      readonly returned: number;
    }
  | { readonly ok: false; readonly store: string; readonly failure: ConnectorFailure | null };

/** What people vouch for in writing, and what is wrong with it. */
export interface Papers {
  readonly papers: readonly Paper[];
  readonly faults: readonly { readonly path: string; readonly fault: string }[];
}

/** What a check may look at beside the stores and Avow's own database. */
export interface Outside {
  readonly papers: () => Promise<Papers>;
  readonly doors: () => Promise<Omit<Extract<Reading, { reading: "doors" }>, "reading">>;
}

export interface MeasureContext extends Outside {
  readonly map: DataMap;
  readonly readers: Readonly<Record<string, Connector>>;
  readonly history: History;
  /** What a drill would rest upon now. */
  readonly drillBasis: (drill: string) => DrillBasis;
  readonly feasible: () => Promise<Feasible>;
  /** What is still there of people who should be gone, as an erasure that is planned now would find it. */
  readonly leftOver: (closed: Closed) => Promise<LeftOver>;
  /** The keyed name of a row, for evidence. */
  readonly locatorOf: (place: string) => string;
  /** When the run began. */
  readonly now: Date;
  /** How late it is as the run goes on. */
  readonly clock: () => Date;
  readonly pause: (ms: number) => Promise<unknown>;
  /** Each store is described once per run. */
  readonly describe: (store: string) => Promise<Answer<StoreDescription>>;
  /** How a measure may be taken; null: as it is, nobody watches what it costs. */
  readonly allowanceOf: (measure: Measure) => Allowance | null;
  readonly book: WindowBook | null;
  readonly spent: Spent;
  /** What may be read beside the looks; null: nobody watches. */
  readonly beside: Beside | null;
  /** Which store stands behind the name, without its password: windows of one say nothing about another. */
  readonly placeOf: (store: string) => string;
}

/** The ways in which a measure can be taken whole, the best first; none: it costs nothing that a budget counts. */
export type Looks<M extends Measure["measure"]> = (
  measure: Extract<Measure, { measure: M }>,
  context: Pick<MeasureContext, "readers" | "describe" | "map">,
) => Promise<readonly Look[]>;

/** Evidence names a row by this, and whoever may read the store finds it again (`avow verify --locate`). */
export const rowPlace = (store: string, collection: string, key: readonly (Cell | undefined)[]): string =>
  `${store}|${collection}|${JSON.stringify(key.map((cell) => cell ?? ""))}`;

/** How one measure is taken. Never throws for what a store does: that is a reading, too. */
export type Take<M extends Measure["measure"]> = (
  measure: Extract<Measure, { measure: M }>,
  context: MeasureContext,
) => Promise<Reading>;

/** `collection`: what was being read. */
export const failed = (
  store: string,
  answer: { readonly error: string; readonly reason: string },
  collection?: string,
): Reading => ({
  reading: "failed",
  reason: `the store \`${store}\` could not be looked at (${answer.error}): ${answer.reason}`,
  ...(OUT_OF_REACH.has(answer.error) ? { unreachable: store } : {}),
  ...(answer.error === "denied" ? { denied: true, ...(collection === undefined ? {} : { collection }) } : {}),
});

const OUT_OF_REACH: ReadonlySet<string> = new Set(["unreachable", "denied"]);

export const noStore = (store: string): Reading => ({
  reading: "failed",
  reason: `no store connected: \`${store}\``,
});
