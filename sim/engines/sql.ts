/** The statements that lay a world out, where foreign keys are part of the tables. */
import type { Column, ColumnType, DraftTable } from "../world/draft.ts";
import type { RandomWorld } from "../world/world.ts";

export interface Dialect {
  quoted(name: string): string;
  type(type: ColumnType): string;
  readonly deferrable: boolean;
  /** `CONSTRAINT …` before a foreign key, where the engine makes names that are too long for itself. */
  naming(table: DraftTable, index: number): string;
}

export function tableSql(table: DraftTable, { quoted, type, deferrable, naming }: Dialect): string {
  const list = (columns: readonly Column[]): string => columns.map((c) => quoted(c.name)).join(", ");
  const columns = table.columns.map(
    (c) => `${quoted(c.name)} ${type(c.type)}${c.nullable ? "" : " NOT NULL"}${c.unique ? " UNIQUE" : ""}`,
  );
  const key = {
    primary: [`PRIMARY KEY (${list(table.key)})`],
    unique: [`UNIQUE (${list(table.key)})`],
    undeclared: [],
  };
  const links = table.links.flatMap(({ from, to, toColumns, foreignKey }, i) => {
    if (foreignKey === null) return [];
    const later = deferrable && foreignKey.deferrable ? " DEFERRABLE INITIALLY DEFERRED" : "";
    const refers = `FOREIGN KEY (${list(from)}) REFERENCES ${quoted(to.name)} (${list(toColumns)})`;
    return [`${naming(table, i)}${refers} ON DELETE ${foreignKey.onDelete.toUpperCase()}${later}`];
  });
  const asides = table.aside.map(
    ({ column, to }, i) =>
      `${naming(table, table.links.length + i)}FOREIGN KEY (${quoted(column.name)}) REFERENCES ${quoted(to.name)} (${list(to.key)})`,
  );
  return `CREATE TABLE ${quoted(table.name)} (${[...columns, ...key[table.keyIs], ...links, ...asides].join(", ")})`;
}

/** Of every second world an index leads along links of a table to itself, and in rings of several: there a store is asked to follow them. */
export function indexSql({ seed, tables }: RandomWorld, quoted: Dialect["quoted"]): readonly string[] {
  if (seed % 2 === 1) return [];
  return tables.flatMap((table, n) =>
    table.links.flatMap(({ from, to, toColumns }, i) => {
      if (!leadsTo(to, table)) return [];
      const ends = [
        { of: table, columns: from, name: `sim ${n} ${i}` },
        { of: to, columns: toColumns, name: `sim to ${n} ${i}` },
      ];
      return ends.flatMap(({ of, columns, name }) =>
        columns.every((c) => of.columns.includes(c))
          ? [
              `CREATE INDEX ${quoted(name)} ON ${quoted(of.name)} (${columns.map((c) => quoted(c.name)).join(", ")})`,
            ]
          : [],
      );
    }),
  );
}

function leadsTo(from: DraftTable, to: DraftTable): boolean {
  const seen = new Set([from]);
  for (const table of seen) for (const link of table.links) seen.add(link.to);
  return seen.has(to);
}
