import { facet } from "../facet.ts";
import { allowed } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const consentWithoutWithdrawal: Rule = {
  name: "consent-without-withdrawal",
  looksFor: "something that rests on consent, and no way to withdraw it",
  find({ policy }) {
    if (facet(policy, "rights").some((s) => s.it.right === "withdraw")) return [];
    const asked = facet(policy, "consents").filter((s) => s.it.withdraw.length === 0);
    const withdrawable = facet(policy, "consents").some((s) => s.it.withdraw.length > 0);
    const used = withdrawable ? [] : allowed(policy, "use").filter((s) => s.it.bases.includes("consent"));
    return [...new Set([...asked, ...used].map((s) => s.commitment))].map((c) =>
      at(c.span, "error", {
        code: "consent-without-withdrawal",
        message: `\`${c.id}\` rests on consent, and nothing says how it is withdrawn`,
        fix: "add `withdraw: [settings]`, or a `right: withdraw`",
        law: "GDPR Art. 7(3)",
      }),
    );
  },
};
