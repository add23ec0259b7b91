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
import type { IdentityValue } from "../terms/person.ts";
import {
  Capture,
  type Captured,
  type CapturedRow,
  type Keys,
  type RememberedRow,
  tupleKey,
} from "./capture.ts";
import { decideFates, linesOf, type PlanLine } from "./erase.ts";
import type { EraseInput, Fate } from "./fate.ts";
import { changeOf, Mirror, type Mirrored, type Outsiders } from "./mirror.ts";
import { Climb } from "./ownership.ts";
import type { Change } from "./step.ts";

export interface SweepPerson {
  readonly identities: readonly IdentityValue[];
  readonly capture: Capture;
  readonly shared: ReadonlySet<CapturedRow>;
  /** What an earlier pass found. */
  readonly earlier: readonly Remembered[];
}

export interface Remembered {
  readonly id: string;
  readonly fields: readonly string[];
  readonly rows: Iterable<RememberedRow>;
}

export interface SweepInput extends Omit<EraseInput, "capture" | "shared"> {
  readonly keys: Keys;
  readonly also: ReadonlyMap<string, readonly string[]>;
  readonly people: readonly SweepPerson[];
  /** What the climbs of these people met. */
  readonly outsiders: Outsiders;
  /**
   * What an earlier pass of the sweep came to for rows of people who share some: it stands. Everybody has left by now, and turns taken
   * again would see each other as gone.
   */
  readonly decided: Decided;
}

/** By collection and key; null: the row goes. */
export type Decided = ReadonlyMap<string, Mask | null>;
export const decidedName = (collection: string, key: string): string => `${collection} ${key}`;

export interface PersonPlan {
  readonly lines: readonly PlanLine[];
  readonly fates: ReadonlyMap<CapturedRow, Fate>;
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
  const circles = circlesOf(input.people).map((people) => {
    const [only, ...others] = people;
    if (only !== undefined && others.length === 0) {
      const person = must(input.people[only], "circles are of people");
      const plan = planAlone(input, person);
      plans[only] = plan;
      return { people, each: (visit: Visit) => eachOf(person.capture, plan.fates, visit) };
    }
    const { mirror, turns } = planTogether(input, people);
    for (const one of mirror.all()) decided.set(nameOf(one), changeOf(one));
    for (const [i, turn] of turns) {
      const { capture } = must(input.people[i], "circles are of people");
      const fates = finalFates(capture, turn, mirror);
      plans[i] = { lines: linesOf(capture, fates), fates, seen: turn.capture };
    }
    return { people, each: (visit: Visit) => eachMirrored(mirror, visit) };
  });
  return { people: plans, circles, decided };
}

const nameOf = ({ captured, row }: Mirrored): string =>
  decidedName(idOf(captured.collection), tupleKey(row.key));

function planAlone(input: SweepInput, { capture, shared }: SweepPerson): PersonPlan {
  const fresh = decideFates({ ...input, capture, shared });
  const fates = input.decided.size === 0 ? fresh : standing(input.decided, capture, fresh);
  return { lines: linesOf(capture, fates), fates, seen: capture };
}

function standing(decided: Decided, capture: Capture, fresh: PersonPlan["fates"]): PersonPlan["fates"] {
  const fates = new Map(fresh);
  for (const [id, { rows }] of capture.collections)
    for (const [name, row] of rows) {
      const was = decided.get(decidedName(id, name));
      if (was !== undefined) fates.set(row, withChange(must(fresh.get(row), "every row has a fate"), was));
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

function eachMirrored(mirror: Mirror, visit: Visit): void {
  for (const one of mirror.all()) {
    const change = changeOf(one);
    if (change === null || changesSomething(change)) visit(one.captured, one.row, change);
  }
}

const changesSomething = (set: Mask): boolean => Object.values(set).some((act) => act !== "keep");

interface Together {
  readonly mirror: Mirror;
  readonly turns: ReadonlyMap<number, Turn>;
}

function planTogether(input: SweepInput, circle: readonly number[]): Together {
  const people = circle.map((i) => must(input.people[i], "circles are of people"));
  const mirror = new Mirror(
    people.map((p) => p.capture),
    input.outsiders,
    input.now,
  );
  const turns = people.map((person) => eraseInMirror(input, person, mirror));
  for (const one of mirror.all()) {
    const was = input.decided.get(nameOf(one));
    if (was !== undefined) mirror.settle(one, was);
  }
  return { mirror, turns: new Map(circle.map((i, n) => [i, must(turns[n], "everybody had a turn")])) };
}

interface Turn {
  readonly capture: Capture;
  readonly fates: ReadonlyMap<CapturedRow, Fate>;
}

function eraseInMirror(input: SweepInput, { identities, earlier }: SweepPerson, mirror: Mirror): Turn {
  const capture = new Capture(input.graph, input.keys, identities, input.also);
  capture.remember(earlier);
  for (let q = capture.next(); q !== null; q = capture.next()) capture.take(q.collection, mirror.answer(q));
  const climb = new Climb(input.graph, capture);
  for (let q = climb.next(); q !== null; q = climb.next()) climb.take(q, mirror.answerClimb(q));
  const fates = decideFates({ ...input, capture, shared: climb.sharedRows(capture) });
  for (const [id, { rows }] of capture.collections)
    for (const [name, row] of rows)
      if (row.current !== null) mirror.apply(id, name, must(fates.get(row), "every row has a fate"));
  return { capture, fates };
}

/** What a person's rows came to when everybody had left: somebody else's turn may have taken a row, or let it go. */
function finalFates(capture: Capture, own: Turn, mirror: Mirror): ReadonlyMap<CapturedRow, Fate> {
  const fates = new Map<CapturedRow, Fate>();
  for (const [id, { rows }] of capture.collections)
    for (const [name, row] of rows) {
      const now = own.capture.collections.get(id)?.rows.get(name);
      const fate = now === undefined ? undefined : own.fates.get(now);
      const at = mirror.rowOf(id, name);
      const change = at === undefined ? null : changeOf(at);
      const left: Fate = fate ?? { fate: "stay", set: {} };
      fates.set(row, change === null ? { fate: "delete" } : withChange(left, change));
    }
  return fates;
}

/** People tied together by rows that they both captured, whatever the row is to each: in order, and so are the circles. */
function circlesOf(people: readonly SweepPerson[]): number[][] {
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
      if (rows.size === 0) continue;
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

/** One change per collection and kind of act, whatever the number of people; `skip`: rows that need no change any more. */
export function changesOf(
  circles: Iterable<Circle>,
  wants: (captured: Captured, row: CapturedRow, set: Mask | null) => boolean,
): Change[] {
  const groups = new Map<
    Captured["collection"],
    Map<string, { change: Change; keys: CapturedRow["key"][] }>
  >();
  for (const circle of circles)
    circle.each((captured, row, set) => {
      if (!wants(captured, row, set)) return;
      const ofCollection = groups.get(captured.collection) ?? new Map();
      groups.set(captured.collection, ofCollection);
      const name = set === null ? "" : tupleKey(Object.entries(set).sort().flat());
      const group = ofCollection.get(name);
      if (group !== undefined) {
        group.keys.push(row.key);
        return;
      }
      const keys = [row.key];
      const act = set === null ? "delete" : "set";
      const collection = idOf(captured.collection);
      ofCollection.set(name, { change: { collection, act, set: set ?? {}, keys }, keys });
    });
  return [...groups.values()].flatMap((g) => [...g.values()].map(({ change }) => change));
}
