import { unknownClasses, unknownPurposes } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const collect = defineKind({
  name: "collect",
  schema,
  check: (spec, context) => [
    ...unknownClasses("collect", spec.collect, context),
    ...unknownPurposes("for", spec.for ?? [], context),
  ],
  says,
  means,
  cues,
  proof: { examine, judge },
});
