import type { KeyedIssue, KindContext } from "../../policy/kinds.ts";
import { listed, suggestion } from "../../terms/suggest.ts";
import { noTime } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { type RightSpec, schema } from "./schema.ts";

export const right = defineKind({
  name: "right",
  schema,
  check: (spec, context) => [
    ...noTime("within", spec.within),
    ...misplacedStart(spec),
    ...unknownExceptions(spec, context),
  ],
  says,
  means,
  marks: "right",
  cues,
  proof: { examine, judge },
  deadline: (spec, right) => (spec.right.some((r) => r === right) ? (spec.within ?? null) : null),
});

/** `from` says from when a deadline runs, and only an erasure can be owed to somebody who has not asked. */
function misplacedStart({ right, within, from, to }: RightSpec): KeyedIssue[] {
  if (from === undefined) return [];
  const issue = (code: string, message: string, fix: string): KeyedIssue[] => [
    { key: "from", severity: "error", code, message, fix },
  ];
  const misplaced = (message: string) => issue("misplaced-key", message, "leave `closure` out");
  if (within === undefined)
    return issue("missing-key", "`from` needs the period that runs from there", "add `within: P30D`");
  if (!from.includes("closure")) return [];
  if (!right.includes("erase"))
    return misplaced("`from: closure` goes with `right: erase` only: nothing else is done without a request");
  if (to !== "us")
    return misplaced("`from: closure` goes with `to: us` only: nobody else erases without a request");
  if (from.includes("request")) return [];
  const message = "`from: closure` alone leaves whoever asks without a deadline";
  return issue("missing-value", message, "write `from: [request, closure]`");
}

function unknownExceptions(spec: RightSpec, context: KindContext): KeyedIssue[] {
  const known = [...context.commitments];
  return (spec.except ?? []).flatMap((id, i): KeyedIssue[] => {
    if (context.commitments.has(id)) return [];
    const message = `\`${id}\` is no commitment of this policy`;
    const fix = suggestion(id, known, `known commitments: ${listed(known)}`);
    return [{ key: `except.${i}`, severity: "error", code: "unknown-commitment", message, fix }];
  });
}
