/** What erasure does to a world (spec/data-map.md, "What erasure does to a row"). */
import {
  type Collection,
  carriesOwnership,
  idOf,
  type Link,
  type Mask,
  type MaskAct,
} from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { plus } from "@avow/core/terms/duration";
import type { IdentityValue } from "@avow/core/terms/person";
import { dateOf } from "./date.ts";
import { type Standing, standings } from "./ownership.ts";
import { findPerson } from "./person.ts";
import { type PlaceAct, placeIn, withActs } from "./places.ts";
import { armsOf, type Cell, cellOf, type Row, type World } from "./world.ts";

/** A cell after the erasure; what a store fills in itself is told by its act. */
export type After =
  | { readonly is: Cell }
  | { readonly act: "tombstone" | "now"; readonly before: Cell }
  /** The key of a pseudo-person: the same one wherever the group is the same, and nowhere else. */
  | { readonly pseudo: string };

export interface Kept {
  readonly collection: string;
  readonly rows: number;
  readonly why: string;
  readonly commitment: string | null;
  /** The latest end date; null when one of the rows has none. */
  readonly until: string | null;
}

export interface Erased {
  readonly state: "closed";
  readonly after: ReadonlyMap<string, readonly ReadonlyMap<string, After>[]>;
  readonly kept: readonly Kept[];
  readonly fates: ReadonlyMap<Row, Fate>;
}
export type Erasure = Erased | { readonly state: "not_found" | "ambiguous_identity" };

export type Fate =
  | { readonly fate: "gone" | "untouched" | "leave" | "names" | "about" | "mention" }
  /** Under a scope; something that was asked for stays in it, whatever else is done to it, and perhaps longer than the account. */
  | {
      readonly fate: "account";
      readonly beyond: { readonly commitment: string; readonly until: Date | null } | null;
    }
  | { readonly fate: "mask"; readonly mask: Mask }
  | { readonly fate: "keep"; readonly mask: Mask; readonly commitment: string; readonly until: Date | null };

export function erase(world: World, asked: readonly IdentityValue[], now: Date): Erasure {
  const person = findPerson(world, asked);
  if (person.ambiguous.length > 0) return { state: "ambiguous_identity" };
  if (person.rows.size === 0) return { state: "not_found" };
  const standing = standings(world, person.rows);
  const fates = new Map<Row, Fate>();
  for (const { collection, rows } of world.tables) {
    for (const row of rows) fates.set(row, fateOf(world, collection, row, { standing, now }));
  }
  const after = world.tables.map(({ collection, rows }) => {
    const staying = rows.filter((r) => fates.get(r)?.fate !== "gone");
    return [
      idOf(collection),
      staying.map((r) => afterOf(world, collection, r, { standing, fates })),
    ] as const;
  });
  return { state: "closed", after: new Map(after), kept: keptList(world, fates), fates };
}

export interface Context {
  readonly standing: ReadonlyMap<Row, Standing>;
  readonly now: Date;
}

export function fateOf(world: World, collection: Collection, row: Row, { standing, now }: Context): Fate {
  if (collection.erase.rule === "none") return { fate: "untouched" };
  switch (must(standing.get(row), "every row has a standing")) {
    case "stranger":
      return { fate: "untouched" };
    case "about":
    case "mention":
      return { fate: "names" };
    case "with others":
      if (collection.leave !== "delete") return { fate: "leave" };
      return { fate: namesWhatGoesOn(world, collection, row, standing) ? "untouched" : "gone" };
    case "alone":
      return aloneFate(world, collection, row, now);
  }
}

/** All of the person's that it leads to goes on, and is nobody's afterwards: with it goes nothing of others. */
function namesWhatGoesOn(
  world: World,
  collection: Collection,
  row: Row,
  standing: Context["standing"],
): boolean {
  const led = collection.links.filter((l) =>
    armsOf(world, row, l).some((a) => a.targets.some((r) => isOwned(standing.get(r)))),
  );
  return collection.identities.length === 0 && led.length > 0 && led.every((l) => goesOn(world, l));
}

function aloneFate(world: World, collection: Collection, row: Row, now: Date): Fate {
  const rule = collection.erase;
  if (rule.rule === "mask") return { fate: "mask", mask: rule.mask };
  if (rule.rule !== "keep") return { fate: "gone" };
  const { period, anchor } = must(world.keepRules.get(rule.commitment), "keeps name a rule");
  const field = must(collection.anchors[anchor], "keeps have their anchor");
  const date = dateOf(cellOf(row, field), actOf(rule.mask, field) === "now" ? now : null);
  const until = date === null || period === null ? null : plus(date, period);
  if (until !== null && until <= now) return { fate: "gone" };
  // The date of an earlier closure stands: `now` fills an empty anchor only.
  const mask = Object.entries(rule.mask).filter(
    ([f, act]) => !(f === field && act === "now" && cellOf(row, f) !== null),
  );
  return { fate: "keep", mask: Object.fromEntries(mask), commitment: rule.commitment, until };
}

