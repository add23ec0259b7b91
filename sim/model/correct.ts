/** What putting right and filling in do to a world (spec/rights.md, "Rectify and supplement"). */
import { type Collection, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import type { Correction } from "@avow/core/plan/asked";
import type { Contradiction, ContradictionWhy } from "@avow/core/plan/rectify";
import { must } from "@avow/core/terms/assert";
import { isCategory } from "@avow/core/terms/category";
import type { IdentityValue } from "@avow/core/terms/person";
import { type Standing, standings } from "./ownership.ts";
import { findPerson, identitiesOf } from "./person.ts";
import { placeIn, withValue } from "./places.ts";
import {
  cellOf,
  identityText,
  isNobody,
  isPersonCollection,
  type Row,
  targetsOf,
  valuesOf,
  type World,
} from "./world.ts";

/** What the store declares, by collection. */
export interface Declared {
  /** Beside the key. */
  readonly uniques: readonly string[];
  readonly nullable: readonly string[];
  /** Fields on either end of a foreign key. */
  readonly tied: readonly string[];
}

export type Corrected =
  | {
      readonly state: "closed";
      readonly after: ReadonlyMap<string, readonly Row[]>;
      readonly contradictions: readonly Contradiction[];
    }
  | { readonly state: "not_found" | "ambiguous_identity" | "not_done" };

interface Place {
  readonly collection: Collection;
  readonly field: string;
}

interface Sense {
  readonly value: string;
  readonly namespace: string | null;
  readonly origin: readonly Place[];
  readonly copies: readonly Place[];
  /** Where copies can not be set. */
  readonly stuck: readonly Place[];
  /** All fields that may change, those of links included. */
  readonly touched: readonly Place[];
}

export interface Ask {
  readonly world: World;
  readonly declared: ReadonlyMap<string, Declared>;
  readonly identities: readonly IdentityValue[];
  readonly set: readonly Correction[];
  readonly fill: boolean;
}

export function correct(ask: Ask): Corrected {
  const { world, identities, set, fill } = ask;
  const senses = set.map((s) => senseOf(ask, s));
  const touched = senses.map((s) => new Set(s?.touched.map(placeText)));
  const overlap = touched.some((a, i) => touched.slice(i + 1).some((b) => a.intersection(b).size > 0));
  if (senses.includes(null) || overlap) return { state: "not_done" };
  const person = findPerson(world, identities);
  if (person.ambiguous.length > 0) return { state: "ambiguous_identity" };
  if (person.rows.size === 0) return { state: "not_found" };
  const changes = new Map<Row, Map<string, string>>();
  const contradictions: Contradiction[] = [];
  const standing = standings(world, person.rows);
  const olds = new Map<Sense, ReadonlySet<string>>();
  for (const sense of senses) {
    if (sense === null) continue;
    const own = decide(world, sense, { standing, fill });
    for (const [row, fields] of own.changes)
      changes.set(row, new Map([...(changes.get(row) ?? []), ...fields]));
    contradictions.push(...own.contradictions);
    olds.set(sense, own.olds);
  }
  for (const [sense, old] of fill ? [] : olds)
    contradictions.push(...leftAt(world, sense, { standing, changes, old }));
  if (meetsAnother(world, person.rows, changes)) return { state: "ambiguous_identity" };
  const after = world.tables.map(
    ({ collection, rows }) =>
      [idOf(collection), rows.map((r) => withValues(r, changes.get(r) ?? new Map()))] as const,
  );
  if (fill && takesOver(world, standing, changes)) return { state: "ambiguous_identity" };
  for (const { collection, rows } of world.tables) {
    for (const row of rows)
      for (const [field, value] of changes.get(row) ?? []) {
        const made = withValues(row, new Map([[field, value]]));
        if (
          placeIn(row.keys(), field) === null ||
          cellOf(row, field) !== null ||
          cellOf(made, field) === value
        )
          continue;
        contradictions.push({
          store: collection.store,
          collection: collection.name,
          field,
          why: "unreachable",
          rows: 1,
        });
      }
  }
  const collides = after.some(([id, rows]) =>
    (ask.declared.get(id)?.uniques ?? []).some((f) => {
      const values = rows.flatMap((r) => cellOf(r, f) ?? []);
      return new Set(values).size < values.length;
    }),
  );
  if (collides) return { state: "not_done" };
  return { state: "closed", after: new Map(after), contradictions: summed(contradictions) };
}

/** Rows that are not the person's lead to a row by what is filled in. */
function takesOver(
  world: World,
  standing: ReadonlyMap<Row, Standing>,
  changes: ReadonlyMap<Row, ReadonlyMap<string, string>>,
): boolean {
  const filled = new Map<Row, Row>();
  const tables = world.tables.map((table) => ({
    ...table,
    rows: table.rows.map((row) => {
      const made = withValues(row, changes.get(row) ?? new Map());
      filled.set(made, row);
      return made;
    }),
  }));
  const then: World = { ...world, tables };
  const before = (row: Row): Row => must(filled.get(row), "every row is there as before");
  return tables.some(({ collection, rows }) =>
    rows
      .filter((row) => !["alone", "with others"].includes(standing.get(before(row)) ?? "stranger"))
      .some((row) =>
        collection.links.some((link) =>
          targetsOf(then, row, link).some((parent) =>
            link.to.fields.some((f) => changes.get(before(parent))?.has(f) === true),
          ),
        ),
      ),
  );
}

/** One for each field and reason. */
const summed = (all: readonly Contradiction[]): Contradiction[] => {
  const groups = Map.groupBy(all, (c) => JSON.stringify([c.store, c.collection, c.field, c.why]));
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, rows: rest.reduce((n, c) => n + c.rows, first.rows) }],
  );
};

