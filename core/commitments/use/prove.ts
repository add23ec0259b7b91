/**
 * Uses on record: one for a purpose that the policy does not name breaks what it says of that data, and one for a purpose that is ruled
 * out breaks that. None of it ever makes a promise kept: what the service does not write down is not seen, as long as nothing decides
 * over uses before they happen.
 */
import type { Collection } from "../../datamap/model.ts";
import type { Commitment } from "../../policy/model.ts";
import { collectionsOf, count, failures, judged } from "../judgement.ts";
import type { View } from "../kind.ts";
import type { Judgement, Measure, Reading } from "../proof.ts";
import { wordsOf } from "../words.ts";
import type { UseSpec } from "./schema.ts";

const UNDECIDED =
  "a use that the service does not write down is not seen, and nothing decides over uses before they happen yet";

const places = (view: View): readonly Collection[] =>
  collectionsOf(view.map).filter((c) => c.uses !== undefined);

export const examine = (_spec: UseSpec, _commitment: Commitment, view: View): readonly Measure[] =>
  places(view).flatMap(({ store, name, uses }): Measure[] =>
    uses === undefined
      ? []
      : [{ measure: "distinct", look: "scan", store, collection: name, field: uses.purpose }],
  );

/** Whether a use for a purpose goes against the commitment. */
function isAgainst(spec: UseSpec, purpose: string | null, { policy }: View): boolean {
  if (spec.never) return purpose !== null && (spec.use.includes(purpose) || spec.use.includes("all"));
  return purpose === null || !Object.hasOwn(policy.purposes, purpose);
}

export function judge(
  spec: UseSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const { rows, seen, broken, evidence, suspects } = wordsOf(examine(spec, commitment, view), readings, {
    row: "use",
    isAgainst: (purpose) => isAgainst(spec, purpose, view),
    said: (purpose) => (spec.never ? `for \`${purpose}\`` : "for a purpose that the policy does not name"),
  });
  return judged({
    broken,
    open: [...failures(readings), whyOpen(spec, view, { rows, seen })],
    evidence,
    suspects,
    basis: "exact",
    ...{ examined: rows, population: rows },
    freshForMs: null,
    kept: "",
  });
}

/** What is missing first: boards cut a long reason short, and how much was seen stands beside it. */
function whyOpen(
  spec: UseSpec,
  view: View,
  { rows, seen }: { readonly rows: number; readonly seen: ReadonlyMap<string, number> },
): string {
  if (places(view).length === 0) return `the map names no collection of uses (\`uses\`), and ${UNDECIDED}`;
  if (spec.never)
    return `${UNDECIDED}; so far none of ${count(rows, "use")} on record is for \`${spec.use.join("`, `")}\``;
  const unseen = spec.use.filter((p) => !seen.has(p));
  const none = unseen.length === 0 ? "" : `, none of them for \`${unseen.join("`, `")}\``;
  return `${UNDECIDED}; so far each of ${count(rows, "use")} on record is for a purpose of the policy${none}`;
}
