import { clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { ConsentSpec } from "./schema.ts";

/** Said as a refusal: never without consent, or never after a no. */
export const means: Means<ConsentSpec> = (spec) => ({
  clauses: [
    clause({
      act: spec.to,
      mode: "never",
      data: spec.for,
      purposes: spec.consent,
      recipients: spec.to === "share" || spec.to === "transfer" ? ["anyone"] : [],
      condition: spec.opt === "in" ? { if: [], unless: ["consent"] } : { if: ["objection"], unless: [] },
    }),
  ],
  consents: [
    { act: spec.to, data: spec.for, purposes: spec.consent, withdraw: spec.withdraw ?? [], opt: spec.opt },
  ],
});