export const actOf = (mask: Mask, field: string): MaskAct | null =>
  Object.hasOwn(mask, field) ? (mask[field] ?? null) : null;

export interface Decided {
  readonly standing: ReadonlyMap<Row, Standing>;
  readonly fates: ReadonlyMap<Row, Fate>;
}

/** What happens to one field; in a list only to the elements that have one of the values at `by`, where it is given. */
export interface Change {
  readonly field: string;
  readonly act: MaskAct;
  readonly only?: { readonly by: string; readonly values: readonly string[] };
}

export function changesOf(
  world: World,
  collection: Collection,
  row: Row,
  decided: Decided,
): readonly Change[] {
  const fate = must(decided.fates.get(row), "every row has a fate");
  if (fate.fate === "mask" || fate.fate === "keep")
    return Object.entries(fate.mask).map(([field, act]) => ({ field, act }));
  if (fate.fate !== "leave" && fate.fate !== "names") return [];
  const goes = (r: Row): boolean =>
    fate.fate === "leave"
      ? decided.standing.get(r) === "alone" || decided.fates.get(r)?.fate === "gone"
      : isOwned(decided.standing.get(r));
  const cut = cutChanges(world, collection, row, goes);
  return fate.fate === "leave" ? [...leavings(world, collection, row, decided), ...cut] : cut;
}

export function afterOf(
  world: World,
  collection: Collection,
  row: Row,
  decided: Decided,
): ReadonlyMap<string, After> {
  const after = changed(row, changesOf(world, collection, row, decided));
  return decided.fates.get(row)?.fate === "mask" ? turned(collection, row, after) : after;
}

/** A row that goes on has a pseudo-person for its owner: one of its own, or one for all of its group. */
function turned(
  collection: Collection,
  row: Row,
  after: ReadonlyMap<string, After>,
): ReadonlyMap<string, After> {
  const { erase, links } = collection;
  if (erase.rule !== "mask" || erase.standIn === undefined) return after;
  const owner = must(links.find(carriesOwnership)?.from[0], "rows that go on have one owner link");
  const same = erase.standIn.per.map((f) => cellOf(row, f));
  const alone = same.length === 0 || same.includes(null);
  const group = JSON.stringify([idOf(collection), alone ? [...row] : same]);
  return new Map([...after, [owner, { pseudo: group }]]);
}

const goesOn = (world: World, { to }: Link): boolean =>
  world.tables.some(
    ({ collection: { erase, ...c } }) =>
      c.store === to.store &&
      c.name === to.collection &&
      erase.rule === "mask" &&
      erase.standIn !== undefined,
  );

/** What is left of `on_leave` beside links. In a list that names people it is meant for those elements that name the person. */
function leavings(world: World, collection: Collection, row: Row, { standing }: Decided): Change[] {
  const linkFields = collection.links.flatMap((l) => l.from);
  return Object.entries(collection.onLeave).flatMap(([field, act]): Change[] => {
    if (linkFields.includes(field)) return [];
    const links = collection.links.filter((l) => listFieldOf(row, l, field) !== null);
    if (links.length === 0) return [{ field, act }];
    for (const link of links) {
      const by = must(listFieldOf(row, link, field), "the link runs over the list");
      const at = link.from.indexOf(by);
      const arms = armsOf(world, row, link).filter((a) => a.targets.some((r) => isOwned(standing.get(r))));
      if (arms.length > 0) return [{ field, act, only: { by, values: arms.map((a) => a.tuple[at] ?? "") } }];
    }
    return [];
  });
}

const listOf = (row: Row, field: string): string | null => {
  const place = placeIn(row.keys(), field);
  return place === null || place.each === null ? null : JSON.stringify([place.column, place.head]);
};

/** The field by which the link runs over the same list as another field. */
const listFieldOf = (row: Row, link: Link, field: string): string | null =>
  listOf(row, field) === null ? null : (link.from.find((f) => listOf(row, f) === listOf(row, field)) ?? null);

