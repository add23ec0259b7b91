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
  proof: {
    examine: (spec, _commitment, view) => examine(spec, view),
    judge: (spec, _commitment, view, readings) => judge(spec, view, readings),
  },
});
