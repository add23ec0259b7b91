/** What a sweep writes down as it goes: of each request what a request of its own would have, of the steps one record for all. */
import type { PlanLine, Step } from "@avow/core/plan/erase";
import type { Earlier } from "../run/ask.ts";
import type { Journal, StepOutcome } from "../run/journal.ts";
import type { Suppressing } from "../suppression/names.ts";

export interface SavedCapture {
  readonly request: string;
  readonly captured: Earlier;
}
export interface SavedPlan {
  readonly request: string;
  readonly lines: readonly PlanLine[];
}

export interface SweepJournal extends Pick<Journal, "intend" | "readBack"> {
  /** What earlier passes captured, of another sweep or of the request by itself: those that have something. */
  captured(): Promise<ReadonlyMap<string, Earlier>>;
  /** Plans of requests that have a capture: those were approved. */
  plans(requests: readonly string[]): Promise<ReadonlyMap<string, readonly PlanLine[]>>;
  saveCaptures(all: readonly SavedCapture[]): Promise<void>;
  savePlans(all: readonly SavedPlan[]): Promise<void>;
  outcome(step: string, outcome: StepOutcome): Promise<void>;
  /** Rows that are about to go, each under those of the requests that it goes for: so that they are known when a backup brings them back. */
  note(rows: readonly Suppressing[]): Promise<void>;
}

/** Keeps everything in memory: for dry runs and for the model in sim/. */
export function memorySweepJournal(): SweepJournal & { readonly steps: Step[] } {
  const captures = new Map<string, Earlier>();
  const plans = new Map<string, readonly PlanLine[]>();
  const steps: Step[] = [];
  return {
    steps,
    captured: async () => captures,
    plans: async () => plans,
    saveCaptures: async (all) => {
      for (const { request, captured } of all) captures.set(request, captured);
    },
    savePlans: async (all) => {
      for (const { request, lines } of all) plans.set(request, lines);
    },
    intend: async (step) => String(steps.push(step) - 1),
    outcome: async () => undefined,
    readBack: async () => 0,
    note: async () => undefined,
  };
}
