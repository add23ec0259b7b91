/** What an erasure with a scope does to each captured row (spec/rights.md, "A scoped erasure"): a part goes, and the person stays. */
import {
  type Collection,
  carriesOwnership,
  type Field,
  idOf,
  type Link,
  type Mask,
} from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { recordsOf, STANDS, type Standing, standingOf } from "./account.ts";
import { type Captured, type CapturedRow, fieldsOfLink, type Tuple } from "./capture.ts";
import { emptiableOf, isTombstoneOf } from "./emptied.ts";
import type { EraseInput, Fate, Outlasting } from "./fate.ts";
import { letGo, parentsAt } from "./let-go.ts";
import { holds, inCategories, type Scope } from "./scope.ts";

/** How an erasure without a scope decides. */
export interface Deciding {
  whole(input: EraseInput, captured: Captured, row: CapturedRow): Fate;
}

interface Arrow {
  readonly link: Link;
  readonly tuple: Tuple;
  /** The person's rows that it leads to. */
  readonly parents: readonly CapturedRow[];
}

interface Placed {
  readonly captured: Captured;
  readonly row: CapturedRow;
  readonly arrows: readonly Arrow[];
}

export function scopedFates(
  input: EraseInput,
  scope: Scope,
  deciding: Deciding,
): ReadonlyMap<CapturedRow, Fate> {
  const placed = [...input.capture.collections.values()].flatMap((captured) =>
    [...captured.rows.values()].map((row): Placed => place(input, captured, row)),
  );
  const children = childrenOf(placed);
  const stands = standingRows(placed, scope);
  const taken = new Set<CapturedRow>();
  const gone = new Set<CapturedRow>();
  const open: Placed[] = [];
  const take = (at: Placed): void => {
    if (taken.has(at.row)) return;
    taken.add(at.row);
    if (deciding.whole(input, at.captured, at.row).fate !== "delete") return;
    gone.add(at.row);
    open.push(at);
  };
  for (const at of placed) if (!stands.has(at.row) && isTaken(at, scope)) take(at);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const child of children.get(at.row) ?? [])
      if (child.captured.collection.identities.length === 0 && goesAlong(input, child, gone)) take(child);
  }
  // Only now is it known which of the rows that others own too go: links to those that stay are not cut.
  const known = { ...input, gone };
  return new Map(
    placed.map((at) => [
      at.row,
      taken.has(at.row)
        ? takenFate(known, at, deciding)
        : staying(known, at, { scope, gone, deciding, stands }),
    ]),
  );
}

function place(input: EraseInput, captured: Captured, row: CapturedRow): Placed {
  const arrows = captured.collection.links.flatMap((link) =>
    input.capture
      .homeward(captured, link, row.cells)
      .map((tuple) => ({ link, tuple, parents: parentsAt(input, link, tuple) })),
  );
  return { captured, row, arrows };
}

function childrenOf(placed: readonly Placed[]): ReadonlyMap<CapturedRow, readonly Placed[]> {
  const children = new Map<CapturedRow, Placed[]>();
  for (const at of placed)
    for (const parent of new Set(at.arrows.flatMap((a) => a.parents))) {
      const list = children.get(parent);
      if (list === undefined) children.set(parent, [at]);
      else list.push(at);
    }
  return children;
}

function isTaken({ captured, row }: Placed, scope: Scope): boolean {
  const { collection, key } = captured;
  if (collection.identities.length > 0 || !holds(captured, row, scope)) return false;
  return personalFields(collection, key).every((f) => inCategories(scope, f.category));
}

function personalFields(c: Collection, key: readonly string[]): readonly Field[] {
  const links = c.links.flatMap(fieldsOfLink);
  // A document that says whose the row is goes with the row, or by the places in it.
  const named = new Set([...links, ...c.identities.map((i) => i.field)]);
  const tied = c.fields.flatMap((f) => (f.path !== undefined && named.has(f.name) ? [f.path.column] : []));
  const fixed = new Set([...key, ...links, ...tied]);
  return c.fields.filter((f) => f.category !== "system" && !fixed.has(f.name));
}

