/**
 * What a sweep must leave: what the naive model leaves when it erases the people one after the other, in the order given.
 *
 * Does the order matter? For most worlds not, and where it does a sweep keeps to it:
 * - A row that two of the people share and nobody else owns is let go of by the first (`on_leave`) and gets the rule of its collection
 *   from the second. Deleted, it is gone whoever went first. Under `mask` or `keep` it stays, with the first one's link cut and the
 *   second one's not: who was last can be told from the row.
 * - `until` dates: a period that counts from a `now` stamp begins when the row is the person's alone, so at the turn of the last owner;
 *   within one sweep all turns have the same time. A row whose period is over goes at the turn of the last owner, not before.
 * - With `on_leave: delete` the first who leaves takes the row along, and what hangs on it lets go of it before the next one's turn:
 *   what the next one owned by that row alone is gone or somebody else's by then.
 * - What is left of somebody who was erased is nobody. A store's tombstone of a unique address has a random tail, and when people are
 *   really erased one after the other the next climb takes such a row for somebody's; within a sweep it is known whose it was. So here
 *   identities become plain `erased`, which names nobody.
 * - Whom somebody is merged with is asked before the first turn. So a person who is named by a phone that many share, and whose phone an
 *   earlier turn wiped, is still found by the account that a merge names.
 * - Whoever is not found or not clear is left out as things stand before the sweep. In turn, somebody could become clear because the
 *   other account went with its own person's erasure; a sweep leaves that to the next try.
 */
import { idOf } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { type After, erase, type Fate, type Kept, keptList } from "../model/erase.ts";
import { findPerson } from "../model/person.ts";
import type { Row } from "../model/world.ts";
import type { Column, DraftTable } from "../world/draft.ts";
import { assemble, NOW, type RandomWorld } from "../world/world.ts";

export interface SweptPerson {
  readonly state: "closed" | "not_found" | "ambiguous_identity";
  readonly kept: readonly Kept[];
}

export interface Swept {
  readonly people: readonly SweptPerson[];
  readonly after: ReadonlyMap<string, readonly ReadonlyMap<string, After>[]>;
  /** Rows that somebody let go of and somebody else's turn then changed or took. */
  readonly sharedRows: number;
}

/** A row on its way through the turns, and what became of its cells so far. */
interface Trail {
  row: Row;
  cells: ReadonlyMap<string, After>;
  gone: boolean;
  /** How many turns did something to it. */
  turns: number;
}

export function sweep(world: RandomWorld, asked: readonly (readonly IdentityValue[])[]): Swept {
  const states = asked.map((identities) => erase(world.model, identities, NOW).state);
  const trails = new Map<DraftTable, Trail[]>(
    world.tables.map((table, i) => [
      table,
      (world.model.tables[i]?.rows ?? []).map((row) => ({
        row,
        cells: new Map([...row].map(([f, is]): [string, After] => [f, { is }])),
        gone: false,
        turns: 0,
      })),
    ]),
  );
  // Who is merged with whom is asked once, before anybody leaves.
  const all = asked.map((identities) => [...identities, ...mergedWith(world, identities)]);
  const turns = all.map((identities, i) =>
    states[i] === "closed" ? takeTurn(world, trails, identities) : null,
  );
  return {
    people: states.map((state, i) => ({ state, kept: turns[i]?.() ?? [] })),
    after: new Map(
      world.tables.map((table, i) => [
        idOf(must(world.model.tables[i], "tables and collections go together").collection),
        must(trails.get(table), "every table has trails").flatMap((t) => (t.gone ? [] : [t.cells])),
      ]),
    ),
    sharedRows: [...trails.values()].flat().filter((t) => t.turns > 1).length,
  };
}

const mergedWith = ({ model }: RandomWorld, asked: readonly IdentityValue[]): IdentityValue[] =>
  findPerson(model, asked).merged.map((i) => ({ ...i, merged: true }));

/** Gives the person's kept list as it stands when everybody has left. */
function takeTurn(
  world: RandomWorld,
  trails: ReadonlyMap<DraftTable, readonly Trail[]>,
  identities: readonly IdentityValue[],
): () => Kept[] {
  const rows = new Map(
    [...trails].map(([table, all]) => [table, all.filter((t) => !t.gone).map((t) => t.row)] as const),
  );
  const left = assemble(world.seed, world.tables, rows);
  // Who was merged with whom stands in no row.
  const { merges } = world.model;
  const now = merges === undefined ? left : { ...left, model: { ...left.model, merges } };
  const erased = erase(now.model, identities, NOW);
  if (erased.state !== "closed") return () => [];
  const trailOf = new Map<Row, Trail>();
  for (const [i, table] of world.tables.entries()) {
    const there = must(trails.get(table), "every table has trails").filter((t) => !t.gone);
    for (const trail of there) trailOf.set(trail.row, trail);
    const { collection } = must(now.model.tables[i], "tables and collections go together");
    const after = [...(erased.after.get(idOf(collection)) ?? [])];
    for (const trail of there) {
      const fate = must(erased.fates.get(trail.row), "every row has a fate");
      if (fate.fate !== "untouched") trail.turns += 1;
      if (fate.fate === "gone") trail.gone = true;
      else step(table, trail, must(after.shift(), "rows that stay keep their order"));
    }
  }
  return () =>
    keptList(
      now.model,
      new Map(
        [...erased.fates].map(([row, fate]): [Row, Fate] => [
          row,
          trailOf.get(row)?.gone === true ? { fate: "gone" } : fate,
        ]),
      ),
    );
}

function step(table: DraftTable, trail: Trail, after: ReadonlyMap<string, After>): void {
  const cells = new Map<string, After>();
  const row = new Map<string, string | null>();
  for (const [field, now] of after) {
    const before = trail.row.get(field) ?? null;
    const column = must(
      table.columns.find((c) => c.name === field),
      "rows have their table's columns",
    );
    if ("is" in now) {
      cells.set(field, now.is === before ? must(trail.cells.get(field), "rows keep their fields") : now);
      row.set(field, now.is);
      continue;
    }
    if ("pseudo" in now) throw new Error("rows that go on are no matter for sweeps");
    const left = table.identities.some((i) => i.field === field) ? "erased" : tombstone(column);
    const first = trail.cells.get(field);
    cells.set(
      field,
      first !== undefined && "act" in first && before !== null ? { ...first, act: now.act } : now,
    );
    row.set(field, now.act === "now" ? stamp(column) : before === null ? null : left);
  }
  trail.cells = cells;
  trail.row = row;
}

function stamp({ type }: Column): string {
  const text = NOW.toISOString().slice(0, "2026-03-01T00:00:00".length).replace("T", " ");
  if (type === "date") return text.slice(0, "2026-03-01".length);
  return type === "timestamptz" ? `${text}+00` : text;
}

/** In what PostgreSQL writes; other engines' differ, and lead nowhere just the same. */
function tombstone(column: Column): string {
  switch (column.type) {
    case "text":
    case "varchar(20)":
      return column.unique ? `erased-${tail()}` : "erased";
    case "integer":
    case "bigint":
    case "numeric":
      return "0";
    case "uuid":
      return `00000000-0000-4e4a-a000-${tail().slice(0, 12)}`;
    case "boolean":
      return "false";
    case "jsonb":
      return "{}";
    case "date":
    case "timestamp":
    case "timestamptz":
      return "1970-01-01";
  }
}

let tails = 0;
/** Stores draw theirs by lot: no two are the same. */
const tail = (): string => (++tails).toString(16).padStart(16, "0").split("").reverse().join("");
