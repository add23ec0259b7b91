import type { KeepRule } from "../../plan/keep.ts";
import type { KeyedIssue } from "../../policy/kinds.ts";
import type { Commitment } from "../../policy/model.ts";
import { parseDuration } from "../../terms/duration.ts";
import { noTime, unknownClasses } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { type RetainSpec, schema } from "./schema.ts";

export const retain = defineKind({
  name: "retain",
  schema,
  check: (spec, context) => [...unknownClasses("retain", spec.retain, context), ...periodIssues(spec)],
  says,
  proof: { examine, judge },
  keepRule,
});

function periodIssues(spec: RetainSpec): KeyedIssue[] {
  if (spec.for !== "indefinitely") {
    if (spec.from !== undefined) return noTime("for", spec.for);
    const message = "`from` is missing: a period is counted from an anchor";
    return [
      ...noTime("for", spec.for),
      {
        key: null,
        severity: "error",
        code: "missing-key",
        message,
        fix: "add `from: creation`, or another anchor of the data map",
      },
    ];
  }
  const issues: KeyedIssue[] = [];
  if (spec.from !== undefined) {
    const message = "`from` counts nothing when the data is kept indefinitely";
    issues.push({ key: "from", severity: "error", code: "misplaced-key", message, fix: "leave `from` out" });
  }
  if (spec.keeps !== undefined && spec.keeps.why !== "hold") {
    const message = `\`${spec.keeps.why}\` keeps data for a period, never indefinitely`;
    issues.push({
      key: "keeps.why",
      severity: "error",
      code: "keeps-without-end",
      message,
      fix: "name a period under `for`",
      law: "GDPR Art. 5(1)(e)",
    });
  }
  return issues;
}

/** Only a commitment that says `keeps` may outlast an erasure. */
function keepRule(spec: RetainSpec, commitment: Commitment): KeepRule | null {
  if (spec.keeps === undefined) return null;
  return {
    commitment: commitment.id,
    why: spec.keeps.why,
    reason: spec.keeps.reason,
    period: spec.for === "indefinitely" ? null : parseDuration(spec.for),
    anchor: spec.from ?? "",
    classes: spec.retain,
  };
}
