/** What somebody vouches for in writing, and until when that holds: papers that say which commitments they cover (spec/documents.md). */
import type { Commitment } from "../policy/model.ts";
import { failures, judged } from "./judgement.ts";
import type { View } from "./kind.ts";
import { isWithdrawn, whyNotHolding } from "./paper.ts";
import type { Judgement, Measure, Reading } from "./proof.ts";

const DAY_CHARS = 10;

export const examineVouched = (): readonly Measure[] => [{ measure: "papers", look: "metadata" }];

/** Attested, never more, by the paper that lasts longest of those that cover it; `lacking` says what is open where there is none. */
export function judgeVouched(
  { id }: Commitment,
  view: View,
  readings: readonly Reading[],
  lacking: string,
): Judgement {
  const day = view.now.toISOString().slice(0, DAY_CHARS);
  const [reading] = readings;
  const read = reading?.reading === "papers" ? reading : null;
  const covering = (read?.papers ?? []).filter((p) => p.covers?.includes(id) === true);
  const faultOf = (path: string): string[] =>
    (read?.faults ?? []).filter((f) => f.path === path).map((f) => f.fault);
  const holding = covering
    .filter((p) => whyNotHolding(p, day) === null && faultOf(p.path).length === 0)
    .toSorted((a, b) => b.expires.localeCompare(a.expires));
  const [paper] = holding;
  const withdrawn = covering.filter((p) => isWithdrawn(p, day));
  const why = covering.flatMap((p) => [whyNotHolding(p, day) ?? [], faultOf(p.path)].flat());
  const judgement = judged({
    broken:
      paper === undefined
        ? withdrawn.map(
            (p) => `${p.owner} no longer vouches for it: \`${p.document}\` was withdrawn on ${p.withdrawn}`,
          )
        : [],
    open: [
      ...failures(readings),
      ...(read === null || paper !== undefined ? [] : covering.length === 0 ? [lacking] : why),
    ],
    evidence: [...holding, ...withdrawn].map((p) => ({ what: `\`${p.path}\`, SHA-256 ${p.hash}` })),
    basis: "document",
    ...{ examined: covering.length, population: 1 },
    freshForMs:
      paper === undefined
        ? null
        : Math.max(0, new Date(`${paper.expires}T23:59:59.999Z`).getTime() - view.now.getTime()),
    kept: `${paper?.owner} vouches for it with \`${paper?.document}\` of ${paper?.date}, until ${paper?.expires}`,
  });
  return judgement.verdict === "kept" ? { ...judgement, verdict: "attested" } : judgement;
}
