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
import { type Captured, type CapturedRow, fieldsOfLink, type Tuple } from "./capture.ts";
import type { EraseInput, Fate } from "./fate.ts";
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
  for (const at of placed) if (isTaken(at, scope)) take(at);
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
        ? deciding.whole(known, at.captured, at.row)
        : staying(known, at, { scope, gone, deciding }),
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
}

function staying(input: EraseInput, at: Placed, { scope, gone, deciding }: Context): Fate {
  const { captured, row } = at;
  const emptied = emptiedFields(input, at, scope, deciding);
  const loose = at.arrows.filter((a) => a.parents.some((p) => gone.has(p)));
  const cuts = letGo(captured, loose);
  const set: Mask = { ...emptied, ...cuts.set };
  const { only } = cuts;
  if (Object.keys(set).length === 0) return { fate: "stay", set };
  if (Object.keys(emptied).length > 0) return { fate: "mask", set, only };
  return { fate: "leave", set, only, why: row.reach === "owned" ? "scope" : "names" };
}

/** Fields of the category in a row that is not taken. */
function emptiedFields(input: EraseInput, at: Placed, scope: Scope, { whole }: Deciding): Mask {
  const { captured, row } = at;
  if (scope.categories.length === 0 || row.reach !== "owned" || input.shared.has(row)) return {};
  if (!holds(captured, row, scope)) return {};
  const fate = whole(input, captured, row);
  const held = fate.fate === "keep" ? fate.set : null;
  return emptying(
    input,
    captured,
    (f) =>
      inCategories(scope, f.category) &&
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
