/**
 * The people of a circle leave in turn. Most turns do not touch what others see of their own rows: then a person is planned on what was
 * captured, with the cells of shared rows as they are by then. Only where a row went, or a link was cut by which it was the
 * person's, is everything looked for again, on a mirror of the circle's rows.
 */
import { idOf, type MaskAct } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import {
  Capture,
  type Captured,
  type CapturedRow,
  type Cells,
  cellsOf,
  type Question,
  tupleKey,
} from "./capture.ts";
import { decideFates } from "./erase.ts";
import type { Fate } from "./fate.ts";
import { Mirror, metNames, type Outsiders, outsidersName, withActs } from "./mirror.ts";
import { Climb, onlyThrough } from "./ownership.ts";
import type { SweepInput, SweepPerson } from "./sweep-input.ts";

export interface Turn {
  readonly capture: Capture;
  readonly fates: ReadonlyMap<CapturedRow, Fate>;
}

/** A row that others of the circle captured too, or met by climbing: what the turns so far have made of it. */
export interface Watched {
  readonly captured: Captured;
  /** As the first one captured it, before anybody's turn. */
  readonly row: CapturedRow;
  /** Captured by several. */
  readonly shared: boolean;
  cells: Cells;
  gone: boolean;
  /** When all have left: somebody outside owns it. */
  isOthers: boolean;
  readonly acts: Map<string, MaskAct>;
}

export type WatchedRows = ReadonlyMap<string, ReadonlyMap<string, Watched>>;

export interface Turns {
  /** In the order of the people. */
  readonly turns: readonly Turn[];
  readonly watched: WatchedRows;
  /** Rows of each person that somebody outside owns when all have left. */
  readonly left: readonly ReadonlySet<CapturedRow>[];
}

export function takeTurns(input: SweepInput, people: readonly SweepPerson[], outside: Outside): Turns {
  const watched = watch(input.graph, people, outside);
  let mirror: Mirror | null = null;
  const turns: Turn[] = [];
  for (const person of people) {
    let turn: Turn;
    // Whoever owns a row too may have left with a row of his own in between: that is always looked at again.
    if (canStand(input.graph, person, watched))
      turn = alone(input, person, { capture: person.capture, shared: climbAgain(input, person, watched) });
    else {
      mirror ??= mirrorOf(input, people, turns);
      turn = inMirror(input, person, mirror);
    }
    turns.push(turn);
    for (const [id, { rows }] of turn.capture.collections) {
      const own = watched.get(id);
      for (const [name, row] of own === undefined && mirror === null ? [] : rows) {
        if (row.current === null) continue;
        const fate = must(turn.fates.get(row), "every row has a fate");
        mirror?.apply(id, name, fate);
        const at = own?.get(name);
        if (at !== undefined) apply(at, fate, input.now);
      }
    }
  }
  const left = people.map((person) => leftWith(input, person, watched));
  for (const [i, { capture }] of people.entries())
    for (const [id, own] of watched)
      for (const [name, row] of capture.collections.get(id)?.rows ?? []) {
        const at = left[i]?.has(row) === true ? own.get(name) : undefined;
        if (at !== undefined) at.isOthers = true;
      }
  return { turns, watched, left };
}

const alone = (
  input: SweepInput,
  { holds = [] }: SweepPerson,
  { capture, shared }: Pick<SweepPerson, "capture" | "shared">,
): Turn => ({ capture, fates: decideFates({ ...input, capture, shared, holds }) });

/** Names of rows that climbs met, by collection. */
export type Outside = ReadonlyMap<string, ReadonlySet<string>>;

export function namesOutside(outsiders: Outsiders, keys: SweepInput["keys"]): Outside {
  const names = new Map<string, Set<string>>();
  for (const { question, rows } of outsiders.values()) {
    const key = keys.get(question.collection) ?? [];
    if (key.length === 0) continue;
    const own = names.get(question.collection) ?? new Set();
    names.set(question.collection, own);
    for (const some of rows.values())
      for (const cells of some) {
        const tuple = cellsOf(question.fields, key, cells);
        if (tuple !== null) own.add(tupleKey(tuple));
      }
  }
  return names;
}

