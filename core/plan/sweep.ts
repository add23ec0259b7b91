/**
 * The erasures of many people as one plan. Each person's answer is what erasing them one after the other, in the order given, would
 * leave: people whose captured rows nobody else of the sweep reaches are planned as if they were alone; people who share rows (a
 * *circle*) are planned in turn on a mirror of those rows, and only what comes out of it all is done to the store. So a row whose
 * owners all leave in the sweep goes, and one with an owner outside stays as `on_leave` says.
 *
 * Nothing else ties two people of a sweep together: somebody who owns a row owns what hangs on it, so whoever could be met by climbing
 * from a person's row has captured that row too.
 */
import { idOf, type Mask } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { type Capture, type Captured, type CapturedRow, tupleKey } from "./capture.ts";
import { decideFates, linesOf, type PlanLine } from "./erase.ts";
import type { Fate } from "./fate.ts";
import { changeOf } from "./mirror.ts";
import type { Change } from "./step.ts";
import {
  type Decided,
  type DecidedRow,
  decidedName,
  type SweepInput,
  type SweepPerson,
} from "./sweep-input.ts";
import {
  ledCollections,
  namesOutside,
  type Turn,
  takeTurns,
  type Watched,
  type WatchedRows,
} from "./turns.ts";

export interface PersonPlan {
  readonly lines: readonly PlanLine[];
  readonly fates: ReadonlyMap<CapturedRow, Fate>;
  /** Rows that somebody who is not in the sweep owns, too. */
  readonly shared: ReadonlySet<CapturedRow>;
  /** What a later pass has to know of: the rows as they were at the person's turn. */
  readonly seen: Capture;
}

/** `set` null: the row goes. */
export type Visit = (captured: Captured, row: CapturedRow, set: Mask | null) => void;

/** People who share rows, by their index; most are alone in theirs. What is done to their rows is done for all of them or none. */
export interface Circle {
  readonly people: readonly number[];
  each(visit: Visit): void;
}

export interface SweepPlan {
  /** In the order of the people. */
  readonly people: readonly PersonPlan[];
  readonly circles: readonly Circle[];
  /** For the next pass. */
  readonly decided: Decided;
}

export function planSweep(input: SweepInput): SweepPlan {
  const plans: PersonPlan[] = [];
  const decided = new Map(input.decided);
  const outside = namesOutside(input.outsiders, input.keys);
  const circles = circlesOf(input.graph, input.people).map((people): Circle => {
    const [only, ...others] = people;
    if (only !== undefined && others.length === 0) {
      const person = must(input.people[only], "circles are of people");
      const plan = planAlone(input, person);
      plans[only] = plan;
      return { people, each: (visit) => eachOf(person.capture, plan.fates, visit) };
    }
    const circle = people.map((i) => must(input.people[i], "circles are of people"));
    const { turns, watched, left } = takeTurns(input, circle, outside);
    const several = sharedOf(watched);
    settle(several, { ...input, noted: decided, held: heldIn(circle, turns) });
    for (const [n, i] of people.entries()) {
      const { capture } = must(circle[n], "circles are of people");
      const turn = must(turns[n], "everybody had a turn");
      const fates = finalFates(capture, turn, watched);
      const shared = must(left[n], "everybody had a turn");
      plans[i] = { lines: linesOf(capture, fates), fates, shared, seen: turn.capture };
    }
    return { people, each: (visit) => eachInCircle(turns, several, visit) };
  });
  return { people: plans, circles, decided };
}

type Shared = ReadonlyMap<string, ReadonlyMap<string, Watched>>;

const sharedOf = (watched: WatchedRows): Shared =>
  new Map([...watched].map(([id, rows]) => [id, new Map([...rows].filter(([, at]) => at.shared))]));

