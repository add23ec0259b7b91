/**
 * What policy.lock confirms. A locked row counts for the statement of the same section and text, in the order of the document where
 * two are alike. A statement is bound to those of its commitments that both the text and the lock name, and whose hash is the
 * locked one; a commitment is bound when its hash is the locked one and, if it stands under statements, one of them is bound to it.
 */
import type { Commitment, Statement } from "../model.ts";
import type { DraftCommitment, DraftStatement } from "../resolved/resolve.ts";
import { type Lock, type LockedStatement, lockedCommitmentOf } from "./model.ts";

export interface Confirmed {
  readonly statements: readonly Statement[];
  readonly commitments: readonly Commitment[];
  /** Indexes of locked statements that the policy no longer has. */
  readonly stale: readonly number[];
  /** Locked commitments that the policy no longer has. */
  readonly staleCommitments: readonly string[];
}

export const NEW_SENTENCE = "this sentence is new or changed since it was bound";
export const PROPOSED = "proposed: nobody has taken it over yet";
export const NO_BLOCK = "no block stands under this sentence";

interface Draft {
  readonly statements: readonly DraftStatement[];
  readonly commitments: readonly DraftCommitment[];
}

export function confirm(draft: Draft, lock: Lock): Confirmed {
  const rows = rowsOf(draft.statements, lock);
  const changes = new Map(draft.commitments.map((c) => [c.id, changeOf(c, lock)]));
  const statements = draft.statements.map(({ proposal, pending, ...statement }): Statement => {
    const row = rows.matched.get(statement.id);
    if (pending === true) return { ...statement, fate: { fate: "unbound", reason: PROPOSED } };
    return { ...statement, fate: fateOf(proposal, row, changes) };
  });
  const holds = new Set(
    statements.flatMap((s) => (s.fate.fate === "bound" ? s.fate.commitments.map((c) => `${s.id} ${c}`) : [])),
  );
  const commitments = draft.commitments.map((c): Commitment => {
    const held = c.statements.length === 0 || c.statements.some((s) => holds.has(`${s} ${c.id}`));
    const words = c.statements.length === 1 ? "the sentence above it is" : "the sentences above it are";
    return {
      ...c,
      unbound: changes.get(c.id) ?? (held ? null : `${words} new or changed since it was bound`),
    };
  });
  const ids = new Set(draft.commitments.map((c) => c.id));
  return {
    statements,
    commitments,
    stale: rows.stale,
    staleCommitments: Object.keys(lock.commitments).filter((id) => !ids.has(id)),
  };
}

/** Null: the lock has it as it is. */
function changeOf(commitment: DraftCommitment, lock: Lock): string | null {
  if (commitment.proposed === true) return PROPOSED;
  const locked = lockedCommitmentOf(lock, commitment.id);
  if (locked === undefined) return "this commitment is new: nobody has bound it yet";
  return locked.hash === commitment.hash
    ? null
    : `the commitment changed since it was bound: was “${locked.says}”`;
}

function fateOf(
  proposal: DraftStatement["proposal"],
  row: LockedStatement | undefined,
  changes: ReadonlyMap<string, string | null>,
): Statement["fate"] {
  const unbound = (reason: string): Statement["fate"] => ({ fate: "unbound", reason });
  if (proposal === null) return unbound(NO_BLOCK);
  if (row === undefined) return unbound(NEW_SENTENCE);
  if (proposal.fate === "informs") {
    if (row.informs === proposal.why) return proposal;
    return unbound(
      row.informs === undefined
        ? "it was bound to commitments, and is now said to promise nothing"
        : "the reason why it promises nothing changed since it was bound",
    );
  }
  const { binds } = row;
  if (binds === undefined) return unbound("it was said to promise nothing, and now stands above commitments");
  const both = proposal.commitments.filter((id) => binds.includes(id));
  const held = both.filter((id) => changes.get(id) === null);
  if (held.length > 0) return { fate: "bound", commitments: held };
  return unbound(
    both.map((id) => changes.get(id)).find((c) => typeof c === "string") ??
      "the commitments under it are not those that it was bound to",
  );
}

/** Which locked row belongs to which statement. */
function rowsOf(statements: readonly DraftStatement[], lock: Lock) {
  const waiting = Map.groupBy(lock.statements.keys(), (i) => keyOf(lock.statements[i]));
  const matched = new Map<string, LockedStatement>();
  const used = new Set<number>();
  for (const statement of statements) {
    const index = waiting.get(keyOf(statement))?.shift();
    const row = index === undefined ? undefined : lock.statements[index];
    if (index === undefined || row === undefined) continue;
    used.add(index);
    matched.set(statement.id, row);
  }
  return { matched, stale: [...lock.statements.keys()].filter((i) => !used.has(i)) };
}

const keyOf = (s: { readonly section: string; readonly hash: string } | undefined): string =>
  `${s?.hash} ${s?.section}`;
