/** Who a row belongs to (spec/data-map.md, "Who a row belongs to"), and what that makes of it for one person. */
import { carriesOwnership, type Link, type Role } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { identitiesOf } from "./person.ts";
import { isPersonCollection, type Row, type Table, targetsOf, type World } from "./world.ts";

/** What a row is to the person. */
export type Standing = "alone" | "with others" | "about" | "mention" | "stranger";

/** Every row with the rows of person collections that own it, directly or through others. */
export function ownersOf(world: World): ReadonlyMap<Row, ReadonlySet<Row>> {
  const owners = new Map<Row, Set<Row>>();
  for (const table of world.tables) {
    for (const row of table.rows) owners.set(row, new Set(isSomebody(table, row) ? [row] : []));
  }
  const arrows = world.tables.flatMap((table) => ownershipArrows(world, table));
  for (let grew = true; grew; ) {
    grew = false;
    for (const { row, parent } of arrows) {
      const own = must(owners.get(row), "every row has a set of owners");
      for (const owner of must(owners.get(parent), "every row has a set of owners")) {
        grew ||= !own.has(owner);
        own.add(owner);
      }
    }
  }
  return owners;
}

/** A row of a person collection that holds no identity belongs to nobody. */
const isSomebody = (table: Table, row: Row): boolean =>
  isPersonCollection(table.collection) &&
  [true, false].some((shared) => identitiesOf(table, row, shared).length > 0);

function ownershipArrows(world: World, { collection, rows }: Table): { row: Row; parent: Row }[] {
  if (isPersonCollection(collection)) return [];
  const links = collection.links.filter(carriesOwnership);
  return rows.flatMap((row) =>
    links.flatMap((link) => targetsOf(world, row, link).map((parent) => ({ row, parent }))),
  );
}

/** `person`: the rows of person collections that are the person's. */
export function standings(world: World, person: ReadonlySet<Row>): ReadonlyMap<Row, Standing> {
  const owners = ownersOf(world);
  const isMine = (row: Row): boolean =>
    must(owners.get(row), "every row has a set of owners").intersection(person).size > 0;
  const standing = new Map<Row, Standing>();
  for (const { collection, rows } of world.tables) {
    for (const row of rows) {
      const others = must(owners.get(row), "every row has a set of owners").difference(person).size > 0;
      const names = (role: Role): boolean =>
        collection.links.some((l: Link) => l.role === role && targetsOf(world, row, l).some(isMine));
      if (isMine(row)) standing.set(row, others ? "with others" : "alone");
      else standing.set(row, names("about") ? "about" : names("mention") ? "mention" : "stranger");
    }
  }
  return standing;
}
