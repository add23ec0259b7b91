/** What `avow bind` would write, and how it differs from what is locked. */
import type { Commitment, Policy, Statement } from "../model.ts";
import type { Proposal } from "../resolved/resolve.ts";
import { type Lock, type LockedCommitment, type LockedStatement, lockedCommitmentOf } from "./model.ts";

/** By statement id; statements without a block are not in it. */
export type Proposals = ReadonlyMap<string, Proposal>;

/** Everything the text says, confirmed. `locale`: of a further file; null for the first. */
export const proposeLock = (policy: Policy, proposals: Proposals, locale: string | null = null): Lock => ({
  statements: policy.statements.flatMap((s) => lockedStatement(s, proposals.get(s.id), locale) ?? []),
  commitments: Object.fromEntries(takenOver(policy).map((c) => [c.id, lockedCommitment(c)])),
});

/** What an import proposes is nobody's word yet, and is not offered. */
const takenOver = (policy: Policy): readonly Commitment[] =>
  policy.commitments.filter((c) => c.proposed !== true);

export type Change =
  | {
      readonly change: "statement";
      readonly statement: Statement;
      readonly proposal: Proposal;
      readonly reason: string;
    }
  | { readonly change: "commitment"; readonly commitment: Commitment; readonly was: string | null };

/** What nobody has confirmed yet, commitments first: a sentence is judged beside the commitment as it is now. */
export function changesOf(policy: Policy, proposals: Proposals, lock: Lock): readonly Change[] {
  const commitments = takenOver(policy).flatMap((commitment): Change[] => {
    const locked = lockedCommitmentOf(lock, commitment.id);
    return locked?.hash === commitment.hash
      ? []
      : [{ change: "commitment", commitment, was: locked?.says ?? null }];
  });
  const known = Map.groupBy(lock.statements, rowKey);
  const statements = policy.statements.flatMap((statement): Change[] => {
    const proposal = proposals.get(statement.id);
    const row = lockedStatement(statement, proposal, null);
    if (proposal === undefined || row === null) return [];
    if (known.get(rowKey(row))?.shift() !== undefined) return [];
    const reason =
      statement.fate.fate === "unbound"
        ? statement.fate.reason
        : "the commitments under it are not those that it was bound to";
    return [{ change: "statement", statement, proposal, reason }];
  });
  return [...commitments, ...statements];
}

/** The lock after those changes were confirmed; what was refused stays as it was, and rows of sentences that are gone go. */
export function lockAfter(
  policy: Policy,
  proposals: Proposals,
  lock: Lock,
  confirmed: ReadonlySet<Change>,
  locale: string | null = null,
): Lock {
  const open = changesOf(policy, proposals, lock);
  const chosen = new Set([...confirmed].map(keyOf));
  const refused = new Set(open.map(keyOf).filter((key) => !chosen.has(key)));
  const old = Map.groupBy(lock.statements, (s) => `${s.section} ${s.hash}`);
  const statements = policy.statements.flatMap((s): LockedStatement[] => {
    const before = old.get(`${s.section} ${s.hash}`)?.shift();
    const row = lockedStatement(s, proposals.get(s.id), locale);
    if (row === null || refused.has(`statement ${s.id}`)) return before === undefined ? [] : [before];
    return [row];
  });
  const commitments = policy.commitments.flatMap((c): [string, LockedCommitment][] => {
    const before = lockedCommitmentOf(lock, c.id);
    if (c.proposed === true || refused.has(`commitment ${c.id}`))
      return before === undefined ? [] : [[c.id, before]];
    return [[c.id, lockedCommitment(c)]];
  });
  return { statements, commitments: Object.fromEntries(commitments) };
}

/** The lock of a service: the rows of each file, the commitments of the first, and what the others say otherwise. */
export function joinLocks(first: Lock, others: readonly (readonly [locale: string, lock: Lock])[]): Lock {
  const locales = others.flatMap(([locale, { commitments }]) => {
    const differ = Object.entries(commitments).filter(
      ([id, c]) => lockedCommitmentOf(first, id)?.hash !== c.hash,
    );
    return differ.length === 0 ? [] : [[locale, Object.fromEntries(differ)] as const];
  });
  return {
    statements: [first, ...others.map(([, lock]) => lock)].flatMap((l) => l.statements),
    commitments: first.commitments,
    ...(locales.length === 0 ? {} : { locales: Object.fromEntries(locales) }),
  };
}

/** Names a change, so that two lists of them can be compared. */
export const keyOf = (c: Change): string =>
  c.change === "statement" ? `statement ${c.statement.id}` : `commitment ${c.commitment.id}`;

const EXCERPT_MAX = 100;

function lockedStatement(
  s: Statement,
  proposal: Proposal | undefined,
  locale: string | null,
): LockedStatement | null {
  if (proposal === undefined) return null;
  const says = s.text.length > EXCERPT_MAX ? `${s.text.slice(0, EXCERPT_MAX).trimEnd()}…` : s.text;
  const row = { ...(locale === null ? {} : { locale }), section: s.section, hash: s.hash, says };
  return proposal.fate === "bound"
    ? { ...row, binds: proposal.commitments }
    : { ...row, informs: proposal.why };
}

const lockedCommitment = (c: Commitment): LockedCommitment => ({ hash: c.hash, says: c.says });

const rowKey = (r: LockedStatement): string =>
  JSON.stringify([r.section, r.hash, r.binds ?? null, r.informs ?? null]);
