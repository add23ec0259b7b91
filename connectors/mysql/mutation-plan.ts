/**
 * The statements of one `mutate`. First the sets, in the order given (they cut the links that would hold a deletion up; several kinds of them
 * on one collection are one statement), then the deletions, referring rows before the rows that they refer to.
 *
 * InnoDB checks foreign keys row by row. Rows that refer to each other in a ring are freed first: a link field of the rows that are
 * about to be deleted is set to null, or, where it can't be null, to a value that points nowhere, with the checks off for that one
 * statement. The deletion itself always runs with the checks on: a row that stays and refers to one that goes still blocks it.
 */
import type { MaskAct } from "@avow/core/datamap/model";
import { chunks } from "@avow/runtime/connector-kit/chunks";
import {
  type CollectionDescription,
  type Erasing,
  isErasing,
  type Match,
  type Mutation,
} from "@avow/runtime/connector-kit/contract";
import {
  type Assigned,
  type Counted,
  countedBy,
  isKey,
  jointly,
  type Kinded,
  kindedLots,
  made,
  runsOf,
} from "@avow/runtime/connector-kit/kinds";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { malformed, refused } from "@avow/runtime/connector-kit/refused";
import { fieldsOfStill } from "@avow/runtime/connector-kit/still";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { type Column, comesBack } from "./column.ts";
import { type Cut, deletionOrder } from "./deletion-order.ts";
import { toHold } from "./given.ts";
import { maskExpression } from "./mask.ts";
import { condition, joined } from "./match.ts";
import { quoted } from "./name.ts";
import { isIndexed } from "./notation.ts";
import { placeAssignments } from "./places-set.ts";
import { costOf, freeingOf } from "./ring.ts";
import type { Statement } from "./session.ts";
import { andStill, type Freed, whereStillEach } from "./still.ts";

export interface Step {
  readonly collection: string;
  /** Whose rows the statement's are; null for a step that only prepares, or is for several. */
  readonly mutation: number | null;
  /** The statement runs with foreign keys unchecked. */
  readonly unchecked: boolean;
  readonly statement: Statement;
  /** It is for several mutations. */
  readonly kinds?: Counted<Statement>;
  /** It only looks: another number than this in its first cell undoes the whole step, for this reason. */
  readonly finds?: { readonly rows: number; readonly or: string };
}

interface Change {
  readonly index: number;
  readonly mutation: Erasing;
  readonly table: Table;
}

/** What is kept needs no right, not even that of seeing the field. */
const changing = (mutation: Erasing): readonly (readonly [string, MaskAct])[] =>
  mutation.act === "set" ? Object.entries(mutation.set).filter(([, act]) => act !== "keep") : [];

function assignments({ mutation, table }: Change): readonly Assigned[] {
  if (mutation.act !== "set") return [];
  const masks = changing(mutation).flatMap(([field, act]) => {
    if (isPlace(table, field)) return [];
    const value = maskExpression(act, columnOf(table, field), table.name);
    return value === null ? [] : [{ column: field, sql: value, values: [] }];
  });
  const values = Object.entries(mutation.values ?? {}).flatMap(([field, value]) => {
    if (isPlace(table, field)) return [];
    const column = columnOf(table, field);
    if (column.generated) throw malformed(`\`${table.name}.${field}\` is made by the store and can't be set`);
    return [{ column: field, sql: toHold(column, value), values: [value] }];
  });
  return [...masks, ...values, ...placeAssignments(mutation, table)];
}

function columnOf(table: Table, field: string): Column {
  const column = table.columns.get(field);
  if (column === undefined) throw malformed(`\`${table.name}\` has no field \`${field}\``);
  return column;
}

const fieldsSet = (mutation: Erasing): readonly string[] =>
  mutation.act === "set"
    ? [...changing(mutation).map(([field]) => field), ...Object.keys(mutation.values ?? {})]
    : [];

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
function update({ table, mutation }: Change, set: readonly string[], where: Match): Statement | null {
  const found = condition(where, table);
  if (found === null) return null;
  const still = andStill(mutation, table);
  const all = [...set, ...unstamped(table, set)].join(", ");
  return {
    text: `UPDATE ${table.sql} AS t JOIN (SELECT 1 AS one) AS o SET ${all} WHERE ${found.sql}${still.sql}`,
    values: [...found.values, ...still.values],
  };
}

const assignment = ({ column, sql }: Assigned): string => `t.${quoted(column)} = ${sql}`;

/** One for a run of sets; each by itself where the store could not tell them apart for certain. */
function runSteps(run: readonly Change[]): readonly Step[] {
  const some = run.filter((change) => assignments(change).length > 0);
  return some.length > 1 && some.every(isJoinable) && stays(some)
    ? kindedLots(some).flatMap((lot) => kindsStep(some, lot) ?? [])
    : run.flatMap(setSteps);
}

const isJoinable = ({ mutation: { where }, table }: Change): boolean =>
  isKey(where.fields, table.description) &&
  where.tuples.every((tuple) => tuple.length === where.fields.length) &&
  where.fields.every((field) => isIndexed(columnOf(table, field)));

