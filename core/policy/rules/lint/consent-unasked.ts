import { facet } from "../facet.ts";
import { allowed, isWithin } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

/** A use that rests on nothing but consent needs a consent that is asked for it: using the service is none. */
export const consentUnasked: Rule = {
  name: "consent-unasked",
  looksFor: "a use that rests on consent alone, and no consent that is asked for it",
  find({ policy, lattice }) {
    const asked = facet(policy, "consents").filter((s) => s.it.opt === "in");
    return allowed(policy, "use").flatMap(({ commitment, it }) => {
      if (it.bases.length === 0 || it.bases.some((b) => b !== "consent")) return [];
      const open = it.purposes.filter(
        (p) =>
          !asked.some(
            (s) =>
              isWithin(lattice.purposes([p], s.it.purposes)) && isWithin(lattice.data(it.data, s.it.data)),
          ),
      );
      if (open.length === 0) return [];
      return [
        at(commitment.span, "warning", {
          code: "consent-unasked",
          message: `\`${commitment.id}\` rests on consent alone, and nothing asks for it for ${open.map((p) => `\`${p}\``).join(", ")}`,
          fix: "add a `consent` commitment: what for, and how it is withdrawn",
          law: "GDPR Art. 7(2)",
        }),
      ];
    });
  },
};
