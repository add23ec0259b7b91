/**
 * The statements of one `mutate`. First the sets, in the order given (they cut the links that would hold a deletion up), then the
 * deletions, referring rows before the rows that they refer to.
 *
 * InnoDB checks foreign keys row by row. Rows that refer to each other in a ring are freed first: a link field of the rows that are
 * about to be deleted is set to null, or, where it can't be null, to a value that points nowhere, with the checks off for that one
 * statement. The deletion itself always runs with the checks on: a row that stays and refers to one that goes still blocks it.
 */
import type { MaskAct } from "@avow/core/datamap/model";
import type { CollectionDescription, Match, Mutation } from "@avow/runtime/connector-kit/contract";
import type { Catalogue, CatalogueCache, Table } from "./catalogue.ts";
import { type Cut, deletionOrder } from "./deletion-order.ts";
import { malformed, refused } from "./failure.ts";
import { maskExpression, pointsNowhere } from "./mask.ts";
import { condition } from "./match.ts";
import { quoted } from "./name.ts";
import type { Statement } from "./session.ts";

export const TUPLES_PER_STATEMENT = 50_000;

export interface Step {
  readonly collection: string;
  /** Whose rows the statement's are; null for a step that only prepares. */
  readonly mutation: number | null;
  /** The statement runs with foreign keys unchecked. */
  readonly unchecked: boolean;
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

/** What is kept needs no right, not even that of seeing the field. */
const changing = (mutation: Mutation): readonly (readonly [string, MaskAct])[] =>
  mutation.act === "set" ? Object.entries(mutation.set).filter(([, act]) => act !== "keep") : [];

function assignments({ mutation, table }: Change): readonly string[] {
  if (mutation.act !== "set") return [];
  return changing(mutation).flatMap(([field, act]) => {
    const column = table.columns.get(field);
    if (column === undefined) throw malformed(`\`${table.name}\` has no field \`${field}\``);
    const value = maskExpression(act, column, table.name);
    return value === null ? [] : [`t.${quoted(field)} = ${value}`];
  });
}

/** Columns that the store stamps on every change keep what they hold: only what is named changes. */
function unstamped(table: Table, set: readonly string[]): readonly string[] {
  const stamped = [...table.columns.values()]
    .filter((column) => column.stamped)
    .map((column) => `t.${quoted(column.name)}`);
  return stamped
    .filter((field) => !set.some((assignment) => assignment.startsWith(`${field} =`)))
    .map((field) => `${field} = ${field}`);
}

/** A statement over two tables: only of those does MariaDB make a semi-join that starts from the keys. */
function update(table: Table, set: readonly string[], where: Match): Statement | null {
  const found = condition(where, table);
  if (found === null) return null;
  const all = [...set, ...unstamped(table, set)].join(", ");
  return {
    text: `UPDATE ${table.sql} AS t JOIN (SELECT 1 AS one) AS o SET ${all} WHERE ${found.sql}`,
    values: found.values,
  };
}

function setSteps(change: Change): readonly Step[] {
  const set = assignments(change);
  if (set.length === 0) return [];
  return chunks(change.mutation.where).flatMap((where) => {
    const statement = update(change.table, set, where);
    if (statement === null) return [];
    return [{ collection: change.table.name, mutation: change.index, unchecked: false, statement }];
  });
}

function deleteSteps({ table, mutation, index }: Change): readonly Step[] {
  return chunks(mutation.where).flatMap((where) => {
    const found = condition(where, table);
    if (found === null) return [];
    const statement = { text: `DELETE t FROM ${table.sql} AS t WHERE ${found.sql}`, values: found.values };
    return [{ collection: table.name, mutation: index, unchecked: false, statement }];
  });
}

/** Not in chunks: a ring may lead from one to another. */
function cutSteps(cut: Cut, deletes: readonly Change[]): readonly Step[] {
  const { collection, key } = cut;
  const changes = deletes.filter((change) => change.table.name === collection);
  return changes.flatMap(({ table, mutation }) => {
    const columns = key.from.flatMap((field) => table.columns.get(field) ?? []);
    const free = columns.find((column) => column.nullable);
    if (free === undefined && !holds(cut)) return [];
    const values = (free === undefined ? columns : [free]).map((column) => ({
      column,
      value: pointsNowhere(column),
    }));
    if (values.some(({ value }) => value === null))
      throw malformed(
        `rows of \`${collection}\` refer to each other over \`${key.from.join(", ")}\`, which can be neither null nor freed: they can't be deleted in one step`,
      );
    const set = values.map(({ column, value }) => `t.${quoted(column.name)} = ${value}`);
    const statement = update(table, set, mutation.where);
    return statement === null
      ? []
      : [{ collection, mutation: null, unchecked: free === undefined, statement }];
  });
}

/**
 * What it costs to take a key out of a ring. A key that deletes by itself needs no freeing, but then takes a row along that another key of
 * the ring may still hold: that is for where nothing else is left.
 */
const COST = { free: 0, unchecked: 10, byItself: 20, impossible: 100 } as const;

/** Keys that act by themselves when the row that they point at goes do not hold the deletion up. */
const holds = ({ key }: Cut): boolean => key.onDelete === "no action" || key.onDelete === "restrict";

/** Nullable first; a field that others point at, or that names the row, not at all if it can be helped. */
function costOf(cut: Cut, catalogue: Catalogue): number {
  const table = catalogue.tables.get(cut.collection);
  const columns = cut.key.from.flatMap((field) => table?.columns.get(field) ?? []);
  const free = columns.find((column) => column.nullable);
  const changed = free === undefined ? columns : [free];
  if (free === undefined && !holds(cut)) return COST.byItself;
  const pointedAt = [...catalogue.tables.values()].some((other) =>
    other.description.foreignKeys.some(
      (key) =>
        key.to.collection === cut.collection && changed.some(({ name }) => key.to.fields.includes(name)),
    ),
  );
  if (pointedAt || changed.some((column) => pointsNowhere(column) === null)) return COST.impossible;
  return free === undefined ? COST.unchecked : COST.free;
}

/** Fields that have to be set for rows of these collections to be deleted, by collection: those that free rings. */
export function freeingFields(
  collections: readonly CollectionDescription[],
): ReadonlyMap<string, readonly string[]> {
  const nullable = ({ collection, key }: Cut): string | undefined =>
    key.from.find((name) =>
      collections.some((c) => c.name === collection && c.fields.some((f) => f.name === name && f.nullable)),
    );
  const { cuts } = deletionOrder(collections, (cut) =>
    nullable(cut) === undefined ? (holds(cut) ? 10 : -1) : 0,
  );
  const fields = new Map<string, readonly string[]>();
  for (const cut of cuts) {
    const free = nullable(cut);
    if (free === undefined && !holds(cut)) continue;
    fields.set(cut.collection, [
      ...(fields.get(cut.collection) ?? []),
      ...(free === undefined ? cut.key.from : [free]),
    ]);
  }
  return fields;
}

async function changeOf(mutation: Mutation, index: number, cache: CatalogueCache): Promise<Change> {
  const fields = [...mutation.where.fields, ...changing(mutation).map(([field]) => field)];
  const table = await cache.table(mutation.collection, fields);
  if (table.unfit !== null)
    throw refused({ error: "blocked", retryable: false }, `\`${table.name}\` ${table.unfit}`);
  return { index, mutation, table };
}

export async function stepsOf(
  mutations: readonly Mutation[],
  cache: CatalogueCache,
): Promise<readonly Step[]> {
  const all: Change[] = [];
  for (const [index, mutation] of mutations.entries()) all.push(await changeOf(mutation, index, cache));
  const changes = all.filter((change) => change.mutation.where.tuples.length > 0);
  const sets = changes.filter((change) => change.mutation.act === "set").flatMap(setSteps);
  const deletes = changes.filter((change) => change.mutation.act === "delete");
  const nodes = [...new Set(deletes.map(({ table }) => table))].map(({ name, description }) => ({
    name,
    foreignKeys: description.foreignKeys,
  }));
  const catalogue = await cache.all();
  const { names, cuts } = deletionOrder(nodes, (cut) => costOf(cut, catalogue));
  const freed = cuts.flatMap((cut) => cutSteps(cut, deletes));
  const gone = names.flatMap((name) =>
    deletes.filter(({ table }) => table.name === name).flatMap(deleteSteps),
  );
  return [...sets, ...freed, ...gone];
}
