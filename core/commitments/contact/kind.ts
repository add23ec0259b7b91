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
  unmeasured: "nobody has tried the address: messages do not come in here yet",
});
