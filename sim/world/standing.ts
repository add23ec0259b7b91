/** What accounts stand on: how people sign in, and their answers. Dice of its own: a seed keeps its schema and its rows. */
import type { Dice } from "../random.ts";
import type { Column, DraftTable } from "./draft.ts";

export const SIGN_IN = "user.authorization.password";

export function addStandings(dice: Dice, tables: readonly DraftTable[]): void {
  for (const table of tables) {
    if (table.kind === "system") continue;
    if (dice.chance(0.12)) {
      const plain = table.columns.filter((c) => isPlain(tables, table, c));
      if (plain.length > 0) dice.pick(plain).category = SIGN_IN;
    }
    if (!dice.chance(0.12) || !isAnsweredBySomebody(table)) continue;
    const pick = (): string => dice.pick([...table.columns, ...table.places]).name;
    table.consents = { purpose: pick(), given: pick(), at: pick(), by: pick() };
  }
}

/** It says nothing of who or whose the row is, and nothing leads to it. */
const isPlain = (tables: readonly DraftTable[], table: DraftTable, column: Column): boolean =>
  column.category !== "system" &&
  !table.key.includes(column) &&
  !table.links.some((l) => l.from.includes(column) || l.when?.column === column) &&
  !table.identities.some((i) => i.field === column.name) &&
  !table.places.some((p) => p.place?.column === column) &&
  !tables.some((t) => t.links.some((l) => l.to === table && l.toColumns.includes(column)));

const isAnsweredBySomebody = ({ links }: DraftTable): boolean =>
  links.find((l) => l.role === "owner")?.to.kind === "person";
