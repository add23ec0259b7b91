/** Which rows and fields a person is given (spec/rights.md): all that is theirs or about them, or what they gave or produced. */
import type { Graph } from "../datamap/graph.ts";
import { type Collection, collectionId, type Field, idOf, type Link } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import type { Capture, Captured, CapturedRow, Question } from "./capture.ts";
import { cellsOf, fieldsOfLink } from "./capture.ts";
import { holds, inCategories, isTimed, mayHold, type Scope } from "./scope.ts";

export interface Shown {
  readonly captured: Captured;
  readonly rows: readonly CapturedRow[];
  readonly fields: readonly Field[];
}

/** What only mentions the person is somebody else's. */
export function seen(capture: Capture, scope: Scope | null): Shown[] {
  return shownOf(capture, scope, (captured) => ({
    rows: [...captured.rows.values()].filter((r) => r.reach !== "mention"),
    fields: captured.collection.fields.filter(isGiven),
  }));
}

export function gaveOrProduced(capture: Capture, scope: Scope | null): Shown[] {
  const given = givenRows(capture);
  return shownOf(capture, scope, (captured) => ({
    rows: [...captured.rows.values()].filter((r) => given.has(r)),
    fields: portableFields(captured.collection, captured.key),
  })).filter((s) => s.fields.some((f) => isPortable(f)));
}

function shownOf(
  capture: Capture,
  scope: Scope | null,
  of: (captured: Captured) => Pick<Shown, "rows" | "fields">,
): Shown[] {
  return [...capture.collections.values()].flatMap((captured) => {
    if (!mayHold(captured.collection, scope)) return [];
    const all = of(captured);
    const rows = all.rows.filter((r) => holds(captured, r, scope));
    const fields = inScope(captured, all.fields, scope);
    return rows.length === 0 ? [] : [{ captured, rows, fields }];
  });
}

/** A document that says nothing about people itself is shown by the places in it that do: the rest of it may be anybody's. */
const isGiven = (f: Field): boolean => f.opened !== true || f.category !== "system";
const inScope = ({ key }: Captured, fields: readonly Field[], scope: Scope | null): readonly Field[] =>
  fields.filter((f) => key.includes(f.name) || inCategories(scope, f.category));

/**
 * Collections whose rows can be given as they are read, without being held: nothing hangs on them, they tell of no further identity, and
 * the scope is not about single rows.
 */
export const streamable = (graph: Graph, scope: Scope | null): ReadonlySet<string> =>
  new Set(
    scope !== null && isTimed(scope)
      ? []
      : [...graph.collections]
          .filter(
            ([id, c]) =>
              c.identities.length === 0 &&
              (graph.into.get(id) ?? []).length === 0 &&
              // Of a list two elements may lead to the person: such a row is found twice.
              c.links.every((l) => l.each === undefined),
          )
          .map(([id]) => id),
  );

/** What is given of a collection that was left to be read by itself. */
export interface Streamed {
  readonly captured: Captured;
  readonly fields: readonly Field[];
  readonly anyOf: Question["anyOf"];
}

export const streamed = (
  capture: Capture,
  left: ReadonlySet<string>,
  scope: Scope | null,
): readonly Streamed[] =>
  [...left].flatMap((id) => {
    const captured = must(capture.collections.get(id), "every collection is captured");
    const anyOf = mayHold(captured.collection, scope) ? capture.leadingTo(id) : [];
    return anyOf.length === 0
      ? []
      : [{ captured, fields: inScope(captured, captured.collection.fields.filter(isGiven), scope), anyOf }];
  });

const isPortable = (f: Field): boolean => f.category !== "system" && f.derived !== true;
const isMade = (link: Link): boolean => link.role === "owner";

function portableFields(c: Collection, key: readonly string[]): readonly Field[] {
  const joins = new Set([...key, ...c.links.filter(isMade).flatMap(fieldsOfLink)]);
  return c.fields.filter((f) => isPortable(f) || joins.has(f.name));
}

/** The person's rows of person collections, and what `owner` links of others lead to them, to a fixpoint. */
function givenRows(capture: Capture): ReadonlySet<CapturedRow> {
  const collections = [...capture.collections.values()];
  const people = collections.filter((c) => c.collection.identities.length > 0);
  const made = collections
    .filter((c) => c.collection.identities.length === 0)
    .flatMap((captured) =>
      captured.collection.links
        .filter(isMade)
        .map((link) => ({ link, byTuple: byTuple(capture, captured, link) })),
    );
  const given = new Set<CapturedRow>();
  const open = people.flatMap((captured) =>
    [...captured.rows.values()].flatMap((row) => (row.reach === "owned" ? [{ captured, row }] : [])),
  );
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (given.has(at.row)) continue;
    given.add(at.row);
    const id = idOf(at.captured.collection);
    for (const { link, byTuple } of made) {
      if (collectionId(link.to) !== id) continue;
      const tuple = cellsOf(at.captured.fields, link.to.fields, at.row.cells);
      if (tuple !== null) open.push(...(byTuple.get(capture.linkName(link, tuple)) ?? []));
    }
  }
  return given;
}

type Found = { readonly captured: Captured; readonly row: CapturedRow };

/** Rows whose link leads to a row of the person, by what it holds. */
function byTuple(capture: Capture, captured: Captured, link: Link): ReadonlyMap<string, readonly Found[]> {
  const found = new Map<string, Found[]>();
  for (const row of captured.rows.values())
    for (const tuple of capture.homeward(captured, link, row.cells)) {
      const name = capture.linkName(link, tuple);
      const list = found.get(name);
      if (list === undefined) found.set(name, [{ captured, row }]);
      else list.push({ captured, row });
    }
  return found;
}
