import { type Capture, type RememberedRow, tupleKey } from "@avow/core/plan/capture";
import { type ErasePlan, type PlanLine, planErase, type Step } from "@avow/core/plan/erase";
import { fieldsToErase } from "@avow/core/plan/scope";
import { erase as right } from "@avow/core/rights/erase/right";
import { must } from "@avow/core/terms/assert";
import type { ConnectorFailure } from "../../connector-kit/contract.ts";
import { whyRefused } from "../../disk/refused.ts";
import type { InEffect } from "../holds/holds.ts";
import { nameOf, type Settled, settle, settled } from "../run/as-planned.ts";
import { type Climbed, capture, climb, type Earlier, StoreFailed } from "../run/ask.ts";
import { cascadeLoss } from "../run/cascade.ts";
import { closed, keptLines, stopBefore } from "../run/ended.ts";
import type { BoundEstate } from "../run/estate.ts";
import { asHeldNow, holdsOn, unlessHeld } from "../run/held.ts";
import { type Found, type Journal, TRIED_TOGETHER } from "../run/journal.ts";
import { mutateAll } from "../run/mutation.ts";
import { changedIn, endingOf, refusalOf } from "../run/refusal.ts";
import { mergeFailures, notesOfRemains, stillLeft } from "../run/remains.ts";
import {
  nothing,
  type RequestOutcome,
  type ResultLine,
  type RightRunner,
  type RunContext,
} from "../run/run.ts";
import { carryOutChanges } from "../run/stand-in.ts";
import { holdersIn } from "../run/still.ts";
import { lotsOf } from "../run/together.ts";
import { isAllAsPlanned } from "../run/verify.ts";

/** Rows that arrive while it runs are found by the next pass; an application that writes faster than that is reported. */
const PASSES_MAX = 4;

export const erase: RightRunner = { name: right.name, run };

interface Pass {
  readonly state: Capture;
  readonly plan: ErasePlan;
}

interface Planned {
  readonly plan: ErasePlan;
  readonly climbed: Climbed;
}

interface Carrying extends Pass {
  readonly found: Unwritten | null;
}

/** What was found, until the first intent takes it along: nothing is done before that, and a crash loses nothing. */
class Unwritten {
  readonly #journal: Journal;
  readonly #captured: Earlier;
  readonly #plan: readonly PlanLine[] | undefined;
  #taken = false;

  constructor(journal: Journal, captured: Earlier, plan: readonly PlanLine[] | undefined) {
    this.#journal = journal;
    this.#captured = captured;
    this.#plan = plan;
  }

