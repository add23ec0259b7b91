/**
 * Erases many people together:
 *
 *   capture all ──► plan all ──► approve each ──► carry out, a step for all ──► whose rows are still there? ──► closed, each by itself
 *      ▲                                                                              │ somebody's
 *      └───────────────────────────── next pass, of those alone ◄─────────────────────┘   (bounded; then `not_done`)
 *
 * Whoever is not found, or not clear, or not agreed to, is left out, and the others go on. As with one person, every pass begins by
 * capturing again what the last one found, so it does not matter where the last one stopped.
 */

import { idOf, type Mask } from "@avow/core/datamap/model";
import type { Asked } from "@avow/core/plan/asked";
import { type Capture, type Captured, type CapturedRow, type Tuple, tupleKey } from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import { ownedByOthers } from "@avow/core/plan/fate";
import { fieldsToErase } from "@avow/core/plan/scope";
import {
  type Circle,
  changesOf,
  eachOf,
  type PersonPlan,
  planSweep,
  type SweepPlan,
} from "@avow/core/plan/sweep";
import type { Decided } from "@avow/core/plan/sweep-input";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { storeFailed } from "../../connector-kit/told.ts";
import { HoldPlaced, type Holds } from "../holds/holds.ts";
import { merged } from "../rights/erase.ts";
import { isAsPlanned, nameOf, type Planned, type Settled, settled } from "../run/as-planned.ts";
import { type Earlier, StoreFailed } from "../run/ask.ts";
import { closed, keptLines, stopBefore } from "../run/ended.ts";
import type { BoundEstate } from "../run/estate.ts";
import { asHeldNow, holdsOnAll } from "../run/held.ts";
import { mergeFailures, notesOfRemains, stillLeft } from "../run/remains.ts";
import { nothing, type RequestOutcome, type ResultLine, type RunContext } from "../run/run.ts";
import { holdersInAll } from "../run/still.ts";
import { carryOut, type Went } from "./carry-out.ts";
import { type Climbed, captureAll, climbAll, type Gathered, gatheredOf } from "./gather.ts";
import type { SweepJournal } from "./journal.ts";
import { type Resting, stillThere } from "./still-there.ts";

/** As for one person: rows that arrive while it runs are found by the next pass. */
const PASSES_MAX = 4;

export interface SweepMember {
  readonly request: string;
  readonly identities: readonly IdentityValue[];
}

export interface PlanShown {
  readonly request: string;
  readonly plan: readonly PlanLine[];
}

export interface SweepContext extends Pick<RunContext, "onProgress" | "atPoint" | "now"> {
  readonly estate: BoundEstate;
  /** What all of them ask. */
  readonly asked: Asked;
  /** In the order in which they are to be thought of as leaving. */
  readonly members: readonly SweepMember[];
  readonly journal: SweepJournal;
  /** Legal holds; left out where nobody can place any. */
  readonly holds?: Holds;
  /** Shown the plans before anything changes: those that may be carried out. */
  readonly approve: (plans: readonly PlanShown[]) => Promise<ReadonlySet<string>>;
}

export interface MemberOutcome {
  readonly outcome: RequestOutcome;
  readonly failed: StoreFailed | null;
  /** The outcome's plan is the one that the journal has. */
  readonly planIsWritten: boolean;
  /** The steps that the member's rows were part of. */
  readonly steps: { readonly done: number; readonly failed: number };
}

interface Person extends SweepMember {
  earlier: Earlier | null;
  lines: readonly PlanLine[] | null;
  /** `lines` are not those that were written down. */
  isNew: boolean;
  approved: boolean;
  state: Capture | null;
  plan: PersonPlan | null;
  resting: Resting | null;
  /** Something of what was left to others when it was first planned went after all. */
  isRevised: boolean;
  readonly refused: ResultLine[];
  failed: StoreFailed | null;
  readonly steps: { done: number; failed: number };
  outcome: RequestOutcome | null;
}

interface Sweep {
  readonly context: SweepContext;
  readonly also: ReadonlyMap<string, readonly string[]>;
  readonly done: Settled;
  decided: Decided;
}

