/** A check's report → the board: the report plus what the policy says at each place. */
import type { Policy } from "@avow/core/policy/model";
import type { Board, BoardCommitment } from "./parts.ts";

interface ReportCommitment extends Omit<BoardCommitment, "statements"> {}

export interface BoardReport {
  readonly at: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly promises: readonly {
    readonly promise: string;
    readonly verdict: string;
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
