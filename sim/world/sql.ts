/** A world as SQL for PostgreSQL: the tables, their rows, and the foreign keys, which are checked when they are added. */
import type { Cell, Row } from "../model/world.ts";
import type { Column, DraftTable } from "./draft.ts";
import type { RandomWorld } from "./world.ts";

const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const list = (columns: readonly Column[]): string => columns.map((c) => name(c.name)).join(", ");
const cell = (value: Cell): string =>
  value === null ? "NULL" : `E'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

export const schemaSql = ({ tables }: RandomWorld): string => tables.map(createTable).join("\n");

export const foreignKeySql = ({ tables }: RandomWorld): string =>
  tables.flatMap((t) => [...foreignKeys(t), ...asides(t)]).join("\n");

/** Empties the tables first. The store must not look at foreign keys meanwhile (`session_replication_role`). */
export function rowsSql({ tables, model }: RandomWorld): string {
  const statements = tables.map((t, i) => {
    const rows = model.tables[i]?.rows ?? [];
    const insert = `INSERT INTO ${name(t.name)} (${list(t.columns)}) VALUES ${rows.map((r) => tupleSql(t, r)).join(", ")};`;
    return `DELETE FROM ${name(t.name)};${rows.length > 0 ? insert : ""}`;
  });
  return statements.join("\n");
}

export const selectSql = (table: DraftTable): string =>
  `SELECT ${table.columns.map((c) => `${name(c.name)}::text`).join(", ")} FROM ${name(table.name)}`;

const tupleSql = (table: DraftTable, row: Row): string =>
  `(${table.columns.map((c) => cell(row.get(c.name) ?? null)).join(", ")})`;

function createTable(table: DraftTable): string {
  const columns = table.columns.map(
    (c) => `${name(c.name)} ${c.type}${c.nullable ? "" : " NOT NULL"}${c.unique ? " UNIQUE" : ""}`,
  );
  const key = {
    primary: `PRIMARY KEY (${list(table.key)})`,
    unique: `UNIQUE (${list(table.key)})`,
    undeclared: null,
  };
  const declared = key[table.keyIs];
  return `CREATE TABLE ${name(table.name)} (${[...columns, ...(declared === null ? [] : [declared])].join(", ")});`;
}

const foreignKeys = (table: DraftTable): string[] =>
  table.links.flatMap((l) => {
    if (l.foreignKey === null) return [];
    const { onDelete, deferrable } = l.foreignKey;
    const refers = `FOREIGN KEY (${list(l.from)}) REFERENCES ${name(l.to.name)} (${list(l.toColumns)})`;
    const later = deferrable ? " DEFERRABLE INITIALLY DEFERRED" : "";
    return [`ALTER TABLE ${name(table.name)} ADD ${refers} ON DELETE ${onDelete.toUpperCase()}${later};`];
  });

const asides = (table: DraftTable): string[] =>
  table.aside.map(
    ({ column, to }) =>
      `ALTER TABLE ${name(table.name)} ADD FOREIGN KEY (${name(column.name)}) REFERENCES ${name(to.name)} (${list(to.key)});`,
  );
