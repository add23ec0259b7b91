/**
 * What a legal hold keeps from an erasure (spec/holds.md): rows of the classes that it names as they are, and as much of what leads from them
 * to the person as they need, so that they are found again when the hold is lifted.
 */
import type { Graph } from "../datamap/graph.ts";
import { collectionId, type Mask } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { type Capture, type Captured, type CapturedRow, fieldsOfLink, tupleKey } from "./capture.ts";
import { type EraseInput, type Fate, isOthers } from "./fate.ts";
import type { Hold } from "./hold.ts";
import { parentsAt } from "./let-go.ts";
import { emptying, isPointedAt } from "./scoped.ts";

type KeepFate = Extract<Fate, { readonly fate: "keep" }>;
type Fates = ReadonlyMap<CapturedRow, Fate>;

/** The fates with the holds in effect: a hold goes before every other rule. */
export function withHolds(input: EraseInput, fates: Fates): Fates {
  const holds = input.holds ?? [];
  if (holds.length === 0) return fates;
  const kept = new Map(fates);
  const open: { readonly captured: Captured; readonly row: CapturedRow; readonly hold: Hold }[] = [];
  for (const [id, captured] of input.capture.collections)
    for (const [name, row] of captured.rows) {
      if (row.current === null) continue;
      const all = must(fates.get(row), "every row has a fate");
      const { fate } = all;
      if (fate === "stay" || isOthers(all)) continue;
      const hold = holds.find((h) => isOn(h, { id, captured, name, fate }));
      if (hold === undefined) continue;
      kept.set(row, keptFor(hold));
      open.push({ captured, row, hold });
    }
  const followed = new Set(open.map(({ row }) => row));
  for (const { hold, captured, row } of pointedAt(input, holds)) {
    const fate = must(kept.get(row), "every row has a fate");
    if (fate.fate !== "delete" || followed.has(row)) continue;
    followed.add(row);
    kept.set(row, neededFor(input, hold, { captured, row }, fate));
    open.push({ captured, row, hold });
  }
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { hold } = at;
    for (const { captured, row } of parentsOf(input, at)) {
      if (row.current === null || followed.has(row)) continue;
      followed.add(row);
      kept.set(row, neededFor(input, hold, { captured, row }, must(kept.get(row), "every row has a fate")));
      open.push({ captured, row, hold });
    }
  }
  return kept;
}

function* pointedAt({ capture }: EraseInput, holds: readonly Hold[]): Generator<Place & { hold: Hold }> {
  for (const hold of holds)
    for (const [id, names] of hold.pointedAt ?? []) {
      const captured = must(capture.collections.get(id), "what is pointed at was captured");
      for (const name of names) {
        const row = captured.rows.get(name);
        if (row !== undefined && row.current !== null) yield { hold, captured, row };
      }
    }
}

interface At {
  readonly id: string;
  readonly captured: Captured;
  readonly name: string;
  readonly fate: Fate["fate"];
}

function isOn({ classes, rows }: Hold, { id, captured, name, fate }: At): boolean {
  const isOfClass = classes.includes("all") || classes.includes(captured.collection.class);
  if (rows === undefined) return isOfClass;
  // What only leads to a held row may let go of somebody else.
  return rows.get(id)?.has(name) === true && (isOfClass || fate !== "leave");
}

const keptFor = ({ id, commitment, reason, review }: Hold, set: Mask = {}): KeepFate => ({
  ...{ fate: "keep", set, commitment, why: "hold" },
  ...{ reason, until: review, hold: id },
});

/** The person's rows that this one leads to. */
function* parentsOf(input: EraseInput, { captured, row }: Place): Generator<Place> {
  for (const link of captured.collection.links) {
    const parents = must(input.capture.collections.get(collectionId(link.to)), "links lead to collections");
    for (const tuple of input.capture.homeward(captured, link, row.cells))
      for (const parent of parentsAt(input, link, tuple)) yield { captured: parents, row: parent };
  }
}

/** Where a store takes no null the field stays: a tombstone might not fit, and a refusal would stop the whole erasure. */
const emptied = (input: EraseInput, captured: Captured): Mask =>
  Object.fromEntries(
    Object.entries(emptying(input, captured, () => true)).filter(([, act]) => act === "null"),
  );

