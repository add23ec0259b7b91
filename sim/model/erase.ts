/** What erasure does to a world (spec/data-map.md, "What erasure does to a row"). */
import { type Collection, idOf, type Link, type Mask, type MaskAct } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { plus } from "@avow/core/terms/duration";
import type { IdentityValue } from "@avow/core/terms/person";
import { dateOf } from "./date.ts";
import { type Standing, standings } from "./ownership.ts";
import { findPerson } from "./person.ts";
import { type Cell, cellOf, type Row, targetsOf, type World } from "./world.ts";

/** A cell after the erasure; what a store fills in itself is told by its act. */
export type After = { readonly is: Cell } | { readonly act: "tombstone" | "now"; readonly before: Cell };

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
  | { readonly fate: "gone" | "untouched" | "leave" | "names" }
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
      staying.map((r) => changed(r, changesOf(world, collection, r, { standing, fates }))),
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
      return { fate: collection.leave === "delete" ? "gone" : "leave" };
    case "alone":
      return aloneFate(world, collection, row, now);
  }
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

export function changesOf(
  world: World,
  collection: Collection,
  row: Row,
  decided: Decided,
): ReadonlyMap<string, MaskAct> {
  const fate = must(decided.fates.get(row), "every row has a fate");
  if (fate.fate === "mask" || fate.fate === "keep") return new Map(Object.entries(fate.mask));
  if (fate.fate !== "leave" && fate.fate !== "names") return new Map();
  const linkFields = collection.links.flatMap((l) => l.from);
  const rest = Object.entries(collection.onLeave).filter(([f]) => !linkFields.includes(f));
  const cut = collection.links
    .filter((l) =>
      fate.fate === "leave" ? leadsToWhatLeaves(world, row, l, decided) : leadsHome(world, row, l, decided),
    )
    .flatMap((l) => cutActs(keyOf(world, collection), collection, l));
  // Another link that keeps a field does not save it from one that is cut by it.
  const acts = cut.filter(([, act]) => act !== "keep");
  return new Map(fate.fate === "leave" ? [...rest, ...acts] : acts);
}

export const keyOf = (world: World, collection: Collection): readonly string[] =>
  must(
    world.tables.find((t) => t.collection === collection),
    "collections have tables",
  ).key;

/** Key fields name the row. What a link has in common with another one stays when the link can be cut without. */
export function cutActs(
  key: readonly string[],
  { links, onLeave }: Collection,
  link: Link,
): [string, MaskAct][] {
  // Whoever is an owner by a join row leaves with that row.
  if (link.via === true) return [];
  const text = (l: Link): string => JSON.stringify(l.from.toSorted());
  const others = new Set(links.filter((l) => text(l) !== text(link)).flatMap((l) => l.from));
  const needsAll = link.from.every((f) => key.includes(f) || others.has(f));
  return link.from.map((f) => {
    if (key.includes(f)) return [f, "keep"];
    return [f, actOf(onLeave, f) ?? (others.has(f) && !needsAll ? "keep" : "null")];
  });
}

const isOwned = (s: Standing | undefined): boolean => s === "alone" || s === "with others";

const leadsHome = (world: World, row: Row, link: Link, { standing }: Decided): boolean =>
  targetsOf(world, row, link).some((r) => isOwned(standing.get(r)));

/** To a row that the person alone owns, or to one that goes although others own it too. */
const leadsToWhatLeaves = (world: World, row: Row, link: Link, { standing, fates }: Decided): boolean =>
  targetsOf(world, row, link).some((r) => standing.get(r) === "alone" || fates.get(r)?.fate === "gone");

export function changed(row: Row, changes: ReadonlyMap<string, MaskAct>): ReadonlyMap<string, After> {
  const after = [...row].map(([field, before]): [string, After] => {
    const act = changes.get(field) ?? "keep";
    if (act === "keep") return [field, { is: before }];
    return [field, act === "null" ? { is: null } : { act, before }];
  });
  return new Map(after);
}

export function keptList(world: World, fates: ReadonlyMap<Row, Fate>): Kept[] {
  return world.tables.flatMap(({ collection, rows }) => {
    const all = rows.map((r) => must(fates.get(r), "every row has a fate"));
    const id = idOf(collection);
    const kept = all.flatMap((f) => (f.fate === "keep" ? [f] : []));
    const left = all.filter((f) => f.fate === "leave").length;
    const lines: Kept[] = [];
    if (left > 0) lines.push({ collection: id, rows: left, why: "co_owner", commitment: null, until: null });
    const [first] = kept;
    if (first === undefined) return lines;
    const until = kept.some((k) => k.until === null)
      ? null
      : new Date(Math.max(...kept.map((k) => k.until?.getTime() ?? 0))).toISOString();
    const { why } = must(world.keepRules.get(first.commitment), "keeps name a rule");
    return [...lines, { collection: id, rows: kept.length, why, commitment: first.commitment, until }];
  });
}
