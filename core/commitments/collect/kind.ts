import { unknownClasses } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const collect = defineKind({
  name: "collect",
  schema,
  check: (spec, context) => unknownClasses("collect", spec.collect, context),
  says,
  proof: { examine, judge },
});
