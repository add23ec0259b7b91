/**
 * Whom breaches are about: the people behind the rows that were made between two times. Each collection is read once, however many breaches
 * are on record; who a link leads to is told as the stores compare it.
 */
import { type Collection, carriesOwnership, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import { linkTuple, pointsAt } from "@avow/core/plan/pointing";
import { fieldsOfLink } from "@avow/core/plan/tracked";
import type { Cell, ConnectorFailure, Row } from "../../connector-kit/contract.ts";
import { tooMuchBeside } from "../budget/beside.ts";
import type { MeasureContext } from "../context.ts";
import { byNowMs, goneFields, isGone, leavingFrom } from "./leaving.ts";
import { momentOf } from "./moment.ts";
import { type Naming, nameAt } from "./naming.ts";
import { type RowNames, rowNames } from "./row-names.ts";
import { each, rowsOf } from "./rows.ts";

/** Reading stopped; the store and why, null where it is not there. */
export class Stopped extends Error {
  readonly store: string;
  readonly collection: string;
  readonly failure: ConnectorFailure | null;
  constructor({ store, name }: Collection, failure: ConnectorFailure | null) {
    super("a store could not be read");
    this.store = store;
    this.collection = name;
    this.failure = failure;
  }
}

export async function readAll(
  context: MeasureContext,
  c: Collection,
  fields: readonly string[],
  act: (row: Row) => void,
): Promise<void> {
  const reader = context.readers[c.store];
  if (reader === undefined) throw new Stopped(c, null);
  const beyond = await tooMuchBeside(context, c.store, { collection: c.name });
  if (beyond !== null) throw new Stopped(c, beyond);
  const failure = await each(rowsOf(reader, { collection: c.name, fields }), act);
  if (failure !== null) throw new Stopped(c, failure);
}

export interface Meanwhile {
  readonly rowsOf: Cell;
  readonly sinceMs: number;
  readonly untilMs: number;
}

const isMeanwhile = ({ sinceMs, untilMs }: Meanwhile, at: Cell | undefined): boolean => {
  const atMs = momentOf(at);
  // A row without a date may be one of them: then its person is.
  return !(atMs < sinceMs || atMs > untilMs);
};

/** Where it stands whom rows are about. */
interface About {
  readonly about: Collection;
  readonly made: string;
  /** Whose the rows are; none where they are the people themselves. */
  readonly links: readonly Link[];
  readonly person: Collection;
}

/** Null where the map does not say, or says it in a way that is not read here. */
function aboutOf(all: readonly Collection[], store: string, name: Cell): About | null {
  const about = all.find((c) => c.store === store && c.name === name);
  const made = about?.anchors["creation"];
  if (about === undefined || made === undefined) return null;
  if (about.identities.length > 0) return { about, made, links: [], person: about };
  const links = about.links.filter(carriesOwnership);
  // By a join collection, to somebody's other rows: each leads to people, but not by the row alone.
  if (links.some((l) => l.via === true)) return null;
  const [person, ...others] = all.filter((c) => links.some((l) => collectionId(l.to) === idOf(c)));
  if (person === undefined || others.length > 0 || person.identities.length === 0) return null;
  return { about, made, links, person };
}

/** Somebody whom a breach is about. */
export interface Somebody {
  /** Tells them from others, from one look to the next. */
  readonly id: string;
  /** An erasure of them is under way. */
  readonly isLeaving: boolean;
  /** What notices may call them. */
  readonly called: readonly string[];
  readonly key: readonly (Cell | undefined)[];
  readonly names: RowNames;
}

interface Sought<I> {
  readonly incident: I;
  readonly at: About;
  /** Of the people whom the rows lead to. */
  readonly owners: Set<string>;
}

export interface Asked<I extends Meanwhile> {
  readonly store: string;
  readonly incidents: readonly I[];
  /** Whom notices are sent to. */
  readonly tellTo: readonly Link[];
  readonly naming: Naming;
}

/** Calls back for everybody whom an incident is about; gives the incidents of which that can not be told. Of a map `asCompared`. */
export async function eachAffected<I extends Meanwhile>(
  context: MeasureContext,
  asked: Asked<I>,
  act: (incident: I, who: Somebody) => void,
): Promise<readonly I[]> {
  const { store, incidents, tellTo } = asked;
  const all = context.map.stores.flatMap((s) => s.collections);
  const unclear: I[] = [];
  const sought: Sought<I>[] = [];
  for (const incident of incidents) {
    const at = aboutOf(all, store, incident.rowsOf);
    // Two times the wrong way round would be about nobody.
    const isTimed = incident.sinceMs <= incident.untilMs;
    const isTold = tellTo.some(({ to }) => at !== null && collectionId(to) === idOf(at.person));
    if (at !== null && isTimed && isTold) sought.push({ incident, at, owners: new Set() });
    else unclear.push(incident);
  }
  for (const of of Map.groupBy(sought, (s) => idOf(s.at.about)).values())
    await findOwners(context, asked, of);
  for (const of of Map.groupBy(sought, (s) => idOf(s.at.person)).values())
    await eachHere(context, asked, of, act);
  return unclear;
}

/** Of incidents about the same rows, whose these are. */
async function findOwners<I extends Meanwhile>(
  context: MeasureContext,
  { naming }: Asked<I>,
  sought: readonly Sought<I>[],
): Promise<void> {
  const [first] = sought;
  if (first === undefined || first.at.links.length === 0) return;
  const { about, made, links, person } = first.at;
  const fields = [...new Set([made, ...links.flatMap(fieldsOfLink)])];
  await readAll(context, about, fields, (row) => {
    const of = sought.filter((s) => isMeanwhile(s.incident, row[fields.indexOf(made)]));
    if (of.length === 0) return;
    for (const link of links)
      for (const held of pointsAt(fields, link, row)) {
        const name = naming(link, linkTuple(person, link, held));
        if (name !== null) for (const { owners } of of) owners.add(name);
      }
  });
}

/** Whoever has left since can not be told any more, and nobody is behind a pseudo-person. */
async function eachHere<I extends Meanwhile>(
  context: MeasureContext,
  { tellTo, naming }: Asked<I>,
  sought: readonly Sought<I>[],
  act: (incident: I, who: Somebody) => void,
): Promise<void> {
  const [first] = sought;
  if (first === undefined) return;
  const { person } = first.at;
  const leaving = await leavingFrom(context, person);
  const told = tellTo.filter(({ to }) => collectionId(to) === idOf(person));
  const by = sought.flatMap((s) => s.at.links);
  const made = sought.flatMap((s) => (s.at.links.length === 0 ? [s.at.made] : []));
  const names = await rowNames(context, { store: person.store, collection: person.name });
  const marks = [...new Set([...(person.key ?? []), ...[...by, ...told].flatMap(({ to }) => to.fields)])];
  const fields = [...new Set([...marks, ...names.key, ...made, ...goneFields(person), ...leaving.fields])];
  await readAll(context, person, fields, (row) => {
    const cell = (field: string): Cell => row[fields.indexOf(field)] ?? null;
    const key = marks.map(cell);
    if (isGone(person, { cellOf: cell, key, nowMs: byNowMs(context) })) return;
    const isLeaving = leaving.isInRow(leaving.fields.map(cell));
    const nameOf = (link: Link) => nameAt(naming, link)(fields, row);
    const called = told.flatMap((link) => nameOf(link) ?? []);
    for (const { incident, at, owners } of sought) {
      const meant =
        at.links.length === 0
          ? isMeanwhile(incident, cell(at.made))
          : at.links.some((link) => owners.has(nameOf(link) ?? ""));
      if (meant)
        act(incident, { called, id: JSON.stringify(key), isLeaving, key: names.key.map(cell), names });
    }
  });
}
