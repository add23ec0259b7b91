/** What Avow's two accounts have to be able to do with a store for access, erasure and checks: from its map and its own schema. */
import {
  type Collection,
  columnOf,
  type DataMap,
  type Link,
  type Mask,
  type StoreMap,
} from "@avow/core/datamap/model";
import { hostsPseudoPeople, standInLink } from "@avow/core/datamap/stand-in";
import type { AccessNeed, CollectionDescription, StoreDescription } from "../connector-kit/contract.ts";

export interface StoreNeeds {
  readonly read: readonly AccessNeed[];
  readonly erase: readonly AccessNeed[];
}

const changed = (mask: Mask): readonly string[] =>
  Object.keys(mask).filter((field) => mask[field] !== "keep");

/** Rights are given on whole columns. */
const columns = (c: Collection, fields: readonly string[]): readonly string[] => [
  ...new Set(fields.map((f) => columnOf(c, f))),
];

/** Fields that a row of the person may have changed: masked, or cut when one of several owners leaves. */
function setFields(c: Collection): readonly string[] {
  const masked = c.erase.rule === "mask" || c.erase.rule === "keep" ? changed(c.erase.mask) : [];
  // An only owner never leaves: with one link the row goes as its owner does.
  const leaves =
    c.links.length > 1 || c.links.some((link) => link.role === "about" || link.role === "mention");
  const cut = leaves
    ? c.links.flatMap((link) => link.from).filter((field) => c.onLeave[field] !== "keep")
    : [];
  return columns(c, [...masked, ...(standInLink(c)?.from ?? []), ...cut, ...changed(c.onLeave)]);
}

/** What makes a row the person's stands in the condition of the act that changes it. */
const tellingFields = (c: Collection): readonly string[] =>
  columns(c, [
    ...c.links.flatMap((l) => [...l.from, ...Object.keys(l.when ?? {})]),
    ...c.identities.map((i) => i.field),
  ]);

const removes = (c: Collection): boolean => c.erase.rule !== "mask" || c.leave === "delete";

/** A collection without personal data, that leads to nobody, is passed by. */
const concerns = (c: Collection): boolean =>
  c.class !== "system" || c.links.length > 0 || c.identities.length > 0;

const EMPTIES: ReadonlySet<string> = new Set(["set null", "set default"]);

/**
 * Before a deletion spreads by itself, the rows that it would take along are looked for, whether the map knows them or not; and those of the
 * map in which it would empty a field: a legal hold may keep them as they are.
 */
function spreading(store: StoreMap, live: StoreDescription): readonly AccessNeed[] {
  const own = new Set(store.collections.filter(concerns).map((c) => c.name));
  const deleted = new Set(store.collections.filter((c) => concerns(c) && removes(c)).map((c) => c.name));
  return live.collections.flatMap((collection) =>
    collection.foreignKeys
      .filter(
        ({ onDelete, to }) =>
          deleted.has(to.collection) &&
          (onDelete === "cascade" || (EMPTIES.has(onDelete) && own.has(collection.name))),
      )
      .flatMap(({ from, to }) => {
        const parent = live.collections.find((other) => other.name === to.collection);
        const child = { collection, read: from, set: [], remove: false };
        return parent === undefined ? [child] : [child, { ...child, collection: parent, read: to.fields }];
      }),
  );
}

function joinedExtras(group: readonly AccessNeed[]): Pick<AccessNeed, "insert" | "clean"> {
  const insert = [...new Set(group.flatMap((need) => need.insert ?? []))];
  return {
    ...(insert.length > 0 ? { insert } : {}),
    ...(group.some((need) => need.clean === true) ? { clean: true as const } : {}),
  };
}

/** One need for each collection. */
function joined(needs: readonly AccessNeed[]): readonly AccessNeed[] {
  const groups = Map.groupBy(needs, (need) => need.collection.name);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        collection: first.collection,
        read: [...new Set(group.flatMap((need) => need.read))],
        set: [...new Set(group.flatMap((need) => need.set))],
        remove: group.some((need) => need.remove),
        ...joinedExtras(group),
      },
    ];
  });
}

export interface Extras {
  /** An erasure can be taken back. */
  readonly grace: boolean;
  /** The store is asked to clean up. */
  readonly clean: boolean;
  /** People may have their data corrected, or what is missing filled in. */
  readonly correct: boolean;
}

const NO_EXTRAS: Extras = { grace: false, clean: false, correct: false };

