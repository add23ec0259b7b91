/**
 * Who else owns a captured row. A link that leads past the person's own rows leads to somebody else's, or to nobody: that is found
 * by climbing from there, level by level, until a person's row is met. The runtime asks; this says what and concludes.
 */
import type { Graph } from "../datamap/graph.ts";
import { carriesOwnership, collectionId, idOf, type Link } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import type { Normaliser } from "../terms/person.ts";
import {
  type Capture,
  type Captured,
  type CapturedRow,
  type Cells,
  cellsOf,
  fieldsOfLink,
  identitiesOf,
  linkTuple,
  pointsAt,
  type Question,
  type Tuple,
  tupleKey,
} from "./capture.ts";
import {
  type Kinds,
  kindsOfMatch,
  linkKinds,
  linkName,
  type Matching,
  matchesBy,
  matchingOf,
  nameIn,
  spelled,
} from "./notation.ts";
import { ownerLinks } from "./ways.ts";

/**
 * A row outside the capture, named by the fields that a link points at. Of two links to the same fields one may be held by the store, and lead
 * to the row that it names, while the other names an address: each is asked in its own way.
 */
interface Outside {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly normalisers?: readonly Normaliser[] | undefined;
  readonly tuple: Tuple;
}
function outsideKey(graph: Graph, outside: Outside): string {
  const { group, kinds } = placeOf(graph, outside);
  return group + nameIn(kinds, outside.tuple);
}

interface Place {
  readonly collection: string;
  readonly by: Matching;
  readonly group: string;
  readonly kinds: Kinds | null;
}

const places = new WeakMap<Graph, WeakMap<readonly string[], Place>>();
/** A link's fields are one list: what is true of them all is looked up once. */
function placeOf(graph: Graph, { collection, fields, normalisers }: Omit<Outside, "tuple">): Place {
  const own = places.get(graph) ?? new WeakMap<readonly string[], Place>();
  places.set(graph, own);
  const known = own.get(fields);
  if (known?.collection === collection && known.by.normalisers === normalisers) return known;
  const by = matchingOf(normalisers === undefined ? {} : { normalisers }, fields);
  const group = `${collection}(${fields.join(",")}) ${normalisers?.join(",") ?? ""} `;
  const place = { collection, by, group, kinds: kindsOfMatch(graph, collection, by) };
  own.set(fields, place);
  return place;
}

export class Climb {
  readonly #graph: Graph;
  readonly #capture: Capture;
  /** Outside row → the outside rows that own it; a row that exists and is a person's maps to `alive`. */
  readonly #owners = new Map<string, readonly string[] | "alive">();
  readonly #pending = new Map<string, Outside[]>();
  /** Rows with a link to somebody or something outside. As people leave, there are only fewer. */
  readonly candidates: Found[] = [];
  /** Of each of them, the names of what its links lead to outside. */
  readonly #beyond: (readonly string[])[] = [];

  /** `among`: the rows that may have an owner outside; left out: all of them. */
  constructor(graph: Graph, capture: Capture, among?: readonly Found[]) {
    this.#graph = graph;
    this.#capture = capture;
    for (const { captured, row } of among ?? ownedRows(graph, capture)) {
      if (row.reach !== "owned") continue;
      const outside = outsideOwners(graph, capture, captured, row.cells);
      if (outside.length === 0) continue;
      this.candidates.push({ captured, row });
      this.#beyond.push(outside.map((one) => this.#wonder(one)));
    }
  }

