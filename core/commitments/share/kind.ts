import type { KeyedIssue } from "../../policy/kinds.ts";
import { unknownClasses, unknownPurposes, unknownRecipients } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { type ShareSpec, schema } from "./schema.ts";

export const share = defineKind({
  name: "share",
  schema,
  check: (spec, context) => [
    ...unknownClasses("share", spec.share, context, ["all"]),
    ...unknownRecipients("with", spec.with, context),
    ...unknownPurposes("purpose", spec.purpose, context),
    ...torn(spec),
  ],
  says,
  means,
  cues,
  proof: { examine, judge },
});

function torn(spec: ShareSpec): KeyedIssue[] {
  if (!spec.never || !spec.only) return [];
  const message = "`only` and `never` say opposite things";
  return [{ key: "only", severity: "error", code: "misplaced-key", message, fix: "leave one of them out" }];
}
