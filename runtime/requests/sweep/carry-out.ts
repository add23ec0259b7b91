/**
 * The steps of a sweep, each made for everybody at once. A step that the store refuses is made again for one half of the people and then
 * the other, until it is known whose rows it is: everybody else's go, and his stay with the reason.
 */

import type { Mask } from "@avow/core/datamap/model";
import { idOf } from "@avow/core/datamap/model";
import type { Captured, CapturedRow } from "@avow/core/plan/capture";
import { orderSteps } from "@avow/core/plan/order";
import type { Step } from "@avow/core/plan/step";
import { type Changes, type Circle, changesOf } from "@avow/core/plan/sweep";
import { must } from "@avow/core/terms/assert";
import type { Answer, ConnectorFailure } from "../../connector-kit/contract.ts";
import { type Settled, settle } from "../run/as-planned.ts";
import { StoreFailed } from "../run/ask.ts";
import { cascadeLoss } from "../run/cascade.ts";
import type { BoundEstate } from "../run/estate.ts";
import { mutateAll } from "../run/mutation.ts";
import { endingOf, refusalOf } from "../run/refusal.ts";
import type { ResultLine, RunContext } from "../run/run.ts";
import type { HoldersOf } from "../run/still.ts";
import type { SweepJournal } from "./journal.ts";

/** More tries than one culprit among ten thousand takes; with very many of them, whoever is left is refused together. */
const TRIES_MAX = 500;

export interface Carrying extends Pick<RunContext, "onProgress" | "atPoint"> {
  readonly estate: BoundEstate;
  readonly journal: Pick<SweepJournal, "intend" | "outcome">;
  /** The keys of the collections, whoever captured them. */
  readonly captured: ReadonlyMap<string, Pick<Captured, "collection" | "key">>;
  /** The rows of everybody. */
  readonly holdersOf: HoldersOf;
  readonly done: Settled;
  /** False for rows that need no change any more. */
  readonly wants: (captured: Captured, row: CapturedRow, set: Mask | null) => boolean;
}

/** How it went for one circle. */
export interface Went {
  readonly lines: ResultLine[];
  store: StoreFailed | null;
  readonly steps: { done: number; failed: number };
}

interface Run extends Carrying {
  readonly went: ReadonlyMap<Circle, Went>;
  readonly touched: ReadonlyMap<Circle, ReadonlySet<string>>;
  tries: number;
}

/** Of the circles all that `touched` names. */
export async function carryOut(
  carrying: Carrying,
  { changes, touched }: Changes,
): Promise<ReadonlyMap<Circle, Went>> {
  const { estate } = carrying;
  const circles = [...touched.keys()];
  const went = new Map(
    circles.map((c): [Circle, Went] => [c, { lines: [], store: null, steps: { done: 0, failed: 0 } }]),
  );
  const run: Run = { ...carrying, went, touched, tries: TRIES_MAX };
  const steps = orderSteps(estate.graph, changes, estate.foreignKeys);
  for (const lot of lotsOf(estate, steps)) {
    if (lot.length > 1 && circles.every((c) => !hasFailed(run, c)) && (await together(run, lot, circles)))
      continue;
    for (const step of lot) await carryOutStep(run, step, circles);
  }
  return went;
}

/** Steps that follow each other in one store that makes all of them or none. */
function lotsOf({ stores }: BoundEstate, steps: readonly Step[]): Step[][] {
  const lots: Step[][] = [];
  for (const step of steps) {
    const last = lots.at(-1);
    if (last?.[0]?.store === step.store && stores[step.store]?.eraser.inParts !== true) last.push(step);
    else lots.push([step]);
  }
  return lots;
}

/**
 * All of them or none, in one transaction of the store. False: none, and each is made by itself, to see whose rows can not go. Where nobody
 * heard how it ended nothing is made again: that would close the requests over an intent without an end.
 */
async function together(run: Run, lot: readonly Step[], circles: readonly Circle[]): Promise<boolean> {
  const first = must(lot[0], "a lot has steps");
  const step: Step = { ...first, phase: "identity", changes: lot.flatMap((s) => s.changes) };
  const answer = await make(run, step);
  if (!answer.ok && answer.unsure === true) {
    const own = circles.filter((c) => touches(run, c, step));
    fail(run, step, own, answer);
    return true;
  }
  if (!answer.ok) return false;
  const rows = [...answer.value];
  for (const part of lot) {
    settle(part, rows.splice(0, part.changes.length), run.done);
    for (const circle of circles) if (touches(run, circle, part)) wentOf(run, circle).steps.done += 1;
  }
  return true;
}

