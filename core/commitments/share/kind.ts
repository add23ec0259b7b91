import { unknownClasses } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const share = defineKind({
  name: "share",
  schema,
  check: (spec, context) => unknownClasses("share", spec.share, context, ["all"]),
  says,
});
