/** Rows for a drafted schema: people first, then links between whatever there is, then what the store would not take is mended. */
import type { Cell, Row } from "../model/world.ts";
import type { Dice } from "../random.ts";
import type { Column, DraftLink, DraftTable } from "./draft.ts";
import { PEOPLE, respell, value } from "./values.ts";

type Draft = Map<string, Cell>;
type Rows = Map<DraftTable, Draft[]>;

const TRIES_MAX = 40;

export function fillRows(dice: Dice, tables: readonly DraftTable[]): ReadonlyMap<DraftTable, readonly Row[]> {
  const rows: Rows = new Map();
  const people = dice.shuffle(PEOPLE).slice(0, dice.int(1, 6));
  for (const table of tables) rows.set(table, bareRows(dice, table, people.length));
  for (const table of tables) if (table.kind === "person") identify(dice, table, rows, people);
  for (const table of tables) {
    for (const link of table.links) for (const row of rowsOf(rows, table)) point(dice, link, row, rows);
    for (const { column, to } of table.aside) {
      const keys = rowsOf(rows, to).map((r) => r.get(to.key[0]?.name ?? "") ?? null);
      for (const row of rowsOf(rows, table))
        row.set(column.name, keys.length > 0 && dice.chance(0.8) ? dice.pick(keys) : null);
    }
  }
  for (const table of tables) for (const c of table.columns) if (c.unique) makeUnique(rows, table, [c]);
  mend(rows, tables);
  return rows;
}

const rowsOf = (rows: Rows, table: DraftTable): Draft[] => rows.get(table) ?? [];

/** Keys and data; links and identities come later. */
function bareRows(dice: Dice, table: DraftTable, people: number): Draft[] {
  const count = dice.chance(0.07) ? 0 : table.kind === "person" ? people : dice.int(1, 12);
  const linked = new Set([...table.links.flatMap((l) => l.from), ...table.aside.map((a) => a.column)]);
  const made = Array.from({ length: count }, (_, i): Draft => {
    return new Map(
      table.columns.map((c): [string, Cell] => {
        if (linked.has(c)) return [c.name, null];
        if (table.key.includes(c)) return [c.name, keyValue(dice, table, c, i)];
        return [c.name, c.nullable && dice.chance(0.2) ? null : value(dice, c.type)];
      }),
    );
  });
  return made;
}

/** The first part of a composite key is a tenant, which rows share. */
function keyValue(dice: Dice, table: DraftTable, column: Column, index: number): string {
  if (table.key.length > 1 && table.key[0] === column) return String(dice.int(1, 2));
  switch (column.type) {
    case "integer":
      return String(index + 1);
    case "bigint":
      return table.columns.length % 2 === 0
        ? String(9_007_199_254_740_993n + BigInt(index))
        : String(index + 1);
    case "uuid":
      return dice.uuid();
    default:
      return `${value(dice, "text")}#${index + 1}`;
  }
}

function identify(dice: Dice, table: DraftTable, rows: Rows, people: readonly string[]): void {
  const order = dice.shuffle(people);
  for (const [i, row] of rowsOf(rows, table).entries()) {
    for (const { namespace, field } of table.identities) {
      if (table.key.some((c) => c.name === field)) continue;
      // Now and then a row holds what belongs to somebody else: the closure grows, or becomes ambiguous.
      const person = dice.chance(0.05) ? dice.pick(people) : (order[i % order.length] ?? "ann");
      row.set(field, dice.chance(0.08) ? null : identityValue({ dice, rows, people }, namespace, person));
    }
  }
}

interface Naming {
  readonly dice: Dice;
  readonly rows: Rows;
  readonly people: readonly string[];
}

function identityValue({ dice, rows, people }: Naming, namespace: string, person: string): Cell {
  const index = people.indexOf(person);
  if (namespace === "email") return respell(dice, `${person}@example.org`);
  if (namespace === "phone")
    return dice.pick(["+49 30 1234", "0049301234", "+49 40 99", `+1 555 000${index}`]);
  if (namespace === "device") return `de71ce00-0000-4000-8000-00000000000${index}`;
  const [accounts] = rows.keys();
  const account = accounts === undefined ? undefined : rowsOf(rows, accounts)[index];
  return account?.get(accounts?.key[0]?.name ?? "") ?? null;
}

function point(dice: Dice, link: DraftLink, row: Draft, rows: Rows): void {
  const choice = dice.weighted([
    ["row", 8],
    ["null", 1.2],
    ["nobody", 1],
  ]);
  const parents = rowsOf(rows, link.to);
  const needed = link.foreignKey !== null && link.from.every((c) => !c.nullable);
  const set = link.from.filter((c) => row.get(c.name) !== null);
  const free = link.from.filter((c) => !set.includes(c));
  const fits = parents.filter((p) =>
    link.from.every((c, i) => !set.includes(c) || p.get(link.toColumns[i]?.name ?? "") === row.get(c.name)),
  );
  if ((needed || choice === "row") && fits.length > 0) {
    // The first rows are pointed at more often: some people own much.
    const parent = fits[Math.min(dice.int(0, fits.length - 1), dice.int(0, fits.length - 1))];
    for (const [i, c] of link.from.entries())
      row.set(c.name, parent?.get(link.toColumns[i]?.name ?? "") ?? null);
    return;
  }
  for (const c of free) row.set(c.name, choice === "nobody" ? value(dice, c.type) : null);
}

/** Later rows give way; a null is unlike any other null. */
function makeUnique(rows: Rows, table: DraftTable, columns: readonly Column[]): void {
  const seen = new Set<string>();
  const kept = rowsOf(rows, table).filter((row) => {
    const cells = columns.map((c) => row.get(c.name) ?? null);
    if (cells.includes(null)) return true;
    const text = JSON.stringify(cells);
    if (!seen.has(text)) {
      seen.add(text);
      return true;
    }
    const [only] = columns;
    if (columns.length !== 1 || only?.nullable !== true) return false;
    row.set(only.name, null);
    return true;
  });
  rows.set(table, kept);
}

/** Until every row is one that the store takes: nulls where the schema wants none, and foreign keys to rows that are not there. */
function mend(rows: Rows, tables: readonly DraftTable[]): void {
  for (const table of tables) makeUnique(rows, table, table.key);
  for (let round = 0; round < TRIES_MAX * tables.length; round += 1) {
    let changed = false;
    for (const table of tables) {
      const before = rowsOf(rows, table);
      const kept = before.filter((row) => {
        for (const link of table.links) {
          if (link.foreignKey !== null) changed = loosen(link, row, rows) || changed;
        }
        for (const a of table.aside) {
          changed = loosen({ from: [a.column], to: a.to, toColumns: a.to.key }, row, rows) || changed;
        }
        return table.columns.every((c) => c.nullable || row.get(c.name) !== null);
      });
      changed ||= kept.length < before.length;
      rows.set(table, kept);
    }
    if (!changed) return;
  }
  throw new Error("the rows of a world do not come to rest");
}

/** Empties a reference to a row that is not there; true when it had to. */
function loosen(link: Pick<DraftLink, "from" | "to" | "toColumns">, row: Draft, rows: Rows): boolean {
  const cells = link.from.map((c) => row.get(c.name) ?? null);
  if (cells.includes(null)) return false;
  const there = rowsOf(rows, link.to).some((p) => link.toColumns.every((c, i) => p.get(c.name) === cells[i]));
  if (there) return false;
  const loose = link.from.find((c) => c.nullable) ?? link.from[0];
  if (loose !== undefined) row.set(loose.name, null);
  return true;
}
