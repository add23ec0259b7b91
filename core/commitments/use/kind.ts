import { unknownClasses } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const use = defineKind({
  name: "use",
  schema,
  check: (spec, context) => unknownClasses("data", spec.data, context, ["all"]),
  says,
});
