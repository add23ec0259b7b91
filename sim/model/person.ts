/** Finding the person (spec/data-map.md, "Finding the person"). */
import { idOf } from "@avow/core/datamap/model";
import { type IdentityValue, normalise, normaliserOf } from "@avow/core/terms/person";
import {
  identityText,
  isNobody,
  isPersonCollection,
  isPseudo,
  type Row,
  type Table,
  valuesOf,
  type World,
} from "./world.ts";

export interface FoundPerson {
  /** The person's rows in person collections. */
  readonly rows: ReadonlySet<Row>;
  /** Collections in which the identities lead to more than one account. */
  readonly ambiguous: readonly string[];
  /** What the merges that were met on the way say beside: by it the person is found also when what was asked for leads nowhere any more. */
  readonly merged: readonly IdentityValue[];
}

/** The identities that a row holds: shared and unique ones apart. */
export function identitiesOf({ collection }: Table, row: Row, shared: boolean): string[] {
  return collection.identities
    .filter((i) => i.shared === shared)
    .flatMap((i) =>
      valuesOf(row, i.field)
        .filter((value) => !isNobody(i.namespace, value))
        .filter((value) => !isPseudo(collection, normalise(normaliserOf(i.namespace), value)))
        .map((value) => identityText(i.namespace, value)),
    );
}

export function findPerson(world: World, asked: readonly IdentityValue[]): FoundPerson {
  const textsOf = (all: readonly IdentityValue[]) =>
    new Set(all.filter((i) => i.value !== "").map((i) => identityText(i.namespace, i.value)));
  const named = textsOf(asked.filter((i) => i.merged !== true));
  const known = textsOf(asked);
  const merged: IdentityValue[] = [];
  const rows = new Set<Row>();
  const people = world.tables.filter((t) => isPersonCollection(t.collection));
  for (let grew = true; grew; ) {
    grew = false;
    for (const merge of world.merges ?? []) {
      const own = ownTexts(world, merge);
      if (!own.some((i) => known.has(i)) || own.every((i) => known.has(i))) continue;
      for (const i of own) known.add(i);
      merged.push(...merge);
      grew = true;
    }
    for (const table of people) {
      for (const row of table.rows) {
        if (rows.has(row)) continue;
        const unique = identitiesOf(table, row, false);
        const found =
          unique.some((i) => known.has(i)) || identitiesOf(table, row, true).some((i) => named.has(i));
        if (!found) continue;
        rows.add(row);
        for (const i of unique) known.add(i);
        grew = true;
      }
    }
  }
  const ambiguous = people
    .filter((t) => holdsAccounts(t) && t.rows.filter((r) => rows.has(r)).length > 1)
    .map((t) => idOf(t.collection));
  return { rows, ambiguous, merged };
}

/** As the texts that rows go by: those that are one person's own in some collection. */
export function ownTexts(world: World, identities: readonly IdentityValue[]): string[] {
  const own = new Set(
    world.tables.flatMap((t) => t.collection.identities.filter((i) => !i.shared).map((i) => i.namespace)),
  );
  return identities
    .filter((i) => own.has(i.namespace) && !isNobody(i.namespace, i.value))
    .map((i) => identityText(i.namespace, i.value));
}

/** One of its unique identities is its key. */
export const holdsAccounts = ({ collection, key }: Table): boolean =>
  collection.identities.some((i) => !i.shared && key.length === 1 && key[0] === i.field);