/** What an earlier pass came to stands where it holds; all is noted for the next. */
function settle(
  shared: Shared,
  { decided, noted, held }: { decided: Decided; noted: Map<string, DecidedRow>; held: ReadonlySet<string> },
): void {
  for (const [id, rows] of shared)
    for (const [name, at] of rows) {
      const known = decidedName(id, name);
      const [was, isHeld] = [decided.get(known), held.has(known)];
      if (was !== undefined && stands(was, { isOthers: at.isOthers, isHeld })) {
        at.gone = was.change === null;
        at.acts.clear();
        for (const [field, act] of Object.entries(was.change ?? {})) at.acts.set(field, act);
        continue;
      }
      // Those who let go of it have let go; but a hold that came in between keeps what is not done yet from being done.
      for (const [field, act] of was?.isOthers === true && !isHeld ? Object.entries(was.change ?? {}) : [])
        if (!at.acts.has(field)) at.acts.set(field, act);
      noted.set(known, { change: changeOf(at), isOthers: at.isOthers, isHeld });
    }
}

/** Not where it was left to an owner who is gone, where somebody has come to own it, or where a hold came or went. */
const stands = (was: DecidedRow, now: Omit<DecidedRow, "change">): boolean =>
  was.isOthers === now.isOthers && was.isHeld === now.isHeld;

/** Names of the rows that holds keep, and of those that lead from there to the person. */
function heldIn(people: readonly SweepPerson[], turns: readonly Turn[]): ReadonlySet<string> {
  const held = new Set<string>();
  for (const { capture, fates } of people.some((p) => (p.holds ?? []).length > 0) ? turns : [])
    for (const [id, { rows }] of capture.collections)
      for (const [name, row] of rows) if (keepsHeld(fates.get(row))) held.add(decidedName(id, name));
  return held;
}

const keepsHeld = (fate: Fate | undefined): boolean =>
  (fate?.fate === "keep" && (fate.hold ?? fate.needed) !== undefined) ||
  (fate?.fate === "mask" && fate.needed !== undefined);

/** Rows of one person by that person's turn, shared ones as they came out of all turns. */
function eachInCircle(turns: readonly Turn[], shared: Shared, visit: Visit): void {
  for (const { capture, fates } of turns)
    eachOf(capture, fates, (captured, row, set) => {
      if (shared.get(idOf(captured.collection))?.has(tupleKey(row.key)) !== true) visit(captured, row, set);
    });
  for (const rows of shared.values())
    for (const at of rows.values()) {
      const change = changeOf(at);
      if (change === null || changesSomething(change)) visit(at.captured, at.row, change);
    }
}

function planAlone(input: SweepInput, { capture, shared, holds = [] }: SweepPerson): PersonPlan {
  const fresh = decideFates({ ...input, capture, shared, holds });
  const fates = input.decided.size === 0 ? fresh : standing(input.decided, { capture, shared }, fresh);
  return { lines: linesOf(capture, fates), fates, shared, seen: capture };
}

function standing(
  decided: Decided,
  { capture, shared }: Pick<SweepPerson, "capture" | "shared">,
  fresh: PersonPlan["fates"],
): PersonPlan["fates"] {
  const fates = new Map(fresh);
  for (const [id, { rows }] of capture.collections)
    for (const [name, row] of rows) {
      const was = decided.get(decidedName(id, name));
      if (was === undefined) continue;
      const fate = must(fresh.get(row), "every row has a fate");
      if (stands(was, { isOthers: shared.has(row), isHeld: keepsHeld(fate) }))
        fates.set(row, withChange(fate, was.change));
    }
  return fates;
}

function withChange(fate: Fate, change: Mask | null): Fate {
  if (change === null) return { fate: "delete" };
  return fate.fate === "delete" ? { fate: "stay", set: change } : { ...fate, set: change };
}

/** The rows that a person's plan changes, as far as they are there. */
export function eachOf(capture: Capture, fates: ReadonlyMap<CapturedRow, Fate>, visit: Visit): void {
  for (const captured of capture.collections.values())
    for (const row of captured.rows.values()) {
      if (row.current === null) continue;
      const fate = must(fates.get(row), "every row has a fate");
      if (fate.fate === "delete") visit(captured, row, null);
      else if (changesSomething(fate.set)) visit(captured, row, fate.set);
    }
}

const changing = new WeakMap<Mask, boolean>();
function changesSomething(set: Mask): boolean {
  const does = changing.get(set) ?? Object.values(set).some((act) => act !== "keep");
  changing.set(set, does);
  return does;
}

