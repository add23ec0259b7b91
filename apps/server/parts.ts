import type { LogView } from "@avow/runtime/ledger/serve";
import type { LogState } from "@avow/runtime/ledger/state";
import type { Desk } from "@avow/runtime/requests/desk/desk";
import type { NewRequest } from "@avow/runtime/requests/desk/intake";

/** One promise as the board shows it. */
export interface BoardCommitment {
  readonly id: string;
  readonly kind: string;
  readonly verdict: string;
  readonly basis: string | null;
  readonly examined: number | null;
  readonly population: number | null;
  readonly reason: string;
  readonly says: string;
  readonly section: string;
  readonly file: string;
  readonly line: number;
  readonly statements: readonly string[];
  /** ISO 8601. */
  readonly since: string | null;
  /** ISO 8601: after this nobody has looked. */
  readonly freshUntil: string | null;
  /** 0 to 1, of what is read in parts. */
  readonly coverage: number | null;
  readonly waiver: { readonly owner: string; readonly reason: string; readonly until: string } | null;
}

export interface BoardPromise {
  readonly promise: string;
  readonly verdict: string;
  readonly waived: boolean;
  readonly commitments: readonly BoardCommitment[];
}

export interface Board {
  readonly service: string;
  readonly controller: string;
  readonly version: string;
  /** ISO 8601; null before the first check. */
  readonly at: string | null;
  readonly summary: Readonly<Record<string, number>>;
  readonly promises: readonly BoardPromise[];
  readonly problems: readonly string[];
  /** Legal holds that somebody should have looked at again by now. */
  readonly holdsOverdue: number;
  /** Rights are being tried on invented people: what rests on that is not known yet, or by an earlier time. */
  readonly trying: boolean;
  /** Those by which nobody is found any more. */
  readonly holdsLost: number;
  /** The evidence log; null before its first checkpoint. */
  readonly log: LogState | null;
}

export interface ServerParts {
  readonly service: string;
  /** What host applications sign in with. */
  readonly token: string;
  readonly desk: Desk;
  /** The latest. */
  readonly board: () => Board;
  /** Hands a request to the workers, in the transaction that opens it. */
  readonly enqueue: NonNullable<NewRequest["enqueue"]>;
  /** The evidence log, as everybody may read it. */
  readonly log: LogView;
  /** The receipt of a closed request; null when there is none (yet). */
  readonly receipt: (request: string) => Promise<Uint8Array | null>;
  /** The page that verifies receipts, with the log's keys filled in. */
  readonly verifier: () => Promise<string>;
  readonly onLog: (line: string) => void;
}
