/** Links to addresses and numbers, which rows write in their own way. Dice of their own: a seed keeps all else that it had. */
import { normaliserOf } from "@avow/core/terms/person";
import type { Cell, Row } from "../model/world.ts";
import type { Dice } from "../random.ts";
import type { DraftLink, DraftTable } from "./draft.ts";
import { redial, respell } from "./values.ts";

type Rows = ReadonlyMap<DraftTable, readonly Row[]>;

/** By the place of the field in the link: how its values may be written. Null: the field holds no address, or the store wants the very text. */
function waysOf(
  { to, toColumns, foreignKey }: DraftLink,
  at: number,
): ((dice: Dice, text: string) => string) | null {
  const name = toColumns[at]?.name;
  const namespace = to.identities.find((i) => i.field === name)?.namespace ?? "";
  if (foreignKey !== null) return null;
  return { email: respell, phone: redial, exact: null }[normaliserOf(namespace)];
}

export function writeAddresses(dice: Dice, tables: readonly DraftTable[], rows: Rows): Rows {
  const written = new Map(rows);
  for (const table of tables)
    for (const link of table.links)
      for (const [at, column] of link.from.entries()) {
        const ways = waysOf(link, at);
        if (ways === null || column.place !== undefined) continue;
        // In a document it is somebody else's to write.
        const other = (cell: Cell): Cell => (cell === null || !dice.chance(0.6) ? cell : ways(dice, cell));
        written.set(
          table,
          (written.get(table) ?? []).map(
            (row) => new Map([...row, [column.name, other(row.get(column.name) ?? null)]]),
          ),
        );
      }
  return written;
}

/** Whether some row names its parent by an address in other letters. */
export const isWrittenOtherwise = (table: DraftTable, rows: (table: DraftTable) => readonly Row[]): boolean =>
  table.links.some((link) =>
    link.from.some((column, at) => {
      const name = link.toColumns[at]?.name ?? "";
      if (waysOf(link, at) === null) return false;
      const texts = new Set(rows(link.to).map((r) => r.get(name)));
      return rows(table).some((r) => r.get(column.name) !== null && !texts.has(r.get(column.name)));
    }),
  );
