/** What a sweep leaves in the evidence log beside the entries of its requests (spec/erasure-certificate.md): its steps, which are nobody's own. */
import type { Step } from "@avow/core/plan/erase";
import type { NewEntry } from "../../ledger/append.ts";
import type { StepOutcome } from "../run/journal.ts";

/** In clear like everything else that requests leave. */
const TYPE = "request";

const entry = (sweep: string, event: string, body: Readonly<Record<string, unknown>>): NewEntry => ({
  type: TYPE,
  subject: "service",
  body: { event, sweep, ...body },
});

export const sweepBegun = (sweep: string, right: string, requests: number): NewEntry =>
  entry(sweep, "sweep.begun", { right, requests });

export const sweepIntended = (sweep: string, step: string, { phase, store, changes }: Step): NewEntry =>
  entry(sweep, "sweep.step.intended", {
    ...{ step, phase, store },
    changes: changes.map((c) => ({ collection: c.collection, act: c.act, rows: c.keys.length })),
  });

export const sweepEnded = (sweep: string, step: string, { state, rows }: StepOutcome): NewEntry =>
  entry(sweep, `sweep.step.${state}`, { step, rows });

export const sweepUnknown = (sweep: string, step: string): NewEntry =>
  entry(sweep, "sweep.step.unknown", { step });

export const sweepClosed = (sweep: string, states: Readonly<Record<string, number>>): NewEntry =>
  entry(sweep, "sweep.ended", { states });

/** Its process is gone: its requests go on from where they are, in other hands. */
export const sweepStopped = (sweep: string): NewEntry => entry(sweep, "sweep.stopped", {});
