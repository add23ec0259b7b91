import { defineKind } from "../kind.ts";
import { cues } from "./cues.ts";
import { means } from "./means.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const accept = defineKind({
  name: "accept",
  schema,
  says,
  means,
  cues,
  unmeasured: "how the policy came to bind each person is not recorded where it could be looked at yet",
});
