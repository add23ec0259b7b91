/**
 * Links that came later: polymorphic ones, and many to many by a join collection. Dice of their own: a seed keeps the schema and the rows
 * that it had.
 */
import type { Role } from "@avow/core/datamap/model";
import type { Cell, Row } from "../model/world.ts";
import type { Dice } from "../random.ts";
import { type Column, type DraftTable, ownershipLinks, owns } from "./draft.ts";

type Rows = ReadonlyMap<DraftTable, readonly Row[]>;

export function linkMore(dice: Dice, tables: readonly DraftTable[], rows: Rows): Rows {
  const filled = new Map(rows);
  if (dice.chance(0.35)) addPolymorphic(dice, tables, filled);
  if (dice.chance(0.3)) addVia(dice, tables, filled);
  return filled;
}

type Filled = Map<DraftTable, readonly Row[]>;

const withCell = (row: Row, column: Column, value: Cell): Row => new Map([...row, [column.name, value]]);

function add(table: DraftTable, name: string, type: Column["type"]): Column {
  const column: Column = { name, type, nullable: true, unique: false };
  table.columns.push(column);
  return column;
}

/** A further owner is possible where every owner can be let go of. */
export const takesOwner = (table: DraftTable): boolean =>
  table.kind === "owned" &&
  (table.leave === "delete" ||
    ownershipLinks(table).every((l) =>
      l.from.every((c) => table.key.includes(c) || table.onLeave.has(c) || c.nullable),
    )) &&
  ownershipLinks(table).every((l) => l.from.some((c) => !table.key.includes(c)));

const single = (table: DraftTable): Column | null => (table.key.length === 1 ? (table.key[0] ?? null) : null);

/** One field that leads to rows of one table or another, and one that says to which. */
function addPolymorphic(dice: Dice, tables: readonly DraftTable[], rows: Filled): void {
  const table = dice.pick([null, ...tables.filter(takesOwner)]);
  const targets = tables.filter((t) => t.kind !== "system" && single(t) !== null);
  const [first] = dice.shuffle(targets);
  if (table === null || first === undefined) return;
  const type = single(first)?.type ?? "text";
  const [second] = dice.shuffle(targets.filter((t) => t !== first && single(t)?.type === type));
  const kind = add(table, "target type", "text");
  const target = add(table, "target", type);
  const places = [
    { to: first, values: dice.chance(0.3) ? ["A", "a b"] : ["A"] },
    ...(second === undefined ? [] : [{ to: second, values: ["B"] }]),
  ];
  for (const { to, values } of places) {
    const role: Role = dice.pick(["owner", "owner", "co_owner", "about", "mention"]);
    const when = { column: kind, values };
    table.links.push({ role, from: [target], to, toColumns: to.key, tight: false, foreignKey: null, when });
  }
  const filled = (rows.get(table) ?? []).map((row) => {
    const place = dice.pick(places);
    const keys = (rows.get(place.to) ?? []).map((r) => r.get(place.to.key[0]?.name ?? "") ?? null);
    const is = dice.chance(0.15) ? dice.pick(["a", "C", null]) : dice.pick(place.values);
    return withCell(
      withCell(row, kind, is),
      target,
      keys.length > 0 && dice.chance(0.85) ? dice.pick(keys) : null,
    );
  });
  rows.set(table, filled);
}

/** Rows of one table belong to whoever owns a row of another that names them. */
function addVia(dice: Dice, tables: readonly DraftTable[], rows: Filled): void {
  const joins = tables.filter((t) => t.kind === "owned" && ownershipLinks(t).length > 0);
  const [join] = dice.shuffle(joins);
  if (join === undefined) return;
  const above = ancestors(join);
  const joined = dice.shuffle(tables.filter((t) => takesOwner(t) && t !== join && !above.has(t)));
  const table = joined.find((t) => single(t) !== null);
  const key = table === undefined ? null : single(table);
  if (table === undefined || key === null) return;
  const from = dice.chance(0.5) ? key : addCode(table, rows);
  const column = add(join, "joined", from.type);
  const role = dice.pick(["owner", "co_owner"] as const);
  table.links.push({
    role,
    from: [from],
    to: join,
    toColumns: [column],
    tight: false,
    foreignKey: null,
    via: true,
  });
  const keys = (rows.get(table) ?? []).map((r) => r.get(from.name) ?? null);
  const filled = (rows.get(join) ?? []).map((row) =>
    withCell(row, column, keys.length > 0 && dice.chance(0.9) ? dice.pick(keys) : null),
  );
  rows.set(join, filled);
}

/** A name beside the key: it could be emptied, and must not be. */
function addCode(table: DraftTable, rows: Filled): Column {
  const code = add(table, "code", "text");
  code.unique = true;
  rows.set(
    table,
    (rows.get(table) ?? []).map((row, i) => withCell(row, code, `c-${i}`)),
  );
  return code;
}

export function ancestors(table: DraftTable): ReadonlySet<DraftTable> {
  const seen = new Set<DraftTable>();
  const open = [table];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const { to } of at.links.filter(owns)) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  return seen;
}
