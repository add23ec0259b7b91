import { clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { UseSpec } from "./schema.ts";

export const means: Means<UseSpec> = (spec) => ({
  clauses: [
    clause({
      act: "use",
      mode: spec.never ? "never" : "may",
      data: spec.data,
      purposes: spec.use,
      form: spec.form,
      only: spec.only,
      bases: spec.basis ?? [],
      condition: restsOnConsent(spec) ? { if: ["consent"], unless: [] } : { if: [], unless: [] },
    }),
  ],
});

const restsOnConsent = (spec: UseSpec): boolean => spec.basis?.every((b) => b === "consent") === true;
