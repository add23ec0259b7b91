/** What a step that a store refused, or did in part, leaves: for the results of a request, and for when it is tried again. */
import type { Answer, ConnectorFailure } from "../../connector-kit/contract.ts";
import { whyFailed } from "../../connector-kit/told.ts";
import type { StepOutcome } from "./journal.ts";
import type { ResultLine } from "./run.ts";

type Refusal = Pick<ResultLine, "result" | "rows" | "reason" | "until">;

const RESULTS: Readonly<Partial<Record<ConnectorFailure["error"], "blocked" | "partial">>> = {
  blocked: "blocked",
  partial: "partial",
};

/** Of the change at this place of the step, with so many rows. */
export function refusalOf(failure: ConnectorFailure, at: number, rows: number): Refusal {
  const until = untilOf(failure);
  return {
    result: RESULTS[failure.error] ?? "failed",
    rows: leftOf(failure, at, rows),
    reason: whyFailed(failure),
    ...(until === null ? {} : { until: until.toISOString() }),
  };
}

/** How a step ended whose changes had so many rows each, for the journal. */
export function endingOf(answer: Answer<readonly number[]>, counts: readonly number[]): StepOutcome {
  if (answer.ok) return { state: "done", rows: sumOf(answer.value), reason: null };
  const { reason } = answer;
  if (answer.error !== "partial") return { state: "failed", rows: 0, reason };
  return { state: "partial", rows: sumOf(changedIn(answer, counts)), reason };
}

/** How many rows of each change were changed for certain, where the changes had so many each. */
export function changedIn(answer: Answer<readonly number[]>, counts: readonly number[]): readonly number[] {
  return answer.ok ? answer.value : counts.map((n, at) => n - leftOf(answer, at, n));
}

const sumOf = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** Never more than was asked for, and never nothing of what nobody has counted. */
function leftOf(failure: ConnectorFailure, at: number, rows: number): number {
  const left = failure.error === "partial" ? failure.left?.[at] : undefined;
  return left === undefined ? rows : Math.min(Math.max(left, 0), rows);
}

/** Beyond it no database keeps a date. */
const LAST = Date.parse("9999-12-31T00:00:00Z");
const WITH_ZONE = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/;

/** Null where the store does not say, or says what is no moment: then nobody knows. */
export function untilOf({ error, until }: Pick<ConnectorFailure, "error" | "until">): Date | null {
  if (until === undefined || RESULTS[error] === undefined || !WITH_ZONE.test(until)) return null;
  const at = Date.parse(until);
  return Number.isNaN(at) || at > LAST ? null : new Date(at);
}

/** In words, for whoever asks what became of a request. Null: nothing of it has a date. */
export function againInWords(lines: readonly ResultLine[]): string | null {
  const dated = lines.filter((l) => l.until !== undefined);
  if (dated.length === 0) return null;
  const named = dated.map((l) => `\`${l.store}.${l.collection}\` is ${l.result} until ${l.until}`);
  return `${[...new Set(named)].join(", ")}: it is tried again then`;
}
