/** Which clause of the policy is missing for a field that nobody had described: what to add before it may be there. */
import { classesCollected, classHolds } from "@avow/core/policy/collected";
import type { Policy } from "@avow/core/policy/model";
import { own } from "@avow/core/terms/own";

export interface Gap {
  readonly missing: "class" | "collect" | null;
  readonly message: string;
}

export interface GapContext {
  /** The collection's class, as the map has it; left out: it has none yet, and any class of the policy may become it. */
  readonly of?: string | undefined;
  /** The field stands in the data map already, as something else. */
  readonly isMapped?: boolean;
}

export function gapOf(category: string, policy: Policy, { of, isMapped = false }: GapContext = {}): Gap {
  const holding = Object.keys(policy.classes).filter((name) => classHolds(policy, { name, category }));
  if (holding.length === 0)
    return {
      missing: "class",
      message: `no class of the policy covers \`${category}\`: the policy lacks a class with it, and a \`collect\` commitment that names that class and says why`,
    };
  if (of !== undefined && !holding.includes(of))
    return {
      missing: "class",
      message:
        own(policy.classes, of) === undefined
          ? `the collection is of class \`${of}\`, ${of === "system" ? "in which nothing personal may be" : "which the policy does not have"}: give it one that has \`${category}\` (${listed(holding)})`
          : `the collection is of class \`${of}\`, which does not cover \`${category}\` (${listed(holding)} does): the policy lacks it in \`${of}\`, or the field belongs in another collection`,
    };
  const classes = of === undefined ? holding : [of];
  const claimed = classesCollected(policy);
  const collected = classes.filter((name) => claimed.has(name));
  if (collected.length === 0)
    return {
      missing: "collect",
      message: `\`${category}\` is of class ${listed(classes)}, and no \`collect\` commitment names it: the policy lacks that clause`,
    };
  return {
    missing: null,
    message: `the policy has it (class ${listed(collected)}): ${isMapped ? "give the field this category in the data map" : "add the field to the data map"}`,
  };
}

const LISTED_MAX = 5;
const listed = (classes: readonly string[]): string => {
  const named = classes.slice(0, LISTED_MAX).map((c) => `\`${c}\``);
  const more = classes.length - named.length;
  return `${named.join(", ")}${more === 0 ? "" : `, and ${more} more`}`;
};
