/** Which rows and fields a person is given (spec/rights.md): all that is theirs or about them, or what they gave or produced. */
import { type Collection, collectionId, type Field, idOf, type Link } from "../datamap/model.ts";
import type { Capture, Captured, CapturedRow } from "./capture.ts";
import { cellsOf, fieldsOfLink, tupleKey } from "./capture.ts";
import { holds, inCategories, mayHold, type Scope } from "./scope.ts";

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
    const fields = all.fields.filter((f) => captured.key.includes(f.name) || inCategories(scope, f.category));
    return rows.length === 0 ? [] : [{ captured, rows, fields }];
  });
}

/** A document that says nothing about people itself is shown by the places in it that do: the rest of it may be anybody's. */
const isGiven = (f: Field): boolean => f.opened !== true || f.category !== "system";
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
      if (tuple !== null) open.push(...(byTuple.get(tupleKey(tuple)) ?? []));
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
      const list = found.get(tupleKey(tuple));
      if (list === undefined) found.set(tupleKey(tuple), [{ captured, row }]);
      else list.push({ captured, row });
    }
  return found;
}
