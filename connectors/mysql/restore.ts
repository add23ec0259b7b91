/**
 * Rows that are put back. First the insertions, rows that are referred to before those that refer to them, then the updates.
 *
 * InnoDB checks foreign keys row by row. Rows that refer to each other in a ring are put in with the checks off for that one
 * statement; when all are in, what they refer to is looked for, and locked, so nothing can go in between. Something missing undoes all of it.
 */
import type { CollectionDescription, Mutation, Restoring, Row } from "@avow/runtime/connector-kit/contract";
import { malformed, refused } from "@avow/runtime/connector-kit/refused";
import type { CatalogueCache, Table } from "./catalogue.ts";
import type { Column } from "./column.ts";
import { deletionOrder } from "./deletion-order.ts";
import type { Step } from "./mutation-plan.ts";
import { quoted } from "./name.ts";
import { comparisonOf, exactTextOf, fromExact, textKey } from "./notation.ts";

type Of<A extends Restoring["act"]> = Extract<Restoring, { readonly act: A }>;
interface Given<A extends Restoring["act"]> {
  readonly index: number;
  readonly mutation: Of<A>;
  readonly table: Table;
}

const ANY_LENGTH = Number.POSITIVE_INFINITY;

function columnsOf(table: Table, fields: readonly string[]): readonly Column[] {
  return fields.map((field) => {
    const column = table.columns.get(field);
    if (column === undefined) throw malformed(`\`${table.name}\` has no field \`${field}\``);
    if (column.generated)
      throw malformed(`\`${table.name}.${field}\` is made by the store and can't be put back`);
    return column;
  });
}

/** Texts of the rows, unpacked on the server; each is turned into a value where it is used. */
const unpacked = (types: readonly string[]): string =>
  `JSON_TABLE(?, '$[*]' COLUMNS (${types.map((type, i) => `v${i} ${type} PATH '$[${i}]'`).join(", ")})) AS k`;

function insertStep({ mutation, table, index }: Given<"insert">, unchecked: boolean): Step {
  const columns = columnsOf(table, mutation.fields);
  if (mutation.rows.some((row) => row.length !== columns.length))
    throw malformed(`a row of \`${table.name}\` has another length than its fields`);
  const names = columns.map(({ name }) => quoted(name)).join(", ");
  const values = columns.map((column, i) => fromExact(column, `k.v${i}`)).join(", ");
  const text = `INSERT INTO ${table.sql} (${names}) SELECT ${values} FROM ${unpacked(columns.map(() => textKey(ANY_LENGTH)))}`;
  const statement = { text, values: [JSON.stringify(mutation.rows)] };
  return { collection: table.name, mutation: index, unchecked, statement };
}

/** What rows that were put in unchecked refer to. */
function lookSteps(
  { mutation, table }: Given<"insert">,
  tables: ReadonlyMap<string, Table>,
): readonly Step[] {
  return table.description.foreignKeys.flatMap((key) => {
    const parent = tables.get(key.to.collection);
    const at = key.from.map((field) => mutation.fields.indexOf(field));
    const tuples = distinct(mutation.rows.map((row) => at.map((i) => row[i] ?? null)));
    if (parent === undefined || tuples.length === 0) return [];
    const comparisons = columnsOf(parent, key.to.fields).map((c) => comparisonOf(c));
    const known = tuples.flatMap((tuple) => {
      const made = tuple.map((value, i) => comparisons[i]?.canonical(value) ?? null);
      return made.includes(null) ? [] : [made];
    });
    const types = comparisons.map((c) => c.keyType(ANY_LENGTH));
    const columns = types.map((type, i) => `v${i} ${type} PATH '$[${i}]'`).join(", ");
    const meets = comparisons
      .flatMap((c, i) => c.pairs(`k.v${i}`))
      .map(([side, other]) => `${side} = ${other}`);
    const text = `SELECT COUNT(DISTINCT k.n) FROM ${parent.sql} AS t
JOIN JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, ${columns})) AS k ON ${meets.join(" AND ")} LOCK IN SHARE MODE`;
    const or = `foreign key violation (1452), \`${table.name}\`: a row that it refers to in \`${parent.name}\` is not there`;
    return [
      {
        collection: table.name,
        mutation: null,
        unchecked: false,
        statement: { text, values: [JSON.stringify(known)] },
        finds: { rows: tuples.length, or },
      },
    ];
  });
}