/** In the order of the members. */
export async function runSweep(context: SweepContext): Promise<readonly MemberOutcome[]> {
  const { journal, asked, estate } = context;
  const sweep: Sweep = {
    context,
    also: fieldsToErase(estate.graph, asked.scope),
    done: new Set(),
    decided: new Map(),
  };
  await journal.readBack();
  const people = await open(context);
  let last: { readonly people: readonly Person[]; readonly gathered: Gathered } | null = null;
  for (let pass = 0; pass <= PASSES_MAX; pass += 1) {
    const at = pass;
    try {
      const open = people.filter((p) => p.outcome === null);
      const left = last === null ? open : await remaining(sweep, last.people, last.gathered);
      if (at > 0) context.atPoint?.("verified");
      if (left.length === 0) break;
      const gathered = await captureAll(estate, left, sweep.also);
      last = await goOn(sweep, left, gathered, at === PASSES_MAX);
    } catch (error) {
      // What was begun before is done, and the next pass obeys it.
      if (error instanceof HoldPlaced && at < PASSES_MAX) continue;
      if (!(error instanceof StoreFailed)) throw error;
      for (const person of people) if (person.outcome === null) endFailed(person, error);
      break;
    }
  }
  return people.map(({ outcome: own, lines, failed, steps }) => {
    const outcome = must(own, "everybody has an outcome");
    return { ...{ outcome, failed, steps }, planIsWritten: lines !== null && outcome.plan === lines };
  });
}

async function open({ members, journal }: SweepContext): Promise<Person[]> {
  const captured = await journal.captured();
  const plans = await journal.plans([...captured.keys()]);
  return members.map((member) => {
    const earlier = captured.get(member.request) ?? null;
    // What was captured was approved first; a plan alone has only been shown.
    const lines = earlier === null ? null : (plans.get(member.request) ?? null);
    return {
      ...member,
      ...{ earlier, lines, isNew: false, approved: false, state: null, plan: null },
      ...{ resting: null, isRevised: false },
      ...{ refused: [], failed: null, steps: { done: 0, failed: 0 }, outcome: null },
    };
  });
}

/** Closes those of whom nothing is left. */
async function remaining(sweep: Sweep, people: readonly Person[], gathered: Gathered): Promise<Person[]> {
  const open = people.filter((p) => p.outcome === null);
  if (open.length === 0) return [];
  const there = await stillThere(sweep.context.estate, {
    gathered,
    resting: people.map((p) => (p.outcome === null ? p.resting : null)),
    asPlanned: (by, id, cells) => isAsPlanned(sweep.context.estate, plannedOf(sweep, people[by]), id, cells),
  });
  return people.filter((person, i) => {
    if (person.outcome !== null) return false;
    if (there.has(i)) return true;
    end(person, []);
    return false;
  });
}

async function goOn(
  sweep: Sweep,
  people: readonly Person[],
  gathered: Gathered,
  isLast: boolean,
): Promise<{ people: readonly Person[]; gathered: Gathered }> {
  const { estate } = sweep.context;
  for (const [i, person] of people.entries()) {
    person.state = must(gathered.captures[i], "everybody was captured");
    person.outcome = stopBefore(person.state, person.earlier, person.identities);
  }
  const found = people.filter((p) => p.outcome === null);
  const climbed = await climbAll(estate, found.map(stateOf));
  const places = new Map(found.map((person, i) => [person, i]));
  const holds = await holdsOnAll(sweep.context, found.map(stateOf));
  const planned = (going: readonly Person[]): SweepPlan => {
    const plan = planSweep({
      ...{ ...estate, also: sweep.also, now: sweep.context.now(), scope: sweep.context.asked.scope },
      ...{ outsiders: climbed.outsiders, decided: sweep.decided },
      people: going.map((p) => ({
        identities: p.identities,
        capture: stateOf(p),
        shared: must(climbed.shared[places.get(p) ?? -1], "everybody's rows were climbed from"),
        candidates: climbed.candidates[places.get(p) ?? -1] ?? [],
        earlier: p.earlier?.collections ?? [],
        holds: holds[places.get(p) ?? -1] ?? [],
      })),
    });
    for (const [i, person] of going.entries()) person.plan = must(plan.people[i], "everybody has a plan");
    return plan;
  };
  let plan = planned(found);
  for (const person of found) obeyHolds(person);
  const going = await agreedTo(sweep.context, found);
  // Whoever stays is an owner like any other.
  if (going.length < found.length) plan = planned(going);
  sweep.decided = plan.decided;
  for (const p of going) p.isRevised ||= isLeftToNobody(p);
  for (const p of going) p.resting = restingOf(p, climbed, places.get(p) ?? -1);
  await writeDown(sweep.context, going);
  await act(sweep, going, plan.circles, isLast);
  const after = [...people.keys()].filter((i) => people[i]?.outcome === null);
  return {
    people: after.flatMap((i) => people[i] ?? []),
    gathered: gatheredOf(gathered, after),
  };
}