/** Fields that a correction may change: those that say something about a person, and those by which rows name them. */
function corrected(map: DataMap, c: Collection, live: StoreDescription): readonly string[] {
  const here = live.collections.find((other) => other.name === c.name);
  const key = new Set(c.key ?? here?.primaryKey ?? []);
  const tied = new Set([
    ...(here?.foreignKeys ?? []).flatMap((fk) => fk.from),
    ...live.collections
      .flatMap((other) => other.foreignKeys)
      .flatMap(({ to }) => (to.collection === c.name ? to.fields : [])),
    ...(here?.fields ?? []).filter((f) => f.generated).map((f) => f.name),
  ]);
  const named = new Set(c.links.flatMap((l) => [...l.from, ...Object.keys(l.when ?? {})]));
  const own = c.fields
    .filter((f) => f.category !== "system" && f.opened !== true && (f.path?.each ?? null) === null)
    .map((f) => f.name)
    .filter((f) => !named.has(f));
  // A row that names its owner by an address follows when the address is put right.
  const following = c.links.flatMap((l) => (l.each === undefined && namesByValue(map, l) ? l.from : []));
  return [...own, ...following].filter((f) => !key.has(f) && !tied.has(columnOf(c, f)));
}

const namesByValue = (map: DataMap, { to }: Link): boolean => {
  const parent = map.stores
    .flatMap((s) => s.collections)
    .find((c) => c.store === to.store && c.name === to.collection);
  return to.fields.some((f) => parent?.identities.some((i) => i.field === f) === true);
};

/** What an erasure that can be taken back needs beside: rows are read whole, put back whole, and links that the store empties are mended. */
function undoing(store: StoreMap, live: StoreDescription): StoreNeeds {
  const deleted = new Set(store.collections.filter((c) => concerns(c) && removes(c)).map((c) => c.name));
  const rows = live.collections.filter((c) => deleted.has(c.name));
  const given = (c: CollectionDescription): readonly string[] =>
    c.fields.filter((f) => !f.generated || f.identity === true).map((f) => f.name);
  const loosened = live.collections.flatMap((collection) =>
    collection.foreignKeys
      .filter((key) => EMPTIES.has(key.onDelete) && deleted.has(key.to.collection))
      .map((key) => ({ collection, fields: [...collection.primaryKey, ...key.from], from: key.from })),
  );
  // What a row may be told by, or hold to, is looked at before it comes back.
  const looked = live.collections.map((collection) => ({
    collection,
    fields: live.collections
      .filter((c) => deleted.has(c.name))
      .flatMap((c) => c.foreignKeys)
      .flatMap(({ to }) => (to.collection === collection.name ? to.fields : [])),
  }));
  const none = { set: [], remove: false };
  return {
    read: [
      ...rows.map((c) => ({ collection: c, read: c.fields.map((f) => f.name), ...none })),
      ...loosened.map(({ collection, fields }) => ({ collection, read: fields, ...none })),
      ...looked
        .filter((l) => l.fields.length > 0)
        .map((l) => ({ collection: l.collection, read: l.fields, ...none })),
    ],
    erase: [
      ...rows.map((c) => ({ collection: c, read: [], ...none, insert: given(c) })),
      ...loosened.map(({ collection, fields, from }) => ({
        collection,
        read: fields,
        set: from,
        remove: false,
      })),
    ],
  };
}

/** Collections that the store does not have are left out: the map is wrong about them, and says so elsewhere. */
export function accessNeeds(
  map: DataMap,
  store: StoreMap,
  live: StoreDescription,
  { grace, clean, correct }: Extras = NO_EXTRAS,
): StoreNeeds {
  const described = new Map<string, CollectionDescription>(live.collections.map((c) => [c.name, c]));
  const pointedAt = (c: Collection): readonly string[] =>
    map.stores
      .flatMap((s) => s.collections.flatMap((other) => other.links))
      .flatMap(({ to }) => (to.store === c.store && to.collection === c.name ? to.fields : []));
  const concerned = store.collections.filter(concerns).flatMap((c) => {
    const collection = described.get(c.name);
    return collection === undefined ? [] : [{ c, collection, key: c.key ?? collection.primaryKey }];
  });
  const read = concerned.map(({ c, collection, key }) => ({
    collection,
    read: columns(c, [...key, ...c.fields.map((field) => field.name), ...pointedAt(c)]),
    set: [],
    remove: false,
  }));
  const erase = concerned.map(({ c, collection, key }) => ({
    collection,
    read: [...key, ...tellingFields(c), ...setFields(c)],
    set: setFields(c),
    remove: removes(c),
    ...(hostsPseudoPeople(c, store.collections)
      ? { insert: [...new Set([...key, ...Object.keys(c.standIn ?? {})])] }
      : {}),
    ...(clean && removes(c) ? { clean: true as const } : {}),
  }));
  const undo = grace ? undoing(store, live) : { read: [], erase: [] };
  const put = (correct ? concerned : []).flatMap(({ c, collection, key }) => {
    const set = columns(c, corrected(map, c, live));
    return set.length === 0 ? [] : [{ collection, read: [...key, ...set], set, remove: false }];
  });
  return {
    read: joined([...read, ...spreading(store, live), ...undo.read]),
    erase: joined([...erase, ...put, ...undo.erase]),
  };
}
