/** What a row says: where its links lead, and whom it names. Values are the store's own text. */
import { holds } from "../datamap/conditions.ts";
import type { Collection, Identity, Link } from "../datamap/model.ts";
import { readListCell } from "../terms/path.ts";
import { type IdentityValue, normalise, normaliserOf } from "../terms/person.ts";
import { isPseudoKey } from "../terms/pseudo-key.ts";

export type Cells = readonly (string | null)[];
export type Tuple = readonly string[];

/** Null when a part is null: such a link points at nobody. */
export function cellsOf(fields: readonly string[], wanted: readonly string[], cells: Cells): Tuple | null {
  const tuple: string[] = [];
  for (const f of wanted) {
    const cell = cells[fields.indexOf(f)];
    if (cell === null || cell === undefined) return null;
    tuple.push(cell);
  }
  return tuple;
}

/** What a row's link holds, once for each row that it names; nothing where a part is null, or the link does not hold for the row. */
export function pointsAt(fields: readonly string[], link: Link, cells: Cells): readonly Tuple[] {
  if (link.when !== undefined && !holds(link, (field) => cells[fields.indexOf(field)])) return [];
  if (link.each !== undefined) return spread(fields, { from: link.from, each: link.each }, cells);
  const tuple = cellsOf(fields, link.from, cells);
  return tuple === null ? [] : [tuple];
}

/** One tuple for each value of the list, with what stands beside the list. */
function spread(
  fields: readonly string[],
  { from, each }: { readonly from: readonly string[]; readonly each: string },
  cells: Cells,
): readonly Tuple[] {
  const beside = cellsOf(
    fields,
    from.filter((f) => f !== each),
    cells,
  );
  if (beside === null) return [];
  const at = from.indexOf(each);
  const values = new Set(readListCell(cells[fields.indexOf(each)] ?? null));
  return [...values].flatMap((value) => (value === null ? [] : [beside.toSpliced(at, 0, value)]));
}

/**
 * Null also where the link names its parent by an identity that names nobody: else everything that was let go of by `tombstone` would
 * belong to everybody whose address was masked.
 */
export function linkTuple(parent: Collection, link: Link, tuple: Tuple | null): Tuple | null {
  if (parent.standIn !== undefined && tuple?.some(isPseudoKey) === true) return null;
  const nobody = parent.identities.some((identity) => {
    const value = tuple?.[link.to.fields.indexOf(identity.field)];
    return value !== undefined && isNobodyIn(identity, normalise(normaliserOf(identity.namespace), value));
  });
  const blank = link.normalisers?.some(
    (n, i) => n !== "exact" && namesNobody(normalise(n, tuple?.[i] ?? "")),
  );
  return nobody || blank === true ? null : tuple;
}

/** Nothing at all, and what a mask leaves behind: else everybody whose address was masked would be one person. */
export const namesNobody = (value: string): boolean => value === "" || value === "erased";

/** The same of a value that stands in this field, or is looked for there. */
export const isNobodyIn = ({ pseudo }: Pick<Identity, "pseudo">, value: string): boolean =>
  namesNobody(value) || (pseudo === true && isPseudoKey(value));

/** Those that a row holds in one field: one at most, but where the field runs over a list. */
export function identitiesOf(
  fields: readonly string[],
  identity: Identity,
  cells: Cells,
): readonly IdentityValue[] {
  const { namespace, field, each } = identity;
  const raw = cells[fields.indexOf(field)] ?? null;
  return (each === true ? readListCell(raw) : [raw]).flatMap((text) => {
    const value = text === null ? "" : normalise(normaliserOf(namespace), text);
    return isNobodyIn(identity, value) ? [] : [{ namespace, value }];
  });
}