  /** Once: along with an intent that is written down. One that is not leaves it for the next. */
  async along<T>(intend: (found: Found | undefined) => Promise<T>): Promise<T> {
    if (this.#taken) return intend(undefined);
    const plan = this.#plan === undefined ? {} : { plan: this.#plan };
    const intended = await intend({ captured: this.#captured, ...plan });
    this.#taken = true;
    return intended;
  }

  /** By itself, where no intent took it. */
  async write(): Promise<void> {
    if (this.#taken) return;
    this.#taken = true;
    await this.#journal.saveCapture(this.#captured, this.#plan);
  }
}

async function run(context: RunContext): Promise<RequestOutcome> {
  const { journal } = context;
  let [earlier] = await Promise.all([journal.captured(), journal.readBack()]);
  let lines: readonly PlanLine[] | null = null;
  let failed: readonly ResultLine[] = [];
  let approved = false;
  const done: Settled = new Set();
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    // What was captured was approved first; a plan alone has only been shown.
    if (pass === 0 && earlier !== null) lines = await journal.plan();
    const { state, effect } = await look(context, earlier);
    const stop = stopBefore(state, earlier, context.identities);
    if (stop !== null) return stop;
    const { plan, climbed } = await planOf(context, { state, effect });
    const first: readonly PlanLine[] = lines === null ? plan.lines : asHeldNow(lines, plan.lines, state);
    if (!approved && !(await context.approve(first, state.identities)))
      return { ...nothing("planned", []), plan: first, kept: keptLines(plan.lines) };
    approved = true;
    const fresh = lines === first ? undefined : first;
    const before: Earlier | null = earlier;
    earlier = merged(before, state);
    const open = plan.steps.filter((s) => !onlyRepeats(context.estate, s, { state, plan }, done));
    const found = before === null || isNew(state) ? new Unwritten(journal, earlier, fresh) : null;
    if (found === null && fresh !== undefined) await journal.savePlan(fresh);
    context.atPoint?.("captured");
    lines = first;
    context.atPoint?.("planned");
    if (open.length === 0) {
      await found?.write();
      context.atPoint?.("verified");
      return closed(state, first, plan);
    }
    const went = await unlessHeld(carryOut(context, { state, plan, found }, open, done));
    // Where nothing could be done yet.
    await found?.write();
    if (went === null) continue;
    failed = went;
    // A step that failed for good fails again: what is left is for a person to clear.
    if (failed.length === 0 && (await isAllAsPlanned(context, { state, plan, climbed, done }))) {
      context.atPoint?.("verified");
      return closed(state, first, plan);
    }
    if (failed.length > 0 || context.identityRowsWait?.() === true) break;
  }
  const remains = await remaining(context, must(earlier, "a capture was saved"), done);
  failed = stillLeft(failed, remains.lines);
  context.atPoint?.("verified");
  const plan = asHeldNow(must(lines, "a plan was made"), remains.plan.lines, remains.state);
  if (remains.lines.length === 0 && failed.length === 0) return closed(remains.state, plan, remains.plan);
  if (failed.length === 0 && context.identityRowsWait?.() === true)
    return {
      state: "requested",
      plan,
      results: remains.lines.map((l) => ({ ...l, result: "waits" })),
      kept: keptLines(remains.plan.lines),
      notes: [],
    };
  const results = mergeFailures(remains.lines, failed);
  return {
    ...{ state: "not_done", plan, results },
    ...{ kept: keptLines(remains.plan.lines), notes: notesOfRemains(results) },
  };
}

interface Seen {
  readonly state: Capture;
  readonly effect: InEffect | undefined;
}

/**
 * Holds are read anew for each pass, and only when the stores were asked: by what name somebody is held, too, is written down before the row that
 * says so goes (`learn`). Who no longer finds the row reads the name. One that is placed later is noticed where the intents are written.
 */
async function look(
  { estate, identities, asked, holds }: RunContext,
  earlier: Earlier | null,
): Promise<Seen> {
  const fields = fieldsToErase(estate.graph, asked?.scope ?? null);
  const state = await capture(estate, identities, earlier ?? undefined, fields);
  return { state, effect: await holds?.forPlan() };
}

async function planOf(context: RunContext, { state, effect }: Seen): Promise<Planned> {
  const { estate, asked, now } = context;
  const climbed = await climb(estate, state);
  const { shared } = climbed;
  const holds = await holdsOn({ ...context, effect }, state);
  const scope = asked?.scope ?? null;
  return { plan: planErase({ ...estate, capture: state, shared, holds, now: now(), scope }), climbed };
}

/** Something was found that was not known from before, or a row is reached in another way. */
const isNew = (state: Capture): boolean => state.news > 0;

/** What has been found so far, as far as it matters for finding and judging it again. */
export function merged(earlier: Earlier | null, state: Capture): Earlier {
  const collections = [...state.collections].map(([id, c]) => ({
    id,
    fields: c.fields,
    key: c.key,
    // Of what was given away the next look says so anew, until the request ends.
    rows: { [Symbol.iterator]: (): Iterator<RememberedRow> => all(c.rows.values(), state.given.get(id)) },
  }));
  // What was written down under another map is carried along as it is.
  const other = (earlier?.collections ?? []).filter((e) =>
    collections.every((c) => c.id !== e.id || tupleKey(c.fields) !== tupleKey(e.fields)),
  );
  return { identities: state.identities, collections: [...other, ...collections] };
}

function* all(rows: Iterable<RememberedRow>, more: Iterable<RememberedRow> = []): Generator<RememberedRow> {
  yield* rows;
  yield* more;
}

function onlyRepeats(
  { types, labels }: BoundEstate,
  step: Step,
  { state, plan }: Pass,
  done: Settled,
): boolean {
  return step.changes.every((change) => {
    const id = change.collection;
    if (change.act === "delete") return false;
    const captured = must(state.collections.get(change.collection), "changes are about captured rows");
    return change.keys.every((key) => {
      const row = must(captured.rows.get(tupleKey(key)), "changes are about captured rows");
      const fate = must(plan.fates.get(row), "every row has a fate");
      const wasSet = done.has(nameOf(change.collection, key));
      const look = { captured, row, wasSet, state, types: types.get(id), labels: labels.get(id) };
      return fate.fate !== "delete" && settled(look, fate);
    });
  });
}

async function carryOut(
  context: RunContext,
  pass: Carrying,
  steps: readonly Step[],
  done: Settled,
): Promise<ResultLine[]> {
  const failed: ResultLine[] = [];
  const away = new Map<string, StoreFailed>();
  const waits = (): boolean => failed.length > 0 || away.size > 0 || context.identityRowsWait?.() === true;
  for (const lot of lotsOf(context.estate, steps)) {
    const { store } = must(lot[0], "a lot has steps");
    if (away.has(store)) continue;
    try {
      failed.push(...(await carryOutLot(context, pass, lot, { waits, done })));
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
      // What hangs on the person in other stores need not wait for this one.
      away.set(store, error);
    }
  }
  for (const error of away.values()) throw error;
  return failed;
}

interface Going {
  /** Rows with identities go last, and only when everything that hangs on them is gone. */
  readonly waits: () => boolean;
  readonly done: Settled;
}

async function carryOutLot(
  context: RunContext,
  pass: Carrying,
  lot: readonly Step[],
  { waits, done }: Going,
): Promise<ResultLine[]> {
  // What may be taken back is kept step by step.
  const goesTogether =
    lot.length > 1 && context.undo === undefined && !(waits() && lot.some((s) => s.phase === "identity"));
  if (goesTogether) {
    const made = await carryOutTogether(context, pass, lot);
    if (made !== null) {
      for (const step of lot) settle(step, made.splice(0, step.changes.length), done);
      return [];
    }
  }
  const failed: ResultLine[] = [];
  for (const step of lot) {
    if (step.phase === "identity" && (waits() || failed.length > 0)) break;
    const { lines, rows } = await carryOutStep(context, pass, step);
    failed.push(...lines);
    if (lines.length === 0) settle(step, rows, done);
  }
  return failed;
}

/** All of them or none: the rows of each change. Null: none, and each is to be tried by itself, so that what can be done is done. */
async function carryOutTogether(
  context: RunContext,
  pass: Carrying,
  lot: readonly Step[],
): Promise<number[] | null> {
  const { estate, journal } = context;
  for (const step of lot) sayProgress(context, step);
  const intend = (found?: Found): Promise<readonly string[]> => journal.intendAll(lot, found);
  const ids = await (pass.found?.along(intend) ?? intend());
  context.atPoint?.("intended");
  const [first] = lot;
  const step = { ...must(first, "a lot has steps"), changes: lot.flatMap((s) => s.changes) };
  const lost = await cascadeLoss({ estate, state: pass.state, step });
  const acting = { estate, store: step.store, holdersOf: holdersIn(pass.state) };
  const answer = lost ?? (await mutateAll(acting, step.changes));
  context.atPoint?.("acted");
  if (!answer.ok && answer.unsure === true) throw new StoreFailed(step.store, answer);
  const counts = answer.ok ? [...answer.value] : [];
  await journal.outcomes(
    lot.map((s, i) => ({
      step: must(ids[i], "each step has its intent"),
      state: answer.ok ? ("done" as const) : ("failed" as const),
      rows: counts.splice(0, s.changes.length).reduce((a, b) => a + b, 0),
      // Also where some of it was done: each by itself says what of it is left.
      reason: answer.ok ? null : `${TRIED_TOGETHER}${answer.reason}`,
    })),
  );
  if (!answer.ok && answer.error === "unreachable") throw new StoreFailed(step.store, answer);
  if (!answer.ok) return null;
  context.atPoint?.("outcome");
  return [...answer.value];
}

function sayProgress({ estate, onProgress }: RunContext, step: Step): void {
  const named = [...new Set(step.changes.map((c) => c.collection))].map((id) =>
    must(estate.graph.collections.get(id), "known"),
  );
  onProgress?.(`${step.phase}: ${named.map((c) => c.name).join(", ")}`);
}

async function carryOutStep(
  context: RunContext,
  pass: Carrying,
  step: Step,
): Promise<{ readonly lines: ResultLine[]; readonly rows: readonly number[] }> {
  const { estate, journal } = context;
  sayProgress(context, step);
  const intend = (found?: Found): Promise<string> => journal.intend(step, found);
  const counts = step.changes.map((c) => c.keys.length);
  const id = await (pass.found?.along(intend) ?? intend());
  context.atPoint?.("intended");
  const lost = await cascadeLoss({ estate, state: pass.state, step });
  const answer =
    lost ??
    (await keepBefore(context, id, step)) ??
    (await carryOutChanges({ ...context, state: pass.state }, step));
  context.atPoint?.("acted");
  // Without an outcome: the next run reads back what became of it.
  if (!answer.ok && answer.unsure === true) throw new StoreFailed(step.store, answer);
  if (answer.ok || answer.error === "partial") await context.undo?.after(id, step, changedIn(answer, counts));
  await journal.outcome(id, endingOf(answer, counts));
  if (answer.ok) {
    context.atPoint?.("outcome");
    return { lines: [], rows: answer.value };
  }
  if (answer.error === "unreachable") throw new StoreFailed(step.store, answer);
  const lines = step.changes.map((c, at) => ({
    store: step.store,
    collection: must(estate.graph.collections.get(c.collection), "known").name,
    ...refusalOf(answer, at, c.keys.length),
  }));
  return { lines, rows: [] };
}

/** What can not be kept for the person is not taken. Null: it is kept, or nobody may have it back. */
async function keepBefore({ undo }: RunContext, id: string, step: Step): Promise<ConnectorFailure | null> {
  const why = await whyRefused(async () => undo?.before(id, step));
  if (why === null) return null;
  const reason = `what goes could not be kept for the person, so it stays: ${why}`;
  return { ok: false, error: "throttled", retryable: true, reason };
}

interface Remaining {
  readonly state: Capture;
  readonly lines: readonly ResultLine[];
  readonly plan: ErasePlan;
}

/** Verification by what was captured, not by the graph: the rows that led there are gone. */
async function remaining(context: RunContext, earlier: Earlier, done: Settled): Promise<Remaining> {
  const seen = await look(context, earlier);
  const { state } = seen;
  const { plan } = await planOf(context, seen);
  const lines = plan.steps
    .filter((s) => !onlyRepeats(context.estate, s, { state, plan }, done))
    .flatMap((s) => s.changes)
    .map((c): ResultLine => {
      const { store, name } = must(context.estate.graph.collections.get(c.collection), "known");
      return { store, collection: name, result: "remains", rows: c.keys.length };
    });
  return { state, lines, plan };
}