function obeyHolds(person: Person): void {
  if (person.lines === null) return;
  const lines = asHeldNow(person.lines, planOf(person).lines, stateOf(person));
  person.isNew ||= lines !== person.lines;
  person.lines = lines;
}

/** What stays because somebody who is not in the sweep owns it, too. */
function restingOf(person: Person, { candidates, asked }: Climbed, at: number): Resting | null {
  const { fates, shared } = planOf(person);
  const rows = (candidates[at] ?? []).filter(
    ({ row }) => shared.has(row) && ownedByOthers(must(fates.get(row), "every row has a fate")),
  );
  return rows.length === 0 ? null : { candidates: candidates[at] ?? [], asked: asked[at] ?? [], rows };
}

/** Something that an earlier pass left to others goes after all. */
function isLeftToNobody(person: Person): boolean {
  const { fates } = planOf(person);
  return (person.resting?.rows ?? []).some(({ captured, row }) => {
    const now = stateOf(person).collections.get(idOf(captured.collection))?.rows.get(tupleKey(row.key));
    return now !== undefined && fates.get(now)?.fate === "delete";
  });
}

const plannedOf = ({ done }: Sweep, person: Person | undefined): Planned => {
  const known = must(person, "those who asked are in the list");
  return { state: stateOf(known), fates: planOf(known).fates, done };
};
const stateOf = (person: Person): Capture => must(person.state, "everybody was captured");
const planOf = (person: Person): PersonPlan => must(person.plan, "everybody has a plan");

async function agreedTo(context: SweepContext, people: readonly Person[]): Promise<readonly Person[]> {
  const asking = people.filter((p) => !p.approved);
  if (asking.length === 0) return people;
  const agreed = await context.approve(
    asking.map((p) => ({ request: p.request, plan: p.lines ?? planOf(p).lines })),
  );
  for (const person of asking) {
    person.approved = agreed.has(person.request);
    if (person.approved) continue;
    const { lines } = planOf(person);
    person.outcome = { ...nothing("planned", []), plan: person.lines ?? lines, kept: keptLines(lines) };
  }
  return people.filter((p) => p.approved);
}

async function writeDown({ journal, atPoint }: SweepContext, people: readonly Person[]): Promise<void> {
  const news = people.filter((p) => p.earlier === null || stateOf(p).news > 0 || planOf(p).seen.news > 0);
  for (const person of news)
    person.earlier = {
      ...merged(person.earlier, planOf(person).seen),
      identities: stateOf(person).identities,
    };
  await journal.saveCaptures(
    news.map(({ request, earlier }) => ({ request, captured: must(earlier, "just found") })),
  );
  atPoint?.("captured");
  const fresh = people.filter((p) => p.lines === null || p.isNew);
  for (const person of fresh) {
    person.lines ??= planOf(person).lines;
    person.isNew = false;
  }
  await journal.savePlans(fresh.map(({ request, lines }) => ({ request, lines: lines ?? [] })));
  atPoint?.("planned");
}

