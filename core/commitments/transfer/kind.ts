import { unknownClasses, unknownRecipients } from "../keys.ts";
import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { examine, judge } from "./prove.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const transfer = defineKind({
  name: "transfer",
  schema,
  check: (spec, context) => [
    ...unknownClasses("transfer", spec.transfer, context, ["all"]),
    ...unknownRecipients("with", spec.with, context),
  ],
  says,
  means,
  cues,
  proof: { examine, judge },
});