interface Place {
  readonly captured: Captured;
  readonly row: CapturedRow;
}

/** What stays anyway is masked as ever, but for who it is and whose: nobody would find what hangs on it. */
function neededFor(input: EraseInput, hold: Hold, { captured, row }: Place, fate: Fate): Fate {
  if (fate.fate === "stay" || isOthers(fate)) return fate;
  // Of a row that would go, what says which row it is and whose is enough.
  if (fate.fate === "delete" && input.lives !== undefined && !input.shared.has(row))
    return keptFor(hold, emptied(input, captured));
  const staysMasked = fate.fate === "keep" || (fate.fate === "mask" && fate.standIn === undefined);
  if (!staysMasked) return keptFor(hold);
  const leads = leading(input, { captured, row });
  const set = Object.fromEntries(Object.entries(fate.set).filter(([f]) => !leads.has(f)));
  return { ...fate, set, needed: hold.id };
}

/** Fields by which the row, or what hangs on it, is found; of a place inside a document the document, too. */
function leading(input: EraseInput, { captured, row }: Place): ReadonlySet<string> {
  const { collection, key } = captured;
  const up = collection.links.filter((l) => input.capture.homeward(captured, l, row.cells).length > 0);
  const names = [...key, ...collection.identities.map((i) => i.field), ...up.flatMap(fieldsOfLink)];
  const pointedAt = collection.fields.map((f) => f.name).filter((f) => isPointedAt(input, collection, f));
  const leads = new Set([...names, ...pointedAt]);
  for (const { name, path } of collection.fields)
    if (path !== undefined && leads.has(name)) leads.add(path.column);
  return leads;
}

/** Collections of rows that were captured and that somebody else may reach, too: another way than one link up leads there, or one that people share. */
export const othersAmong = (graph: Graph, capture: Capture): ReadonlySet<string> =>
  withRows(capture).intersection(withWays(graph));

const collectionsWithWays = new WeakMap<Graph, ReadonlySet<string>>();
/** Of a graph, once for everybody: a sweep asks for thousands of people. */
function withWays(graph: Graph): ReadonlySet<string> {
  const known = collectionsWithWays.get(graph);
  if (known !== undefined) return known;
  const found = new Set([...graph.collections.keys()].filter((id) => hasWays(graph, id, new Set())));
  collectionsWithWays.set(graph, found);
  return found;
}

export const withRows = ({ collections }: Capture): ReadonlySet<string> =>
  new Set([...collections].flatMap(([id, { rows }]) => (rows.size > 0 ? [id] : [])));

/** Collections in which a hold on these classes may keep a row: theirs, and what links lead to from there. */
export function keepableUnder(graph: Graph, classes: readonly string[]): ReadonlySet<string> {
  const open = [...graph.collections].flatMap(([id, c]) =>
    classes.includes("all") || classes.includes(c.class) ? [id] : [],
  );
  const found = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (const { to } of must(graph.collections.get(id), "links lead to collections").links) {
      const up = collectionId(to);
      if (found.has(up)) continue;
      found.add(up);
      open.push(up);
    }
  return found;
}

function hasWays(graph: Graph, id: string, seen: Set<string>): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const { links, identities } = must(graph.collections.get(id), "links lead to collections");
  if (links.length + Math.min(identities.length, 1) > 1) return true;
  if (identities.some((i) => i.shared) || links.some((l) => l.each !== undefined)) return true;
  return links.some((l) => hasWays(graph, collectionId(l.to), seen));
}

/** The rows of a captured person that stay under the holds, by collection and key: for the erasures of others. */
export function rowsHeld(input: EraseInput, fates: Fates): ReadonlyMap<string, ReadonlySet<string>> {
  const held = withHolds(input, fates);
  return new Map(
    [...input.capture.collections].map(([id, { rows }]) => [
      id,
      new Set(
        [...rows.values()].flatMap((row) => {
          const fate = held.get(row);
          return fate?.fate === "keep" && fate.hold !== undefined ? [tupleKey(row.key)] : [];
        }),
      ),
    ]),
  );
}
