/** Whether the store holds what the model says. Differences are told in words, with the rows. */
import type { Contradiction } from "@avow/core/plan/rectify";
import { UUID_TOMBSTONE } from "@avow/core/plan/tombstone";
import { must } from "@avow/core/terms/assert";
import type { RequestOutcome } from "@avow/runtime/requests/run/run";
import type { After, Kept } from "./model/erase.ts";
import { type Cell, looksPseudo, type Row } from "./model/world.ts";
import type { Column, DraftTable } from "./world/draft.ts";

const CLOCK_SKEW_MS_MAX = 15 * 60_000;

const shown = (row: ReadonlyMap<string, Cell>): string => JSON.stringify(Object.fromEntries(row));
const keyText = (table: DraftTable, row: Row): string =>
  JSON.stringify(table.key.map((c) => row.get(c.name) ?? null));

/** Documents are the same however they are written: keys in order, nothing between. */
function plain(table: DraftTable, field: string, cell: Cell): Cell {
  const column = table.columns.find((c) => c.name === field);
  return column?.type === "jsonb" ? plainJson(cell) : cell;
}

function plainJson(cell: Cell): Cell {
  if (cell === null) return null;
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([k, v]) => [k, sorted(v)]),
    );
  };
  try {
    return JSON.stringify(sorted(JSON.parse(cell)));
  } catch {
    return cell;
  }
}

/** What the dry run said is what was planned then, line by line; and it stops short only of what is then carried out. */
export function compareLooked(looked: RequestOutcome, carriedOut: RequestOutcome): string | null {
  // What the store refuses then (a word that is too long, a rule of its own) only the attempt tells.
  const carried = carriedOut.state === "closed" || carriedOut.state === "not_done";
  if (looked.state !== carriedOut.state && !(looked.state === "planned" && carried))
    return `the dry run is ${looked.state}, and the request then ${carriedOut.state}`;
  const [said, planned] = [looked.plan, carriedOut.plan].map((plan) => JSON.stringify(plan));
  return said === planned ? null : `the dry run said ${said}, and planned was then ${planned}`;
}