/** Collections whose rows people have in common only with the row that owns them, and the collection of that. */
export function ledCollections(
  graph: SweepInput["graph"],
  people: readonly SweepPerson[],
): ReadonlyMap<string, string> {
  const led = new Map<string, string>();
  const [first] = people;
  if (first === undefined || people.some((p) => p.capture.remembers)) return led;
  for (const [id, captured] of first.capture.collections) {
    const through = onlyThrough(graph, first.capture, captured);
    if (through !== null) led.set(id, through);
  }
  return led;
}

function watch(graph: SweepInput["graph"], people: readonly SweepPerson[], outside: Outside): WatchedRows {
  const led = ledCollections(graph, people);
  const watched = new Map<string, Map<string, Watched>>();
  const hasShared = new Map<string, boolean>();
  // In a ring of links what is led may come before what leads it.
  const look = (id: string): boolean => {
    const known = hasShared.get(id);
    if (known !== undefined) return known;
    hasShared.set(id, true);
    const through = led.get(id);
    const out = outside.get(id);
    const isShared = through === undefined || look(through);
    const own =
      isShared || (out?.size ?? 0) > 0
        ? watchOf(
            people.map(({ capture }) => must(capture.collections.get(id), "every collection is captured")),
            out,
          )
        : new Map<string, Watched>();
    if (own.size > 0) watched.set(id, own);
    const has = [...own.values()].some((at) => at.shared);
    hasShared.set(id, has);
    return has;
  };
  for (const id of graph.ownersFirst) look(id);
  return watched;
}

function watchOf(all: readonly Captured[], out: ReadonlySet<string> | undefined): Map<string, Watched> {
  const met = new Map<string, CapturedRow>();
  const own = new Map<string, Watched>();
  for (const captured of all)
    for (const [name, row] of captured.rows) {
      if (row.current === null) continue;
      const other = met.get(name);
      if (other === undefined) met.set(name, row);
      if (other === undefined && out?.has(name) !== true) continue;
      if (own.get(name)?.shared === true) continue;
      const cells = must((other ?? row).current, "it is there");
      const watched = { captured, row: other ?? row, shared: other !== undefined, cells };
      own.set(name, { ...watched, gone: false, isOthers: false, acts: new Map() });
    }
  return own;
}

function apply(at: Watched, fate: Fate, now: Date): void {
  if (fate.fate === "delete") at.gone = true;
  else if (!at.gone) at.cells = withActs(at, fate.set, now);
}

/** Brings the cells of shared rows up to date; false where that is not all that it takes. */
function canStand(graph: SweepInput["graph"], { capture }: SweepPerson, watched: WatchedRows): boolean {
  const changed: { readonly row: CapturedRow; readonly cells: Cells }[] = [];
  for (const [id, own] of watched) {
    const captured = must(capture.collections.get(id), "every collection is captured");
    if (captured.rows.size === 0) continue;
    // Whichever are fewer.
    const names = captured.rows.size < own.size ? captured.rows.keys() : own.keys();
    for (const name of names) {
      const [row, at] = [captured.rows.get(name), own.get(name)];
      if (row === undefined || at === undefined || row.current === null) continue;
      if (at.gone) return false;
      if (at.acts.size === 0) continue;
      // A later pass remembers rows as they were at the person's turn, and cells that are no longer those of the store.
      if (row.cells !== row.current || leadsByIt(graph, capture, { row, at })) return false;
      changed.push({ row, cells: at.cells });
    }
  }
  for (const { row, cells } of changed) row.cells = cells;
  return true;
}

interface Met {
  readonly row: CapturedRow;
  readonly at: Watched;
}

