/** A check's report → the board: the report plus what the policy says at each place. */
import { WORST_FIRST, worstOf } from "@avow/core/commitments/proof";
import type { Policy } from "@avow/core/policy/model";
import type { Board, BoardCommitment, BoardPromise } from "./parts.ts";

interface ReportCommitment extends Omit<BoardCommitment, "statements"> {}

export interface BoardReport {
  readonly at: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly promises: readonly {
    readonly promise: string;
    readonly verdict: string;
    readonly waived: boolean;
    readonly commitments: readonly ReportCommitment[];
  }[];
}

export const emptyBoard = (policy: Policy): Board => ({
  service: policy.service,
  controller: policy.controller.name,
  version: policy.version,
  at: null,
  summary: {},
  promises: [],
  problems: [],
  holdsOverdue: 0,
  trying: false,
  holdsLost: 0,
  log: null,
});

export function boardOf(policy: Policy, report: BoardReport, problems: readonly string[]): Board {
  const texts = new Map(policy.statements.map((s) => [s.id, s.text]));
  const standing = new Map(
    policy.commitments.map((c) => [c.id, c.statements.flatMap((s) => texts.get(s) ?? [])]),
  );
  const promises = report.promises.map((p) => ({
    ...p,
    commitments: p.commitments.map((c) => ({ ...c, statements: standing.get(c.id) ?? [] })),
  }));
  return { ...emptyBoard(policy), at: report.at, summary: report.summary, promises, problems };
}

/** As it stands at this moment: a verdict that nobody has renewed in time is none any more. */
export function agedBoard(board: Board, now: Date): Board {
  const promises = board.promises.map((p) => aged(p, now.toISOString()));
  if (promises.every((p, i) => p === board.promises[i])) return board;
  const summary = { ...board.summary };
  for (const verdict of WORST_FIRST) {
    const key = verdict === "not applicable" ? "notApplicable" : verdict;
    summary[key] = promises.filter((p) => p.verdict === verdict).length;
  }
  return { ...board, promises, summary };
}

/** A breach is not mended by nobody looking at it. */
const isStale = ({ verdict, freshUntil }: BoardCommitment, now: string): boolean =>
  (verdict === "kept" || verdict === "attested") && freshUntil !== null && freshUntil < now;

function aged(promise: BoardPromise, now: string): BoardPromise {
  if (!promise.commitments.some((c) => isStale(c, now))) return promise;
  const commitments = promise.commitments.map((c) =>
    isStale(c, now)
      ? {
          ...c,
          verdict: "unproven",
          basis: null,
          reason: `looked at too long ago: that held until ${c.freshUntil}`,
        }
      : c,
  );
  const verdicts = new Set(commitments.map((c) => c.verdict));
  return { ...promise, commitments, verdict: worstOf(WORST_FIRST.filter((v) => verdicts.has(v))) };
}
