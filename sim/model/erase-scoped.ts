/** What an erasure with a scope does to a world (spec/rights.md, "A scoped erasure"). */
import {
  type Collection,
  carriesOwnership,
  collectionId,
  type Field,
  idOf,
  type Mask,
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
import { cellOf, isPersonCollection, type Row, targetsOf, type World } from "./world.ts";

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
  const stands = standingRows(world, scope, standing);
  const taken = takenRows({ world, scope, standing, stands }, whole);
  const all = world.tables.flatMap(({ collection, rows }) => rows.map((row) => ({ collection, row })));
  const fates = new Map(
    all.map(({ collection, row }) => [row, taken.has(row) ? whole(collection, row) : UNTOUCHED]),
  );
  const isGone = (row: Row): boolean => fates.get(row)?.fate === "gone";
  const emptiedIn = (collection: Collection, row: Row): [string, MaskAct][] =>
    standing.get(row) === "alone"
      ? emptiedActs({ world, declared, scope, collection }, row, whole(collection, row))
      : [];
  const after = world.tables.map(({ collection, rows }) => {
    const staying = rows
      .filter((r) => !isGone(r))
      .map((row) => {
        if (taken.has(row)) return afterOf(world, collection, row, { standing, fates });
        if (standing.get(row) === "stranger") return changed(row, []);
        const cut = cutChanges(world, collection, row, isGone);
        const emptied = emptiedIn(collection, row);
        return changed(row, [...emptied.map(([field, act]) => ({ field, act })), ...cut]);
      });
    return [idOf(collection), staying] as const;
  });
  for (const { collection, row } of all) {
    const at = standing.get(row);
    if (at === "stranger" || taken.has(row) || !rowInScope(collection, row, scope)) continue;
    const cuts = cutChanges(world, collection, row, isGone)
      .filter((c) => c.act !== "keep")
      .map((c) => c.field);
    const gone = [...emptiedIn(collection, row).map(([field]) => field), ...cuts];
    if (!somethingLeft(scope, collection, row, gone)) continue;
    if (at === "about" || at === "mention") {
      if (scope.categories.length > 0 && cuts.length === 0) fates.set(row, { fate: at });
      continue;
    }
    const free = !stands.has(row) && !isPersonCollection(collection);
    const kept = whole(collection, row);
    const byKeep = (): boolean => {
      const free = emptiedActs({ world, declared, scope, collection }, row, UNTOUCHED);
      return free.some(([f]) => !gone.includes(f) && cellOf(row, f) !== null);
    };
    if (kept.fate === "keep" && (!isPersonCollection(collection) || byKeep()))
      fates.set(row, stampedNever(world, collection, kept));
    else if (free && standing.get(row) === "with others") fates.set(row, { fate: "leave" });
    else {
      const staysKept =
        kept.fate === "keep" &&
        (scope.categories.length === 0 ||
          somethingLeft(scope, collection, row, [...gone, ...emptiedBy(kept.mask)]));
      const beyond = staysKept ? stampedNever(world, collection, kept) : null;
      fates.set(row, { fate: "account", beyond });
    }
  }
  return { state: "closed", after: new Map(after), kept: keptList(world, fates), fates };
}

const emptiedBy = (mask: Mask): string[] =>
  Object.entries(mask).flatMap(([f, act]) => (act === "keep" || act === "now" ? [] : [f]));

/** The account goes on: what counts from its closure has not begun. */
function stampedNever(
  world: World,
  { anchors }: Collection,
  kept: Extract<Fate, { readonly fate: "keep" }>,
): Extract<Fate, { readonly fate: "keep" }> {
  const { anchor } = must(world.keepRules.get(kept.commitment), "keeps name a rule");
  return kept.mask[anchors[anchor] ?? ""] === "now" ? { ...kept, until: null } : kept;
}

const isOwned = (s: Standing | undefined): boolean => s === "alone" || s === "with others";

const AUTHORIZATION = "user.authorization";

/** What the account stands on (spec/rights.md), and what that hangs on. */
function standingRows(world: World, scope: Scope, standing: ReadonlyMap<Row, Standing>): ReadonlySet<Row> {
  const all = world.tables.filter((t) => !isPersonCollection(t.collection));
  const stands = new Set<Row>();
  for (const { collection, rows } of all) {
    const { fields, notices, acceptances, consents, incidentNotices } = collection;
    const tells = [notices, acceptances, consents, incidentNotices].some((r) => r !== undefined);
    const opens = fields.filter((f) => `${f.category}.`.startsWith(`${AUTHORIZATION}.`));
    const asked = scope.categories.length > 0 && opens.every((f) => fieldInScope(f.category, scope));
    if (tells || (opens.length > 0 && !asked))
      for (const row of rows) if (isOwned(standing.get(row))) stands.add(row);
  }
  for (let grew = true; grew; ) {
    grew = false;
    for (const { collection, rows } of all)
      for (const row of rows) {
        if (!stands.has(row)) continue;
        for (const above of collection.links
          .filter((l) => carriesOwnership(l) || namesRecord(collection, [...row.keys()], l.from))
          .flatMap((l) => targetsOf(world, row, l))) {
          if (stands.has(above) || !isOwned(standing.get(above))) continue;
          if (!all.some((t) => t.rows.includes(above))) continue;
          stands.add(above);
          grew = true;
        }
      }
  }
  return stands;
}

/** A field of the scope that holds something, and is neither emptied itself nor with the document that it lies in. */
function somethingLeft(scope: Scope, collection: Collection, row: Row, gone: readonly string[]): boolean {
  if (scope.categories.length === 0) return true;
  return collection.fields.some(
    ({ name, category }) =>
      category !== "system" &&
      fieldInScope(category, scope) &&
      cellOf(row, name) !== null &&
      !gone.includes(name) &&
      !gone.includes(placeIn(row.keys(), name)?.column ?? name),
  );
}

interface Taking {
  readonly world: World;
  readonly scope: Scope;
  readonly standing: ReadonlyMap<Row, Standing>;
  readonly stands: ReadonlySet<Row>;
}

function takenRows(
  { world, scope, standing, stands }: Taking,
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
          !stands.has(row) &&
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

/** What says what the person was told or answered, with the documents that it lies in. */
function recorded({ notices, acceptances, consents, incidentNotices: told }: Collection, columns: string[]) {
  const contents = told === undefined ? [] : [told.incident, told.at, ...Object.values(told.contents)];
  const all = [notices, acceptances, consents].flatMap((r) => Object.values(r ?? {}));
  return [...all, ...contents].flatMap((f) => [f, placeIn(columns, f)?.column ?? f]);
}

const namesRecord = (c: Collection, columns: string[], from: readonly string[]): boolean =>
  from.some((f) => recorded(c, columns).includes(f));

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
    .filter((f) => !recorded(collection, [...row.keys()]).includes(f))
    .filter((f) => kept === null || (kept.get(f) ?? "keep") !== "keep")
    .map((f): [string, MaskAct] => [
      f,
      store.nullable.includes(f) || placeIn(row.keys(), f) !== null ? "null" : "tombstone",
    ]);
  const emptied = new Set(acts.map(([f]) => f));
  return acts.filter(([f]) => !emptied.has(placeIn(row.keys(), f)?.column ?? ""));
}