function withValues(row: Row, values: ReadonlyMap<string, string>): Row {
  const made = new Map(row);
  for (const [field, value] of values) {
    const place = placeIn(row.keys(), field);
    if (place === null) made.set(field, value);
    else made.set(place.column, withValue(made.get(place.column) ?? null, place, value));
  }
  return made;
}

const placeText = ({ collection, field }: Place): string => JSON.stringify([idOf(collection), field]);

const placesOf = (world: World): Place[] =>
  world.tables.flatMap(({ collection }) => collection.fields.map((f) => ({ collection, field: f.name })));
const categoryAt = ({ collection, field }: Place): string =>
  must(
    collection.fields.find((f) => f.name === field),
    "a place is a field",
  ).category;
const namespacesAt = ({ collection, field }: Place): string[] =>
  collection.identities.filter((i) => i.field === field).map((i) => i.namespace);

/** Null: it can not be done. */
function senseOf(ask: Ask, { field, value }: Correction): Sense | null {
  const { world } = ask;
  const all = placesOf(world);
  const fits = (p: Place): boolean => !isFixed(ask, p);
  const origin = isCategory(field)
    ? all.filter((p) => categoryAt(p) === field && isPersonCollection(p.collection) && fits(p))
    : all.filter((p) => `${p.collection.name}.${p.field}` === field);
  const [first] = origin;
  if (first === undefined || origin.some((p) => !fits(p) || categoryAt(p) === "system")) return null;
  if (!isCategory(field) && origin.length > 1) return null;
  const category = categoryAt(first);
  const namespaces = origin.flatMap(namespacesAt);
  const alike = all.filter(
    (p) =>
      !origin.includes(p) &&
      ((category !== "system" && categoryAt(p) === category) ||
        namespacesAt(p).some((n) => namespaces.includes(n))),
  );
  const copies = alike.filter(fits);
  const isOpened = ({ collection, field }: Place): boolean =>
    collection.fields.find((f) => f.name === field)?.opened === true;
  // The same number in a key or a link is another number, but for the same identity.
  const isOther = ({ collection, field: name }: Place): boolean =>
    category === "user.unique_id" &&
    (world.tables.find((t) => t.collection === collection)?.key.includes(name) === true ||
      isOfLink(collection, name)) &&
    !namespacesAt({ collection, field: name }).some((n) => namespaces.includes(n));
  const stuck = alike.filter((p) => !fits(p) && !isOpened(p) && !isOther(p));
  const namespace = namespaces[0] ?? null;
  if (namespace !== null && isNobody(namespace, value)) return null;
  // What is empty names nothing. But where several may have the value, rows that hold it already may be somebody else's.
  if (ask.fill && origin.some((p) => isSharedName(ask, p))) return null;
  if (ask.fill) return { value, namespace, origin, copies: [], stuck: [], touched: origin };
  const touched = withFollowers(ask, [...origin, ...copies]);
  if (touched === null) return null;
  return { value, namespace, origin, copies, stuck, touched };
}

const isOfLink = ({ links }: Collection, field: string): boolean =>
  links.some((l) => l.from.includes(field) || Object.hasOwn(l.when ?? {}, field));

function isFixed({ world, declared }: Ask, { collection, field }: Place): boolean {
  const table = world.tables.find((t) => t.collection === collection);
  const shape = collection.fields.find((f) => f.name === field);
  return (
    // A document has no one value, and a list no one place.
    shape?.opened === true ||
    field.includes("[*]") ||
    table?.key.includes(field) === true ||
    isOfLink(collection, field) ||
    declared.get(idOf(collection))?.tied.includes(field) === true
  );
}

/** With the fields of links that name their parent by a field that changes; null where one of them can not be kept. */
function withFollowers({ world, declared }: Ask, changing: readonly Place[]): readonly Place[] | null {
  const places = [...changing];
  for (const place of places) {
    for (const { collection, key } of world.tables) {
      for (const link of collection.links) {
        if (collectionId(link.to) !== idOf(place.collection)) continue;
        const from = link.from[link.to.fields.indexOf(place.field)];
        if (from === undefined) continue;
        if (from.includes("[*]")) return null;
        const tied = declared.get(idOf(collection))?.tied.includes(from) === true;
        if (!isOne(world, declared, link) || key.includes(from) || tied) return null;
        if (!places.some((p) => p.collection === collection && p.field === from))
          places.push({ collection, field: from });
      }
    }
  }
  return places;
}

