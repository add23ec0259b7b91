/** What somebody vouches for in writing, and until when that holds: papers that say which commitments they cover (spec/documents.md). */
import { failures, judged } from "./judgement.ts";
import type { View } from "./kind.ts";
import { isWithdrawn, type Paper, whyNotHolding } from "./paper.ts";
import type { Judgement, Measure, Reading } from "./proof.ts";

const DAY_CHARS = 10;

export const examineVouched = (): readonly Measure[] => [{ measure: "papers", look: "metadata" }];

export const covers = (paper: Paper, id: string): boolean => paper.covers?.includes(id) === true;

export interface Vouched {
  /** Which papers speak of it. */
  readonly speaks: (paper: Paper) => boolean;
  /** What one of these lacks, although it holds as such; left out: nothing. */
  readonly lacks?: (paper: Paper) => readonly string[];
  /** The last day of which the policy says so itself; left out: it says so without end. */
  readonly until?: string;
  /** What is open where no paper speaks of it. */
  readonly none: string;
}

/** Attested, never more, by the paper that lasts longest of those that speak of it. */
export function judgeVouched(
  { speaks, lacks = () => [], until, none }: Vouched,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const day = view.now.toISOString().slice(0, DAY_CHARS);
  const [reading] = readings;
  const read = reading?.reading === "papers" ? reading : null;
  const speaking = (read?.papers ?? []).filter(speaks);
  const whyNot = (paper: Paper): readonly string[] => [
    ...[whyNotHolding(paper, day) ?? []].flat(),
    ...lacks(paper),
    ...(read?.faults ?? []).filter((f) => f.path === paper.path).map((f) => f.fault),
  ];
  const [paper] = speaking
    .filter((p) => whyNot(p).length === 0)
    .toSorted((a, b) => b.expires.localeCompare(a.expires));
  const withdrawn = speaking.filter((p) => isWithdrawn(p, day));
  const unheld = speaking.length === 0 ? [none] : speaking.flatMap(whyNot);
  const ends = [paper?.expires ?? "", until ?? paper?.expires ?? ""].toSorted()[0] ?? "";
  const judgement = judged({
    broken:
      paper === undefined
        ? withdrawn.map(
            (p) => `${p.owner} no longer vouches for it: \`${p.document}\` was withdrawn on ${p.withdrawn}`,
          )
        : [],
    open: [
      ...failures(readings),
      ...(until !== undefined && until < day ? [`the policy says so until ${until} only`] : []),
      ...(read === null || paper !== undefined ? [] : unheld),
    ],
    evidence: speaking.map((p) => ({ what: `\`${p.path}\`, SHA-256 ${p.hash}` })),
    basis: "document",
    ...{ examined: speaking.length, population: 1 },
    freshForMs:
      paper === undefined
        ? null
        : Math.max(0, new Date(`${ends}T23:59:59.999Z`).getTime() - view.now.getTime()),
    kept: `${paper?.owner} vouches for it with \`${paper?.document}\` of ${paper?.date}, until ${ends}`,
  });
  return judgement.verdict === "kept" ? { ...judgement, verdict: "attested" } : judgement;
}
