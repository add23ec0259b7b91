import { unknownClasses } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const consent = defineKind({
  name: "consent",
  schema,
  check: (spec, context) => unknownClasses("for", spec.for, context, ["all"]),
  says,
});
