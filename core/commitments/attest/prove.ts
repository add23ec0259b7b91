/** A person vouches for it: the paper is there, is whose the policy says, covers this, and has neither run out nor been withdrawn. */
import type { Commitment } from "../../policy/model.ts";
import { failures, judged } from "../judgement.ts";
import type { View } from "../kind.ts";
import { isWithdrawn, type Paper, whyNotHolding } from "../paper.ts";
import type { Judgement, Measure, Reading } from "../proof.ts";
import type { AttestSpec } from "./schema.ts";

export const examine = (): readonly Measure[] => [{ measure: "papers", look: "metadata" }];

const DAY_CHARS = 10;

export function judge(
  spec: AttestSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const day = view.now.toISOString().slice(0, DAY_CHARS);
  const [reading] = readings;
  const read = reading?.reading === "papers" ? reading : null;
  const paper = read?.papers.find((p) => p.document === spec.document);
  const withdrawn = paper !== undefined && isWithdrawn(paper, day);
  const open = [
    ...failures(readings),
    ...(read === null ? [] : wanting(spec, commitment, paper, day)),
    ...(paper === undefined
      ? []
      : (read?.faults ?? []).filter((f) => f.path === paper.path).map((f) => f.fault)),
  ];
  const ends = [spec.expires, paper?.expires ?? spec.expires].sort()[0] ?? spec.expires;
  const judgement = judged({
    broken:
      withdrawn && paper !== undefined
        ? [
            `${paper.owner} no longer vouches for it: \`${paper.document}\` was withdrawn on ${paper.withdrawn}`,
          ]
        : [],
    open,
    evidence: paper === undefined ? [] : [{ what: `\`${paper.path}\`, SHA-256 ${paper.hash}` }],
    basis: "document",
    examined: paper === undefined ? 0 : 1,
    population: 1,
    freshForMs: Math.max(0, new Date(`${ends}T23:59:59.999Z`).getTime() - view.now.getTime()),
    kept: `${spec.owner} vouches for it with \`${spec.document}\` of ${paper?.date}, until ${ends}`,
  });
  return judgement.verdict === "kept" ? { ...judgement, verdict: "attested" } : judgement;
}

function wanting(spec: AttestSpec, commitment: Commitment, paper: Paper | undefined, day: string): string[] {
  const late = spec.expires < day ? [`the policy says so until ${spec.expires} only`] : [];
  if (paper === undefined) return [`there is no document \`${spec.document}\``, ...late];
  const fault = whyNotHolding(paper, day);
  return [
    ...late,
    ...(fault === null ? [] : [fault]),
    ...(paper.owner === spec.owner
      ? []
      : [`\`${paper.document}\` is by \`${paper.owner}\`, where the policy names \`${spec.owner}\``]),
    ...(paper.covers?.includes(commitment.id) === true
      ? []
      : [`\`${paper.document}\` does not say that it covers \`${commitment.id}\``]),
  ];
}
