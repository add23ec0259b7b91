/**
 * What a request writes down as it goes, so that whoever goes on after a crash knows what was meant and what is done. Every act is
 * intent → act → outcome; an intent without an outcome is `unknown` until the store is read again.
 *
 * Only an intent must be on the disk before what comes next, which is the act. What was captured goes with the first intent that came of it,
 * and an outcome with whatever is written after it: a crash before then costs another look, which whoever goes on takes anyhow.
 */
import type { PlanLine, Step } from "@avow/core/plan/erase";
import type { Earlier } from "./ask.ts";

/** How the reason begins of a step that failed along with others, and is tried by itself next. */
export const TRIED_TOGETHER = "tried together: ";

export interface StepOutcome {
  /** `partial`: of as many rows at most, and the rest is as it was. */
  readonly state: "done" | "failed" | "partial";
  readonly rows: number;
  readonly reason: string | null;
}

/** What was captured, and the plan that was made of it, where there is a new one: both or neither. */
export interface Found {
  readonly captured: Earlier;
  readonly plan?: readonly PlanLine[];
}

export interface Journal {
  /** What earlier passes captured; null before the first. */
  captured(): Promise<Earlier | null>;
  saveCapture(captured: Earlier, plan?: readonly PlanLine[]): Promise<void>;
  savePlan(lines: readonly PlanLine[]): Promise<void>;
  /** The plan of the first pass: later passes only mend. */
  plan(): Promise<readonly PlanLine[] | null>;
  /** On the disk when it returns, and with it what was `found`, where that is not written down yet. */
  intend(step: Step, found?: Found): Promise<string>;
  /** Known; written down with what is written next. */
  outcome(step: string, outcome: StepOutcome): Promise<void>;
  /** Of several steps that are carried out together, in their order. */
  intendAll(steps: readonly Step[], found?: Found): Promise<readonly string[]>;
  outcomes(ended: readonly (StepOutcome & { readonly step: string })[]): Promise<void>;
  /** Marks intents that never got an outcome; what became of them the next capture tells. */
  readBack(): Promise<number>;
}

/** Keeps everything in memory: for dry runs and for the model in sim/. */
export function memoryJournal(): Journal & { readonly steps: { step: Step; outcome: StepOutcome | null }[] } {
  let saved: Earlier | null = null;
  let lines: readonly PlanLine[] | null = null;
  const steps: { step: Step; outcome: StepOutcome | null }[] = [];
  const intend = (step: Step): string => String(steps.push({ step, outcome: null }) - 1);
  const find = ({ captured, plan }: Found): void => {
    saved = captured;
    if (plan !== undefined) lines = plan;
  };
  const end = (id: string, outcome: StepOutcome): void => {
    const entry = steps[Number(id)];
    if (entry !== undefined) entry.outcome = outcome;
  };
  return {
    steps,
    captured: async () => saved,
    saveCapture: async (captured, plan) => find({ captured, ...(plan === undefined ? {} : { plan }) }),
    savePlan: async (l) => {
      lines = l;
    },
    plan: async () => lines,
    intend: async (step, found) => {
      if (found !== undefined) find(found);
      return intend(step);
    },
    outcome: async (id, outcome) => end(id, outcome),
    intendAll: async (all, found) => {
      if (found !== undefined) find(found);
      return all.map(intend);
    },
    outcomes: async (ended) => {
      for (const { step, ...outcome } of ended) end(step, outcome);
    },
    readBack: async () => steps.filter((s) => s.outcome === null).length,
  };
}