const owning = ({ arrows }: Placed): readonly Arrow[] => arrows.filter((a) => carriesOwnership(a.link));

/** The person's rows on which the account stands, and why; rows of people's own collections are never taken anyhow. */
function standingRows(placed: readonly Placed[], scope: Scope): ReadonlyMap<CapturedRow, Standing> {
  const stands = new Map<CapturedRow, Standing>();
  const collections = new Set(placed.map((at) => at.captured.collection));
  const reasons = new Map([...collections].map((c) => [c, standingOf(c, scope)]));
  const open: Placed[] = [];
  for (const at of placed) {
    const { collection } = at.captured;
    const why = reasons.get(collection) ?? null;
    if (why === null || collection.identities.length > 0) continue;
    if (at.row.reach !== "owned" || at.row.current === null) continue;
    stands.set(at.row, why);
    open.push(at);
  }
  if (open.length === 0) return stands;
  const places = new Map(placed.map((at) => [at.row, at]));
  // Whatever it hangs on would take it along, and what a record names would be cut out of it.
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const records = recordsOf(at.captured.collection);
    const holding = at.arrows.filter(
      ({ link }) => carriesOwnership(link) || link.from.some((f) => records.has(f)),
    );
    for (const parent of holding.flatMap((a) => a.parents)) {
      const above = must(places.get(parent), "every captured row has a place");
      if (stands.has(parent) || above.captured.collection.identities.length > 0) continue;
      stands.set(parent, "needed");
      open.push(above);
    }
  }
  return stands;
}

/** The person's alone, and by nothing but what goes; with `on_leave: delete` one owner who goes is enough. */
function goesAlong({ shared }: EraseInput, at: Placed, gone: ReadonlySet<CapturedRow>): boolean {
  if (at.row.reach !== "owned") return false;
  const parents = owning(at).flatMap((a) => a.parents);
  if (at.captured.collection.leave === "delete") return parents.some((p) => gone.has(p));
  return !shared.has(at.row) && parents.length > 0 && parents.every((p) => gone.has(p));
}

interface Context {
  readonly scope: Scope;
  readonly gone: ReadonlySet<CapturedRow>;
  readonly deciding: Deciding;
  readonly stands: ReadonlyMap<CapturedRow, Standing>;
}

function staying(input: EraseInput, at: Placed, context: Context): Fate {
  const { scope, gone, deciding, stands } = context;
  const { captured, row } = at;
  const emptied = emptiedFields(input, at, scope, deciding);
  const loose = at.arrows.filter((a) => a.parents.some((p) => gone.has(p)));
  const cuts = letGo(captured, loose);
  const all: Mask = { ...emptied, ...cuts.set };
  // What was emptied before is not planned again: it is only looked at.
  const isNew = Object.keys(emptied).length > 0 && !isDone(input, at, emptied);
  const set = isNew ? all : cuts.set;
  const { only } = cuts;
  // Nothing is planned of what was emptied before, and it does not stay either.
  const done = isNew || Object.keys(emptied).length === 0 ? {} : { done: blankedIn(emptied) };
  const rest = leftIn(input, at, all, scope);
  if (rest !== null && row.reach !== "owned") {
    if (Object.values(set).every((act) => act === "keep"))
      return { fate: "leave", set: {}, only: {}, why: row.reach };
  } else if (rest !== null) {
    const why = stands.get(row) ?? (captured.collection.identities.length > 0 ? "person" : null);
    const whole = deciding.whole(input, captured, row);
    if (whole.fate === "keep" && !staysAnyhow(input, at, rest))
      return { ...whole, set, only, until: untilOf(input, captured, whole), ...done };
    if (why === null && input.shared.has(row)) return { fate: "leave", set, only, why: "co_owner", ...done };
    const standing = scope.categories.length === 0 || isTaken(at, scope) ? (why ?? "person") : null;
    const left = STANDS[standing ?? standingOfFields(captured, rest)];
    const outlasts = whole.fate === "keep" ? outlasting(input, captured, { whole, rest }) : {};
    if (isNew) return { fate: "mask", set, only, left, ...outlasts };
    return { fate: "leave", set, only, why: "account", left, ...outlasts, ...done };
  }
  if (isNew) return { fate: "mask", set, only };
  if (Object.keys(set).length === 0) return { fate: "stay", set: nullsOf(emptied) };
  return { fate: "leave", set, only, why: row.reach === "owned" ? "scope" : "names" };
}

