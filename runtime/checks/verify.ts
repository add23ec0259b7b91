/**
 * Checks every promise against the live stores. Reads only. Measures that several commitments ask for are taken once; what can not be
 * measured is unproven, for that reason, and never ends the run.
 */
import { kinds } from "@avow/core/commitments/index";
import { NOT_MEASURED, type View } from "@avow/core/commitments/kind";
import {
  type Judgement,
  type Measure,
  type Reading,
  type Verdict,
  worstOf,
} from "@avow/core/commitments/proof";
import type { DataMap } from "@avow/core/datamap/model";
import type { Gap } from "@avow/core/policy/fidelity/model";
import { heldBack } from "@avow/core/policy/fidelity/refused";
import type { Commitment, Policy } from "@avow/core/policy/model";
import { must } from "@avow/core/terms/assert";
import type { Answer, Connector, StoreDescription } from "../connector-kit/contract.ts";
import type { Feasible, History, MeasureContext, Outside } from "./context.ts";
import { take } from "./measures/index.ts";

export interface CommitmentReport extends Omit<Judgement, "freshForMs"> {
  readonly id: string;
  readonly kind: string;
  readonly says: string;
  readonly section: string;
  readonly file: string;
  readonly line: number;
  /** ISO 8601. */
  readonly freshUntil: string | null;
  readonly since: string | null;
}

export interface PromiseReport {
  readonly promise: string;
  readonly verdict: Verdict;
  readonly commitments: readonly CommitmentReport[];
}

export interface Report {
  readonly service: string;
  readonly at: string;
  readonly summary: {
    readonly kept: number;
    readonly broken: number;
    readonly unproven: number;
    readonly attested: number;
    readonly notApplicable: number;
  };
  readonly promises: readonly PromiseReport[];
  /** Whether there is any store to look at; without one, nothing is measured. */
  readonly connected: boolean;
  /** Stores that could not be reached or entered: what rests on them is unproven. */
  readonly unreachable: readonly string[];
}

export interface VerifyInput extends Outside {
  readonly policy: Policy;
  readonly map: DataMap;
  readonly readers: Readonly<Record<string, Connector>>;
  readonly history: History;
  /** What erasures are planned from now (core/plan/basis.ts). */
  readonly planBasis: string;
  readonly feasible: () => Promise<Feasible>;
  readonly locatorOf: (place: string) => string;
  readonly now: Date;
  /** Only these promises; left out: all. */
  readonly promises?: readonly string[];
}

const NO_STORE = "no store connected: avow.yaml names none";

/** Looks at one store at once: it has an application to serve, too. Stores do not wait for each other. */
const AT_ONCE_MAX = 3;

export async function verify(input: VerifyInput): Promise<Report> {
  const view: View = { policy: input.policy, map: input.map, now: input.now };
  const connected = input.map.stores.length > 0;
  const wanted = (promise: string): boolean => input.promises?.includes(promise) ?? true;
  const commitments = input.policy.commitments.filter((c) => c.promises.some(wanted));
  const asked = commitments.map((commitment) => ({
    commitment,
    measures: connected ? (kindOf(commitment)?.examine(commitment, view) ?? []) : [],
  }));
  const readings = await takeAll(
    asked.flatMap((a) => a.measures),
    contextOf(input),
  );
  const held = heldBack(input.policy);
  const judgements = asked.map(({ commitment, measures }) => {
    const seen = measures.map((m) => must(readings.get(nameOf(m)), "every measure was taken"));
    const judgement = connected
      ? (kindOf(commitment)?.judge(commitment, view, seen) ?? NOT_MEASURED)
      : { ...NOT_MEASURED, reason: NO_STORE };
    return { commitment, judgement: onlyIfBound(commitment, onlyIfOpen(held.get(commitment), judgement)) };
  });
  const since = await input.history.remember(
    judgements.map((j) => ({
      commitment: j.commitment.id,
      hash: j.commitment.hash,
      verdict: j.judgement.verdict,
    })),
    input.now,
  );
  const reports = judgements.map(({ commitment, judgement }) => ({
    commitment,
    report: reportOf(commitment, judgement, since, input.now),
  }));
  const unreachable = [...readings.values()].flatMap((r) =>
    r.reading === "failed" && r.unreachable !== undefined ? [r.unreachable] : [],
  );
  const informs = informedOf(input.policy).filter((i) => i.promises.some(wanted));
  const promises = promisesOf([
    ...reports.map((r) => ({ promises: r.commitment.promises, report: r.report })),
    ...informs,
  ]).filter((p) => wanted(p.promise));
  return summed(input, promises, [...new Set(unreachable)].sort());
}

const kindOf = (c: Commitment) => kinds.find((k) => k.name === c.kind);
const nameOf = (m: Measure): string => JSON.stringify(m);

