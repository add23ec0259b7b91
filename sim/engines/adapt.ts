/** A world in the words of another engine: its notation of values, its idea of names, the foreign keys that it takes. */

import type { EraseRule, Mask } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { pathName } from "@avow/core/terms/path";
import type { Row } from "../model/world.ts";
import type { Column, DraftTable } from "../world/draft.ts";
import { assemble, type RandomWorld } from "../world/world.ts";
import type { Engine } from "./engine.ts";

type Columns = ReadonlyMap<Column, Column>;
type Tables = ReadonlyMap<DraftTable, DraftTable>;

/** Later columns give way. */
function columnsFor(table: DraftTable, engine: Engine): Columns {
  const taken = new Set<string>();
  const columns = new Map(
    table.columns.map((column): [Column, Column] => {
      const folded = (name: string): string => (engine.foldsNames ? name.toLowerCase() : name);
      let name = column.name;
      for (let n = 2; taken.has(folded(name)); n += 1) name = `${column.name} ${n}`;
      taken.add(folded(name));
      return [column, { ...column, name }];
    }),
  );
  for (const place of table.places) {
    const { column, path } = must(place.place, "a place lies in a column");
    const inside = must(columns.get(column), "a place lies in a column of its table");
    columns.set(place, { ...place, name: pathName(inside.name, path), place: { column: inside, path } });
  }
  return columns;
}

const renamed = (columns: Columns, name: string): string =>
  must(
    [...columns].find(([old]) => old.name === name),
    "rules name columns",
  )[1].name;

const maskFor = (mask: Mask, columns: Columns): Mask =>
  Object.fromEntries(Object.entries(mask).map(([field, act]) => [renamed(columns, field), act]));

function ruleFor(rule: EraseRule, columns: Columns): EraseRule {
  if (rule.rule === "keep") return { ...rule, mask: maskFor(rule.mask, columns) };
  if (rule.rule !== "mask") return rule;
  const standIn = rule.standIn && { per: rule.standIn.per.map((f) => renamed(columns, f)) };
  return { ...rule, mask: maskFor(rule.mask, columns), ...(standIn === undefined ? {} : { standIn }) };
}

function fill(
  table: DraftTable,
  made: DraftTable,
  at: { tables: Tables; columns: ReadonlyMap<DraftTable, Columns>; engine: Engine },
): void {
  const own = must(at.columns.get(table), "every table has columns");
  const of = (columns: Columns, column: Column): Column => must(columns.get(column), "links lead to columns");
  for (const link of table.links) {
    const to = must(at.tables.get(link.to), "links lead to tables");
    const theirs = must(at.columns.get(link.to), "every table has columns");
    made.links.push({
      ...link,
      from: link.from.map((c) => of(own, c)),
      to,
      toColumns: link.toColumns.map((c) => of(theirs, c)),
      ...(link.when === undefined ? {} : { when: { ...link.when, column: of(own, link.when.column) } }),
      foreignKey: at.engine.takes(link) ? link.foreignKey : null,
    });
  }
  for (const { column, to } of table.aside)
    made.aside.push({ column: of(own, column), to: must(at.tables.get(to), "known") });
}

const WORDS: ReadonlySet<string> = new Set(["null", "now", "tombstone"]);
const wordFor = ({ type }: Column, word: string, engine: Engine): string =>
  WORDS.has(word) ? word : engine.written(type, word);

export function adapt(world: RandomWorld, engine: Engine): RandomWorld {
  const columns = new Map(world.tables.map((table) => [table, columnsFor(table, engine)]));
  const tables = new Map(
    world.tables.map((table): [DraftTable, DraftTable] => {
      const own = must(columns.get(table), "every table has columns");
      const of = (column: Column): Column => must(own.get(column), "a table's own column");
      return [
        table,
        {
          ...table,
          columns: table.columns.map(of),
          places: table.places.map(of),
          key: table.key.map(of),
          identities: table.identities.map((i) => ({ ...i, field: renamed(own, i.field) })),
          links: [],
          aside: [],
          anchors: new Map([...table.anchors].map(([anchor, column]) => [anchor, of(column)])),
          erase: ruleFor(table.erase, own),
          onLeave: new Map([...table.onLeave].map(([column, act]) => [of(column), act])),
          ...(table.standIn === undefined
            ? {}
            : { standIn: new Map([...table.standIn].map(([c, w]) => [of(c), wordFor(c, w, engine)])) }),
        },
      ];
    }),
  );
  for (const [table, made] of tables) fill(table, made, { tables, columns, engine });
  const rows = new Map(
    world.tables.map((table, i): [DraftTable, readonly Row[]] => {
      const own = must(columns.get(table), "every table has columns");
      const all = (world.model.tables[i]?.rows ?? []).map((row): Row => {
        return new Map(
          table.columns.map((old) => {
            const column = must(own.get(old), "every table has columns");
            const cell = row.get(old.name) ?? null;
            return [column.name, cell === null ? null : engine.written(column.type, cell)];
          }),
        );
      });
      return [must(tables.get(table), "known"), all];
    }),
  );
  return assemble(world.seed, [...tables.values()], rows);
}