/** What is not to be changed is set to what it is, by way of a type that both have: not every value comes back from there. */
const stays = (run: readonly Change[]): boolean =>
  jointly(run.map(assignments)).every(
    ({ column, all }) => all || run.every(({ table }) => comesBack(columnOf(table, column))),
  );

/** The list of keys and kinds is joined with the rows. Who was changed is counted only where not all that are named were there. */
function kindsStep(run: readonly Change[], lot: readonly Kinded[]): Step | null {
  const [first] = run;
  if (first === undefined) throw malformed("nothing is set");
  const { table, mutation } = first;
  const list = joined(mutation.where.fields, table, lot);
  if (list === null) return null;
  const set = jointly(run.map(assignments)).map((joint) => ({
    column: joint.column,
    ...made(joint, `t.${quoted(joint.column)}`, "k.kind"),
  }));
  const all = [...set.map(assignment), ...unstamped(table, set.map(assignment))].join(", ");
  const rows = `${table.sql} AS t JOIN ${list.sql}`;
  const still = whereStillEach(run, lot, table);
  return {
    collection: table.name,
    mutation: null,
    unchecked: false,
    statement: {
      text: `UPDATE ${rows} SET ${all}${still.sql}`,
      values: [...list.values, ...set.flatMap((s) => s.values), ...still.values],
    },
    kinds: countedBy(run, lot, {
      text: `SELECT k.kind, COUNT(*) FROM ${rows} GROUP BY k.kind`,
      values: list.values,
    }),
  };
}

function setSteps(change: Change): readonly Step[] {
  const set = assignments(change);
  if (set.length === 0) return [];
  return chunks(change.mutation.where).flatMap((where) => {
    const statement = update(change, set.map(assignment), where);
    if (statement === null) return [];
    const values = [...set.flatMap((s) => s.values), ...statement.values];
    const bound = { text: statement.text, values };
    return [{ collection: change.table.name, mutation: change.index, unchecked: false, statement: bound }];
  });
}

function deleteSteps({ table, mutation, index }: Change, freed: readonly Freed[]): readonly Step[] {
  const still = andStill(mutation, table, freed);
  return chunks(mutation.where).flatMap((where) => {
    const found = condition(where, table);
    if (found === null) return [];
    const statement = {
      text: `DELETE t FROM ${table.sql} AS t WHERE ${found.sql}${still.sql}`,
      values: [...found.values, ...still.values],
    };
    return [{ collection: table.name, mutation: index, unchecked: false, statement }];
  });
}

/** Not in chunks: a ring may lead from one to another. */
function cutSteps(
  cut: Cut,
  deletes: readonly Change[],
  all: readonly CollectionDescription[],
): readonly Step[] {
  const { collection, key } = cut;
  const freeing = freeingOf(cut, all);
  if (freeing === "by itself") return [];
  if (freeing === "impossible")
    throw malformed(
      `rows of \`${collection}\` refer to each other over \`${key.from.join(", ")}\`, which can be neither null nor freed: they can't be deleted in one step`,
    );
  const changes = deletes.filter((change) => change.table.name === collection);
  return changes.flatMap((change) => {
    const set = [`t.${quoted(freeing.field)} = ${freeing.value}`];
    const statement = update(change, set, change.mutation.where);
    return statement === null
      ? []
      : [{ collection, mutation: null, unchecked: freeing.unchecked, statement }];
  });
}

async function changeOf(mutation: Erasing, index: number, cache: CatalogueCache): Promise<Change> {
  const fields = [...mutation.where.fields, ...fieldsSet(mutation), ...fieldsOfStill(mutation)];
  const table = await cache.places(mutation.collection, fields);
  if (table.unfit !== null)
    throw refused({ error: "blocked", retryable: false }, `\`${table.name}\` ${table.unfit}`);
  return { index, mutation, table };
}

/** It is for several kinds. */
export const isJoint = ({ kinds }: Step): boolean => kinds !== undefined;

export async function stepsOf(
  mutations: readonly Mutation[],
  cache: CatalogueCache,
  { apart = false }: { readonly apart?: boolean } = {},
): Promise<readonly Step[]> {
  const all: Change[] = [];
  for (const [index, mutation] of mutations.entries())
    if (isErasing(mutation)) all.push(await changeOf(mutation, index, cache));
  const changes = all.filter((change) => change.mutation.where.tuples.length > 0);
  const setting = changes.filter((change) => change.mutation.act === "set");
  const sets = apart ? setting.flatMap(setSteps) : runsOf(setting).flatMap(runSteps);
  const deletes = changes.filter((change) => change.mutation.act === "delete");
  const nodes = [...new Set(deletes.map(({ table }) => table.description))];
  const every = [...(await cache.all()).tables.values()].map((table) => table.description);
  const { names, cuts } = deletionOrder(nodes, (cut) => costOf(cut, every));
  const freed = cuts.flatMap((cut) => cutSteps(cut, deletes, every));
  const gone = names.flatMap((name) => {
    const loose = cuts
      .filter((cut) => cut.collection === name)
      .map((cut) => freeingOf(cut, every))
      .filter((freeing) => typeof freeing !== "string");
    return deletes.filter(({ table }) => table.name === name).flatMap((change) => deleteSteps(change, loose));
  });
  return [...sets, ...freed, ...gone];
}
