import { facet } from "../facet.ts";
import { FRONT_MATTER } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const noContact: Rule = {
  name: "no-contact",
  looksFor: "a policy that names nobody to write to, or leaves the address open",
  find({ policy }) {
    const contacts = facet(policy, "contacts");
    const open = contacts.filter((s) => s.it.address === null);
    if (contacts.length === 0)
      return [
        at(FRONT_MATTER(policy), "warning", {
          code: "no-contact",
          message: "no commitment says how the controller is reached",
          fix: "add a `contact` commitment",
          law: "GDPR Art. 13(1)(a)",
        }),
      ];
    return open.map(({ commitment }) =>
      at(commitment.span, "warning", {
        code: "no-contact",
        message: `the address of \`${commitment.id}\` is still to be filled in`,
        fix: "write it, or take the commitment out",
        law: "GDPR Art. 13(1)(a)",
      }),
    );
  },
};
