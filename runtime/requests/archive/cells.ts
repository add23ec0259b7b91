/**
 * What a person sees of a row (spec/data-map.md, "What an archive shows"): not what somebody could sign in with, and not who the other
 * people are that the row leads to.
 */
import { type Collection, collectionId, type Link } from "@avow/core/datamap/model";
import {
  type Capture,
  type Captured,
  type Cells,
  cellsOf,
  fieldsOfLink,
  linkTuple,
  pointsAt,
  type Tuple,
} from "@avow/core/plan/capture";
import { must } from "@avow/core/terms/assert";
import { covers } from "@avow/core/terms/category";
import { type Path, readListCell } from "@avow/core/terms/path";
import { bytesAt, cellsAt, type PackedRows } from "../../connector-kit/packed.ts";
import { listOf, redactDocument, SOMEBODY_ELSE, WITHHELD } from "./document.ts";

export { SOMEBODY_ELSE, WITHHELD } from "./document.ts";

/** Password hashes, tokens, second factors: whoever holds the archive must not be able to use them. */
export const isWithheld = (category: string): boolean => covers("user.authorization", category);

type Seen = Pick<Capture, "collections" | "closeName">;

interface Aim {
  readonly link: Link;
  readonly target: Collection;
  /** Whether what the link holds leads to a row that the person sees anyway. */
  isOwn(held: Tuple): boolean;
}

/** Rows with their cells in the order of `names`, which hold all fields of links. */
export interface Redaction {
  /** As it is shown. */
  row(row: Cells): Cells;
  /** Whether all of the rows are shown as they are; null: what the collection holds, no row of it is. */
  readonly areShownAsTheyAre: ((rows: PackedRows) => boolean) | null;
}

export function redaction(collection: Collection, capture: Seen, names: readonly string[]): Redaction {
  const byName = new Map(collection.fields.map((f) => [f.name, f]));
  const withheld = collection.fields.filter((f) => isWithheld(f.category)).map((f) => f.name);
  // By a join collection a row is named by its own key, which is nobody's name.
  const aims = collection.links
    .filter((l) => l.via !== true)
    .map((link): Aim => {
      const target = must(
        capture.collections.get(collectionId(link.to)),
        "links lead to collections of the map",
      );
      const own = new Set(ownTuples(target, link.to.fields).map((tuple) => capture.closeName(link, tuple)));
      return { link, target: target.collection, isOwn: (held) => own.has(capture.closeName(link, held)) };
    });
  const isPlain = collection.fields.every((f) => f.path === undefined && f.opened !== true);
  const row = (row: Cells): Cells => {
    const hidden = othersIn(aims, names, row);
    // Most rows lead to nobody else, and are shown as they are.
    if (isPlain && withheld.length === 0 && hidden.fields.size === 0 && hidden.values.size === 0) return row;
    const lists = hiddenElements(collection, hidden, names, row);
    return names.map((name, i) => {
      const cell = row[i] ?? null;
      const field = byName.get(name);
      if (cell === null) return null;
      if (withheld.includes(name)) return WITHHELD;
      if (field?.opened === true) {
        const places = collection.fields.filter((f) => f.path?.column === name);
        const paths = (wanted: (field: string) => boolean): readonly Path[] =>
          places.flatMap((f) => (f.path !== undefined && wanted(f.name) ? [f.path] : []));
        return redactDocument(cell, {
          withheld: paths((f) => withheld.includes(f)),
          hidden: paths((f) => hidden.fields.has(f)),
          elements: paths((f) => hidden.values.has(f)).map((path) => ({
            path,
            at: lists.get(listOf(path)) ?? new Set(),
          })),
        });
      }
      if (field?.path !== undefined && field.path.each !== null)
        return withoutElements(cell, lists.get(listOf(field.path)) ?? new Set());
      return hidden.fields.has(name) ? SOMEBODY_ELSE : cell;
    });
  };
  const told = new Set(aims.flatMap(({ link }) => fieldsOfLink(link)));
  const places = names.flatMap((name, i) => (told.has(name) ? [i] : []));
  const leadNowhere = onceOfEach(places, (cells) => !aims.some((aim) => leadsToOthers(aim, names, cells)));
  const canBe = isPlain && withheld.length === 0;
  return { row, areShownAsTheyAre: !canBe ? null : aims.length === 0 ? () => true : leadNowhere };
}

