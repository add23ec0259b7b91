/**
 * The statements of one `mutate`. First the sets, in the order given (they cut the links that would hold a deletion up; several kinds of them
 * on one collection are one statement), then the deletions, referring rows before the rows that they refer to.
 *
 * Collections whose foreign keys form a cycle, self-references included, are emptied by ONE statement with a data-modifying CTE each:
 * PostgreSQL checks foreign keys when a statement ends, and by then both sides are gone. Two statements would fail at the first, and
 * deferring the checks is possible only where the schema allows it. For the same reason such a statement is never cut into chunks.
 */
import { chunks } from "@avow/runtime/connector-kit/chunks";
import { type Erasing, isErasing, type Match, type Mutation } from "@avow/runtime/connector-kit/contract";
import {
  type Assigned,
  jointly,
  type Kinded,
  kindedLots,
  made,
  runsOf,
} from "@avow/runtime/connector-kit/kinds";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { malformed } from "@avow/runtime/connector-kit/refused";
import { fieldsOfStill } from "@avow/runtime/connector-kit/still";
import { type Binder, binder } from "./binder.ts";
import type { Catalogue, CatalogueCache, Column, Table } from "./catalogue.ts";
import { maskExpression } from "./mask.ts";
import { condition, joined } from "./match.ts";
import { quoted } from "./name.ts";
import { deletionOrder } from "./order.ts";
import { placeAssignments } from "./places-set.ts";
import type { Statement } from "./session.ts";
import { andStill, andStillEach } from "./still.ts";

export interface Step {
  readonly collections: readonly string[];
  /** The mutations that the step carries out: one, whose rows are the statement's, or several, whose rows it returns side by side. */
  readonly mutations: readonly number[];
  readonly statement: Statement;
}

interface Change {
  readonly index: number;
  readonly mutation: Erasing;
  readonly table: Table;
  readonly catalogue: Catalogue;
}

function assignments({ mutation, table, catalogue }: Change, binds: Binder): readonly Assigned[] {
  if (mutation.act !== "set") return [];
  const { bind } = binds;
  const columnOf = (field: string): Column => {
    const column = table.columns.get(field);
    if (column === undefined) throw malformed(`\`${table.name}\` has no field \`${field}\``);
    return column;
  };
  const masks = Object.entries(mutation.set).flatMap(([field, act]) => {
    if (isPlace(table, field)) return [];
    const value = maskExpression(act, columnOf(field), table.name);
    return value === null ? [] : [{ column: field, sql: value, values: [] }];
  });
  const values = Object.entries(mutation.values ?? {}).flatMap(([field, value]) => {
    if (isPlace(table, field)) return [];
    const column = columnOf(field);
    if (column.generated) throw malformed(`\`${table.name}.${field}\` is made by the store and can't be set`);
    // Without a cast: one to `varchar(20)` would cut what is too long, an assignment refuses it.
    return { column: field, sql: bind(value), values: [] };
  });
  return [...masks, ...values, ...placeAssignments(mutation, table, catalogue, binds)];
}

const fieldsSet = (mutation: Erasing): readonly string[] =>
  mutation.act === "set" ? [...Object.keys(mutation.set), ...Object.keys(mutation.values ?? {})] : [];

const assignment = ({ column, sql }: Assigned): string => `${quoted(column)} = ${sql}`;

/** One for a run of sets; each by itself where the store could not tell them apart for certain. */
function runSteps(run: readonly Change[]): readonly Step[] {
  const some = run.filter((change) => assignments(change, binder()).length > 0);
  return some.length > 1 && some.every(isJoinable) && stays(some)
    ? kindedLots(some).map((lot) => kindsStep(some, lot))
    : run.flatMap(setSteps);
}

const isJoinable = ({ mutation: { where }, table }: Change): boolean =>
  where.tuples.every((tuple) => tuple.length === where.fields.length) &&
  where.fields.every((field) => table.columns.get(field)?.loose === false);

/** What is not to be changed is set to what it is: a domain would run its checks on that anew. */
const stays = (run: readonly Change[]): boolean =>
  jointly(run.map((change) => assignments(change, binder()))).every(
    ({ column, all }) => all || run.every(({ table }) => !isDomain(table, column)),
  );

