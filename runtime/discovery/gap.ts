/** Which clause of the policy is missing for a field that nobody had described: what to add before it may be there. */
import type { Policy } from "@avow/core/policy/model";
import { covers } from "@avow/core/terms/category";

export interface Gap {
  readonly missing: "class" | "collect" | null;
  readonly message: string;
}

/** `isMapped`: the field stands in the data map already, as something else. */
export function gapOf(category: string, policy: Policy, isMapped = false): Gap {
  const classes = Object.entries(policy.classes)
    .filter(([, categories]) => categories.some((c) => covers(c, category)))
    .map(([name]) => name);
  if (classes.length === 0)
    return {
      missing: "class",
      message: `no class of the policy covers \`${category}\`: the policy lacks a class with it, and a \`collect\` commitment that names that class and says why`,
    };
  const collected = classes.filter((name) =>
    policy.commitments.some((c) =>
      c.means.clauses.some(
        (m) => m.act === "collect" && m.mode !== "never" && m.data.some((d) => d === name || d === "all"),
      ),
    ),
  );
  const listed = classes.map((c) => `\`${c}\``).join(", ");
  if (collected.length === 0)
    return {
      missing: "collect",
      message: `\`${category}\` is of class ${listed}, and no \`collect\` commitment names it: the policy lacks that clause`,
    };
  return {
    missing: null,
    message: `the policy has it (class ${collected.map((c) => `\`${c}\``).join(", ")}): ${isMapped ? "give the field this category in the data map" : "add the field to the data map"}`,
  };
}
