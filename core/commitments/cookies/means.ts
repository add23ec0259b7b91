import { clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { CookiesSpec } from "./schema.ts";

/** Their purposes are the categories of cookies, which every policy shares: no words of the policy's own. */
export const means: Means<CookiesSpec> = (spec) => ({
  clauses: [
    clause({
      act: "store",
      mode: "may",
      data: ["all"],
      recipients: spec.vendors ?? [],
      sources: ["device"],
      only: true,
    }),
  ],
});