/** The same rows in any order, each with the same fields. */
export function compareGiven(
  table: DraftTable,
  expected: readonly Row[],
  found: readonly Row[],
): string | null {
  const text = (row: Row): string =>
    shown(
      new Map(
        [...row]
          .map(([f, cell]) => [f, plain(table, f, cell)] as const)
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
    );
  const all = found.map(text).toSorted();
  const wanted = expected.map(text).toSorted();
  const missing = wanted.find((row, i) => row !== all[i]);
  if (missing === undefined && wanted.length === all.length) return null;
  return `${table.name}: ${wanted.length} rows were expected, ${all.length} given; ${missing ?? "no row"} should be where ${all[wanted.indexOf(missing ?? "")] ?? "nothing"} is`;
}

/** The same rows in any order. Whole rows, since the person may not see all of a key. */
export function compareRows(
  table: DraftTable,
  expected: readonly Row[],
  found: readonly Row[],
): string | null {
  const textOf = (row: Row): string =>
    JSON.stringify(table.columns.map((c) => plain(table, c.name, row.get(c.name) ?? null)));
  const left = [...found];
  for (const row of expected) {
    const at = left.findIndex((other) => textOf(other) === textOf(row));
    if (at === -1) return `${table.name}: ${shown(row)} was expected, ${left.map(shown).join(" and ")} left`;
    left.splice(at, 1);
  }
  for (const row of left) return `${table.name}: the row ${shown(row)} should not be there`;
  return null;
}

export interface Moment {
  /** The real clock when the erasure began: the store stamps `now` by its own. */
  readonly startedMs: number;
}

/** What the store holds after an erasure against the model. Key fields never change, so rows find each other by them. */
export function compareAfter(
  table: DraftTable,
  expected: readonly ReadonlyMap<string, After>[],
  found: readonly Row[],
  moment: Moment,
): string | null {
  const byKey = new Map(found.map((r) => [keyText(table, r), r]));
  if (byKey.size < found.length) return `${table.name}: a row stands twice`;
  for (const row of expected) {
    const key = JSON.stringify(table.key.map((c) => afterValue(row.get(c.name))));
    const other = byKey.get(key);
    if (other === undefined) return `${table.name}: the row ${key} is gone`;
    byKey.delete(key);
    for (const column of table.columns) {
      const wanted = must(row.get(column.name), "expected rows have all cells");
      const cell = other.get(column.name) ?? null;
      if (!fits(column, wanted, cell, moment))
        return `${table.name} ${key}: \`${column.name}\` should be ${JSON.stringify(wanted)}, and is ${JSON.stringify(cell)}`;
    }
  }
  for (const row of byKey.values()) return `${table.name}: the row ${shown(row)} is still there`;
  return null;
}

const afterValue = (after: After | undefined): Cell =>
  after !== undefined && "is" in after ? after.is : null;

function fits(column: Column, wanted: After, cell: Cell, { startedMs }: Moment): boolean {
  if ("is" in wanted)
    return column.type === "jsonb" ? plainJson(wanted.is) === plainJson(cell) : wanted.is === cell;
  // Which one it is, and what it holds: stand-ins.ts.
  if ("pseudo" in wanted) return cell !== null && looksPseudo(cell);
  // Nothing to hide: a tombstone on a null may as well stay null.
  if (wanted.act === "tombstone") return isTombstone(column, cell, wanted.before);
  if (cell === null) return false;
  const day = new Date(startedMs).toISOString().slice(0, 10);
  if (column.type === "date") return cell >= day;
  const at = Date.parse(`${cell.replace(" ", "T").replace(/\+00$/, "")}Z`);
  return Math.abs(at - startedMs) < CLOCK_SKEW_MS_MAX;
}

function isTombstone(column: Column, cell: Cell, before: Cell): boolean {
  if (cell === null) return column.nullable && (before === null || column.unique);
  switch (column.type) {
    case "text":
    case "varchar(20)":
      return column.unique ? /^erased-[0-9a-f]{13,16}$/.test(cell) : cell === "erased";
    case "integer":
    case "bigint":
    case "numeric":
      return Number(cell) === 0;
    case "uuid":
      return UUID_TOMBSTONE.test(cell) && (cell !== before || UUID_TOMBSTONE.test(before));
    case "boolean":
      return cell === "false" || cell === "0";
    case "jsonb":
      return cell === "{}";
    case "date":
    case "timestamp":
    case "timestamptz":
      return cell.startsWith("1970-01-01");
  }
}

/** Null: without end. */
const laterOf = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : a > b ? a : b;

export function compareKept(expected: readonly Kept[], found: readonly Kept[]): string | null {
  // What stays with the account is told once for each reason.
  const sums = (all: readonly Kept[]): readonly Kept[] =>
    [
      ...Map.groupBy(all, (k) =>
        JSON.stringify([k.collection, k.why === "account" ? [k.why, k.commitment] : k]),
      ),
    ].map(([, [first, ...rest]]) => ({
      ...must(first, "a group has somebody"),
      rows: rest.reduce((n, k) => n + k.rows, first?.rows ?? 0),
      until: rest.reduce((u, k) => laterOf(u, k.until), first?.until ?? null),
    }));
  const text = (all: readonly Kept[]): string =>
    sums(all)
      .map(
        (k) =>
          `${k.collection}: ${k.rows} × ${k.why} ${k.commitment ?? ""} until ${k.until ?? "further notice"}`,
      )
      .sort()
      .join("\n  ");
  return text(expected) === text(found)
    ? null
    : `the kept list should be\n  ${text(expected)}\nand is\n  ${text(found)}`;
}

export function compareContradictions(
  expected: readonly Contradiction[],
  found: readonly Contradiction[],
): string | null {
  const text = (all: readonly Contradiction[]): string =>
    all
      .map((c) => `${c.collection}.${c.field} ${c.why} ${c.rows}`)
      .sort()
      .join("; ");
  return text(expected) === text(found)
    ? null
    : `the contradictions should be ${text(expected)}, and are ${text(found)}`;
}