/** What a person's rows came to when everybody had left: somebody else's turn may have taken a row, or let it go. */
function finalFates(capture: Capture, turn: Turn, watched: WatchedRows): PersonPlan["fates"] {
  const same = turn.capture === capture;
  // Most people keep the fates of their turn: these are copied when the first one is another.
  let fates: Map<CapturedRow, Fate> | null = same ? null : new Map();
  for (const [id, { rows }] of capture.collections) {
    const own = watched.get(id);
    for (const [name, row] of same && own === undefined ? [] : rows) {
      const at = own?.get(name);
      if (same && at?.shared !== true) continue;
      const now = same ? row : turn.capture.collections.get(id)?.rows.get(name);
      const fate: Fate = (now === undefined ? undefined : turn.fates.get(now)) ?? { fate: "stay", set: {} };
      const final = finalFate(row, fate, at);
      if (same && final === fate) continue;
      fates ??= new Map(turn.fates);
      fates.set(row, final);
    }
  }
  return fates ?? turn.fates;
}

function finalFate({ current }: CapturedRow, fate: Fate, at: Watched | undefined): Fate {
  const change = current === null ? null : at?.shared === true ? changeOf(at) : undefined;
  if (change === undefined || (change === null && fate.fate === "delete")) return fate;
  return withChange(fate, change);
}

/** People tied together by rows that they both captured, whatever the row is to each: in order, and so are the circles. */
function circlesOf(graph: SweepInput["graph"], people: readonly SweepPerson[]): number[][] {
  const led = ledCollections(graph, people);
  const above = people.map((_, i) => i);
  const top = (i: number): number => {
    let at = i;
    for (let up = above[at] ?? at; up !== at; up = above[at] ?? at) {
      above[at] = above[up] ?? up;
      at = up;
    }
    return at;
  };
  const met = new Map<string, Map<string, number>>();
  for (const [i, { capture }] of people.entries())
    for (const [id, { rows }] of capture.collections) {
      if (rows.size === 0 || led.has(id)) continue;
      const owners = met.get(id) ?? new Map<string, number>();
      met.set(id, owners);
      for (const name of rows.keys()) {
        const other = owners.get(name);
        if (other === undefined) owners.set(name, i);
        else {
          const [a, b] = [top(other), top(i)];
          if (a !== b) above[Math.max(a, b)] = Math.min(a, b);
        }
      }
    }
  return [...Map.groupBy(people.keys(), top).values()];
}

/** One change per collection and kind of act, whatever the number of people. */
export interface Changes {
  readonly changes: readonly Change[];
  /** The collections in which there is something to be done, by circle. */
  readonly touched: ReadonlyMap<Circle, ReadonlySet<string>>;
}

/** `wants`: false for rows that need no change any more. */
export function changesOf(
  circles: Iterable<Circle>,
  wants: (captured: Captured, row: CapturedRow, set: Mask | null) => boolean,
): Changes {
  const groups = new Map<Captured["collection"], Acts>();
  const touched = new Map<Circle, ReadonlySet<string>>();
  for (const circle of circles) {
    const own = new Set<string>();
    let of: Captured | null = null;
    let acts = NO_ACTS;
    circle.each((captured, row, set) => {
      if (!wants(captured, row, set)) return;
      // Rows of one collection come one after another.
      if (of !== captured) {
        const { collection } = captured;
        own.add(idOf(collection));
        acts = groups.get(collection) ?? new Map();
        groups.set(collection, acts);
        of = captured;
      }
      const name = set === null ? "" : nameOfMask(set);
      const act = acts.get(name);
      if (act === undefined) acts.set(name, { set, keys: [row.key] });
      else act.keys.push(row.key);
    });
    touched.set(circle, own);
  }
  const changes = [...groups].flatMap(([collection, all]) =>
    [...all.values()].map(({ set, keys }): Change => {
      const [act, id] = [set === null ? ("delete" as const) : ("set" as const), idOf(collection)];
      return { collection: id, act, set: set ?? {}, keys };
    }),
  );
  return { changes, touched };
}

type Acts = Map<string, { readonly set: Mask | null; readonly keys: CapturedRow["key"][] }>;
const NO_ACTS: Acts = new Map();

const maskNames = new WeakMap<Mask, string>();
/** Very many rows have one mask. */
function nameOfMask(set: Mask): string {
  const name = maskNames.get(set) ?? tupleKey(Object.entries(set).sort().flat());
  maskNames.set(set, name);
  return name;
}
