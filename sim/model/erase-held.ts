/** What an erasure does to a world while a legal hold on the person is in effect (spec/holds.md). */
import { type Collection, collectionId, idOf, type Mask } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Declared } from "./correct.ts";
import {
  type After,
  afterOf,
  changed,
  type Erasure,
  type Fate,
  fateOf,
  type Kept,
  keptList,
  keyOf,
} from "./erase.ts";
import { type Standing, standings } from "./ownership.ts";
import { findPerson } from "./person.ts";
import { placeIn } from "./places.ts";
import { type Row, targetsOf, type World } from "./world.ts";

export interface HeldAsk {
  readonly world: World;
  readonly declared: ReadonlyMap<string, Declared>;
  readonly identities: readonly IdentityValue[];
  readonly hold: { readonly classes: readonly string[]; readonly commitment: string; readonly review: Date };
  readonly now: Date;
}

type Standings = ReadonlyMap<Row, Standing>;

/** What becomes of a row that a hold keeps: nothing, or of one that only leads to held rows this; null: what becomes of it anyhow. */
type Needs = ReadonlyMap<Row, Mask | null>;

export function eraseHeld({ world, declared, identities, hold, now }: HeldAsk): Erasure {
  const person = findPerson(world, identities);
  if (person.ambiguous.length > 0) return { state: "ambiguous_identity" };
  if (person.rows.size === 0) return { state: "not_found" };
  const standing = standings(world, person.rows);
  const fates = new Map<Row, Fate>();
  const places = new Map<Row, Collection>();
  for (const { collection, rows } of world.tables)
    for (const row of rows) {
      places.set(row, collection);
      fates.set(row, fateOf(world, collection, row, { standing, now }));
    }
  const held = new Set(
    [...fates].flatMap(([row, { fate }]) =>
      fate !== "untouched" && hold.classes.includes(placeOf(places, row).class) ? [row] : [],
    ),
  );
  const needed = neededBy(world, { held, standing, places });
  const kept: Needs = new Map([
    ...[...held].map((row) => [row, {}] as const),
    ...[...needed].flatMap((row) => {
      const fate = must(fates.get(row), "every row has a fate");
      const at = { world, declared, collection: placeOf(places, row), row, standing };
      return fate.fate === "untouched" ? [] : [[row, needs(at, fate)] as const];
    }),
  ]);
  const after = world.tables.map(({ collection, rows }) => {
    const staying = rows.flatMap((row): ReadonlyMap<string, After>[] => {
      const mask = kept.get(row);
      if (mask !== undefined && mask !== null) return [changed(row, actsOf(mask))];
      const fate = must(fates.get(row), "every row has a fate");
      if (fate.fate === "gone") return [];
      if (mask === undefined || (fate.fate !== "keep" && fate.fate !== "mask"))
        return [afterOf(world, collection, row, { standing, fates })];
      return [
        changed(row, actsOf(withoutLeading({ world, declared, collection, row, standing }, fate.mask))),
      ];
    });
    return [idOf(collection), staying] as const;
  });
  const isHeld = (row: Row): boolean => (kept.get(row) ?? null) !== null;
  const rest = new Map([...fates].map(([row, f]) => [row, isHeld(row) ? UNTOUCHED : f]));
  const lines = world.tables.flatMap(({ collection, rows }): Kept[] => {
    const own = rows.filter(isHeld).length;
    const { commitment, review } = hold;
    const line = { collection: idOf(collection), rows: own, why: "hold", commitment };
    return own === 0 ? [] : [{ ...line, until: review.toISOString() }];
  });
  return { state: "closed", after: new Map(after), kept: [...keptList(world, rest), ...lines], fates: rest };
}

const UNTOUCHED: Fate = { fate: "untouched" };
const placeOf = (places: ReadonlyMap<Row, Collection>, row: Row): Collection =>
  must(places.get(row), "every row has a place");
const actsOf = (mask: Mask) => Object.entries(mask).map(([field, act]) => ({ field, act }));
const isOwned = (s: Standing | undefined): boolean => s === "alone" || s === "with others";

interface Held {
  readonly held: ReadonlySet<Row>;
  readonly standing: Standings;
  readonly places: ReadonlyMap<Row, Collection>;
}

/** The person's rows that held rows lead to, and so on up. */
function neededBy(world: World, { held, standing, places }: Held): ReadonlySet<Row> {
  const needed = new Set<Row>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const row of [...held, ...needed])
      for (const link of placeOf(places, row).links)
        for (const parent of targetsOf(world, row, link)) {
          if (!isOwned(standing.get(parent)) || held.has(parent) || needed.has(parent)) continue;
          needed.add(parent);
          grew = true;
        }
  }
  return needed;
}

interface At {
  readonly world: World;
  readonly declared: ReadonlyMap<string, Declared>;
  readonly collection: Collection;
  readonly row: Row;
  readonly standing: Standings;
}

function needs(at: At, { fate }: Fate): Mask | null {
  const { rule } = at.collection.erase;
  const goesOn = at.collection.erase.rule === "mask" && at.collection.erase.standIn !== undefined;
  if ((fate === "mask" && !goesOn) || fate === "keep") return null;
  if (fate === "gone" && at.standing.get(at.row) === "alone" && rule !== "none") return emptied(at);
  return {};
}

/** By which the row, or what hangs on it, is found. */
function leading({ world, declared, collection, row, standing }: At): ReadonlySet<string> {
  const id = idOf(collection);
  const into = world.tables.flatMap((t) =>
    t.collection.links.flatMap((l) => (collectionId(l.to) === id ? l.to.fields : [])),
  );
  const up = collection.links
    .filter((l) => targetsOf(world, row, l).some((r) => isOwned(standing.get(r))))
    .flatMap((l) => [...l.from, ...Object.keys(l.when ?? {})]);
  const ids = collection.identities.map((i) => i.field);
  const { tied } = must(declared.get(id), "every collection is declared");
  const names = [...keyOf(world, collection), ...ids, ...up, ...into, ...tied];
  return new Set(names.flatMap((f) => [f, placeIn([...row.keys()], f)?.column ?? f]));
}

function withoutLeading(at: At, mask: Mask): Mask {
  const stays = leading(at);
  return Object.fromEntries(Object.entries(mask).filter(([f]) => !stays.has(f)));
}

/** Personal fields that may be null, but for what says which row it is and whose. */
function emptied(at: At): Mask {
  const { world, declared, collection, row } = at;
  const columns = collection.fields.flatMap((f) => (f.path === undefined ? [f.name] : []));
  const links = collection.links.flatMap((l) => [...l.from, ...Object.keys(l.when ?? {})]);
  const named = [...links, ...collection.identities.map((i) => i.field)];
  const documents = named.flatMap((f) => placeIn(columns, f)?.column ?? []);
  const stays = new Set([...leading(at), ...keyOf(world, collection), ...named, ...documents]);
  const { nullable } = must(declared.get(idOf(collection)), "every collection is declared");
  const fields = collection.fields
    .filter((f) => f.category !== "system" && !stays.has(f.name))
    .filter((f) => f.path !== undefined || nullable.includes(f.name))
    .map((f) => f.name);
  return Object.fromEntries(
    fields
      .filter((f) => !fields.includes(placeIn([...row.keys()], f)?.column ?? ""))
      .map((f) => [f, "null" as const]),
  );
}