/** What was changed has to do with how the row is the person's, or with its dates. */
function leadsByIt(
  graph: SweepInput["graph"],
  capture: Capture,
  { row: { cells }, at: { acts, captured } }: Met,
): boolean {
  const { collection } = captured;
  if (collection.identities.length > 0) return true;
  if (Object.values(collection.anchors).some((f) => acts.has(f))) return true;
  const pointedAt = (graph.into.get(idOf(collection)) ?? []).flatMap((i) => i.link.to.fields);
  if (pointedAt.some((f) => acts.has(f))) return true;
  return collection.links.some(
    (l) =>
      [...l.from, ...Object.keys(l.when ?? {})].some((f) => acts.has(f)) &&
      capture.leadsHome(captured, l, cells),
  );
}

function climbAgain(
  input: SweepInput,
  { capture, candidates }: SweepPerson,
  watched: WatchedRows,
): ReadonlySet<CapturedRow> {
  const climb = new Climb(input.graph, capture, candidates);
  for (let q = climb.next(); q !== null; q = climb.next()) climb.take(q, outsideNow(input, q, watched));
  return climb.sharedRows(capture);
}

/** Rows of the person that somebody outside owns, by the links that are left when all turns are over. */
function leftWith(input: SweepInput, person: SweepPerson, watched: WatchedRows): ReadonlySet<CapturedRow> {
  const asFound = new Map<CapturedRow, CapturedRow>();
  const candidates = person.candidates.flatMap(({ captured, row }) => {
    const at = watched.get(idOf(captured.collection))?.get(tupleKey(row.key));
    if (at?.gone === true) return [];
    const now = at?.shared === true ? { ...row, cells: at.cells } : row;
    asFound.set(now, row);
    return [{ captured, row: now }];
  });
  const shared = climbAgain(input, { ...person, candidates }, watched);
  return new Set([...shared].map((row) => asFound.get(row) ?? row));
}

/** Rows outside of a person's own, as they were met before the sweep, less what the turns did to them. */
function outsideNow(
  { graph, outsiders, keys }: SweepInput,
  question: Question,
  watched: WatchedRows,
): Cells[] {
  const match = must(question.anyOf[0], "a climb asks by one link");
  const met = outsiders.get(outsidersName(question))?.rows;
  const key = keys.get(question.collection) ?? [];
  const own = watched.get(question.collection);
  const nameOf = metNames(graph, question);
  return match.tuples.map(nameOf).flatMap((asked) =>
    (met?.get(asked) ?? []).flatMap((cells) => {
      const name = key.length === 0 ? null : cellsOf(question.fields, key, cells);
      const at = name === null ? undefined : own?.get(tupleKey(name));
      if (at === undefined) return [cells];
      if (at.gone) return [];
      const now = question.fields.map((f) => at.cells[at.captured.fields.indexOf(f)] ?? null);
      // A link that was cut leads here no more.
      const held = cellsOf(question.fields, match.fields, now) ?? [];
      return nameOf(held) === asked ? [now] : [];
    }),
  );
}

/** With the turns so far behind it. */
function mirrorOf(input: SweepInput, people: readonly SweepPerson[], before: readonly Turn[]): Mirror {
  const mirror = new Mirror(
    input,
    people.map((p) => p.capture),
  );
  for (const { capture, fates } of before)
    for (const [id, { rows }] of capture.collections)
      for (const [name, row] of rows)
        if (row.current !== null) mirror.apply(id, name, must(fates.get(row), "every row has a fate"));
  return mirror;
}

function inMirror(input: SweepInput, person: SweepPerson, mirror: Mirror): Turn {
  const { identities, earlier } = person;
  const capture = new Capture(input.graph, input.keys, identities, input.also);
  capture.remember(earlier);
  for (let q = capture.next(); q !== null; q = capture.next()) capture.take(q.collection, mirror.answer(q));
  const climb = new Climb(input.graph, capture);
  for (let q = climb.next(); q !== null; q = climb.next()) climb.take(q, mirror.answerClimb(q));
  return alone(input, person, { capture, shared: climb.sharedRows(capture) });
}
