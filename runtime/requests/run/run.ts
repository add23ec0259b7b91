/**
 * Runs a request about one person:
 *
 *   capture ──► plan ──► approve ──► carry out ──► verify ──► closed
 *      ▲                                │ failed       │ something remains
 *      └────────── next pass ◄──────────┴──────────────┘   (bounded; then `not_done`)
 *
 * Every pass starts by capturing again, from the identities and from the rows that earlier passes found, so it does not matter
 * where the last one stopped, nor whether the rows that led there are gone.
 */
import type { Asked } from "@avow/core/plan/asked";
import type { Tuple } from "@avow/core/plan/capture";
import type { CorrectionMode } from "@avow/core/plan/correction";
import type { PlanLine, Step } from "@avow/core/plan/erase";
import type { Contradiction } from "@avow/core/plan/rectify";
import type { IdentityValue } from "@avow/core/terms/person";
import type { ArchiveSink } from "../archive/write.ts";
import type { Holds } from "../holds/holds.ts";
import type { BoundEstate } from "./estate.ts";
import type { Journal } from "./journal.ts";

export type RequestState =
  | "planned"
  | "closed"
  | "not_done"
  /** Erased from the stores, and not yet for good: the person can have it back until the window ends. */
  | "restricted"
  /** The person had it back. */
  | "restored"
  /** What Avow does itself is done as far as it may be; it waits for what somebody else was asked for. */
  | "requested"
  /** Nobody is known by these identities; nothing was changed. */
  | "not_found"
  | "ambiguous_identity";

export interface ResultLine {
  readonly store: string;
  readonly collection: string;
  /**
   * Of a store that only a person can act on: `requested` (a task is open), `accepted_unverifiable` (it was done, says somebody, with a
   * proof; nothing here has seen it), `refused`. `partial`: some of it is done, and these rows are left. `waits`: rows with identities, as long as anything that hangs on them is open.
   * `may_be_back`: a restore was cut short, and nobody heard how the step ended that should bring them.
   */
  readonly result:
    | "done"
    | "verified_absent"
    | "remains"
    | "blocked"
    | "partial"
    | "failed"
    | "restored"
    | "stays_erased"
    | "may_be_back"
    | "requested"
    | "accepted_unverifiable"
    | "refused"
    | "waits";
  /** None where nobody counts. */
  readonly rows: number;
  readonly reason?: string;
  /** Of `blocked` and `partial`: from when on another try is worth it, ISO 8601; left out: nobody can say. */
  readonly until?: string;
  /** Of `blocked`: the legal hold that is in the way. */
  readonly hold?: string;
  /** What became of rows that go on under pseudo-people, in words. */
  readonly how?: string;
  /** How far it went, each stage with its time; a stage that nothing has shown is not named. */
  readonly reached?: { readonly deleted?: string; readonly vacuumed?: string };
  /** What an `accepted_unverifiable` rests on. */
  readonly proof?: Proof;
}

/** A document that somebody brought: its SHA-256 in hex, and when. */
export interface Proof {
  readonly sha256: string;
  readonly at: string;
}

export interface RowsThere {
  /** By its id. */
  readonly collection: string;
  readonly keys: readonly Tuple[];
}

export interface KeptLine {
  readonly store: string;
  readonly collection: string;
  readonly rows: number;
  readonly why: string;
  readonly commitment: string | null;
  readonly until: string | null;
  /** The legal hold that keeps them. */
  readonly hold?: string;
  /** Where no commitment says it: in words. */
  readonly reason?: string;
}

export interface RequestOutcome {
  readonly state: RequestState;
  readonly plan: readonly PlanLine[];
  readonly results: readonly ResultLine[];
  readonly kept: readonly KeptLine[];
  /** Where copies may be that no store can speak for. */
  readonly beyond?: readonly { readonly store: string; readonly places: readonly string[] }[];
  /** Of a `restricted` one: until when the person can have it back. */
  readonly restrictedUntil?: string;
  /** Values that a correction found and left. */
  readonly contradictions?: readonly Contradiction[];
  /** Of an erasure that ends: rows that were captured and are there, as the last look has seen. Made when asked for. */
  readonly there?: () => readonly RowsThere[];
  /**
   * Of an erasure that ends: rows that were captured and have been given to somebody else since, and rows that are there in collections of which
   * some that were to go have come to be somebody else's, too. Left out: none.
   */
  readonly given?: readonly RowsThere[];
  /** What a person must know beside the tables: why it is not done, what to do. */
  readonly notes: readonly string[];
}

/**
 * Named moments at which a crash must lose nothing; tests stop the process there. Of an archive: `intended` is before its last part is
 * written, `acted` when it is whole, `outcome` when it is in its place.
 */
export type CrashPoint = "captured" | "planned" | "intended" | "acted" | "outcome" | "verified";

export interface RunContext {
  readonly estate: BoundEstate;
  readonly identities: readonly IdentityValue[];
  /** What the request says beside the person; left out: nothing. */
  readonly asked?: Asked;
  /** Legal holds; left out where nobody can place any. */
  readonly holds?: Holds;
  /** Who is restricted; left out where nobody can be. */
  readonly marks?: Marks;
  readonly journal: Journal;
  readonly now: () => Date;
  /** Shown the plan before anything changes; false leaves it planned. */
  readonly approve: (plan: readonly PlanLine[], person: readonly IdentityValue[]) => Promise<boolean>;
  /** Whether something that hangs on the rows with identities is still to be done by somebody else. */
  readonly identityRowsWait?: () => boolean;
  readonly onProgress?: (text: string) => void;
  readonly atPoint?: (point: CrashPoint) => void;
  /** Keeps what a step changes as it was, for a person who may have it back; left out: nobody may. */
  readonly undo?: Undo;
  /** Where an archive goes, for rights that give one. */
  readonly archive?: ArchiveSink;
}

/** Told of each step: after it was written down and before it is made, and when it was made. */
export interface Undo {
  before(step: string, act: Step): Promise<void>;
  /** `rows`: of how many rows of each change the store says that they were changed. */
  after(step: string, act: Step, rows: readonly number[]): Promise<void>;
}

/** Restrictions of persons, known by their identities. */
export interface Marks {
  /** The day of the first one; null: there is none. */
  since(identities: readonly IdentityValue[]): Promise<Date | null>;
  mark(identities: readonly IdentityValue[]): Promise<void>;
  /** Ends the restriction of everybody whom one of the identities names. */
  lift(identities: readonly IdentityValue[]): Promise<void>;
}

export interface RightRunner {
  readonly name: string;
  /** Of rights that take `--set`: what it does. */
  readonly sets?: CorrectionMode;
  run(context: RunContext): Promise<RequestOutcome>;
}

export const nothing = (state: RequestState, notes: readonly string[]): RequestOutcome => ({
  state,
  plan: [],
  results: [],
  kept: [],
  notes,
});
