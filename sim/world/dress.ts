/**
 * What fields are, which product a collection belongs to, and values that stand in several places: for rights that go by category. Dice of
 * its own: a seed keeps its schema and its links.
 */
import type { Cell, Row } from "../model/world.ts";
import type { Dice } from "../random.ts";
import type { Column, DraftTable } from "./draft.ts";

export const PRODUCTS = ["shop", "forum"] as const;
const NAMES = ["Ann Lee", "Bo", "ann lee"] as const;
const BY_NAMESPACE: Readonly<Record<string, string>> = {
  email: "user.contact.email",
  phone: "user.contact.phone_number",
  device: "user.device",
};
const NAME = "user.name";

export function dressTables(dice: Dice, tables: readonly DraftTable[]): void {
  for (const table of tables) {
    if (dice.chance(0.4)) table.product = dice.pick(PRODUCTS);
    for (const column of table.columns) {
      column.category = table.kind === "system" ? "system" : categoryOf(dice, table, column);
      if (!table.key.includes(column) && dice.chance(0.12)) column.derived = true;
    }
  }
  // A link that names its parent by an address holds an address.
  for (const { links } of tables)
    for (const { from, toColumns } of links)
      for (const [i, column] of from.entries()) column.category = toColumns[i]?.category ?? "user.unique_id";
}

function categoryOf(dice: Dice, table: DraftTable, column: Column): string {
  const identity = table.identities.find((i) => i.field === column.name);
  if (identity !== undefined) return BY_NAMESPACE[identity.namespace] ?? "user.unique_id";
  if (table.key.includes(column)) return dice.pick(["system", "user.unique_id"]);
  // No value of a unique number names nobody: a map that wants it emptied says so, and gets an error.
  if (column.unique && !column.nullable && !["text", "varchar(20)", "uuid"].includes(column.type))
    return "system";
  if (column.type === "text" || column.type === "varchar(20)")
    return dice.weighted([
      [NAME, 4],
      ["user.content", 2],
      ["user.contact.email", 0.7],
      ["user.contact.phone_number", 0.7],
      ["system", 1],
    ]);
  return dice.pick(["user.content", "user.financial", "system"]);
}

/** Names stand in several places, as people's names do. */
export function nameAlike(
  dice: Dice,
  tables: readonly DraftTable[],
  rows: ReadonlyMap<DraftTable, readonly Row[]>,
): ReadonlyMap<DraftTable, readonly Row[]> {
  return new Map(
    tables.map((table) => {
      const taken = new Set([
        ...table.key,
        ...table.links.flatMap((l) => l.from),
        ...table.aside.map((a) => a.column),
      ]);
      const pointedAt = tables.flatMap((t) => t.links.flatMap((l) => (l.to === table ? l.toColumns : [])));
      const names = table.columns.filter(
        (c) => c.category === NAME && !c.unique && !taken.has(c) && !pointedAt.includes(c),
      );
      const named = (rows.get(table) ?? []).map((row): Row => {
        const cells = new Map<string, Cell>(row);
        for (const { name } of names)
          if (row.get(name) !== null && dice.chance(0.8)) cells.set(name, dice.pick(NAMES));
        return cells;
      });
      return [table, named];
    }),
  );
}
