/** What the schema tables and pragmas are asked: tables that a person made, in the file and in attached ones. */

const TABLES_OF = `pragma_table_list l WHERE l.type = 'table' AND l.schema <> 'temp' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

/** `sql` is the statement that made the table: the only place that says which collations its columns have. */
export const tablesSql = (schemas: readonly string[]): string => {
  const made = schemas.map(
    (schema) => `SELECT '${schema}' AS s, name AS n, sql FROM "${schema}".sqlite_schema WHERE type = 'table'`,
  );
  return `WITH made AS (${made.join(" UNION ALL ")})
SELECT l.schema, l.name, l.wr, made.sql FROM (SELECT * FROM ${TABLES_OF}) l JOIN made ON made.s = l.schema AND made.n = l.name
ORDER BY l.schema <> 'main', l.schema, l.name`;
};

export const SCHEMAS = "SELECT name FROM pragma_database_list WHERE name <> 'temp'";

/** hidden: 2 and 3 are generated fields, 1 a virtual table's own. */
export const COLUMNS = `
SELECT l.schema, l.name, x.name, x.type, x."notnull", x.pk, x.hidden
FROM (SELECT * FROM ${TABLES_OF}) l JOIN pragma_table_xinfo(l.name, l.schema) x WHERE x.hidden <> 1 ORDER BY 1, 2, x.cid`;

/** One row per indexed field; an expression has no name, and is told by the text of the index. */
export const indexesSql = (schemas: readonly string[]): string => {
  const made = schemas.map(
    (schema) => `SELECT '${schema}' AS s, name AS n, sql FROM "${schema}".sqlite_schema WHERE type = 'index'`,
  );
  return `WITH made AS (${made.join(" UNION ALL ")})
SELECT l.schema, l.name, i.name, i."unique", i.origin, i.partial, f.name, made.sql
FROM (SELECT * FROM ${TABLES_OF}) l JOIN pragma_index_list(l.name, l.schema) i JOIN pragma_index_xinfo(i.name, l.schema) f
LEFT JOIN made ON made.s = l.schema AND made.n = i.name
WHERE f.key = 1 ORDER BY 1, 2, i.seq, f.seqno`;
};

export const FOREIGN_KEYS = `
SELECT l.schema, l.name, f.id, f."table", f."from", f."to", f.on_delete
FROM (SELECT * FROM ${TABLES_OF}) l JOIN pragma_foreign_key_list(l.name, l.schema) f ORDER BY 1, 2, f.id, f.seq`;

/** How a column compares texts, as bits: another case, a blank more. The schema tells it in its statements' text only. */
export const collationSql = (table: string, column: string): string =>
  `SELECT (c = 'ann') || (c = 'Ann ') FROM (SELECT ${column} AS c FROM ${table} WHERE 0 UNION ALL SELECT 'Ann')`;

/** Rows that there can be from the first number to the last. */
export const spanSql = (table: string, rowid = "rowid"): string =>
  `SELECT coalesce((SELECT max(${rowid}) FROM ${table}) - (SELECT min(${rowid}) FROM ${table}) + 1, 0)`;

/** Estimates of the last \`ANALYZE\`, where there was one. */
export const HAS_ESTIMATES = "SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_stat1'";
export const ESTIMATES = "SELECT tbl, stat FROM main.sqlite_stat1";