const TOLD_BYTES_MAX = 64;
const KEPT_MAX = 10_000;

/** Whether it holds of each row, by the cells at these places: what many rows hold there is looked at once. */
function onceOfEach(
  places: readonly number[],
  holds: (cells: Cells) => boolean,
): (rows: PackedRows) => boolean {
  const held = new Set<string>();
  const told = { places, bytesMax: TOLD_BYTES_MAX };
  return (rows) =>
    rows.at.every((at) => {
      const name = bytesAt(rows, at, told);
      if (name !== null && held.has(name)) return true;
      if (!holds(cellsAt(rows, at, places))) return false;
      if (held.size >= KEPT_MAX) held.clear();
      if (name !== null) held.add(name);
      return true;
    });
}

interface Others {
  /** Fields that name somebody else. */
  readonly fields: ReadonlySet<string>;
  /** Of fields that run over a list: the values that do. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

const NOBODY: Others = { fields: new Set(), values: new Map() };

const leadsToOthers = ({ link, target, isOwn }: Aim, names: readonly string[], row: Cells): boolean =>
  pointsAt(names, link, row).some((held) => {
    const tuple = linkTuple(target, link, held);
    return tuple !== null && !isOwn(tuple);
  });

function othersIn(aims: readonly Aim[], names: readonly string[], row: Cells): Others {
  if (!aims.some((aim) => leadsToOthers(aim, names, row))) return NOBODY;
  const foreign = new Set<string>();
  const own = new Set<string>();
  const foreignValues = new Map<string, Set<string>>();
  const ownValues = new Map<string, Set<string>>();
  for (const { link, target, isOwn: leadsHome } of aims) {
    for (const held of pointsAt(names, link, row)) {
      const tuple = linkTuple(target, link, held);
      if (tuple === null) continue;
      const isOwn = leadsHome(tuple);
      for (const [i, field] of link.from.entries()) {
        if (field !== link.each) (isOwn ? own : foreign).add(field);
        else {
          const values = isOwn ? ownValues : foreignValues;
          values.set(field, (values.get(field) ?? new Set()).add(tuple[i] ?? ""));
        }
      }
    }
  }
  // What a link to the person's own row needs as well (a tenant, say) says nothing about the others.
  return {
    fields: foreign.difference(own),
    values: new Map(
      [...foreignValues].map(([f, values]) => [f, values.difference(ownValues.get(f) ?? new Set())]),
    ),
  };
}

/** Places in lists at which somebody else is named, by list: what stands beside a name there is theirs, too. */
function hiddenElements(
  { fields }: Collection,
  { values }: Others,
  names: readonly string[],
  row: Cells,
): ReadonlyMap<string, ReadonlySet<number>> {
  const lists = new Map<string, Set<number>>();
  for (const [name, others] of values) {
    const path = fields.find((f) => f.name === name)?.path;
    if (path === undefined || others.size === 0) continue;
    const at = lists.get(listOf(path)) ?? new Set();
    lists.set(listOf(path), at);
    for (const [i, value] of readListCell(row[names.indexOf(name)] ?? null).entries())
      if (value !== null && others.has(value)) at.add(i);
  }
  return lists;
}

const withoutElements = (cell: string, hidden: ReadonlySet<number>): string =>
  JSON.stringify(
    readListCell(cell).map((value, i) => (value !== null && hidden.has(i) ? SOMEBODY_ELSE : value)),
  );

/** What links of other rows may hold and lead to a row that the person sees anyway. */
function ownTuples(target: Captured, fields: readonly string[]): readonly Tuple[] {
  const tuples: Tuple[] = [];
  for (const { reach, cells } of target.rows.values()) {
    const tuple = reach === "mention" ? null : cellsOf(target.fields, fields, cells);
    if (tuple !== null) tuples.push(tuple);
  }
  return tuples;
}
