/** What a store holds now, as far as it decides whether rows of an undo bundle may come back. */
import { collectionId } from "@avow/core/datamap/model";
import { type Cells, cellsOf, pointsAt, type Tuple, tupleKey } from "@avow/core/plan/capture";
import type { KeptRow, Reference, Situation, Uniqueness } from "@avow/core/plan/restore";
import { must } from "@avow/core/terms/assert";
import type { CollectionDescription } from "../../connector-kit/contract.ts";
import type { BoundEstate } from "../run/estate.ts";
import type { BeforeMask } from "./before-mask.ts";
import { mapLinksOf, valuesOf, whereLinksLead } from "./map-links.ts";
import type { PutBack } from "./put-back.ts";
import type { Head } from "./rows.ts";
import { read } from "./undo.ts";

/** Values by which rows of a collection are referred to. */
export class Names {
  readonly #names = new Map<string, Set<string>>();

  add(store: string, collection: string, fields: readonly string[], tuple: Tuple): void {
    const at = placeOf(store, collection, fields);
    const known = this.#names.get(at) ?? new Set();
    this.#names.set(at, known);
    known.add(tupleKey(tuple));
  }

  has(store: string, collection: string, fields: readonly string[], tuple: Tuple): boolean {
    return this.#names.get(placeOf(store, collection, fields))?.has(tupleKey(tuple)) ?? false;
  }
}

const placeOf = (store: string, collection: string, fields: readonly string[]): string =>
  `${store}.${collection}(${fields.join(",")})`;

export interface Around {
  readonly estate: BoundEstate;
  /** Rows that come back before these, where they are not in the store yet: a look changes nothing. */
  readonly promised: Names;
  /** Rows of the bundle that stay erased. */
  readonly lost: Names;
  /** All rows that the bundle has: they may come back after these. */
  readonly erased: Names;
  readonly beforeMask: BeforeMask;
  readonly put: PutBack;
  /** Keys that rows have which this restore has not put there. */
  readonly others: Names;
  readonly doubtful: Doubtful;
}

/**
 * Rows that are there again and differ from what was deleted. One that was masked before it was deleted differs by just that mask, once it
 * is back: the steps before say.
 */
export class Doubtful {
  readonly #rows = new Map<string, { readonly head: Head; readonly differs: Set<string> }>();

  add(head: Head, key: Tuple, differs: readonly string[]): void {
    this.#rows.set(rowName(head, key), { head, differs: new Set(differs) });
  }

  /** `as`: fields that hold what they held before the mask. True: nothing differs any more, the row is back. */
  explained(head: Head, key: Tuple, as: readonly string[]): boolean {
    const row = this.#rows.get(rowName(head, key));
    if (row === undefined) return false;
    for (const field of as) row.differs.delete(field);
    return row.differs.size === 0 && this.#rows.delete(rowName(head, key));
  }

