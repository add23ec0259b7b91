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
  check: (spec, context) => [...noTime("within", spec.within), ...unknownExceptions(spec, context)],
  says,
  means,
  marks: "right",
  cues,
  proof: { examine, judge },
  deadline: (spec, right) => (spec.right.some((r) => r === right) ? (spec.within ?? null) : null),
});

function unknownExceptions(spec: RightSpec, context: KindContext): KeyedIssue[] {
  const known = [...context.commitments];
  return (spec.except ?? []).flatMap((id, i): KeyedIssue[] => {
    if (context.commitments.has(id)) return [];
    const message = `\`${id}\` is no commitment of this policy`;
    const fix = suggestion(id, known, `known commitments: ${listed(known)}`);
    return [{ key: `except.${i}`, severity: "error", code: "unknown-commitment", message, fix }];
  });
}
