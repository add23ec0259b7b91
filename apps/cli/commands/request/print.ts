import type { RequestOutcome } from "@avow/runtime/requests/run/run";
import type { CommandContext } from "../../command.ts";
import { table } from "../../report/table.ts";

interface Printed {
  /** Null: only looked at. */
  readonly id: string | null;
  readonly right: string;
  readonly outcome: RequestOutcome;
  /** It had a scope: the person stays. */
  readonly inPart?: boolean;
  readonly archive?: string | null;
  readonly receipt?: string | null;
  readonly undoKey?: string | null;
}

/** `accepted_unverifiable` is as much as there ever is where only people look. */
const DONE: ReadonlySet<string> = new Set(["done", "verified_absent", "accepted_unverifiable"]);
const DAY_CHARS = 10;
const day = (iso: string | null | undefined): string =>
  iso === null || iso === undefined ? "" : iso.slice(0, DAY_CHARS);

const HEADLINE: Readonly<Record<RequestOutcome["state"], string>> = {
  planned: "planned; nothing was changed",
  closed: "done",
  restricted: "RESTRICTED, not erased yet: it is out of the stores, and can be had back",
  restored: "restored",
  not_done: "NOT DONE",
  requested: "waits for what somebody has to do by hand",
  not_found: "nobody found",
  ambiguous_identity: "stopped: it is not clear who is meant",
};

/** Which values of the rows that stay go, and which of them tell about the person still. */
function fieldsOf(line: RequestOutcome["plan"][number]): string[] {
  if (line.blanked === undefined || line.stays === undefined) return [];
  const named = (fields: readonly string[]): string => (fields.length === 0 ? "nothing" : fields.join(", "));
  return [
    `  of ${line.store}.${line.collection}: ${named(line.blanked)} blanked; ${named(line.stays)} stays\n`,
  ];
}

type Line = RequestOutcome["plan"][number];

const reasonOf = ({ hold, reason }: Line): string =>
  hold === undefined ? (reason ?? "") : `legal hold${reason === undefined ? "" : `: ${reason}`}`;

/** A hold ends when somebody lifts it: its day is that of the next review. */
function untilOf({ hold, until }: Line): string {
  if (until === undefined) return "";
  const named = day(until) || "no end date";
  return hold === undefined ? named : `lifted (review ${named})`;
}

export function printOutcome(
  context: CommandContext,
  { id, right, outcome, inPart, archive, receipt, undoKey }: Printed,
): void {
  const out = context.json ? context.stderr : context.stdout;
  out(`\n${right}${id === null ? "" : ` ${id}`}: ${HEADLINE[outcome.state]}\n`);
  if (outcome.plan.length > 0) {
    const rows = outcome.plan.map((l) => [
      l.action,
      `${l.store}.${l.collection}`,
      String(l.rows),
      reasonOf(l),
      untilOf(l),
    ]);
    out(`\n${table(["what", "where", "rows", "why", "until"], rows)}`);
    out(outcome.plan.flatMap(fieldsOf).join(""));
  }
  const open = outcome.results.filter((r) => !DONE.has(r.result));
  if (open.length > 0)
    out(
      `\nwhat remains:\n${table(
        ["where", "rows", "result", "until", "why"],
        open.map((r) => [
          ...[`${r.store}.${r.collection}`, String(r.rows), r.result],
          ...[r.until ?? "", r.reason ?? ""],
        ]),
      )}`,
    );
  else if (
    (outcome.state === "closed" || outcome.state === "restricted") &&
    outcome.results.some((r) => r.result === "verified_absent")
  )
    out(
      `\nlooked again afterwards, in the collections of the data map: ${inPart !== true ? "nothing else of this person" : outcome.kept.length === 0 ? "nothing else that was asked for" : "of what was asked for nothing but what stays, for the reasons above,"} is left there\n`,
    );
  if (outcome.restrictedUntil !== undefined)
    out(
      `\nrestricted until ${day(outcome.restrictedUntil)}, then erased for good; until then \`avow request restore ${id ?? ""} --key FILE\` brings it back\n`,
    );
  if (undoKey !== null && undefined !== undoKey)
    out(`the key, for the person alone and kept nowhere else: ${undoKey}\n`);
  for (const line of outcome.results.filter((r) => r.result === "accepted_unverifiable"))
    out(
      `${line.store}.${line.collection}: done by hand, says somebody with a proof; nothing here has seen it\n`,
    );
  for (const note of outcome.notes) out(`${note}\n`);
  if (archive !== null && archive !== undefined) out(`\narchive: ${archive}\n`);
  if (receipt !== null && receipt !== undefined)
    out(`receipt, for the person to keep: ${receipt}\n(\`avow receipt verify\` checks it offline)\n`);
}
