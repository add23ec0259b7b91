import { unknownClasses, unknownPurposes } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { means } from "./means.ts";
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
});
