import { COOKIE_USES } from "../cookie-uses.ts";
import { unknownClasses, unknownPurposes } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const consent = defineKind({
  name: "consent",
  schema,
  check: (spec, context) => [
    // Which cookies need it is said in the words of cookies.
    ...unknownPurposes("consent", spec.consent, context, spec.to === "store" ? COOKIE_USES : []),
    ...unknownClasses("for", spec.for, context, ["all"]),
  ],
  says,
  means,
  cues,
  proof: { examine, judge },
});
