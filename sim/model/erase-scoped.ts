/** What an erasure with a scope does to a world (spec/rights.md, "A scoped erasure"). */
import {
  type Collection,
  carriesOwnership,
  collectionId,
  type Field,
  idOf,
  type MaskAct,
} from "@avow/core/datamap/model";
import type { Scope } from "@avow/core/plan/scope";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Declared } from "./correct.ts";
import { afterOf, changed, cutChanges, type Erasure, type Fate, fateOf, keptList, keyOf } from "./erase.ts";
import { type Standing, standings } from "./ownership.ts";
import { findPerson } from "./person.ts";
import { placeIn } from "./places.ts";
import { fieldInScope, rowInScope } from "./scope.ts";
import { isPersonCollection, type Row, targetsOf, type World } from "./world.ts";

export interface ScopedAsk {
  readonly world: World;
  readonly declared: ReadonlyMap<string, Declared>;
  readonly identities: readonly IdentityValue[];
  readonly scope: Scope;
  readonly now: Date;
}

const UNTOUCHED: Fate = { fate: "untouched" };

export function eraseScoped({ world, declared, identities, scope, now }: ScopedAsk): Erasure {
  const person = findPerson(world, identities);
  if (person.ambiguous.length > 0) return { state: "ambiguous_identity" };
  if (person.rows.size === 0) return { state: "not_found" };
  const standing = standings(world, person.rows);
  const whole = (c: Collection, row: Row): Fate => fateOf(world, c, row, { standing, now });
  const taken = takenRows(world, scope, standing, whole);
  const all = world.tables.flatMap(({ collection, rows }) => rows.map((row) => ({ collection, row })));
  const fates = new Map(
    all.map(({ collection, row }) => [row, taken.has(row) ? whole(collection, row) : UNTOUCHED]),
  );
  const isGone = (row: Row): boolean => fates.get(row)?.fate === "gone";
  const after = world.tables.map(({ collection, rows }) => {
    const staying = rows
      .filter((r) => !isGone(r))
      .map((row) => {
        if (taken.has(row)) return afterOf(world, collection, row, { standing, fates });
        if (standing.get(row) === "stranger") return changed(row, []);
        const cut = cutChanges(world, collection, row, isGone);
        const at = { world, declared, scope, collection };
        const emptied = standing.get(row) === "alone" ? emptiedActs(at, row, whole(collection, row)) : [];
        return changed(row, [...emptied.map(([field, act]) => ({ field, act })), ...cut]);
      });
    return [idOf(collection), staying] as const;
  });
  return { state: "closed", after: new Map(after), kept: keptList(world, fates), fates };
}

const isOwned = (s: Standing | undefined): boolean => s === "alone" || s === "with others";

function takenRows(
  world: World,
  scope: Scope,
  standing: ReadonlyMap<Row, Standing>,
  whole: (c: Collection, row: Row) => Fate,
): ReadonlySet<Row> {
  const taken = new Set<Row>();
  const gone = new Set<Row>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const { collection, key, rows } of world.tables) {
      if (isPersonCollection(collection)) continue;
      for (const row of rows) {
        const at = standing.get(row);
        if (taken.has(row) || at === "stranger") continue;
        const inScope =
          rowInScope(collection, row, scope) &&
          personalFields(collection, key).every((f) => fieldInScope(f.category, scope));
        const mine = isOwned(at)
          ? collection.links
              .filter(carriesOwnership)
              .flatMap((l) => targetsOf(world, row, l))
              .filter((r) => isOwned(standing.get(r)))
          : [];
        const along =
          collection.leave === "delete"
            ? mine.some((r) => gone.has(r))
            : at === "alone" && mine.length > 0 && mine.every((r) => gone.has(r));
        if (!inScope && !along) continue;
        taken.add(row);
        if (whole(collection, row).fate === "gone") gone.add(row);
        grew = true;
      }
    }
  }
  return taken;
}

/** What says whose the row is stays out, and so does a document in which something does. */
function personalFields(c: Collection, key: readonly string[]): readonly Field[] {
  const names = [...c.links.flatMap((l) => [...l.from, ...Object.keys(l.when ?? {})])];
  const columns = c.fields.flatMap((f) => (f.path === undefined ? [f.name] : []));
  const telling = [...names, ...c.identities.map((i) => i.field)].flatMap(
    (f) => placeIn(columns, f)?.column ?? [],
  );
  return c.fields.filter((f) => f.category !== "system" && ![...key, ...names, ...telling].includes(f.name));
}

interface At {
  readonly world: World;
  readonly declared: ReadonlyMap<string, Declared>;
  readonly scope: Scope;
  readonly collection: Collection;
}

/** Fields of the category in a row that the person alone owns and that is not taken. */
function emptiedActs({ world, declared, scope, collection }: At, row: Row, fate: Fate): [string, MaskAct][] {
  if (scope.categories.length === 0 || !rowInScope(collection, row, scope)) return [];
  const id = idOf(collection);
  const store = must(declared.get(id), "every collection is declared");
  const names = world.tables.flatMap((t) =>
    t.collection.links.flatMap((l) => (collectionId(l.to) === id ? l.to.fields : [])),
  );
  // With the document that such a place lies in.
  const pointedAt = names.flatMap((f) => [f, placeIn([...row.keys()], f)?.column ?? f]);
  const kept = fate.fate === "keep" ? new Map(Object.entries(fate.mask)) : null;
  const acts = personalFields(collection, keyOf(world, collection))
    .map((f) => f.name)
    .filter((f) => fieldInScope(collection.fields.find((x) => x.name === f)?.category ?? "system", scope))
    .filter((f) => !collection.identities.some((i) => i.field === f))
    .filter((f) => !pointedAt.includes(f) && !store.tied.includes(f))
    .filter((f) => kept === null || (kept.get(f) ?? "keep") !== "keep")
    .map((f): [string, MaskAct] => [
      f,
      store.nullable.includes(f) || placeIn(row.keys(), f) !== null ? "null" : "tombstone",
    ]);
  const emptied = new Set(acts.map(([f]) => f));
  return acts.filter(([f]) => !emptied.has(placeIn(row.keys(), f)?.column ?? ""));
}
