/**
 * What a request leaves in the evidence log (spec/erasure-certificate.md). Each entry commits with the change that it tells of. Bodies say
 * what was done and where, never to which values.
 */
import type { PlanLine, Step } from "@avow/core/plan/erase";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Appender, NewEntry } from "../../ledger/append.ts";
import type { SubjectKeys } from "../../ledger/subject-keys.ts";
import type { StepOutcome } from "../run/journal.ts";
import type { KeptLine, RequestOutcome, ResultLine } from "../run/run.ts";

/** Where requests leave their entries; the ledger is one. */
export interface Evidence extends Appender {
  readonly keys: Pick<SubjectKeys, "endAt" | "obtainAll">;
}

/** All steps of a request look alike in clear. */
const TYPE = "request";

const entry = (request: string, event: string, body: Readonly<Record<string, unknown>>): NewEntry => ({
  type: TYPE,
  subject: `request:${request}`,
  body: { event, request, ...body },
});

export interface Received {
  readonly id: string;
  readonly right: string;
  readonly via: string;
  readonly receivedAt: Date;
  readonly dueAt: Date;
}

export const received = ({ id, right, via, receivedAt, dueAt }: Received): NewEntry =>
  entry(id, "request.received", {
    right,
    via,
    receivedAt: receivedAt.toISOString(),
    dueAt: dueAt.toISOString(),
  });

export const planned = (request: string, plan: readonly PlanLine[]): NewEntry =>
  entry(request, "request.planned", { plan });

/** The person asked again while it was open. */
export const joined = (request: string, via: string): NewEntry => entry(request, "request.joined", { via });

/** Who has seen the plan, or knows that none is asked for, and said yes. */
export const approved = (request: string, by: string): NewEntry => entry(request, "request.approved", { by });

export const intended = (request: string, step: string, { phase, store, changes }: Step): NewEntry =>
  stepIntended(request, {
    ...{ step, phase, store },
    changes: changes.map((c) => ({ collection: c.collection, act: c.act, rows: c.keys.length })),
  });

export interface IntendedStep {
  readonly step: string;
  readonly phase: string;
  readonly store: string;
  readonly changes: readonly { readonly collection: string; readonly act: string; readonly rows: number }[];
}

export const stepIntended = (request: string, step: IntendedStep): NewEntry =>
  entry(request, "step.intended", { ...step });

/** A restored backup brought back what another request had erased. */
export const erasedAgain = (request: string, first: string): NewEntry =>
  entry(request, "request.again", { first });

/** The person takes it back. */
export const restoring = (request: string): NewEntry => entry(request, "request.restoring", {});

/** From here on nobody can bring back what was erased. */
export const bundleDestroyed = (request: string): NewEntry => entry(request, "request.bundle_destroyed", {});

/** Reasons come from stores and could quote a row: what happened is said, why is in the request's own record. */
export const stepEnded = (request: string, step: string, { state, rows }: StepOutcome): NewEntry =>
  entry(request, `step.${state}`, { step, rows });

export const stepUnknown = (request: string, step: string): NewEntry =>
  entry(request, "step.unknown", { step });

/** Somebody is asked to act by hand: what and where, never on whom. */
export interface Task {
  readonly id: string;
  readonly request: string;
  readonly store: string;
  readonly collection: string;
}

const task = (
  { id, request, store, collection }: Task,
  event: string,
  body: Readonly<Record<string, unknown>>,
) => entry(request, event, { task: id, store, collection, ...body });

export const taskCreated = (about: Task, dueAt: Date): NewEntry =>
  task(about, "task.created", { dueAt: dueAt.toISOString() });

/** Whoever was shown whom it is about. */
export const taskShown = (about: Task, by: string): NewEntry => task(about, "task.shown", { by });

export const taskDone = (
  about: Task,
  done: { readonly by: string; readonly sha256: string | null },
): NewEntry => task(about, "task.done", { by: done.by, proof: done.sha256 });

/** Why is in the task's own record. */
export const taskRefused = (about: Task, by: string): NewEntry => task(about, "task.refused", { by });

/** Why, and what is left, is in the task's own record. */
export const taskPutOff = (
  about: Task,
  put: { readonly by: string; readonly state: "blocked" | "partial"; readonly until: Date | null },
): NewEntry => task(about, `task.${put.state}`, { by: put.by, until: put.until?.toISOString() ?? null });

const where = ({ store, collection, result, rows, until }: ResultLine) => ({
  ...{ store, collection, result, rows },
  ...(until === undefined ? {} : { until }),
});

/** `overdue`: whoever answers for it has missed the deadline. */
export const notDone = (request: string, outcome: RequestOutcome, overdue: boolean): NewEntry =>
  entry(request, "request.not_done", { remains: outcome.results.map(where), overdue });

export interface Ended extends Received {
  readonly state: string;
  readonly closedAt: Date;
  readonly policy: { readonly version: string; readonly hash: string };
  /** Whom the request named. */
  readonly identities: readonly IdentityValue[];
  /** What else lay in the account when it was asked. */
  readonly beside: readonly IdentityValue[];
  readonly outcome: Pick<RequestOutcome, "results" | "kept" | "beyond">;
  readonly carriedOutBy?: string;
  /** It is no erasure yet: until then the person can have it back. */
  readonly restrictedUntil?: Date;
  readonly steps: { readonly done: number; readonly failed: number };
}

/** The certificate. */
export function ended(request: Ended): NewEntry {
  const { id, right, state, policy, outcome, steps, identities, beside } = request;
  const closedAt = request.closedAt.toISOString();
  const { restrictedUntil: until } = request;
  const when = until === undefined ? { closedAt } : { restrictedAt: closedAt, until: until.toISOString() };
  return {
    ...entry(id, until === undefined ? "request.closed" : "request.restricted", {
      ...{ right, state, policy, steps, ...when },
      receivedAt: request.receivedAt.toISOString(),
      dueAt: request.dueAt.toISOString(),
      done: outcome.results.map((line) => ({
        ...where(line),
        ...(line.how === undefined ? {} : { how: line.how }),
        reached: reached(line, closedAt),
      })),
      kept: outcome.kept.map((line: KeptLine) => ({ ...line })),
      ...(outcome.beyond === undefined
        ? {}
        : { beyond: outcome.beyond.map((b) => ({ ...b, places: [...b.places] })) }),
      ...(request.carriedOutBy === undefined ? {} : { carriedOutBy: request.carriedOutBy }),
    }),
    about: identities.map(placeOf),
    ...(beside.length === 0 ? {} : { beside: beside.map(placeOf) }),
  };
}

const placeOf = ({ namespace, value }: IdentityValue): string => `${namespace}=${value}`;

/** Only what was looked at afterwards is said to be gone. */
const reached = (line: ResultLine, at: string): Readonly<Record<string, string>> => {
  if (line.result === "verified_absent") return { deleted: at, ...line.reached };
  return line.proof === undefined ? {} : { attested: line.proof.at, proof: line.proof.sha256 };
};