/** Rows of people stay without any commitment, and of such a row it holds only what would be emptied else. */
function staysAnyhow(input: EraseInput, { captured }: Placed, left: readonly string[]): boolean {
  if (captured.collection.identities.length === 0) return false;
  const records = recordsOf(captured.collection);
  const free = emptying(input, captured, (f) => left.includes(f.name) && !records.has(f.name));
  return Object.keys(free).length === 0;
}

/** Of what stays with the account a commitment may keep some longer than that: what an erasure of all would not empty. */
function outlasting(
  input: EraseInput,
  captured: Captured,
  {
    whole,
    rest,
  }: { readonly whole: Extract<Fate, { readonly fate: "keep" }>; readonly rest: readonly string[] },
): { readonly outlasts?: Outlasting } {
  const emptied = new Set(blankedIn(whole.set));
  const goes = (name: string): boolean => {
    const column = captured.collection.fields.find((f) => f.name === name)?.path?.column;
    return emptied.has(name) || (column !== undefined && emptied.has(column));
  };
  if (rest.length > 0 && rest.every(goes)) return {};
  return { outlasts: { commitment: whole.commitment, until: untilOf(input, captured, whole) } };
}

/** A part of an erasure closes no account: a time that begins with the stamp of that has not begun. */
function untilOf(
  { keepRules }: EraseInput,
  { collection }: Captured,
  { commitment, set, until }: Extract<Fate, { readonly fate: "keep" }>,
): Date | null {
  const { anchor } = must(keepRules.get(commitment), "what is kept names a rule");
  return set[must(collection.anchors[anchor], "keeps have their anchor")] === "now" ? null : until;
}

/** Why a row that no scope would take anyhow keeps these fields. */
function standingOfFields({ collection }: Captured, fields: readonly string[]): Standing {
  if (fields.some((f) => recordsOf(collection).has(f))) return "record";
  const naming = new Set([
    ...collection.links.flatMap(fieldsOfLink),
    ...collection.identities.map((i) => i.field),
  ]);
  return fields.every((f) => naming.has(f)) ? "person" : "tied";
}

/** Fields of what was asked for that stay in a row, all of them without a category; null: none. Without a category rows of others let go. */
function leftIn(
  { lives }: EraseInput,
  { captured, row }: Placed,
  set: Mask,
  scope: Scope,
): readonly string[] | null {
  const { current, reach } = row;
  if (current === null || !holds(captured, row, scope)) return null;
  if (scope.categories.length === 0) return reach === "owned" ? [] : null;
  const { collection, fields } = captured;
  const live = lives?.get(idOf(collection))?.fields;
  const left = collection.fields.filter(
    ({ name, category, path }) =>
      category !== "system" &&
      inCategories(scope, category) &&
      // The store makes it out of other fields, and makes it anew when these are emptied.
      live?.find((f) => f.name === (path?.column ?? name))?.generated !== true &&
      [name, path?.column ?? name].every((f) => !Object.hasOwn(set, f) || set[f] === "keep") &&
      (current[fields.indexOf(name)] ?? null) !== null,
  );
  return left.length === 0 ? null : left.map((f) => f.name);
}

