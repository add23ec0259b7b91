import { unknownClasses } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const transfer = defineKind({
  name: "transfer",
  schema,
  check: (spec, context) => unknownClasses("transfer", spec.transfer, context, ["all"]),
  says,
});
