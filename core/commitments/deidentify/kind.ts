import { unknownClasses, unknownPurposes } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const deidentify = defineKind({
  name: "deidentify",
  schema,
  check: (spec, context) => [
    ...unknownClasses("deidentify", spec.deidentify, context, ["all"]),
    ...unknownPurposes("for", spec.for ?? [], context),
  ],
  says,
  means,
  cues,
  proof: { examine, judge },
});
