/**
 * What flows to recipients by itself, or must not: a disclosure on record to somebody whom the policy does not name, or who gets nothing,
 * breaks it. None of it ever makes a promise kept: what goes out without a record is not seen, as long as nothing stands in the way out.
 */
import type { Collection } from "../datamap/model.ts";
import type { Commitment } from "../policy/model.ts";
import { collectionsOf, count, failures, judged } from "./judgement.ts";
import type { View } from "./kind.ts";
import type { Judgement, Measure, Reading } from "./proof.ts";
import type { ShareSpec } from "./share/schema.ts";
import { wordsOf } from "./words.ts";

const NO_GATEWAY =
  "nothing stands between the service and its recipients yet, so that what goes out without a record is not seen";

const places = (view: View): readonly Collection[] =>
  collectionsOf(view.map).filter((c) => c.disclosures !== undefined);

export const examineFlow = (view: View): readonly Measure[] =>
  places(view).flatMap(({ store, name, disclosures }): Measure[] =>
    disclosures === undefined
      ? []
      : [{ measure: "distinct", look: "scan", store, collection: name, field: disclosures.to }],
  );

/** Only what is ruled out without an exception: with one, the rows that show it are not told apart here. */
function isAgainst(spec: ShareSpec, { condition }: Commitment, to: string | null, { policy }: View): boolean {
  if (spec.never) return to !== null && spec.with.includes(to) && condition.unless.length === 0;
  return to === null || !Object.hasOwn(policy.recipients, to);
}

export function judgeFlow(
  spec: ShareSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const { rows, broken, evidence, suspects } = wordsOf(examineFlow(view), readings, {
    row: "disclosure",
    isAgainst: (to) => isAgainst(spec, commitment, to, view),
    said: (to) => (spec.never ? `to \`${to}\`` : "to somebody whom the policy does not name"),
  });
  const seen =
    places(view).length === 0
      ? ""
      : `; so far none of ${count(rows, "disclosure")} on record goes against it`;
  return judged({
    broken,
    open: [...failures(readings), `${NO_GATEWAY}${seen}`],
    evidence,
    suspects,
    basis: "exact",
    ...{ examined: rows, population: rows },
    freshForMs: null,
    kept: "",
  });
}
