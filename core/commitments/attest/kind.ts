import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const attest = defineKind({
  name: "attest",
  schema,
  says,
  means,
  cues,
  attests: true,
  proof: { examine, judge },
});
