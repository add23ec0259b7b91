/** Avow's own tables, as Kysely sees them. The statements are in migrations/. */
import type { ColumnType, Generated } from "kysely";

type Json<T> = ColumnType<T | null, string | null, string | null>;

export interface RequestsTable {
  id: string;
  service: string;
  right_name: string;
  state: string;
  via: string;
  sealed_identities: Buffer | null;
  sealed_asked: Buffer | null;
  asked_name: Generated<string>;
  policy_hash: string;
  map_hash: string;
  plan: Json<unknown>;
  results: Json<unknown>;
  kept: Json<unknown>;
  notes: Json<unknown>;
  received_at: Date;
  due_at: Date;
  closed_at: Date | null;
  /** The entry of the evidence log that ended it. */
  certificate: string | null;
  approved_at: Date | null;
  approved_by: string | null;
  tries: Generated<number>;
  next_try_at: Date | null;
  archive_until: Date | null;
  /** The public half of the key to the undo bundle; null: it is erased without one. */
  undo_key: Buffer | null;
  /** Until when the erasure can be taken back; null: it can not, or can no more. */
  grace_until: Date | null;
  restoring_since: Date | null;
  /** The sweep that has it, or had it last. */
  sweep: string | null;
}

export interface SweepsTable {
  id: string;
  service: string;
  right_name: string;
  requests: number;
  started_at: Date;
  ended_at: Date | null;
}

export interface SweepStepsTable extends Omit<StepsTable, "request"> {
  sweep: string;
}

export interface StepsTable {
  id: Generated<string>;
  request: string;
  phase: string;
  store: string;
  changes: Json<unknown>;
  state: string;
  rows: string | number | null;
  reason: string | null;
  intended_at: Date;
  ended_at: Date | null;
}

export interface TasksTable {
  id: string;
  service: string;
  request: string;
  store: string;
  collection: string;
  class: string;
  right_name: string;
  /** `open`, `done`, `refused`, `blocked` (not now), `partial` (some of it is done); `ended`: nobody needs to do it any more. */
  state: string;
  what: string;
  sealed_person: Buffer | null;
  sealed_note: Buffer | null;
  reason: string | null;
  proof_sha256: string | null;
  /** What is attached for the person: the ending of its name; null: nothing. */
  file_ext: string | null;
  created_at: Date;
  due_at: Date;
  ended_at: Date | null;
  ended_by: string | null;
  /** From when on what is `blocked` or `partial` is open again; null: nobody knows. */
  until: Date | null;
}

/** What PostgreSQL sends for a bigint is text. */
type Big = ColumnType<string, string | number | undefined, string | number>;

export interface LedgerTables {
  ledger_logs: {
    log: string;
    origin: string;
    /** One more with each sequencer that takes the lead. */
    term: Big;
    size: Big;
    root: Buffer;
    checkpoint: Buffer | null;
    checkpoint_size: Big;
    /** Entries whose rows went with the key of whom they were about. */
    forgotten: Generated<Big>;
    forgotten_entry: Generated<string | null>;
    /** Of them, those that an earlier version let go without an entry. */
    forgotten_untold: Big;
  };
  ledger_keys: {
    id: Generated<string>;
    log: string;
    subject: string;
    sealed: Buffer | null;
    ends_at: Date | null;
    destroyed_at: Date | null;
  };
  ledger_outbox: { log: string; seq: Generated<string>; entries: number; leaves: Buffer };
  ledger_entries: {
    id: string;
    log: string;
    seq: Big;
    n: number;
    key: string | null;
    body: Buffer | null;
    /** True: its call appended nothing else. */
    single: Generated<boolean | null>;
  };
  ledger_batches: {
    log: string;
    first: Big;
    entries: number;
    seqs: string[];
    counts: number[];
    places: Buffer;
  };
  ledger_tiles: { log: string; level: number; n: Big; width: number; bytes: Buffer };
}

export interface Tables extends LedgerTables {
  requests: RequestsTable;
  restrictions: { service: string; name: string; mark: string; since: Date };
  merges: {
    id: string;
    service: string;
    /** Null: undone. */
    sealed: Buffer | null;
    merged_at: Date;
    merged_by: string;
    undone_at: Generated<Date | null>;
  };
  merge_names: { merge: string; name: string; side: "visitor" | "account" };
  holds: {
    id: string;
    seq: Generated<string>;
    service: string;
    sealed: Buffer;
    grounds: Json<unknown>;
    review_at: Date;
    placed_at: Date;
    /** Null: it is in effect. */
    lifted_at: Generated<Date | null>;
  };
  hold_names: { hold: string; name: string };
  hold_owed: {
    hold: string;
    request: string;
    /** With the rows of accounts (`holds/sealed.ts`). */
    sealed_identities: Buffer;
    sealed_asked: Buffer | null;
  };
  request_subjects: { request: string; name: string };
  request_captures: { request: string; part: number; sealed: Buffer };
  request_steps: StepsTable;
  sweeps: SweepsTable;
  sweep_steps: SweepStepsTable;
  /** Names of 16 bytes each, one after another. */
  suppression_lots: { request: string; lot: Buffer; service: string; erased_at: Date; names: Buffer };
  suppression_ends: { request: string; service: string; ends_at: Date };
  suppression_runs: {
    id: string;
    service: string;
    request: string | null;
    state: string;
    results: Json<unknown>;
    started_at: Date;
    ended_at: Date | null;
  };
  request_tasks: TasksTable;
  verdicts: {
    service: string;
    commitment: string;
    /** Of the commitment as it was worded. */
    hash: string;
    verdict: string;
    since: Date;
    checked_at: Date;
  };
  promise_verdicts: {
    service: string;
    promise: string;
    /** Of the commitments that it is made of, as they were worded. */
    hash: string;
    verdict: string;
    since: Date;
    checked_at: Date;
    /** After this nobody has looked; null: there is nothing that runs out. */
    fresh_until: Date | null;
  };
  verdict_changes: {
    id: string;
    service: string;
    /** `promise` or `commitment`. */
    scope: string;
    name: string;
    hash: string;
    /** Null: the first look. */
    from_verdict: string | null;
    to_verdict: string;
    at: Date;
  };
  logged_looks: {
    service: string;
    /** Which commitments, as they are worded. */
    scope: string;
    /** Those, with their verdicts. */
    saw: string;
    /** Of the last entry that says so. */
    at: Date;
  };
  check_windows: {
    id: string;
    service: string;
    look: string;
    rows: Big;
    read_at: Date | null;
    /** Its bounds and what it showed: keys of rows may be a person's. */
    sealed: Buffer;
  };
  alerts: {
    id: string;
    service: string;
    sink: string;
    body: Json<unknown>;
    /** `waiting`, `sent` or `dead`. */
    state: string;
    tries: Generated<number>;
    /** Of the last attempt: `http 503`, `timeout`; never what an answer said. */
    failure: string | null;
    created_at: Date;
    next_try_at: Date | null;
    ended_at: Date | null;
    /** Its receiver, when this was tried last, asked not to be sent anything before. */
    hold_until: Generated<Date | null>;
  };
  drills: {
    id: string;
    service: string;
    right_name: string;
    state: string;
    detail: string;
    /** What erasures were planned from at the time (core/plan/basis.ts). */
    plan_basis: Generated<string>;
    /** What else it rests upon (runtime/checks/drill-basis.ts). */
    adapter_basis: Generated<string>;
    policy_basis: Generated<string>;
    proves: Generated<string[]>;
    sealed_canary: Buffer | null;
    started_at: Date;
    ended_at: Date | null;
  };
}
