/**
 * Checks every promise against the live stores. Reads only. Measures that several commitments ask for are taken once; what can not be
 * measured is unproven, for that reason, and never ends the run.
 */
import { setTimeout } from "node:timers/promises";
import { kinds } from "@avow/core/commitments/index";
import { NOT_MEASURED, type View } from "@avow/core/commitments/kind";
import type { Judgement, Measure, Reading } from "@avow/core/commitments/proof";
import type { DataMap } from "@avow/core/datamap/model";
import type { Gap } from "@avow/core/policy/fidelity/model";
import { heldBack } from "@avow/core/policy/fidelity/refused";
import type { Commitment, Policy } from "@avow/core/policy/model";
import { must } from "@avow/core/terms/assert";
import { hashOf } from "@avow/core/terms/hash";
import type { Checked } from "@avow/core/terms/issue";
import type { Answer, Connector, StoreDescription } from "../connector-kit/contract.ts";
import type { WindowBook } from "./budget/book.ts";
import type { Budget, Spent } from "./budget/model.ts";
import { planLooks } from "./budget/plan.ts";
import type { Feasible, History, Looked, MeasureContext, Outside } from "./context.ts";
import { coverage, onlyIfCovered, rollingOf } from "./covered.ts";
import { drillBases } from "./drill-basis.ts";
import { spokenFor } from "./measures/drill.ts";
import { take } from "./measures/index.ts";
import {
  informedOf,
  type Judged,
  type PromiseReport,
  promisesOf,
  type Report,
  reportOf,
  summed,
  type Unsummed,
} from "./report.ts";
import {
  BEHIND_MS_MAX,
  onlyIfRecent,
  type Stood,
  standings,
  warnings,
  watched,
  withoutStale,
} from "./standing.ts";
import { nameSuspects } from "./suspects.ts";
import { remarks, type Waiver, waiverOf } from "./waivers.ts";

export interface VerifyInput extends Outside {
  readonly policy: Policy;
  readonly map: DataMap;
  readonly readers: Readonly<Record<string, Connector>>;
  readonly history: History;
  /** What erasures are planned from now (core/plan/basis.ts). */
  readonly planBasis: string;
  /** The service's adapter for drills, as a hash. */
  readonly adapterBasis: string;
  readonly feasible: () => Promise<Feasible>;
  readonly leftOver: MeasureContext["leftOver"];
  readonly locatorOf: (place: string) => string;
  readonly now: Date;
  /** What a run may cost each store; left out: nobody counts. */
  readonly budget?: Budget;
  /** How far a copy may be behind that still proves something; left out: an hour. */
  readonly behindMsMax?: number;
  /** By store, in milliseconds: how far a copy that does not say so itself is behind at most. */
  readonly readBehindMs?: Readonly<Record<string, number>>;
  /** Where the windows of large collections are written down; without one, what is too large is not looked at. */
  readonly book?: WindowBook;
  /** Which store stands behind a name; left out, the name says it. */
  readonly placeOf?: (store: string) => string;
  /** `value` null: they can not be read, and none of them holds. Left out: there are none. */
  readonly waivers?: Checked<readonly Waiver[]>;
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
  const spent: Spent = { rows: 0, bytes: 0 };
  const mute = new Set<string>();
  const asking = contextOf(input, { spent, mute });
  const { readers, behindMsMax = BEHIND_MS_MAX, readBehindMs = {} } = input;
  // Of all stores, for many a look reads in others than its own.
  const all = await standings({ readers, clock: asking.clock, vouchedMs: readBehindMs });
  const { readings, from } = await takeAll(
    asked.flatMap((a) => a.measures),
    { ...asking, stood: { all, behindMsMax } },
    input.budget,
  );
  const unreachable = mute.union(outOfReach([...readings.values()]));
  // Whoever could not be read either has been told of.
  const stores = all.filter((s) => s.unknown === undefined || !unreachable.has(s.store));
  const stood = { all: stores, behindMsMax };
  const held = heldBack(input.policy);
  const waivers = input.waivers?.value ?? [];
  const judging = asked.map(async ({ commitment, measures }): Promise<Judged> => {
    const seen = measures.map((m) =>
      spokenFor(must(readings.get(nameOf(m)), "every measure was taken"), commitment),
    );
    const rolling = rollingOf(seen);
    const measured = connected
      ? onlyIfCovered(kindOf(commitment)?.judge(commitment, view, seen) ?? NOT_MEASURED, rolling)
      : { ...NOT_MEASURED, reason: NO_STORE };
    const restsOn = new Set(measures.flatMap((m) => [...(from.get(nameOf(m)) ?? [])]));
    const recent = onlyIfRecent(measured, restsOn, stood);
    const open = onlyIfBound(commitment, onlyIfOpen(held.get(commitment), recent));
    const judgement = await withNames(open, asking);
    const looks = new Set(measures.map((m, i) => howOf(m, seen[i])));
    const waiver = waiverOf(waivers, { commitment, judgement }, input.now);
    return { commitment, judgement, looks: [...looks], coverage: coverage(rolling), waiver };
  });
  const judged = await Promise.all(judging);
  const { now } = input;
  const informs = informedOf(input.policy).filter((i) => i.promises.some(wanted));
  const filed = (since: ReadonlyMap<string, Date>) => [
    ...judged.map((j) => ({
      promises: j.commitment.promises,
      report: reportOf(j, { since: since.get(j.commitment.id) ?? null, now }),
    })),
    ...informs,
  ];
  const unknown = promisesOf(filed(new Map()), () => null).filter((p) => wanted(p.promise));
  const since = await input.history.remember(looked(judged, unknown), now);
  const promises = promisesOf(filed(since.commitments), (p) => since.promises.get(p) ?? null);
  const head: Unsummed = {
    ...{ service: input.policy.service, at: now.toISOString(), connected, read: spent },
    unreachable: [...unreachable].sort(),
    waivers: remarks(waivers, judged, { policy: input.policy, now }),
    waiverIssues: input.waivers?.issues ?? [],
    ...{ stores, warnings: warnings(stood) },
  };
  return summed(
    head,
    promises.filter((p) => wanted(p.promise)),
  );
}

