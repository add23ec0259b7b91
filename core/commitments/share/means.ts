import { clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { ShareSpec } from "./schema.ts";

export const means: Means<ShareSpec> = (spec) => ({
  clauses: [
    clause({
      act: "share",
      mode: spec.never ? "never" : "may",
      data: spec.share,
      purposes: spec.purpose,
      recipients: spec.with,
      form: spec.form,
      only: spec.only,
    }),
  ],
});
