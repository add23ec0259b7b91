import type { Disguise } from "../../meaning.ts";
import type { Lattice } from "../../words/lattice.ts";
import { facet } from "../facet.ts";
import { isWithin, speaksOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const aggregateWithoutK: Rule = {
  name: "aggregate-without-k",
  looksFor: "aggregates of which nothing says how many people share each group",
  find: ({ policy, lattice }) =>
    facet(policy, "disguises").flatMap(({ commitment, it }) =>
      it.method !== "aggregate" || facet(policy, "disguises").some((other) => sizes(lattice, other.it, it))
        ? []
        : [
            at(commitment.span, "warning", {
              code: "aggregate-without-k",
              message: `\`${commitment.id}\` aggregates, and nothing says how many people a group has at least`,
              fix: "add `k: 10`, or another size",
              law: "GDPR Recital 26",
            }),
          ],
    ),
};

/** Whether the first says how large the groups of the second are: its own size, or that of a commitment of its own for the same classes. */
function sizes(lattice: Lattice, by: Disguise, it: Disguise): boolean {
  if (by.method !== "aggregate" || by.k === null) return false;
  return (
    it.data.every((cls) => speaksOf(by.data, cls)) && isWithin(lattice.purposes(it.purposes, by.purposes))
  );
}