const howOf = (measure: Measure, reading: Reading | undefined): Judged["looks"][number] =>
  reading !== undefined && rollingOf([reading]).length > 0 ? "windows" : measure.look;

/** What the history is told. */
function looked(judged: readonly Judged[], promises: readonly PromiseReport[]): Looked {
  const hashes = new Map(judged.map((j) => [j.commitment.id, j.commitment.hash]));
  return {
    commitments: judged.map(({ commitment, judgement, waiver }) => ({
      commitment: commitment.id,
      hash: commitment.hash,
      verdict: judgement.verdict,
      ...(waiver === null ? {} : { waived: { owner: waiver.owner, until: waiver.until } }),
    })),
    promises: promises.map((p) => ({
      ...p,
      hash: hashOf(p.commitments.map((c) => hashes.get(c.id) ?? c.says).sort()),
    })),
  };
}

function outOfReach(readings: readonly Reading[]): ReadonlySet<string> {
  const stores = readings.flatMap((r) => {
    if (r.reading === "schema") return (r.away ?? []).flatMap((a) => a.unreachable ?? []);
    return r.reading === "failed" ? (r.unreachable ?? []) : [];
  });
  return new Set(stores);
}

const kindOf = (c: Commitment) => kinds.find((k) => k.name === c.kind);
const nameOf = (m: Measure): string => JSON.stringify(m);

interface Kept {
  readonly spent: Spent;
  /** Stores that would not even say what they hold, for whatever reason (no connection left, say): nothing was seen there. */
  readonly mute: Set<string>;
}

function contextOf(input: VerifyInput, { spent, mute }: Kept): Omit<MeasureContext, "allowanceOf"> {
  const described = new Map<string, Promise<Answer<StoreDescription>>>();
  const describe = (store: string): Promise<Answer<StoreDescription>> => {
    const known = described.get(store);
    if (known !== undefined) return known;
    const reader = must(input.readers[store], "asked only of connected stores");
    const answer = reader.describe().then((said) => {
      if (!said.ok) mute.add(store);
      return said;
    });
    described.set(store, answer);
    return answer;
  };
  const { book = null, placeOf = (store: string) => store } = input;
  const { policy, map, now, planBasis: plan, adapterBasis: adapter } = input;
  const basis = drillBases({ policy, map, now }, { plan, adapter });
  const { budget } = input;
  const began = performance.now();
  const clock = (): Date => new Date(now.getTime() + performance.now() - began);
  const beside = budget === undefined ? null : { budget, perStore: new Map<string, Spent>() };
  return { ...input, clock, pause: setTimeout, describe, spent, beside, book, placeOf, drillBasis: basis };
}

interface Taken {
  readonly readings: ReadonlyMap<string, Reading>;
  /** The stores that each was taken from. */
  readonly from: ReadonlyMap<string, ReadonlySet<string>>;
}

async function takeAll(
  measures: readonly Measure[],
  asking: ReturnType<typeof contextOf> & { readonly stood: Stood },
  budget: Budget | undefined,
): Promise<Taken> {
  const todo = new Map(measures.map((m) => [nameOf(m), m]));
  const plan = budget === undefined ? null : await planLooks(todo, asking, budget);
  const context = { ...asking, allowanceOf: (m: Measure) => plan?.get(nameOf(m)) ?? null };
  const readings = new Map<string, Reading>();
  const from = new Map<string, Set<string>>();
  const perStore = Map.groupBy(todo, ([, m]) => ("store" in m ? m.store : ""));
  const { book, stood } = asking;
  const workers = [...perStore.values()].flatMap((list) => {
    const work = list.values();
    return Array.from({ length: AT_ONCE_MAX }, async (): Promise<void> => {
      for (const [name, measure] of work) {
        const touched = new Set<string>();
        const readers = watched(asking.readers, (store) => touched.add(store));
        const kept = book === null ? null : withoutStale(book, touched, stood);
        readings.set(name, await takeOne(measure, { ...context, readers, book: kept }));
        from.set(name, touched);
      }
    });
  });
  await Promise.all(workers);
  return { readings, from };
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

/** Whoever reads that rows broke something can find some of them. */
async function withNames(judgement: Judgement, asking: ReturnType<typeof contextOf>): Promise<Judgement> {
  const { suspects = [], evidence } = judgement;
  if (judgement.verdict !== "broken" || suspects.length === 0) return judgement;
  return { ...judgement, evidence: [...evidence, ...(await nameSuspects(suspects, asking))] };
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