  /** Those that nothing explained. */
  get left(): readonly Head[] {
    return [...this.#rows.values()].map(({ head }) => head);
  }
}

const rowName = ({ store, collection }: Head, key: Tuple): string =>
  `${store}.${collection} ${tupleKey(key)}`;

export const liveOf = (estate: BoundEstate, { store, collection }: Pick<Head, "store" | "collection">) =>
  must(estate.described.get(store)?.get(collection), "the schema is the one that the bundle was made under");

/** The fields that rows of the collection are referred to by, in foreign keys and in the map's links. */
export function referredBy(estate: BoundEstate, head: Head): readonly (readonly string[])[] {
  const keys = [...(estate.described.get(head.store)?.values() ?? [])]
    .flatMap((c) => c.foreignKeys)
    .flatMap(({ to }) => (to.collection === head.collection ? [to.fields] : []));
  const links = (estate.graph.into.get(collectionId(head)) ?? []).map(({ link }) => link.to.fields);
  return [...new Map([...keys, ...links].map((fields) => [fields.join("\0"), fields])).values()];
}

const tuplesOf = (head: Head, fields: readonly string[], rows: readonly KeptRow[]): Tuple[] => {
  const found = rows.flatMap((row) => cellsOf(head.plain, fields, row.plain) ?? []);
  if (fields.length === 1) return [...new Set(found)].map((value) => [value]);
  const whole = rows.flatMap((row) => {
    const tuple = cellsOf(head.plain, fields, row.plain);
    return tuple === null ? [] : [tuple];
  });
  return [...new Map(whole.map((tuple) => [tupleKey(tuple), tuple])).values()];
};

/** Those of the rows that are there now, by key. */
export async function presentOf(
  estate: BoundEstate,
  head: Head,
  rows: readonly Pick<KeptRow, "key">[],
): Promise<Situation["present"]> {
  const present = new Map<string, { readonly plain: Cells; readonly exact: Cells }>();
  if (rows.length === 0) return present;
  for await (const row of read(estate, head, { fields: head.key, tuples: rows.map((r) => r.key) })) {
    const key = must(cellsOf(head.plain, head.key, row.plain), "key fields are never null");
    present.set(tupleKey(key), row);
  }
  return present;
}

/** Whether a row comes back together with these. */
type Beside = (store: string, collection: string, fields: readonly string[], tuple: Tuple) => boolean;

export async function situationOf(
  around: Around,
  head: Head,
  rows: readonly KeptRow[],
  beside: Beside,
): Promise<Situation> {
  const { estate } = around;
  const live = liveOf(estate, head);
  const present = await presentOf(estate, head, rows);
  const known = new Set(head.plain);
  const inPlain = (fields: readonly string[]): boolean => fields.every((f) => known.has(f));
  const uniques: Uniqueness[] = [];
  for (const fields of uniquesOf(live, head.key).filter(inPlain))
    uniques.push(await uniqueness(around, head, fields, rows));
  const references: Reference[] = [];
  for (const fk of live.foreignKeys.filter((k) => inPlain(k.from))) {
    const to = { store: head.store, collection: fk.to.collection };
    const there = await valuesOf(estate, { ...to, fields: fk.to.fields }, tuplesOf(head, fk.from, rows));
    // A row that is there will do, whosever it is by now: whether one *belongs* to it, the links of the map say.
    const isThere = (tuple: Tuple): boolean =>
      there.has(tupleKey(tuple)) ||
      beside(to.store, to.collection, fk.to.fields, tuple) ||
      around.promised.has(to.store, to.collection, fk.to.fields, tuple);
    references.push({ from: fk.from, to: fk.to.collection, isThere });
  }
  const byMap = await mapReferences(around, head, rows);
  references.push(...byMap.filter((r) => inPlain(r.from)));
  return { plainFields: head.plain, exactFields: head.exact, present, uniques, references };
}

const uniquesOf = (live: CollectionDescription, key: readonly string[]): readonly (readonly string[])[] =>
  tupleKey(live.primaryKey) === tupleKey(key) || live.primaryKey.length === 0
    ? live.uniques
    : [live.primaryKey, ...live.uniques];

async function uniqueness(
  { estate }: Around,
  head: Head,
  fields: readonly string[],
  rows: readonly KeptRow[],
): Promise<Uniqueness> {
  const tuples = tuplesOf(head, fields, rows);
  const holders = new Map<string, string[]>();
  const wanted = { ...head, plain: [...fields, ...head.key], exact: [] };
  if (tuples.length > 0)
    for await (const { plain } of read(estate, wanted, { fields, tuples })) {
      const value = tupleKey(plain.slice(0, fields.length));
      holders.set(value, [...(holders.get(value) ?? []), tupleKey(plain.slice(fields.length))]);
    }
  return {
    fields,
    isTaken: (tuple, key) => holders.get(tupleKey(tuple))?.some((other) => other !== tupleKey(key)) ?? false,
  };
}

/**
 * Links that only the map knows: the row that one leads to was erased along with this one and stays erased, or is not there any more, and was
 * when this one went.
 */
async function mapReferences({ estate, lost, erased }: Around, head: Head, rows: readonly KeptRow[]) {
  const looked = new Set(head.links ?? []);
  const named = new Map(mapLinksOf(estate, head).map(({ name, link }) => [link, name]));
  const references: Reference[] = [];
  for (const link of estate.graph.collections.get(collectionId(head))?.links ?? []) {
    const { store, collection, fields } = link.to;
    const isLost = (tuple: Tuple): boolean => lost.has(store, collection, fields, tuple);
    const name = named.get(link) ?? "";
    const there = looked.has(name) ? await whereLinksLead(estate, head, link, rows) : null;
    const leads = (tuple: Tuple, row: KeptRow): boolean =>
      there === null ||
      row.astray?.includes(name) === true ||
      pointsAt(head.plain, link, row.plain).length === 0 ||
      there.has(tupleKey(tuple)) ||
      erased.has(store, collection, fields, tuple);
    references.push({
      from: link.from,
      to: collection,
      isThere: (tuple, row) => !isLost(tuple) && leads(tuple, row),
    });
  }
  return references;
}
