import type { KeepRule } from "../../plan/keep.ts";
import type { KeyedIssue } from "../../policy/kinds.ts";
import type { Commitment } from "../../policy/model.ts";
import { parseDuration } from "../../terms/duration.ts";
import { noTime, unknownClasses, unknownPurposes } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { type RetainSpec, schema } from "./schema.ts";

export const retain = defineKind({
  name: "retain",
  schema,
  check: (spec, context) => [
    ...unknownClasses("retain", spec.retain, context, ["all"]),
    ...unknownPurposes("while", spec.while ?? [], context),
    ...periodIssues(spec),
  ],
  says,
  means,
  cues,
  proof: { examine, judge },
  keepRule,
});

function periodIssues(spec: RetainSpec): KeyedIssue[] {
  const stray = misplaced(spec);
  if (spec.for === "needed") return [...stray, ...keepsWithoutEnd(spec)];
  if (spec.for !== "indefinitely") {
    if (spec.from !== undefined) return [...stray, ...noTime("for", spec.for)];
    const message = "`from` is missing: a period is counted from an anchor";
    return [
      ...stray,
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
  return [...stray, ...keepsWithoutEnd(spec)];
}

/** Keys that say nothing beside this `for`. */
function misplaced(spec: RetainSpec): KeyedIssue[] {
  const counted = spec.for !== "indefinitely" && spec.for !== "needed";
  const issue = (key: string, message: string): KeyedIssue => ({
    key,
    severity: "error",
    code: "misplaced-key",
    message,
    fix: `leave \`${key}\` out`,
  });
  return [
    ...(spec.from !== undefined && !counted
      ? [
          issue(
            "from",
            spec.for === "needed"
              ? "`from` counts nothing when the data is kept while it is needed"
              : "`from` counts nothing when the data is kept indefinitely",
          ),
        ]
      : []),
    ...(spec.while !== undefined && spec.for !== "needed"
      ? [issue("while", "`while` goes with `for: needed` only")]
      : []),
  ];
}

function keepsWithoutEnd(spec: RetainSpec): KeyedIssue[] {
  if (spec.keeps === undefined || spec.keeps.why === "hold") return [];
  const message = `\`${spec.keeps.why}\` keeps data for a period, never indefinitely`;
  return [
    {
      key: "keeps.why",
      severity: "error",
      code: "keeps-without-end",
      message,
      fix: "name a period under `for`",
      law: "GDPR Art. 5(1)(e)",
    },
  ];
}

/** Only a commitment that says `keeps` may outlast an erasure. */
function keepRule(spec: RetainSpec, commitment: Commitment): KeepRule | null {
  if (spec.keeps === undefined) return null;
  return {
    commitment: commitment.id,
    why: spec.keeps.why,
    reason: spec.keeps.reason,
    period: parseDuration(spec.for),
    anchor: spec.from ?? "",
    classes: spec.retain,
  };
}
