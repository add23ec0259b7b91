import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const contact = defineKind({
  name: "contact",
  schema,
  says,
  means,
  cues,
  proof: { examine, judge },
});
