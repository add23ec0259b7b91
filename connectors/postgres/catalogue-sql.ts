/**
 * What the catalogue is asked. What a person made and what holds rows: tables, partitions folded into their parent, materialised views,
 * and foreign tables, which show the rows of another server. Nothing that belongs to the system or to an extension; no plain view, which holds nothing of its own. Lists of names come as JSON, in the order of the key.
 */

/** A row with its header and what points to it takes no fewer bytes: no more fit into the table's files. A foreign table has none. */
const mostOf = (relation: string): string =>
  `CASE WHEN ${relation}.reltuples >= 0 THEN ${relation}.reltuples WHEN ${relation}.relkind <> 'f' THEN pg_relation_size(${relation}.oid) / 28 END`;

/** Where all of its leaves say so: of which some, or none, are counted. */
const leavesOf = (which: string): string => `(
    SELECT CASE WHEN ${which} bool_or(l.reltuples >= 0) AND bool_and(${mostOf("l")} IS NOT NULL) THEN sum(${mostOf("l")}) END
    FROM pg_partition_tree(c.oid) p JOIN pg_class l ON l.oid = p.relid WHERE p.isleaf AND l.relkind <> 'p')`;

/**
 * A table's oids, names and estimate, and how many rows there can be at most where it has none, as before its first `ANALYZE`. A partitioned
 * table has no row count of its own, its leaves have: beside one that is counted, one that is not yet counts as full.
 */
export const TABLES = `
SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text,
  (CASE WHEN c.relkind = 'p' THEN ${leavesOf("")} WHEN c.reltuples >= 0 THEN c.reltuples END)::numeric::text,
  (CASE WHEN c.relkind = 'p' THEN ${leavesOf("NOT")} WHEN c.reltuples < 0 THEN ${mostOf("c")} END)::numeric::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e'
    AND (d.classid, d.objid) IN (('pg_class'::regclass, c.oid), ('pg_namespace'::regclass, n.oid)))
ORDER BY n.nspname <> 'public', n.nspname, c.relname`;

/** Domains are followed to the type below them: comparing with the domain itself would run its checks on foreign values. */
export const COLUMNS = `
WITH RECURSIVE chain(start, type, typmod, strict) AS (
  SELECT oid, oid, -1, false FROM pg_type
  UNION ALL
  SELECT c.start, t.typbasetype, CASE WHEN t.typtypmod <> -1 THEN t.typtypmod ELSE c.typmod END, c.strict OR t.typnotnull
  FROM chain c JOIN pg_type t ON t.oid = c.type WHERE t.typtype = 'd')
SELECT a.attrelid::text, a.attname::text, format_type(a.atttypid, a.atttypmod), format_type(b.oid, -1),
  b.typname::text, b.typtype::text, b.typcategory::text,
  greatest(a.atttypmod, h.typmod)::text,
  (NOT a.attnotnull AND NOT h.strict)::text, (a.attgenerated <> '' OR a.attidentity = 'a')::text,
  EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique
    AND (a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
      OR (i.indexprs IS NOT NULL AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = i.indexrelid AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum))))::text,
  (SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder LIMIT 1),
  (a.attidentity = 'a')::text,
  (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
    WHERE c.oid = a.attcollation AND NOT c.collisdeterministic)
FROM pg_attribute a
JOIN chain h ON h.start = a.atttypid
JOIN pg_type b ON b.oid = h.type AND b.typtype <> 'd'
WHERE a.attrelid = ANY ($1::text[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum`;

const names = (relation: string, numbers: string): string =>
  `(SELECT coalesce(json_agg(a.attname ORDER BY k.place), '[]') FROM unnest(${numbers}) WITH ORDINALITY k(number, place)
    JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.number)::text`;

/** \`leading\` holds the fields before the first expression; a key is unique for all rows only without predicate or expression. */
export const INDEXES = `
SELECT i.indrelid::text, i.indisprimary::text,
  (i.indisunique AND NOT i.indisprimary AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indisvalid)::text,
  ${names("i.indrelid", "i.indkey[0:coalesce(array_position(i.indkey::int2[], 0::int2), i.indnkeyatts) - 1]")}
FROM pg_index i
WHERE i.indrelid = ANY ($1::text[]::oid[]) AND i.indislive
ORDER BY i.indrelid, i.indexrelid`;

/** Keys that PostgreSQL adds for the single partitions have a parent, and are left out. */
export const FOREIGN_KEYS = `
SELECT f.conrelid::text, f.conname::text, ${names("f.conrelid", "f.conkey")}, f.confrelid::text, ${names("f.confrelid", "f.confkey")},
  f.confdeltype::text, f.convalidated::text
FROM pg_constraint f
WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid = ANY ($1::text[]::oid[])
ORDER BY f.conrelid, f.conname`;

/** Of the database, whatever field holds their numbers; beyond that it only matters that there are many. */
export const LARGE_OBJECTS_COUNTED_MAX = 1000;

/** Under the C locale \`lower\` knows ASCII only; a collation that knows the rest, where the server has one. Then whether types that fold letters do so of ASCII only, and how many large objects there are. */
export const SERVER = `
SELECT current_setting('server_version_num'),
  CASE WHEN d.datctype IN ('C', 'POSIX') THEN (
    SELECT c.collname::text FROM pg_collation c
    WHERE c.collnamespace = 'pg_catalog'::regnamespace AND c.collname IN ('pg_c_utf8', 'und-x-icu')
      AND c.collencoding IN (-1, d.encoding)
    ORDER BY c.collname LIMIT 1) END,
  getdatabaseencoding()::text,
  CASE coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')
    WHEN 'c' THEN d.datctype IN ('C', 'POSIX') WHEN 'b' THEN to_jsonb(d) ->> 'datlocale' = 'C' ELSE false END,
  (SELECT count(*) FROM (SELECT FROM pg_catalog.pg_largeobject_metadata LIMIT ${LARGE_OBJECTS_COUNTED_MAX + 1}) m)::text
FROM pg_database d WHERE d.datname = current_database()`;