const isSharedName = ({ world, declared }: Ask, { collection, field }: Place): boolean =>
  world.tables.some(({ collection: { links } }) =>
    links.some(
      (link) =>
        collectionId(link.to) === idOf(collection) &&
        link.to.fields.includes(field) &&
        !isOne(world, declared, link),
    ),
  );

function isOne(world: World, declared: Ask["declared"], { to }: Link): boolean {
  const { collection, key } = must(
    world.tables.find((t) => idOf(t.collection) === collectionId(to)),
    "links lead to collections",
  );
  return (
    collection.identities.some((i) => !i.shared && to.fields.includes(i.field)) ||
    (key.length > 0 && key.every((f) => to.fields.includes(f))) ||
    (declared.get(idOf(collection))?.uniques ?? []).some((f) => to.fields.includes(f))
  );
}

interface Context {
  readonly standing: ReadonlyMap<Row, Standing>;
  readonly fill: boolean;
}

function decide(world: World, { value, namespace, origin, copies }: Sense, { standing, fill }: Context) {
  const changes = new Map<Row, Map<string, string>>();
  const found: Found[] = [];
  const change = (row: Row, field: string): void => {
    changes.set(row, new Map([...(changes.get(row) ?? []), [field, value]]));
  };
  const text = textIn(namespace);
  const olds = new Set<string>();
  for (const place of origin) {
    for (const row of rowsOf(world, place)) {
      if (standing.get(row) !== "alone") continue;
      const cell = cellOf(row, place.field);
      if (cell !== null) olds.add(text(cell));
      if (cell === null || !fill) change(row, place.field);
      else if (cell !== value) found.push({ place, why: "differs" });
    }
  }
  for (const place of fill ? [] : copies) {
    for (const row of rowsOf(world, place)) {
      const cell = cellOf(row, place.field);
      const at = standing.get(row);
      if (cell === null || cell === value || at === "stranger" || at === "mention") continue;
      if (at === "alone" && olds.has(text(cell))) change(row, place.field);
      else found.push({ place, why: at === "alone" ? "differs" : at === "about" ? "about" : "shared" });
    }
  }
  for (let grew = !fill; grew; ) {
    grew = false;
    for (const { collection, rows } of world.tables) {
      for (const row of rows) {
        for (const link of collection.links) {
          for (const [i, from] of link.from.entries()) {
            const to = link.to.fields[i] ?? "";
            const moved = targetsOf(world, row, link).some((r) => changes.get(r)?.has(to) === true);
            if (!moved || changes.get(row)?.has(from) === true) continue;
            change(row, from);
            grew = true;
          }
        }
      }
    }
  }
  return { changes, contradictions: told(found), olds };
}

interface Left {
  readonly standing: ReadonlyMap<Row, Standing>;
  /** Of all values together. */
  readonly changes: ReadonlyMap<Row, ReadonlyMap<string, string>>;
  readonly old: ReadonlySet<string>;
}

/** Where the old value stays as nothing can be set there. */
function leftAt(
  world: World,
  { value, namespace, stuck }: Sense,
  { standing, changes, old }: Left,
): readonly Contradiction[] {
  const found: Found[] = [];
  const text = textIn(namespace);
  for (const place of stuck) {
    for (const row of rowsOf(world, place)) {
      const at = standing.get(row);
      if (at === "stranger" || at === "mention" || changes.get(row)?.has(place.field) === true) continue;
      if (valuesOf(row, place.field).some((v) => v !== value && old.has(text(v))))
        found.push({ place, why: at === "alone" ? "stuck" : at === "about" ? "about" : "shared" });
    }
  }
  return told(found);
}

interface Found {
  readonly place: Place;
  readonly why: ContradictionWhy;
}

const rowsOf = (world: World, { collection }: Place): readonly Row[] =>
  world.tables.find((t) => t.collection === collection)?.rows ?? [];

const textIn =
  (namespace: string | null) =>
  (cell: string): string =>
    namespace === null ? cell : identityText(namespace, cell);

function told(found: readonly Found[]): readonly Contradiction[] {
  const groups = Map.groupBy(found, ({ place, why }) =>
    JSON.stringify([place.collection.name, place.field, why]),
  );
  return [...groups.values()].flatMap((all): Contradiction[] => {
    const [first] = all;
    if (first === undefined) return [];
    const { store, name } = first.place.collection;
    return [{ store, collection: name, field: first.place.field, why: first.why, rows: all.length }];
  });
}

/** Whether a unique identity that a row is given is somebody else's. */
function meetsAnother(
  world: World,
  person: ReadonlySet<Row>,
  changes: ReadonlyMap<Row, ReadonlyMap<string, string>>,
): boolean {
  const people = world.tables.filter((t) => isPersonCollection(t.collection));
  const given = people.flatMap((table) =>
    table.rows.flatMap((row) =>
      table.collection.identities.flatMap(({ namespace, field, shared }) => {
        const value = changes.get(row)?.get(field);
        return shared || value === undefined ? [] : [identityText(namespace, value)];
      }),
    ),
  );
  return people.some((table) =>
    table.rows.some(
      (row) => !person.has(row) && identitiesOf(table, row, false).some((i) => given.includes(i)),
    ),
  );
}
