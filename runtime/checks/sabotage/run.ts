/** Breaks something on purpose and sees whether exactly the right promises turn (spec/sabotage.md, "How it runs"). */
import { approximateMs, parseDuration } from "@avow/core/terms/duration";
import type { Report } from "../report.ts";
import type { Sabotage } from "./read.ts";

/** Does one act to one thing: a statement to a store, a request to an app. */
export type Way = (on: string, what: string) => Promise<void>;

export interface SabotageHands {
  readonly ways: Readonly<Partial<Record<Sabotage["via"], Way>>>;
  /** What finds out about an act that the data alone does not show. */
  readonly observers: Readonly<
    Record<NonNullable<Sabotage["seen_by"]>, (only?: readonly string[]) => Promise<void>>
  >;
  readonly verify: () => Promise<Report>;
  readonly pause: (ms: number) => Promise<void>;
}

export interface SabotageResult {
  readonly id: string;
  /** Promises that were broken in the meantime and had not been before. */
  readonly turned: readonly string[];
  /** Commitments that were broken in the meantime and had not been before: a promise of several shows them one by one. */
  readonly broke: readonly string[];
  /** What all is called in the end: the next sabotage begins with that. */
  readonly after: Looked;
  /** Empty: it broke what it should, nothing else, and healed. */
  readonly faults: readonly string[];
}

export type Verdicts = ReadonlyMap<string, string>;

/** What a look at all promises found. */
export interface Looked {
  readonly verdicts: Verdicts;
  /** Commitments that are broken. */
  readonly broken: readonly string[];
}

const PAUSE_MS = 500;
const verdictsOf = (report: Report): Verdicts => new Map(report.promises.map((p) => [p.promise, p.verdict]));

const lookedAt = (report: Report): Looked => ({
  verdicts: verdictsOf(report),
  broken: commitmentsOf(report, ["broken"]),
});

/** `known`: what the promises are called now, where somebody has just looked. */
export async function runSabotage(
  sabotage: Sabotage,
  hands: SabotageHands,
  known?: Looked,
): Promise<SabotageResult> {
  const { id } = sabotage;
  const way = hands.ways[sabotage.via];
  const nothing = { id, turned: [], broke: [], after: known ?? { verdicts: new Map(), broken: [] } };
  if (way === undefined) return { ...nothing, faults: [`there is no way \`${sabotage.via}\` here`] };
  const first = known ?? lookedAt(await hands.verify());
  const before = first.verdicts;
  const impossible = sabotage.breaks.flatMap((p) => {
    const verdict = before.get(p);
    if (verdict === undefined) return [`there is no promise \`${p}\``];
    return verdict === "broken" ? [`\`${p}\` is broken before anything was done`] : [];
  });
  if (impossible.length > 0) return { ...nothing, after: first, faults: impossible };
  const faults: string[] = [];
  let during = first;
  let after = first;
  try {
    await way(sabotage.on, sabotage.act);
    await observe(sabotage, hands);
    const seen = await settled(sabotage, hands, (now) => turned(before, now, sabotage.breaks));
    faults.push(...seen.faults);
    during = seen.looked;
  } finally {
    if (sabotage.undo !== undefined) {
      await way(sabotage.on, sabotage.undo);
      await observe(sabotage, hands);
    }
  }
  if (sabotage.undo !== undefined) {
    const seen = await settled(sabotage, hands, (now) => healed(before, now));
    faults.push(...seen.faults);
    after = seen.looked;
  }
  const turnedNow = [...during.verdicts].filter(([p, v]) => v === "broken" && before.get(p) !== "broken");
  const broke = during.broken.filter((c) => !first.broken.includes(c));
  return { id, turned: turnedNow.map(([p]) => p), broke, after, faults };
}

async function observe({ seen_by, drills }: Sabotage, hands: SabotageHands): Promise<void> {
  if (seen_by !== undefined) await hands.observers[seen_by](drills);
}

/** The faults that are left when the time that the checks may take has passed. */
async function settled(
  sabotage: Sabotage,
  hands: SabotageHands,
  faultsOf: (now: Verdicts) => readonly string[],
): Promise<{
  readonly faults: readonly string[];
  readonly looked: Looked;
}> {
  const within = sabotage.within === undefined ? null : parseDuration(sabotage.within);
  const rounds = within === null ? 0 : Math.ceil(approximateMs(within) / PAUSE_MS);
  let looked = lookedAt(await hands.verify());
  for (let round = 0; round < rounds && faultsOf(looked.verdicts).length > 0; round += 1) {
    await hands.pause(PAUSE_MS);
    looked = lookedAt(await hands.verify());
  }
  return { faults: faultsOf(looked.verdicts), looked };
}

export function turned(before: Verdicts, after: Verdicts, breaks: readonly string[]): string[] {
  const promises = [...new Set([...before.keys(), ...after.keys()])];
  return promises.flatMap((promise) => {
    const was = before.get(promise) ?? "absent";
    const is = after.get(promise) ?? "absent";
    if (breaks.includes(promise))
      return is === "broken" ? [] : [`\`${promise}\` should be broken and is ${is}`];
    return was === is ? [] : [`\`${promise}\` turned from ${was} to ${is}, which was not meant`];
  });
}

const healed = (before: Verdicts, after: Verdicts): string[] =>
  turned(before, after, []).map((fault) => `after the undo: ${fault}`);

const commitmentsOf = ({ promises }: Report, verdicts: readonly string[]): readonly string[] => [
  ...new Set(
    promises.flatMap((p) => p.commitments.filter((c) => verdicts.includes(c.verdict)).map((c) => c.id)),
  ),
];

/** Commitments, also of promises that are not kept as a whole, that are called kept or attested though none of these broke them. */
export const untestedCommitments = (
  baseline: Report,
  results: readonly Pick<SabotageResult, "broke">[],
): readonly string[] => {
  const broken = new Set(results.flatMap((r) => r.broke));
  return commitmentsOf(baseline, ["kept", "attested"]).filter((id) => !broken.has(id));
};

/** Promises that are called kept, or attested, though no sabotage shows that they could be called otherwise. */
export const untested = (baseline: Report, sabotages: readonly Sabotage[]): readonly string[] => {
  const broken = new Set(sabotages.flatMap((s) => s.breaks));
  return baseline.promises
    .filter((p) => (p.verdict === "kept" || p.verdict === "attested") && !broken.has(p.promise))
    .map((p) => p.promise);
};
