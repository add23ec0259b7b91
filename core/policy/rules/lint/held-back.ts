/** A commitment that rests on a list which the source announces and lacks: it stands in the policy and opens nothing (spec/fidelity.md). */
import { heldBack } from "../../fidelity/refused.ts";
import { at, type Rule } from "./rule.ts";

export const heldBackRule: Rule = {
  name: "held-back",
  looksFor: "a commitment that allows only what a gap of the source refuses",
  find: ({ policy }) =>
    [...heldBack(policy)].map(([commitment, gap]) => {
      // What the source itself says there is honest; what we add must not lean on what it does not say.
      const ours = commitment.origin === "ours";
      return at(commitment.span, ours ? "warning" : "info", {
        code: "held-back",
        message: `\`${commitment.id}\` allows nothing until the gap in §${gap.section} of the source is filled: ${gap.what}`,
        fix: ours
          ? "name the case itself, so that it does not lean on a list that is missing"
          : "have the missing list filled in, and take its refusal out of the fidelity file",
      });
    }),
};