/** All of it was so when the row was first seen, and is so now. What a place in a document shows does not tell. */
function isDone(input: EraseInput, { captured, row }: Placed, set: Mask): boolean {
  const { collection, fields } = captured;
  const live = input.lives?.get(idOf(collection));
  return Object.entries(set).every(([name, act]) => {
    if (act === "keep") return true;
    const at = fields.indexOf(name);
    if (at === -1 || collection.fields.some((f) => f.name === name && f.path !== undefined)) return false;
    const field = emptiableOf(live, name);
    return [row.cells, row.current].every((cells) => {
      const cell = cells?.[at] ?? null;
      if (cell === null) return act !== "now";
      return act === "tombstone" && isTombstoneOf(field, cell);
    });
  });
}

/** What an erasure of all does to a row that is taken; of what it has done before nothing is planned. */
function takenFate(input: EraseInput, at: Placed, { whole }: Deciding): Fate {
  const fate = whole(input, at.captured, at.row);
  if (fate.fate === "delete" || fate.fate === "stay" || Object.keys(fate.set).length === 0) return fate;
  if (fate.fate === "mask" && fate.standIn !== undefined) return fate;
  if (!isDone(input, at, fate.set)) return fate;
  if (fate.fate === "mask") return { fate: "stay", set: nullsOf(fate.set) };
  return { ...fate, set: {}, done: blankedIn(fate.set) };
}

const blankedIn = (set: Mask): readonly string[] =>
  Object.keys(set).filter((f) => set[f] !== "keep" && set[f] !== "now");

/** A tombstone that nobody has set in this request is none that the next look could tell from a value. */
const nullsOf = (set: Mask): Mask =>
  Object.fromEntries(Object.entries(set).filter(([, act]) => act === "null"));

/** Fields of the category in a row that is not taken. */
function emptiedFields(input: EraseInput, at: Placed, scope: Scope, { whole }: Deciding): Mask {
  const { captured, row } = at;
  if (scope.categories.length === 0 || row.reach !== "owned" || input.shared.has(row)) return {};
  if (!holds(captured, row, scope)) return {};
  const fate = whole(input, captured, row);
  const held = fate.fate === "keep" ? fate.set : null;
  const records = recordsOf(captured.collection);
  return emptying(
    input,
    captured,
    (f) =>
      inCategories(scope, f.category) &&
      !records.has(f.name) &&
      (held === null || (Object.hasOwn(held, f.name) && held[f.name] !== "keep")),
  );
}

/** What may be emptied in a row that stays: nothing that says which row it is, whose it is, or what leads to it. */
export function emptying(
  input: EraseInput,
  { collection, key }: Captured,
  wants: (field: Field) => boolean,
): Mask {
  const live = must(input.lives, "a scope comes with what the stores declare").get(idOf(collection));
  // A document goes with all of its places, also with one that says nothing about anybody and leads here.
  const pointedAt = new Set(
    collection.fields.flatMap(({ name, path }) =>
      isPointedAt(input, collection, name) ? [name, path?.column ?? name] : [],
    ),
  );
  const fields = personalFields(collection, key).filter(
    (f) => wants(f) && !collection.identities.some((i) => i.field === f.name) && !pointedAt.has(f.name),
  );
  const documents = new Set(fields.flatMap((f) => (f.opened === true ? [f.name] : [])));
  return Object.fromEntries(
    fields.flatMap(({ name, path }) => {
      if (path !== undefined) return documents.has(path.column) ? [] : [[name, "null"] as const];
      const found = live?.fields.find((f) => f.name === name);
      if (found === undefined || found.generated) return [];
      return [[name, found.nullable ? "null" : "tombstone"] as const];
    }),
  );
}

/** Something leads to the row by this field, or the store holds it by a foreign key. */
export function isPointedAt({ graph, lives }: EraseInput, c: Collection, field: string): boolean {
  if ((graph.into.get(idOf(c)) ?? []).some(({ link }) => link.to.fields.includes(field))) return true;
  const own = lives?.get(idOf(c))?.foreignKeys ?? [];
  if (own.some((fk) => fk.from.includes(field))) return true;
  return [...graph.collections.values()].some(
    (other) =>
      other.store === c.store &&
      (lives?.get(idOf(other))?.foreignKeys ?? []).some(
        (fk) => fk.to.collection === c.name && fk.to.fields.includes(field),
      ),
  );
}
