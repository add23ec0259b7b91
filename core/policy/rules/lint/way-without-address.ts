import { facet } from "../facet.ts";
import { at, type Rule } from "./rule.ts";

export const wayWithoutAddress: Rule = {
  name: "way-without-address",
  looksFor: "a right that is used by e-mail, and no address to write to",
  find({ policy }) {
    const addresses = facet(policy, "contacts").filter((s) => s.it.by === "email");
    if (addresses.some((s) => s.it.address !== null)) return [];
    const writing = facet(policy, "rights").filter((s) => s.it.ways.includes("email") && s.it.to === "us");
    return [...new Set(writing.map((s) => s.commitment))].map((c) =>
      at(c.span, "error", {
        code: "way-without-address",
        message: `\`${c.id}\` is used by e-mail, and ${addresses.length === 0 ? "no address is named" : "the address is still to be filled in"}`,
        fix: "add `contact: rights`, `by: email` and the address",
        law: "GDPR Art. 12(2)",
      }),
    );
  },
};
