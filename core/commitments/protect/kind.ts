import type { KeyedIssue } from "../../policy/kinds.ts";
import { unknownClasses } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { type ProtectSpec, schema } from "./schema.ts";

export const protect = defineKind({
  name: "protect",
  schema,
  check: (spec, context) => [
    ...unknownClasses("protect", spec.protect, context, ["all"]),
    ...valuesIssues(spec),
  ],
  says,
  means,
  cues,
  proof: { examine, judge },
});

function valuesIssues(spec: ProtectSpec): KeyedIssue[] {
  if ((spec.by === "absence") === (spec.values !== undefined)) return [];
  if (spec.values === undefined) {
    const message = "`by: absence` needs `values`: what must not be found";
    return [
      { key: "by", severity: "error", code: "missing-key", message, fix: "add `values: [card_number]`" },
    ];
  }
  const message = "`values` goes with `by: absence` only";
  return [{ key: "values", severity: "error", code: "misplaced-key", message, fix: "leave `values` out" }];
}
