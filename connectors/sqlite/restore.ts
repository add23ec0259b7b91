/** Rows that are put back: the insertions, then the updates, row by row. Foreign keys are checked when the step ends, so the order of rows is free. */
import type { Cell, Mutation, Restoring } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { CatalogueCache, Table } from "./catalogue.ts";
import type { Step } from "./mutation-plan.ts";
import { quoted } from "./name.ts";

function namesOf(table: Table, fields: readonly string[]): readonly string[] {
  const made = fields.find((field) => table.columns.get(field)?.generated === true);
  if (made !== undefined)
    throw malformed(`\`${table.name}.${made}\` is made by the store and can't be put back`);
  return fields.map(quoted);
}

/** A text whose storage class the column's affinity decides. */
const asText = (cell: Cell): Cell => (cell === null ? null : `t:${cell}`);

function updateStep(
  table: Table,
  index: number,
  { key, fields, rows, fresh }: Extract<Restoring, { readonly act: "update" }>,
): Step {
  // A collation that is not there would keep the store from its index.
  const exactly = table.collated ? " COLLATE BINARY" : "";
  const is = (field: string, at: number): string => `${quoted(field)}${exactly} IS ?${at}`;
  const set = fields.map((field, i) => {
    const untouched = is(field, key.length + i + 1);
    return `${quoted(field)} = CASE WHEN ${untouched} THEN ?${key.length + fields.length + i + 1} ELSE ${quoted(field)} END`;
  });
  const meets = key.map((field, i) => is(field, i + 1));
  const untouched = fields.map((field, i) => is(field, key.length + i + 1)).join(" OR ");
  const text = `UPDATE ${table.sql} SET ${set.join(", ")} WHERE ${[...meets, `(${untouched})`].join(" AND ")}`;
  const runs = rows.map((row) => [...row.key, ...row.was, ...(fresh === true ? row.to.map(asText) : row.to)]);
  return { table, mutation: index, statement: { text, values: [] }, runs };
}

export async function restoringSteps(
  mutations: readonly Mutation[],
  cache: CatalogueCache,
): Promise<readonly Step[]> {
  const inserts: Step[] = [];
  const updates: Step[] = [];
  for (const [index, mutation] of mutations.entries()) {
    if (mutation.act === "insert" && mutation.rows.length > 0) {
      const table = await cache.table(mutation.collection, mutation.fields);
      const names = namesOf(table, mutation.fields);
      if (mutation.rows.some((row) => row.length !== names.length))
        throw malformed(`a row of \`${table.name}\` has another length than its fields`);
      const text = `INSERT INTO ${table.sql} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
      inserts.push({
        table,
        mutation: index,
        statement: { text, values: [] },
        runs: mutation.fresh === true ? mutation.rows.map((row) => row.map(asText)) : mutation.rows,
      });
    }
    if (mutation.act === "update" && mutation.rows.length > 0) {
      const { key, fields, rows } = mutation;
      const table = await cache.table(mutation.collection, [...key, ...fields]);
      namesOf(table, fields);
      if (rows.some((r) => r.key.length !== key.length || r.was.length + r.to.length !== 2 * fields.length))
        throw malformed(`a row of \`${table.name}\` has another length than its fields`);
      updates.push(updateStep(table, index, mutation));
    }
  }
  return [...inserts, ...updates];
}