/** Types that go by another name without their length. */
const DECLARED: Readonly<Record<string, string>> = { bpchar: "character", bit: "bit" };

function isDomain({ columns, description }: Table, name: string): boolean {
  const column = columns.get(name);
  const declared = description.fields.find((f) => f.name === name)?.type.replace(/\(\d+(,-?\d+)?\)/, "");
  return declared !== column?.type && declared !== DECLARED[column?.base ?? ""];
}

/** The list of keys and kinds is joined with the rows, whose kinds come back: who was changed is told set by set. */
function kindsStep(run: readonly Change[], lot: readonly Kinded[]): Step {
  const [first] = run;
  if (first === undefined) throw malformed("nothing is set");
  const { table, catalogue, mutation } = first;
  const binds = binder();
  const set = jointly(run.map((change) => assignments(change, binds))).map((joint) =>
    assignment({ column: joint.column, ...made(joint, `t.${quoted(joint.column)}`, "k.kind") }),
  );
  const { list, meets } = joined(mutation.where.fields, { table, catalogue, lot }, binds);
  const holds = andStillEach(run, { table, catalogue, lot }, binds);
  const counts = run.map((_, kind) => `(count(*) FILTER (WHERE kind = ${kind}))::text`);
  const text = `WITH u AS (UPDATE ${table.sql} AS t SET ${set.join(", ")} FROM ${list} WHERE ${meets}${holds} RETURNING k.kind) SELECT ${counts.join(", ")} FROM u`;
  return {
    collections: [table.name],
    mutations: run.map((change) => change.index),
    statement: { text, values: binds.values },
  };
}

/** The rows of these keys, as far as they are still what they must be. */
function meant({ mutation, table, catalogue }: Change, where: Match, binds: Binder): string {
  const { sql, plain } = condition(where, table, catalogue, binds);
  const still = andStill(mutation, { table, catalogue }, binds);
  return still === "" || !plain ? `${sql}${still}` : `(${sql})${still}`;
}

function setSteps(change: Change): readonly Step[] {
  return chunks(change.mutation.where).flatMap((where) => {
    const binds = binder();
    const set = assignments(change, binds);
    if (set.length === 0) return [];
    const sql = meant(change, where, binds);
    const text = `UPDATE ${change.table.sql} AS t SET ${set.map(assignment).join(", ")} WHERE ${sql}`;
    return [
      {
        collections: [change.table.name],
        mutations: [change.index],
        statement: { text, values: binds.values },
      },
    ];
  });
}

function deleteSteps(change: Change): readonly Step[] {
  return chunks(change.mutation.where).map((where) => {
    const binds = binder();
    const sql = meant(change, where, binds);
    return {
      collections: [change.table.name],
      mutations: [change.index],
      statement: { text: `DELETE FROM ${change.table.sql} AS t WHERE ${sql}`, values: binds.values },
    };
  });
}

function cycleStep(changes: readonly Change[]): Step {
  const binds = binder();
  const parts = changes.map((change, i) => {
    const sql = meant(change, change.mutation.where, binds);
    return `d${i} AS (DELETE FROM ${change.table.sql} AS t WHERE ${sql} RETURNING 1)`;
  });
  const counts = changes.map((_, i) => `(SELECT count(*) FROM d${i})::text`);
  return {
    collections: changes.map((change) => change.table.name),
    mutations: changes.map((change) => change.index),
    statement: { text: `WITH ${parts.join(", ")} SELECT ${counts.join(", ")}`, values: binds.values },
  };
}

async function changeOf(mutation: Erasing, index: number, cache: CatalogueCache): Promise<Change> {
  const fields = [...mutation.where.fields, ...fieldsSet(mutation), ...fieldsOfStill(mutation)];
  const { table, catalogue } = await cache.places(mutation.collection, fields);
  return { index, mutation, table, catalogue };
}

/** It is for several kinds. */
export const isJoint = ({ mutations }: Step): boolean => mutations.length > 1;

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
  const nodes = deletes.map(({ table }) => ({
    name: table.name,
    foreignKeys: table.description.foreignKeys,
  }));
  const steps = deletionOrder(nodes).flatMap((group) => {
    const members = deletes.filter((change) => group.names.includes(change.table.name));
    return group.cyclic ? [cycleStep(members)] : members.flatMap(deleteSteps);
  });
  return [...sets, ...steps];
}