async function carryOutStep(run: Run, step: Step, circles: readonly Circle[]): Promise<void> {
  const own = circles.filter((c) => touches(run, c, step));
  // Rows with identities go last, and only when everything that hangs on them is gone.
  const going = own.filter((c) => step.phase === "dependents" || !hasFailed(run, c));
  if (going.length > 0)
    await attempt(run, going.length === own.length ? step : cutTo(run, step, going), going);
}

const touches = ({ touched }: Run, circle: Circle, step: Step): boolean =>
  step.changes.some((c) => touched.get(circle)?.has(c.collection) === true);

const wentOf = ({ went }: Run, circle: Circle): Went => must(went.get(circle), "every circle is followed");

function hasFailed(run: Run, circle: Circle): boolean {
  const { lines, store } = wentOf(run, circle);
  return lines.length > 0 || store !== null;
}

/** The same step for some of the people. */
function cutTo(run: Run, step: Step, circles: readonly Circle[]): Step {
  const ids = new Set(step.changes.map((c) => c.collection));
  const wants: Run["wants"] = (captured, row, set) =>
    ids.has(idOf(captured.collection)) && run.wants(captured, row, set);
  const changes = [...changesOf(circles, wants).changes];
  const place = new Map([...ids].map((id, i) => [id, i]));
  const at = (id: string): number => place.get(id) ?? 0;
  changes.sort((a, b) => at(a.collection) - at(b.collection));
  return {
    ...step,
    changes: [...changes.filter((c) => c.act === "set"), ...changes.filter((c) => c.act === "delete")],
  };
}

const REFUSALS: ReadonlySet<ConnectorFailure["error"]> = new Set(["blocked", "partial"]);

async function attempt(run: Run, step: Step, circles: readonly Circle[]): Promise<void> {
  const answer = await make(run, step);
  if (answer.ok) {
    settle(step, answer.value, run.done);
    for (const circle of circles) wentOf(run, circle).steps.done += 1;
    return;
  }
  // Only a refusal, of all or of a part, can be about somebody's rows.
  if (!REFUSALS.has(answer.error) || answer.unsure === true || circles.length === 1 || run.tries <= 0) {
    fail(run, step, circles, answer);
    return;
  }
  const middle = Math.ceil(circles.length / 2);
  for (const half of [circles.slice(0, middle), circles.slice(middle)])
    await attempt(run, cutTo(run, step, half), half);
}

async function make(run: Run, step: Step): Promise<Answer<readonly number[]>> {
  const { estate, journal } = run;
  run.tries -= 1;
  run.onProgress?.(
    `${step.phase}: ${step.changes.map((c) => `${c.act} ${c.keys.length} of ${c.collection}`).join(", ")}`,
  );
  const id = await journal.intend(step);
  run.atPoint?.("intended");
  const lost = await cascadeLoss({ estate, state: { collections: run.captured }, step });
  const acting = { estate, store: step.store, holdersOf: run.holdersOf };
  const answer = lost ?? (await mutateAll(acting, step.changes));
  run.atPoint?.("acted");
  // Without an outcome: the next run reads back what became of it.
  if (!answer.ok && answer.unsure === true) return answer;
  await journal.outcome(id, endingOf(answer, countsOf(step)));
  if (answer.ok) run.atPoint?.("outcome");
  return answer;
}

const countsOf = (step: Step): number[] => step.changes.map((c) => c.keys.length);

function fail(run: Run, step: Step, circles: readonly Circle[], failure: ConnectorFailure): void {
  for (const circle of circles) {
    const went = wentOf(run, circle);
    went.steps.failed += 1;
    if (failure.error === "unreachable" || failure.unsure === true) {
      went.store ??= new StoreFailed(step.store, failure);
      continue;
    }
    // Whose of the rows are left nobody says where they were several people's.
    const { left: _, ...uncounted } = failure;
    const own = circles.length === 1 ? failure : uncounted;
    for (const [at, c] of cutTo(run, step, [circle]).changes.entries())
      went.lines.push({
        store: step.store,
        collection: must(run.estate.graph.collections.get(c.collection), "known").name,
        ...refusalOf(own, at, c.keys.length),
      });
  }
}
