import { unknownClasses, unknownPurposes } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const consent = defineKind({
  name: "consent",
  schema,
  check: (spec, context) => [
    ...unknownPurposes("consent", spec.consent, context),
    ...unknownClasses("for", spec.for, context, ["all"]),
  ],
  says,
  means,
  cues,
});
