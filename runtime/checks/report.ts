/** What a run of the checks reports, and how single judgements become it. */
import { type Judgement, type Look, type Verdict, worstOf } from "@avow/core/commitments/proof";
import type { Commitment, Policy } from "@avow/core/policy/model";
import type { Issue } from "@avow/core/terms/issue";
import type { Standing } from "./standing.ts";
import type { Waived } from "./waivers.ts";

export interface CommitmentReport extends Omit<Judgement, "freshForMs" | "suspects"> {
  readonly id: string;
  readonly kind: string;
  readonly says: string;
  readonly section: string;
  readonly file: string;
  readonly line: number;
  /** ISO 8601. */
  readonly freshUntil: string | null;
  readonly since: string | null;
  /** How it was looked at; empty: nothing looks at it. */
  readonly looks: readonly (Look | "windows")[];
  /** Of what is read in windows, the part that was read within the time for which a look holds, 0 to 1; null: nothing is. */
  readonly coverage: number | null;
  /** Somebody answers for the breach until a day; it is one all the same. */
  readonly waiver: Waived | null;
}

export interface PromiseReport {
  readonly promise: string;
  readonly verdict: Verdict;
  /** ISO 8601: since when the verdict is what it is. */
  readonly since: string | null;
  /** ISO 8601: after this nobody has looked, and it counts as unproven. */
  readonly freshUntil: string | null;
  /** Broken, and each of its breaches is waived. */
  readonly waived: boolean;
  readonly commitments: readonly CommitmentReport[];
}

export interface Report {
  readonly service: string;
  readonly at: string;
  readonly summary: {
    readonly kept: number;
    /** With those that are waived. */
    readonly broken: number;
    readonly unproven: number;
    readonly attested: number;
    readonly notApplicable: number;
    readonly waived: number;
  };
  readonly promises: readonly PromiseReport[];
  /** Whether there is any store to look at; without one, nothing is measured. */
  readonly connected: boolean;
  /** Stores that could not be reached or entered, or did not say what they hold: what rests on them is unproven. */
  readonly unreachable: readonly string[];
  /** How those stand that answered. */
  readonly stores: readonly Standing[];
  /** A clock that is off, a copy that lags behind, in words. */
  readonly warnings: readonly string[];
  /** What was read, by the stores' own plans and what windows counted. */
  readonly read: { readonly rows: number; readonly bytes: number };
  /** What is wrong with the waivers: they have run out, or there is nothing to waive. */
  readonly waivers: readonly string[];
  /** Why waivers.yaml can not be read: then no waiver holds. */
  readonly waiverIssues: readonly Issue[];
}

export type Unsummed = Omit<Report, "summary" | "promises">;

export interface Judged {
  readonly commitment: Commitment;
  readonly judgement: Judgement;
  readonly looks: CommitmentReport["looks"];
  readonly coverage: number | null;
  readonly waiver: Waived | null;
}

export function reportOf(
  { commitment: c, judgement, looks, coverage, waiver }: Judged,
  { since, now }: { readonly since: Date | null; readonly now: Date },
): CommitmentReport {
  // What suspects hold has done its work once they are named.
  const { freshForMs, suspects: _, ...rest } = judgement;
  return {
    id: c.id,
    kind: c.kind,
    says: c.says,
    section: c.section,
    file: c.span.file,
    line: c.span.line,
    ...rest,
    freshUntil: freshForMs === null ? null : new Date(now.getTime() + freshForMs).toISOString(),
    since: since?.toISOString() ?? null,
    ...{ looks, coverage, waiver },
  };
}

type Filed = { readonly promises: readonly string[]; readonly report: CommitmentReport };

/** What people know under a promise's id although it promises nothing: said as such, once somebody has confirmed that. */
export function informedOf(policy: Policy): Filed[] {
  const fates = new Map(policy.statements.map((s) => [s.id, s.fate.fate]));
  return policy.informs.map((informed) => {
    const { why, promises, section, span, statements } = informed;
    const confirmed = statements.every((s) => fates.get(s) === "informs");
    const report: CommitmentReport = {
      ...{ basis: null, examined: null, population: null, evidence: [] },
      ...{ id: `informs-${section}-${span.line}`, kind: "informs", says: why, section },
      ...{ file: span.file, line: span.line, freshUntil: null, since: null },
      ...{ looks: [], coverage: null, waiver: null },
      verdict: confirmed ? "not applicable" : "unproven",
      reason: confirmed
        ? `promises nothing: ${why}`
        : "nobody has confirmed that the sentences above it promise nothing; run `avow bind`",
    };
    return { promises, report };
  });
}

export function promisesOf(
  reports: readonly Filed[],
  sinceOf: (promise: string) => Date | null,
): PromiseReport[] {
  const byPromise = new Map<string, CommitmentReport[]>();
  for (const { promises, report } of reports) {
    for (const promise of promises) byPromise.set(promise, [...(byPromise.get(promise) ?? []), report]);
  }
  return [...byPromise]
    .map(([promise, commitments]) => {
      const broken = commitments.filter((c) => c.verdict === "broken");
      return {
        promise,
        verdict: worstOf(commitments.map((c) => c.verdict)),
        since: sinceOf(promise)?.toISOString() ?? null,
        freshUntil: soonest(commitments),
        waived: broken.length > 0 && broken.every((c) => c.waiver !== null),
        commitments,
      };
    })
    .sort((a, b) => naturally(a.promise, b.promise));
}

/** A promise holds as long as the first of its commitments does. */
export const soonest = (commitments: readonly Pick<CommitmentReport, "freshUntil">[]): string | null =>
  commitments.flatMap((c) => c.freshUntil ?? []).sort()[0] ?? null;

const naturally = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

export function summed(head: Unsummed, promises: readonly PromiseReport[]): Report {
  const count = (verdict: Verdict): number => promises.filter((p) => p.verdict === verdict).length;
  const summary = {
    kept: count("kept"),
    broken: count("broken"),
    unproven: count("unproven"),
    attested: count("attested"),
    notApplicable: count("not applicable"),
    waived: promises.filter((p) => p.waived).length,
  };
  const { service, at, ...rest } = head;
  return { service, at, summary, promises, ...rest };
}
