/** Breaks something on purpose and sees whether exactly the right promises turn (spec/sabotage.md, "How it runs"). */
import { approximateMs, parseDuration } from "@avow/core/terms/duration";
import type { Report } from "../report.ts";
import type { Sabotage } from "./read.ts";

/** Does one act to one thing: a statement to a store, a request to an app. */
export type Way = (on: string, what: string) => Promise<void>;

export interface SabotageHands {
  readonly ways: Readonly<Partial<Record<Sabotage["via"], Way>>>;
  /** What finds out about an act that the data alone does not show. */
  readonly observers: Readonly<Record<NonNullable<Sabotage["seen_by"]>, () => Promise<void>>>;
  readonly verify: () => Promise<Report>;
  readonly pause: (ms: number) => Promise<void>;
}

export interface SabotageResult {
  readonly id: string;
  /** Empty: it broke what it should, nothing else, and healed. */
  readonly faults: readonly string[];
}

type Verdicts = ReadonlyMap<string, string>;

const PAUSE_MS = 500;
const verdictsOf = (report: Report): Verdicts => new Map(report.promises.map((p) => [p.promise, p.verdict]));

export async function runSabotage(sabotage: Sabotage, hands: SabotageHands): Promise<SabotageResult> {
  const way = hands.ways[sabotage.via];
  if (way === undefined) return { id: sabotage.id, faults: [`there is no way \`${sabotage.via}\` here`] };
  const before = verdictsOf(await hands.verify());
  const impossible = sabotage.breaks.flatMap((p) => {
    const verdict = before.get(p);
    if (verdict === undefined) return [`there is no promise \`${p}\``];
    return verdict === "broken" ? [`\`${p}\` is broken before anything was done`] : [];
  });
  if (impossible.length > 0) return { id: sabotage.id, faults: impossible };
  const faults: string[] = [];
  try {
    await way(sabotage.on, sabotage.act);
    await observe(sabotage, hands);
    faults.push(...(await settled(sabotage, hands, (after) => turned(before, after, sabotage.breaks))));
  } finally {
    if (sabotage.undo !== undefined) {
      await way(sabotage.on, sabotage.undo);
      await observe(sabotage, hands);
    }
  }
  if (sabotage.undo !== undefined)
    faults.push(...(await settled(sabotage, hands, (after) => healed(before, after))));
  return { id: sabotage.id, faults };
}

async function observe({ seen_by }: Sabotage, hands: SabotageHands): Promise<void> {
  if (seen_by !== undefined) await hands.observers[seen_by]();
}

/** The faults that are left when the time that the checks may take has passed. */
async function settled(
  sabotage: Sabotage,
  hands: SabotageHands,
  faultsOf: (after: Verdicts) => readonly string[],
): Promise<readonly string[]> {
  const within = sabotage.within === undefined ? null : parseDuration(sabotage.within);
  const rounds = within === null ? 0 : Math.ceil(approximateMs(within) / PAUSE_MS);
  let faults = faultsOf(verdictsOf(await hands.verify()));
  for (let round = 0; round < rounds && faults.length > 0; round += 1) {
    await hands.pause(PAUSE_MS);
    faults = faultsOf(verdictsOf(await hands.verify()));
  }
  return faults;
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

/** Promises that are called kept though no sabotage shows that they could be called otherwise. */
export const untested = (baseline: Report, sabotages: readonly Sabotage[]): readonly string[] => {
  const broken = new Set(sabotages.flatMap((s) => s.breaks));
  return baseline.promises
    .filter((p) => p.verdict === "kept" && !broken.has(p.promise))
    .map((p) => p.promise);
};
