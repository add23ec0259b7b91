import { noTime } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const notify = defineKind({
  name: "notify",
  schema,
  check: (spec) => noTime("within", spec.within),
  says,
  means,
  cues,
  proof: { examine, judge },
});
