import { unknownClasses, unknownPurposes } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const use = defineKind({
  name: "use",
  schema,
  check: (spec, context) => [
    ...unknownPurposes("use", spec.use, context),
    ...unknownClasses("data", spec.data, context, ["all"]),
  ],
  says,
  means,
  cues,
  proof: { examine, judge },
});