function contextOf(input: VerifyInput): MeasureContext {
  const described = new Map<string, Promise<Answer<StoreDescription>>>();
  const describe = (store: string): Promise<Answer<StoreDescription>> => {
    const known = described.get(store);
    if (known !== undefined) return known;
    const answer = must(input.readers[store], "asked only of connected stores").describe();
    described.set(store, answer);
    return answer;
  };
  return { ...input, describe };
}

async function takeAll(
  measures: readonly Measure[],
  context: MeasureContext,
): Promise<ReadonlyMap<string, Reading>> {
  const todo = new Map(measures.map((m) => [nameOf(m), m]));
  const readings = new Map<string, Reading>();
  const perStore = Map.groupBy(todo, ([, m]) => ("store" in m ? m.store : ""));
  const workers = [...perStore.values()].flatMap((list) => {
    const work = list.values();
    return Array.from({ length: AT_ONCE_MAX }, async (): Promise<void> => {
      for (const [name, measure] of work) readings.set(name, await takeOne(measure, context));
    });
  });
  await Promise.all(workers);
  return readings;
}

/** A bug in one measure must not hide what the others see; its message could hold a value, so only its name is said. */
async function takeOne(measure: Measure, context: MeasureContext): Promise<Reading> {
  try {
    return await take(measure, context);
  } catch (error) {
    const name = error instanceof Error ? error.name : "unknown";
    return {
      reading: "failed",
      reason: `the look \`${measure.measure}\` stopped on an error of its own (${name})`,
    };
  }
}

/** What a missing list would have allowed is refused until it is there; meanwhile there is nothing to keep. */
function onlyIfOpen(gap: Gap | undefined, judgement: Judgement): Judgement {
  if (gap === undefined || judgement.verdict === "broken") return judgement;
  const reason = `held back until somebody fills the gap in §${gap.section} of the source: ${gap.what}`;
  return { ...judgement, verdict: "unproven", basis: null, reason };
}

/** Nobody has confirmed that the sentence says this: it may be broken, but it is not kept. */
function onlyIfBound(commitment: Commitment, judgement: Judgement): Judgement {
  if (commitment.unbound === null || (judgement.verdict !== "kept" && judgement.verdict !== "attested"))
    return judgement;
  return {
    ...judgement,
    verdict: "unproven",
    reason: `not bound to its sentence: ${commitment.unbound}; run \`avow bind\` (measured: ${judgement.reason})`,
  };
}

function reportOf(
  c: Commitment,
  { freshForMs, ...judgement }: Judgement,
  since: ReadonlyMap<string, Date>,
  now: Date,
): CommitmentReport {
  return {
    id: c.id,
    kind: c.kind,
    says: c.says,
    section: c.section,
    file: c.span.file,
    line: c.span.line,
    ...judgement,
    freshUntil: freshForMs === null ? null : new Date(now.getTime() + freshForMs).toISOString(),
    since: since.get(c.id)?.toISOString() ?? null,
  };
}

/** What people know under a promise's id although it promises nothing: said as such, once somebody has confirmed that. */
function informedOf(policy: Policy) {
  const fates = new Map(policy.statements.map((s) => [s.id, s.fate.fate]));
  return policy.informs.map((informed) => {
    const { why, promises, section, span, statements } = informed;
    const confirmed = statements.every((s) => fates.get(s) === "informs");
    const report: CommitmentReport = {
      ...{ basis: null, examined: null, population: null, evidence: [] },
      ...{ id: `informs-${section}-${span.line}`, kind: "informs", says: why, section },
      ...{ file: span.file, line: span.line, freshUntil: null, since: null },
      verdict: confirmed ? "not applicable" : "unproven",
      reason: confirmed
        ? `promises nothing: ${why}`
        : "nobody has confirmed that the sentences above it promise nothing; run `avow bind`",
    };
    return { promises, report };
  });
}

function promisesOf(
  reports: readonly { readonly promises: readonly string[]; readonly report: CommitmentReport }[],
): PromiseReport[] {
  const byPromise = new Map<string, CommitmentReport[]>();
  for (const { promises, report } of reports) {
    for (const promise of promises) byPromise.set(promise, [...(byPromise.get(promise) ?? []), report]);
  }
  return [...byPromise]
    .map(([promise, commitments]) => ({
      promise,
      verdict: worstOf(commitments.map((c) => c.verdict)),
      commitments,
    }))
    .sort((a, b) => naturally(a.promise, b.promise));
}

const naturally = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

function summed(
  input: VerifyInput,
  promises: readonly PromiseReport[],
  unreachable: readonly string[],
): Report {
  const count = (verdict: Verdict): number => promises.filter((p) => p.verdict === verdict).length;
  const summary = {
    kept: count("kept"),
    broken: count("broken"),
    unproven: count("unproven"),
    attested: count("attested"),
    notApplicable: count("not applicable"),
  };
  return {
    service: input.policy.service,
    at: input.now.toISOString(),
    summary,
    promises,
    connected: input.map.stores.length > 0,
    unreachable,
  };
}
