import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const contact = defineKind({
  name: "contact",
  schema,
  says,
  means,
  cues,
  unmeasured:
    "nobody has tried the address: mails do not come in here yet, and of letters somebody would have to vouch that they are read",
});