  /** Collections that there is something to ask of. */
  get waiting(): ReadonlySet<string> {
    return new Set(
      [...this.#pending.values()].flatMap(([first]) => (first === undefined ? [] : [first.collection])),
    );
  }

  next(): Question | null {
    for (const name of this.#pending.keys()) {
      const question = this.#questionOf(name);
      if (question !== null) return question;
    }
    return null;
  }

  /** All that there is to ask of a collection, one question for each way to it; for the same fields, so that one statement may ask for all. */
  nextOf(id: string): readonly Question[] {
    const names = [...this.#pending].flatMap(([name, [first]]) => (first?.collection === id ? [name] : []));
    return names.flatMap((name) => this.#questionOf(name) ?? []);
  }

  #questionOf(name: string): Question | null {
    const wanted = this.#pending.get(name) ?? [];
    this.#pending.delete(name);
    const [first] = wanted;
    if (first === undefined) return null;
    const { collection, fields } = first;
    const held = wanted.map((o) => o.tuple);
    const tuples = spelled(this.#graph, collection, fields, held);
    const { by } = placeOf(this.#graph, first);
    const anyOf = matchesBy(this.#graph, collection, { ...by, tuples });
    return { collection, fields: this.fieldsOf(collection), anyOf };
  }

  /** What is asked for of a collection's rows. */
  fieldsOf(id: string): readonly string[] {
    return climbFields(this.#graph, this.#captured(id));
  }

  /** A row that the question is not about changes nothing, and is counted: with all questions behind it, it should be about one. */
  take(question: Question, rows: readonly Cells[]): number {
    const { collection } = question;
    const { fields, normalisers } = must(question.anyOf[0], "a climb asks by one link");
    let others = 0;
    for (const cells of rows) {
      const tuple = cellsOf(question.fields, fields, cells);
      const name = tuple === null ? "" : outsideKey(this.#graph, { collection, fields, normalisers, tuple });
      if (this.#owners.has(name)) this.#takeFor(name, question, cells);
      else others += 1;
    }
    return others;
  }

  #takeFor(name: string, question: Question, cells: Cells): void {
    // A link to fields that are not unique leads to the person's own rows, too.
    if (this.#isOwn(question, cells)) return;
    const collection = must(this.#graph.collections.get(question.collection), "links lead to collections");
    if (collection.identities.length > 0) {
      if (collection.identities.some((i) => identitiesOf(question.fields, i, cells).length > 0))
        this.#owners.set(name, "alive");
      return;
    }
    const above = ownerLinks(collection).flatMap((l) =>
      pointsAt(question.fields, l, cells).flatMap((tuple) => outsideOf(this.#capture, l, tuple)),
    );
    const before = this.#owners.get(name);
    if (before !== "alive")
      this.#owners.set(name, [...(before ?? []), ...above.map((o) => outsideKey(this.#graph, o))]);
    for (const o of above) this.#wonder(o);
  }

  /** Rows of the capture that somebody else owns too, by collection and key. */
  sharedRows(capture: Capture): ReadonlySet<CapturedRow> {
    if (this.#owners.size === 0) return new Set();
    const alive = this.#alive();
    const shared = this.candidates.filter(
      (_, i) => this.#beyond[i]?.some((name) => alive.has(name)) === true,
    );
    return withWhatHangs(this.#graph, capture, shared);
  }

  #captured(collection: string): Captured {
    return must(this.#capture.collections.get(collection), "every collection is captured");
  }

  #isOwn(question: Question, cells: Cells): boolean {
    const { key, rows } = this.#captured(question.collection);
    const tuple = cellsOf(question.fields, key, cells);
    return tuple !== null && rows.get(tupleKey(tuple))?.reach === "owned";
  }

  /** Gives its name. */
  #wonder(outside: Outside): string {
    const name = outsideKey(this.#graph, outside);
    if (this.#owners.has(name)) return name;
    this.#owners.set(name, []);
    const { group } = placeOf(this.#graph, outside);
    const list = this.#pending.get(group);
    if (list === undefined) this.#pending.set(group, [outside]);
    else list.push(outside);
    return name;
  }

  #alive(): ReadonlySet<string> {
    const below = new Map<string, string[]>();
    const alive = new Set<string>();
    for (const [name, owners] of this.#owners) {
      if (owners === "alive") alive.add(name);
      else for (const owner of owners) below.set(owner, [...(below.get(owner) ?? []), name]);
    }
    const fresh = [...alive];
    for (let name = fresh.pop(); name !== undefined; name = fresh.pop()) {
      for (const owned of below.get(name) ?? []) {
        if (alive.has(owned)) continue;
        alive.add(owned);
        fresh.push(owned);
      }
    }
    return alive;
  }
}

/** Somebody who owns a row owns what hangs on it. */
export function withWhatHangs(
  graph: Graph,
  capture: Capture,
  owned: readonly Found[],
): ReadonlySet<CapturedRow> {
  const shared = new Set(owned.map((found) => found.row));
  const fresh = [...owned];
  const children = childIndex(graph, capture);
  for (let at = fresh.pop(); at !== undefined; at = fresh.pop()) {
    for (const child of children(at.captured, at.row)) {
      if (shared.has(child.row)) continue;
      shared.add(child.row);
      fresh.push(child);
    }
  }
  return shared;
}

const askedFor = new WeakMap<Graph, WeakMap<readonly string[], readonly string[]>>();
/** What a climb has to see of rows outside; by the list of fields that a capture asks for, which is the same for everybody. */
function climbFields(graph: Graph, { collection, key, fields: captured }: Captured): readonly string[] {
  const own = askedFor.get(graph) ?? new WeakMap<readonly string[], readonly string[]>();
  askedFor.set(graph, own);
  const known = own.get(captured);
  if (known !== undefined) return known;
  const id = idOf(collection);
  const below = [...graph.collections.values()].flatMap((c) =>
    ownerLinks(c).flatMap((l) => (collectionId(l.to) === id ? l.to.fields : [])),
  );
  const above = collection.links.filter(carriesOwnership).flatMap(fieldsOfLink);
  const named = [...key, ...collection.identities.map((i) => i.field)];
  const fields = [...new Set([...below, ...above, ...named])];
  own.set(captured, fields);
  return fields;
}

function* ownedRows(graph: Graph, capture: Capture): Generator<Found> {
  for (const captured of capture.collections.values())
    if (captured.rows.size > 0 && mayHaveOthers(graph, capture, captured))
      for (const row of captured.rows.values()) if (row.reach === "owned") yield { captured, row };
}

/**
 * Where a single link makes a row the person's, and leads to one row, that row is the person's: nothing leads outside. But where the graph
 * does not lead along the link (rows that a backup brought back), its row may be anybody's.
 */
function mayHaveOthers(graph: Graph, capture: Capture, { collection }: Captured): boolean {
  const [link, ...others] = ownerLinks(collection);
  if (link === undefined) return false;
  if (others.length > 0 || link.each !== undefined || !leadsToOneRow(graph, capture, link)) return true;
  if (linkKinds(graph, link).mixed) return true;
  return !(graph.into.get(collectionId(link.to)) ?? []).some((i) => i.link === link);
}

/**
 * The collection that alone leads to rows of this one, each row to one of its own; null: there may be other ways. Two people have such a row in
 * common only when they have its owner in common, where neither remembers rows of an earlier look.
 */
export function onlyThrough(graph: Graph, capture: Capture, captured: Captured): string | null {
  const { links, identities } = captured.collection;
  const [link] = links;
  if (link === undefined || links.length > 1 || identities.length > 0 || !carriesOwnership(link)) return null;
  return mayHaveOthers(graph, capture, captured) ? null : collectionId(link.to);
}

function outsideOf(capture: Capture, link: Link, held: Tuple): Outside[] {
  const parent = must(capture.collections.get(collectionId(link.to)), "every collection is captured");
  const tuple = linkTuple(parent.collection, link, held);
  const { fields } = link.to;
  return tuple === null
    ? []
    : [{ collection: collectionId(link.to), fields, normalisers: link.normalisers, tuple }];
}

function outsideOwners(graph: Graph, capture: Capture, captured: Captured, cells: Cells): readonly Outside[] {
  if (captured.collection.identities.length > 0) return NONE;
  let found: readonly Outside[] = NONE;
  for (const l of captured.collection.links) {
    if (!carriesOwnership(l)) continue;
    const tuples = pointsAt(captured.fields, l, cells);
    const home = leadsToOneRow(graph, capture, l) ? capture.surelyHome(captured, l, cells) : [];
    if (home.length === tuples.length) continue;
    let away = tuples;
    if (home.length > 0) {
      const named = new Set(home.map(tupleKey));
      away = tuples.filter((tuple) => !named.has(tupleKey(tuple)));
    }
    found = [...found, ...away.flatMap((tuple) => outsideOf(capture, l, tuple))];
  }
  return found;
}

/** Most rows have no owner but the person: for them nothing is made. */
const NONE: readonly Outside[] = [];

/** What is home by a key is nobody else's; an address or a number may be. */
const leadsToOneRow = (graph: Graph, capture: Capture, link: Link): boolean =>
  !linkKinds(graph, link).several &&
  tupleKey(link.to.fields) === tupleKey(capture.collections.get(collectionId(link.to))?.key ?? []);

export interface Found {
  readonly captured: Captured;
  readonly row: CapturedRow;
}

/** Which captured rows a captured row owns: each link's rows by the tuple that they hold, built when first asked for. */
function childIndex(graph: Graph, capture: Capture): (parent: Captured, row: CapturedRow) => Found[] {
  const byLink = new Map<Link, Map<string, Found[]>>();
  const rowsOf = (captured: Captured, link: Link): Map<string, Found[]> => {
    const known = byLink.get(link);
    if (known !== undefined) return known;
    const index = new Map<string, Found[]>();
    for (const row of captured.rows.values()) {
      for (const tuple of pointsAt(captured.fields, link, row.cells)) {
        const name = linkName(graph, link, tuple);
        const list = index.get(name);
        if (list === undefined) index.set(name, [{ captured, row }]);
        else list.push({ captured, row });
      }
    }
    byLink.set(link, index);
    return index;
  };
  return (parent, row) =>
    (graph.into.get(idOf(parent.collection)) ?? [])
      .filter(({ link, child }) => ownerLinks(child).includes(link))
      .flatMap(({ child, link }) => {
        const captured = must(capture.collections.get(idOf(child)), "every collection is captured");
        const tuple = linkTuple(parent.collection, link, cellsOf(parent.fields, link.to.fields, row.cells));
        return tuple === null ? [] : (rowsOf(captured, link).get(linkName(graph, link, tuple)) ?? []);
      });
}