async function act(
  sweep: Sweep,
  people: readonly Person[],
  circles: readonly Circle[],
  isLast: boolean,
): Promise<void> {
  const { context, done } = sweep;
  const wants = wanting(context.estate, done);
  const stuck = (c: Circle): boolean => isLast || c.people.some((i) => hasFailed(people[i]));
  const { changes, touched } = changesOf(
    circles.filter((c) => !stuck(c)),
    wants,
  );
  const going = new Map([...touched].filter(([, collections]) => collections.size > 0));
  for (const circle of circles)
    for (const i of going.has(circle) ? [] : circle.people) {
      const person = must(people[i], "circles are of people");
      end(person, leftOf(person, wants));
    }
  const [first] = people;
  if (first === undefined) return;
  await noteRows(
    context,
    [...going.keys()].flatMap((c) => c.people.map((i) => must(people[i], "circles are of people"))),
  );
  const went = await carryOut(
    {
      ...{ ...context, done, wants, captured: stateOf(first).collections },
      holdersOf: holdersInAll(people.map(stateOf)),
    },
    { changes, touched: going },
  );
  for (const [circle, how] of went)
    for (const i of circle.people) tell(must(people[i], "circles are of people"), how);
}

/** A step that failed for good fails again: what is left is for a person to clear. */
const hasFailed = (person: Person | undefined): boolean =>
  person !== undefined && (person.refused.length > 0 || person.failed !== null);

function tell(person: Person, { lines, store, steps }: Went): void {
  person.steps.done += steps.done;
  person.steps.failed += steps.failed;
  const { collections } = stateOf(person);
  const own = (l: ResultLine): boolean => (collections.get(`${l.store}.${l.collection}`)?.rows.size ?? 0) > 0;
  person.refused.push(...lines.filter(own));
  if (store !== null) endFailed(person, store);
}

type Wanting = (captured: Captured, row: CapturedRow, set: Mask | null) => boolean;

/** Rows that are there and must go, or do not have yet what they are to be given. */
const wanting =
  ({ types, labels }: BoundEstate, done: Settled): Wanting =>
  (captured, row, set) => {
    if (set === null) return true;
    const id = idOf(captured.collection);
    const wasSet = done.has(nameOf(id, row.key));
    const look = { captured, row, types: types.get(id), labels: labels.get(id), wasSet, state: null };
    return !settled(look, { fate: "stay", set });
  };

/** Every row that is about to go, under each of those it goes for. */
async function noteRows({ journal }: SweepContext, people: readonly Person[]): Promise<void> {
  const noted = new Map<Captured["collection"], { keys: Tuple[]; requests: string[] }>();
  for (const person of people)
    eachOf(stateOf(person), planOf(person).fates, ({ collection }, { key }, set) => {
      if (set !== null) return;
      const own = noted.get(collection) ?? { keys: [], requests: [] };
      noted.set(collection, own);
      own.keys.push(key);
      own.requests.push(person.request);
    });
  if (noted.size > 0)
    await journal.note([...noted].map(([collection, own]) => ({ collection: idOf(collection), ...own })));
}

/** What is left of the person, by collection. */
function leftOf(person: Person, wants: Wanting): ResultLine[] {
  const rows = new Map<Captured, number>();
  eachOf(stateOf(person), planOf(person).fates, (captured, row, set) => {
    if (wants(captured, row, set)) rows.set(captured, (rows.get(captured) ?? 0) + 1);
  });
  return [...rows].map(([{ collection }, n]) => ({
    store: collection.store,
    collection: collection.name,
    result: "remains",
    rows: n,
  }));
}

function end(person: Person, left: readonly ResultLine[]): void {
  const plan = must(person.lines, "a plan was made");
  const now = planOf(person);
  const refused = stillLeft(person.refused, left);
  if (left.length === 0 && refused.length === 0) {
    // Turns that are taken again in a later pass see one another as gone.
    const first = person.isRevised ? [] : keptLines(plan);
    person.outcome = closed(stateOf(person), plan, now, first.length > 0 ? first : keptLines(now.lines));
    return;
  }
  const results = mergeFailures(left, refused);
  const notes = notesOfRemains(results);
  person.outcome = { state: "not_done", plan, results, kept: keptLines(now.lines), notes };
}

function endFailed(person: Person, error: StoreFailed): void {
  person.failed = error;
  const { store, failure } = error;
  const notes = [`${storeFailed(store, failure)}; run the same request again`];
  person.outcome = { ...nothing("not_done", notes), plan: person.lines ?? [] };
}