/** Without those that hold a null: they refer to nothing. */
function distinct(tuples: readonly Row[]): readonly (readonly string[])[] {
  const whole = tuples.flatMap((tuple) => {
    const cells = tuple.filter((cell) => cell !== null);
    return cells.length === tuple.length ? [cells] : [];
  });
  return [...new Map(whole.map((tuple) => [JSON.stringify(tuple), tuple])).values()];
}

function updateStep({ mutation, table, index }: Given<"update">): Step {
  const { key, fields, rows } = mutation;
  const keys = columnsOf(table, key).map((c) => comparisonOf(c));
  const columns = columnsOf(table, fields);
  if (rows.some((r) => r.key.length !== key.length || r.was.length + r.to.length !== 2 * fields.length))
    throw malformed(`a row of \`${table.name}\` has another length than its fields`);
  const bytes = (x: string): string => `CAST(${x} AS BINARY)`;
  const untouched = columns.map(
    (column, i) => `${bytes(exactTextOf(column))} <=> ${bytes(`k.v${keys.length + i}`)}`,
  );
  const set = columns.map((column, i) => {
    const field = `t.${quoted(column.name)}`;
    return `${field} = CASE WHEN ${untouched[i]} THEN ${fromExact(column, `k.v${keys.length + columns.length + i}`)} ELSE ${field} END`;
  });
  const stamped = [...table.columns.values()]
    .filter((column) => column.stamped && !fields.includes(column.name))
    .map((column) => `t.${quoted(column.name)} = t.${quoted(column.name)}`);
  const types = [
    ...keys.map((c) => c.keyType(ANY_LENGTH)),
    ...[...columns, ...columns].map(() => textKey(ANY_LENGTH)),
  ];
  const meets = keys.flatMap((c, i) => c.pairs(`k.v${i}`)).map(([side, other]) => `${side} = ${other}`);
  const made = rows.flatMap((row) => {
    const tuple = row.key.map((value, i) => keys[i]?.canonical(value) ?? null);
    return tuple.includes(null) ? [] : [[...tuple, ...row.was, ...row.to]];
  });
  const text = `UPDATE ${table.sql} AS t JOIN ${unpacked(types)} ON ${meets.join(" AND ")} SET ${[...set, ...stamped].join(", ")} WHERE ${untouched.join(" OR ")}`;
  return {
    collection: table.name,
    mutation: index,
    unchecked: false,
    statement: { text, values: [JSON.stringify(made)] },
  };
}

function fit(table: Table): Table {
  if (table.unfit === null) return table;
  throw refused({ error: "blocked", retryable: false }, `\`${table.name}\` ${table.unfit}`);
}

export async function restoringSteps(
  mutations: readonly Mutation[],
  cache: CatalogueCache,
): Promise<readonly Step[]> {
  const inserts: Given<"insert">[] = [];
  const updates: Given<"update">[] = [];
  for (const [index, mutation] of mutations.entries()) {
    if (mutation.act === "insert" && mutation.rows.length > 0)
      inserts.push({ index, mutation, table: fit(await cache.table(mutation.collection, mutation.fields)) });
    if (mutation.act === "update" && mutation.rows.length > 0) {
      const fields = [...mutation.key, ...mutation.fields];
      updates.push({ index, mutation, table: fit(await cache.table(mutation.collection, fields)) });
    }
  }
  if (inserts.length + updates.length === 0) return [];
  const nodes: readonly CollectionDescription[] = [...new Set(inserts.map(({ table }) => table.description))];
  const { names, cuts } = deletionOrder(nodes, () => 1);
  const ringed = new Set(cuts.map(({ collection }) => collection));
  const filled = names
    .toReversed()
    .flatMap((name) => inserts.filter(({ table }) => table.name === name))
    .map((given) => insertStep(given, ringed.has(given.table.name)));
  const { tables } = await cache.all();
  const looked = inserts
    .filter(({ table }) => ringed.has(table.name))
    .flatMap((given) => lookSteps(given, tables));
  return [...filled, ...looked, ...updates.map(updateStep)];
}