/** Another link that keeps a field does not save it from one that is cut by it. */
export function cutChanges(
  world: World,
  collection: Collection,
  row: Row,
  goes: (parent: Row) => boolean,
): readonly Change[] {
  const key = keyOf(world, collection);
  return collection.links.flatMap((link): Change[] => {
    // What it leads to is still there afterwards, and nobody's.
    if (goesOn(world, link)) return [];
    const arms = armsOf(world, row, link).filter((a) => a.targets.some(goes));
    if (arms.length === 0) return [];
    return cutActs(key, collection, link, (f) => listOf(row, f) !== null)
      .filter(([, act]) => act !== "keep")
      .map(([field, act]) => {
        if (listOf(row, field) === null) return { field, act };
        const at = link.from.indexOf(field);
        return { field, act, only: { by: field, values: arms.map((a) => a.tuple[at] ?? "") } };
      });
  });
}

export const keyOf = (world: World, collection: Collection): readonly string[] =>
  must(
    world.tables.find((t) => t.collection === collection),
    "collections have tables",
  ).key;

/** Key fields name the row. What a link has in common with another one stays when the link can be cut without. */
function cutActs(
  key: readonly string[],
  { links, onLeave }: Collection,
  link: Link,
  isList: (field: string) => boolean,
): [string, MaskAct][] {
  // Whoever is an owner by a join row leaves with that row.
  if (link.via === true) return [];
  const text = (l: Link): string => JSON.stringify(l.from.toSorted());
  const others = new Set(links.filter((l) => text(l) !== text(link)).flatMap((l) => l.from));
  const needsAll = link.from.every((f) => key.includes(f) || others.has(f));
  return link.from.map((f) => {
    if (key.includes(f)) return [f, "keep"];
    const said = actOf(onLeave, f);
    if (said !== null) return [f, said];
    // A list lets go of an element; what stands beside it is the others' too.
    if (link.from.some(isList)) return [f, isList(f) ? "remove" : "keep"];
    return [f, others.has(f) && !needsAll ? "keep" : "null"];
  });
}

const isOwned = (s: Standing | undefined): boolean => s === "alone" || s === "with others";

export function changed(row: Row, changes: readonly Change[]): ReadonlyMap<string, After> {
  const columns = new Map(
    changes.flatMap(({ field, act }) => (placeIn(row.keys(), field) === null ? [[field, act] as const] : [])),
  );
  const after = [...row].map(([field, before]): [string, After] => {
    const act = columns.get(field) ?? "keep";
    const inside = changes.flatMap(({ field: f, act, only }): PlaceAct[] => {
      const place = placeIn(row.keys(), f);
      if (place?.column !== field || act === "keep") return [];
      const by = only === undefined ? null : placeIn(row.keys(), only.by);
      return [
        { place, act, only: only === undefined ? null : { each: by?.each ?? [], values: only.values } },
      ];
    });
    if (act === "null") return [field, { is: null }];
    if (act === "tombstone" || act === "now") return [field, { act, before }];
    return [field, { is: inside.length === 0 ? before : withActs(before, inside) }];
  });
  return new Map(after);
}

const latest = (all: readonly { readonly until: Date | null }[]): string | null =>
  all.some((k) => k.until === null)
    ? null
    : new Date(Math.max(...all.map((k) => k.until?.getTime() ?? 0))).toISOString();

export function keptList(world: World, fates: ReadonlyMap<Row, Fate>): Kept[] {
  return world.tables.flatMap(({ collection, rows }) => {
    const all = rows.map((r) => must(fates.get(r), "every row has a fate"));
    const id = idOf(collection);
    const kept = all.flatMap((f) => (f.fate === "keep" ? [f] : []));
    const left = all.filter((f) => f.fate === "leave").length;
    const lines: Kept[] = [];
    const standing = all.flatMap((f) => (f.fate === "account" ? [f.beyond] : []));
    const beyond = standing.filter((b) => b !== null);
    if (standing.length > beyond.length)
      lines.push({
        ...{ collection: id, rows: standing.length - beyond.length, why: "account" },
        ...{ commitment: null, until: null },
      });
    if (beyond[0] !== undefined)
      lines.push({
        ...{ collection: id, rows: beyond.length, why: "account" },
        ...{ commitment: beyond[0].commitment, until: latest(beyond) },
      });
    for (const why of ["about", "mention"] as const) {
      const told = all.filter((f) => f.fate === why).length;
      if (told > 0) lines.push({ collection: id, rows: told, why, commitment: null, until: null });
    }
    if (left > 0) lines.push({ collection: id, rows: left, why: "co_owner", commitment: null, until: null });
    const [first] = kept;
    if (first === undefined) return lines;
    const until = latest(kept);
    const { why } = must(world.keepRules.get(first.commitment), "keeps name a rule");
    return [...lines, { collection: id, rows: kept.length, why, commitment: first.commitment, until }];
  });
}
