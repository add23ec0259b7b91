/**
 * The statements of one `mutate`. First the sets, in the order given, then the deletions, referring rows before the rows they refer to:
 * then each mutation counts its own rows, and not what a cascade took along. Foreign keys are checked when the step ends
 * (`defer_foreign_keys`), so rings need no special care, and chunks neither.
 */
import type { Match, Mutation } from "@avow/runtime/connector-kit/contract";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { malformed } from "./failure.ts";
import { maskExpression } from "./mask.ts";
import { condition } from "./match.ts";
import { quoted } from "./name.ts";
import type { Statement } from "./session.ts";

export const TUPLES_PER_STATEMENT = 50_000;

export interface Step {
  readonly table: Table;
  readonly mutation: number;
  readonly statement: Statement;
}

interface Change {
  readonly index: number;
  readonly mutation: Mutation;
  readonly table: Table;
}

function chunks(where: Match): readonly Match[] {
  if (where.tuples.length <= TUPLES_PER_STATEMENT) return [where];
  // A key that stands twice would be counted once per chunk.
  const tuples = [...new Map(where.tuples.map((tuple) => [JSON.stringify(tuple), tuple])).values()];
  const count = Math.ceil(tuples.length / TUPLES_PER_STATEMENT);
  return Array.from({ length: count }, (_, i) => ({
    ...where,
    tuples: tuples.slice(i * TUPLES_PER_STATEMENT, (i + 1) * TUPLES_PER_STATEMENT),
  }));
}

function assignments({ mutation, table }: Change): readonly string[] {
  if (mutation.act !== "set") return [];
  return Object.entries(mutation.set).flatMap(([field, act]) => {
    const column = table.columns.get(field);
    if (column === undefined) throw malformed(`\`${table.name}\` has no field \`${field}\``);
    const value = maskExpression(act, column, table.name);
    return value === null ? [] : [`${quoted(field)} = ${value}`];
  });
}

function stepsFor(change: Change): readonly Step[] {
  const { table, mutation, index } = change;
  const set = assignments(change);
  if (mutation.act === "set" && set.length === 0) return [];
  const head =
    mutation.act === "set"
      ? `UPDATE ${table.sql} AS t SET ${set.join(", ")}`
      : `DELETE FROM ${table.sql} AS t`;
  return chunks(mutation.where).flatMap((where) => {
    const found = condition(where, table);
    if (found === null) return [];
    return [
      { table, mutation: index, statement: { text: `${head} WHERE ${found.sql}`, values: found.values } },
    ];
  });
}

/** Those that no other points at come first; in a ring the order does not matter. */
function referringFirst(changes: readonly Change[]): readonly Change[] {
  const open = [...new Set(changes.map(({ table }) => table))];
  const ordered: Table[] = [];
  while (open.length > 0) {
    const at = open.findIndex(({ name }) =>
      open.every(
        (other) =>
          other.name === name || other.description.foreignKeys.every((key) => key.to.collection !== name),
      ),
    );
    ordered.push(...open.splice(Math.max(0, at), 1));
  }
  return ordered.flatMap((table) => changes.filter((change) => change.table === table));
}

export async function stepsOf(
  mutations: readonly Mutation[],
  cache: CatalogueCache,
): Promise<readonly Step[]> {
  const all: Change[] = [];
  for (const [index, mutation] of mutations.entries()) {
    const fields = [...mutation.where.fields, ...(mutation.act === "set" ? Object.keys(mutation.set) : [])];
    all.push({ index, mutation, table: await cache.table(mutation.collection, fields) });
  }
  const changes = all.filter((change) => change.mutation.where.tuples.length > 0);
  const sets = changes.filter((change) => change.mutation.act === "set");
  const deletes = changes.filter((change) => change.mutation.act === "delete");
  return [...sets, ...referringFirst(deletes)].flatMap(stepsFor);
}
