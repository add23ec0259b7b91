/**
 * Rows that are put back. First the insertions, rows that are referred to before those that refer to them, then the updates.
 *
 * Collections whose foreign keys form a cycle are filled by ONE statement with a data-modifying CTE each, as they are emptied:
 * PostgreSQL checks foreign keys when a statement ends.
 */
import type { Mutation, Restoring, Row } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import { type Binder, binder } from "./binder.ts";
import type { CatalogueCache, Column, Table } from "./catalogue.ts";
import { meeting, textOf } from "./collation.ts";
import type { Step } from "./mutation-plan.ts";
import { quoted } from "./name.ts";
import { deletionOrder } from "./order.ts";

type Of<A extends Restoring["act"]> = Extract<Restoring, { readonly act: A }>;
interface Given<A extends Restoring["act"]> {
  readonly index: number;
  readonly mutation: Of<A>;
  readonly table: Table;
}

function columnsOf(table: Table, fields: readonly string[]): readonly Column[] {
  return fields.map((field) => {
    const column = table.columns.get(field);
    if (column === undefined) throw malformed(`\`${table.name}\` has no field \`${field}\``);
    if (column.generated && !column.identity)
      throw malformed(`\`${table.name}.${field}\` is made by the store and can't be put back`);
    return column;
  });
}

/** `unnest` of one array for each column. */
function unnested(rows: readonly Row[], prefixes: readonly string[], { bind }: Binder): string {
  const arrays = prefixes.map((_, i) => `${bind(rows.map((row) => row[i] ?? null))}::text[]`);
  return `unnest(${arrays.join(", ")}) AS k(${prefixes.join(", ")})`;
}

/** A cast could cut a value to a length; the types here have none, and the assignment then refuses what is too long. */
const cast = (value: string, column: Column): string => `${value}::${column.type}`;

function insertion({ mutation, table }: Given<"insert">, binds: Binder): string {
  const columns = columnsOf(table, mutation.fields);
  if (mutation.rows.some((row) => row.length !== columns.length))
    throw malformed(`a row of \`${table.name}\` has another length than its fields`);
  const aliases = columns.map((_, i) => `v${i}`);
  const values = columns.map((column, i) => cast(`k.v${i}`, column)).join(", ");
  const names = columns.map(({ name }) => quoted(name)).join(", ");
  // Without `OVERRIDING` the store would number the row anew, or refuse its number.
  return `INSERT INTO ${table.sql.replace(/^ONLY /, "")} (${names}) OVERRIDING SYSTEM VALUE
SELECT ${values} FROM ${unnested(mutation.rows, aliases, binds)}`;
}

function ringStep(group: readonly Given<"insert">[]): Step {
  const binds = binder();
  const parts = group.map((given, i) => `i${i} AS (${insertion(given, binds)} RETURNING 1)`);
  const counts = group.map((_, i) => `(SELECT count(*) FROM i${i})::text`);
  return {
    collections: group.map(({ table }) => table.name),
    mutations: group.map(({ index }) => index),
    statement: { text: `WITH ${parts.join(", ")} SELECT ${counts.join(", ")}`, values: binds.values },
  };
}

function insertStep(given: Given<"insert">): Step {
  const binds = binder();
  const text = insertion(given, binds);
  return {
    collections: [given.table.name],
    mutations: [given.index],
    statement: { text, values: binds.values },
  };
}

function updateStep({ mutation, table, index }: Given<"update">): Step {
  const { key, fields, rows } = mutation;
  const binds = binder();
  const keys = columnsOf(table, key);
  const columns = columnsOf(table, fields);
  if (rows.some((r) => r.key.length !== key.length || r.was.length + r.to.length !== 2 * fields.length))
    throw malformed(`a row of \`${table.name}\` has another length than its fields`);
  const aliases = [
    ...keys.map((_, i) => `k${i}`),
    ...columns.map((_, i) => `w${i}`),
    ...columns.map((_, i) => `v${i}`),
  ];
  const from = unnested(
    rows.map((row) => [...row.key, ...row.was, ...row.to]),
    aliases,
    binds,
  );
  const untouched = columns.map((c, i) => `${textOf(c, c.name)} IS NOT DISTINCT FROM k.w${i}`);
  const set = columns.map(
    (c, i) =>
      `${quoted(c.name)} = CASE WHEN ${untouched[i]} THEN ${cast(`k.v${i}`, c)} ELSE t.${quoted(c.name)} END`,
  );
  const meets = keys.map((c, i) => meeting(c, cast(`k.k${i}`, c))).join(" AND ");
  const text = `UPDATE ${table.sql} AS t SET ${set.join(", ")} FROM ${from} WHERE ${meets} AND (${untouched.join(" OR ")})`;
  return { collections: [table.name], mutations: [index], statement: { text, values: binds.values } };
}

export async function restoringSteps(
  mutations: readonly Mutation[],
  cache: CatalogueCache,
): Promise<readonly Step[]> {
  const inserts: Given<"insert">[] = [];
  const updates: Given<"update">[] = [];
  for (const [index, mutation] of mutations.entries()) {
    if (mutation.act === "insert" && mutation.rows.length > 0) {
      const { table } = await cache.table(mutation.collection, mutation.fields);
      inserts.push({ index, mutation, table });
    }
    if (mutation.act === "update" && mutation.rows.length > 0) {
      const { table } = await cache.table(mutation.collection, [...mutation.key, ...mutation.fields]);
      updates.push({ index, mutation, table });
    }
  }
  const nodes = inserts.map(({ table }) => ({
    name: table.name,
    foreignKeys: table.description.foreignKeys,
  }));
  const filled = deletionOrder(nodes)
    .toReversed()
    .flatMap((group) => {
      const members = inserts.filter(({ table }) => group.names.includes(table.name));
      return group.cyclic ? [ringStep(members)] : members.map(insertStep);
    });
  return [...filled, ...updates.map(updateStep)];
}
