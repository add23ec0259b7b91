/** One change as a person reads it before confirming, and as scripts do. */
import type { Change } from "@avow/core/policy/lock/propose";
import type { Policy } from "@avow/core/policy/model";

export function showChange(change: Change, policy: Policy): string {
  if (change.change === "commitment") {
    const { commitment, was } = change;
    const head = `${commitment.span.file}:${commitment.span.line} commitment \`${commitment.id}\` (${commitment.kind}, ${commitment.origin})`;
    return was === null
      ? `${head} is new\n  is:  ${commitment.says}`
      : `${head} changed\n  was: ${was}\n  is:  ${commitment.says}`;
  }
  const { statement, proposal, reason } = change;
  const says = (id: string): string => policy.commitments.find((c) => c.id === id)?.says ?? "";
  const bound =
    proposal.fate === "informs"
      ? [`  promises nothing: ${proposal.why}`]
      : proposal.commitments.map((id) => `  binds \`${id}\`: ${says(id)}`);
  return [
    `${statement.span.file}:${statement.span.line} §${statement.id}: ${reason}`,
    `  “${statement.text}”`,
    ...bound,
  ].join("\n");
}

export function changeJson(change: Change) {
  if (change.change === "commitment") {
    const { commitment, was } = change;
    return { change: "commitment", id: commitment.id, line: commitment.span.line, was, is: commitment.says };
  }
  const { statement, proposal, reason } = change;
  return {
    change: "statement",
    id: statement.id,
    line: statement.span.line,
    text: statement.text,
    reason,
    ...proposal,
  };
}
