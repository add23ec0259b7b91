/** Rows that belong to nobody, and fields that say nothing: counted in the store, no value leaves it. */
import { constantOf, ownershipOf } from "@avow/runtime/connector-kit/anomalies";
import type {
  ConstantQuery,
  ConstantReport,
  OwnershipQuery,
  OwnershipReport,
} from "@avow/runtime/connector-kit/contract";
import { binder } from "./binder.ts";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { same, textOf } from "./collation.ts";
import { quoted } from "./name.ts";
import type { Session, Statement } from "./session.ts";
import { type Part, partOf } from "./window.ts";

type Link = OwnershipQuery["links"][number];

const unset = ({ from }: Link): string => `(${from.map((f) => `t.${quoted(f)} IS NULL`).join(" OR ")})`;

async function leads(cache: CatalogueCache, { columns }: Table, { from, to }: Link): Promise<string> {
  const { table } = await cache.table(to.collection, to.fields);
  const pairs = to.fields.map((field, i) => same(table.columns.get(field), columns.get(from[i] ?? "")));
  return `EXISTS (SELECT 1 FROM ${table.sql} AS p WHERE ${pairs.join(" AND ")})`;
}

export async function ownershipStatement(
  cache: CatalogueCache,
  query: OwnershipQuery,
  part?: Part,
): Promise<{ table: Table; statement: Statement }> {
  const fields = [...query.links.flatMap((l) => l.from), ...(query.window?.key ?? [])];
  const { table } = await cache.table(query.collection, fields);
  const binds = binder();
  const exists = await Promise.all(query.links.map((link) => leads(cache, table, link)));
  const first = (query.links[0]?.from ?? []).map((f) => textOf(table.columns.get(f), f)).join(", ");
  const rows = `SELECT CASE WHEN ${query.links.map(unset).join(" AND ") || "true"} THEN 0 WHEN ${exists.join(" OR ") || "false"} THEN 1 ELSE 2 END AS state,
  concat_ws(',', ${first || "NULL"}) AS named FROM ${table.sql} AS t${part?.where(binds) ?? ""}`;
  const text = `SELECT count(*)::text, count(*) FILTER (WHERE r.state = 0)::text, count(*) FILTER (WHERE r.state = 2)::text,
  count(DISTINCT CASE WHEN r.state = 2 THEN r.named END)::text FROM (${rows}) AS r`;
  return { table, statement: { text, values: binds.values, timeoutMs: query.timeoutMs } };
}

export async function ownership(
  session: Session,
  cache: CatalogueCache,
  query: OwnershipQuery,
): Promise<OwnershipReport> {
  const { table } = await cache.table(query.collection, query.window?.key ?? []);
  const part = await partOf(session, table, query);
  const { statement } = await ownershipStatement(cache, query, part);
  const [row] = await session.rows(query.collection, statement);
  return ownershipOf(row, query.window === undefined ? undefined : part.reached);
}

/** Each look ends with the first row that differs, so only a field that says nothing is read to its end. */
export async function constant(
  session: Session,
  cache: CatalogueCache,
  query: ConstantQuery,
): Promise<ConstantReport> {
  const { table } = await cache.table(query.collection, query.fields);
  const looks = query.fields.map((field) => {
    const f = textOf(table.columns.get(field), field);
    const from = `FROM ${table.sql} AS t`;
    return `CASE WHEN NOT EXISTS (SELECT 1 ${from} WHERE ${f} IS NOT NULL) THEN '0'
  WHEN NOT EXISTS (SELECT 1 ${from} WHERE ${f} IS DISTINCT FROM (SELECT ${f} ${from} LIMIT 1)) THEN '1' ELSE '2' END`;
  });
  if (looks.length === 0) return { fields: [] };
  const { timeoutMs } = query;
  const [row] = await session.rows(query.collection, {
    text: `SELECT ${looks.join(", ")}`,
    values: [],
    timeoutMs,
  });
  return constantOf(query.fields, row);
}
