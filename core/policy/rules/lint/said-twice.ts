import { canonicalJson } from "../../../terms/canonical.ts";
import { at, type Rule } from "./rule.ts";

export const saidTwice: Rule = {
  name: "said-twice",
  looksFor: "two commitments that mean the same, of which only one may be changed one day",
  find({ policy }) {
    const seen = new Map<string, string>();
    return policy.commitments.flatMap((c) => {
      const key = canonicalJson({ kind: c.kind, spec: c.spec, condition: c.condition, places: c.places });
      const before = seen.get(key);
      seen.set(key, before ?? c.id);
      return before === undefined
        ? []
        : [
            at(c.span, "info", {
              code: "said-twice",
              message: `\`${c.id}\` means the same as \`${before}\``,
              fix: `name both promises under one commitment, or bind the sentence to \`${before}\``,
            }),
          ];
    });
  },
};
