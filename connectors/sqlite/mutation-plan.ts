/**
 * The statements of one `mutate`. First the sets, in the order given (several kinds on one collection are one statement), then the deletions, referring rows before the rows they refer to:
 * then each mutation counts its own rows, and not what a cascade took along. Foreign keys are checked when the step ends
 * (`defer_foreign_keys`), so chunks need no special care, and rings none but `cuts`.
 */
import { chunks } from "@avow/runtime/connector-kit/chunks";
import { type Cell, type Erasing, isErasing, type Mutation } from "@avow/runtime/connector-kit/contract";
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
import { malformed } from "@avow/runtime/connector-kit/refused";
import { fieldsOfStill } from "@avow/runtime/connector-kit/still";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { type Column, purposeOf } from "./column.ts";
import { maskExpression } from "./mask.ts";
import { condition, joined } from "./match.ts";
import { quoted } from "./name.ts";
import { placeAssignments } from "./places-set.ts";
import type { Statement } from "./session.ts";
import { andStill, andStillEach } from "./still.ts";

export interface Step {
  readonly table: Table;
  /** Null: it is for several. */
  readonly mutation: number | null;
  readonly statement: Statement;
  /** It is for several mutations. */
  readonly kinds?: Counted<Statement>;
  /** It prepares what the mutation counts. */
  readonly uncounted?: true;
  /** The statement is run once for each of these lists of exact values, and has none of its own. */
  readonly runs?: readonly (readonly Cell[])[];
}

interface Change {
  readonly index: number;
  readonly mutation: Erasing;
  readonly table: Table;
}

function assignments({ mutation, table }: Change): readonly Assigned[] {
  if (mutation.act !== "set") return [];
  const masks = Object.entries(mutation.set).flatMap(([field, act]) => {
    if (isPlace(table, field)) return [];
    const value = maskExpression(act, columnOf(table, field), table.name);
    return value === null ? [] : [{ column: field, sql: value, values: [] }];
  });
  const values = Object.entries(mutation.values ?? {}).flatMap(([field, value]) => {
    if (isPlace(table, field)) return [];
    const column = columnOf(table, field);
    if (column.generated) throw malformed(`\`${table.name}.${field}\` is made by the store and can't be set`);
    if (!mayBe(column, value))
      throw malformed(`\`${table.name}.${field}\` can't hold the value: it takes numbers`);
    return [{ column: field, sql: "?", values: [value] }];
  });
  return [...masks, ...values, ...placeAssignments(mutation, table)];
}

/** SQLite itself would put any text into a column of numbers. */
const mayBe = (column: Column, value: string): boolean =>
  !["integer", "real", "numeric"].includes(column.affinity) ||
  purposeOf(column) !== null ||
  /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value.trim());

function columnOf(table: Table, field: string): Column {
  const column = table.columns.get(field);
  if (column === undefined) throw malformed(`\`${table.name}\` has no field \`${field}\``);
  return column;
}

const fieldsSet = (mutation: Erasing): readonly string[] =>
  mutation.act === "set" ? [...Object.keys(mutation.set), ...Object.keys(mutation.values ?? {})] : [];

const setting = ({ column, sql }: Assigned): string => `${quoted(column)} = ${sql}`;

/** One for a run of sets; each by itself where the store could not tell them apart for certain. */
function runSteps(run: readonly Change[]): readonly Step[] {
  const some = run.filter((change) => assignments(change).length > 0);
  return some.length > 1 && some.every(isJoinable)
    ? kindedLots(some).flatMap((lot) => kindsStep(some, lot) ?? [])
    : run.flatMap(stepsFor);
}

const isJoinable = ({ mutation: { where }, table }: Change): boolean =>
  isKey(where.fields, table.description) &&
  where.tuples.every((tuple) => tuple.length === where.fields.length) &&
  where.fields.every((field) => table.columns.has(field));

/** The list of keys and kinds is joined with the rows. Who was changed is counted only where not all that are named were there. */
function kindsStep(run: readonly Change[], lot: readonly Kinded[]): Step | null {
  const [first] = run;
  if (first === undefined) throw malformed("nothing is set");
  const { table, mutation } = first;
  const list = joined(mutation.where.fields, table, lot);
  if (list === null) return null;
  const set = jointly(run.map(assignments)).map((joint) => ({
    column: joint.column,
    ...made(joint, quoted(joint.column), list.kind),
  }));
  const still = andStillEach(run, lot, { table, kind: list.kind });
  return {
    table,
    mutation: null,
    statement: {
      text: `${list.list} UPDATE ${table.sql} AS t SET ${set.map(setting).join(", ")} FROM k WHERE ${list.meets}${still.sql}`,
      values: [...list.values, ...set.flatMap((s) => s.values), ...still.values],
    },
    kinds: countedBy(run, lot, {
      text: `${list.list} SELECT ${list.kind}, count(*) FROM ${table.sql} AS t, k WHERE ${list.meets} GROUP BY ${list.kind}`,
      values: list.values,
    }),
  };
}

function stepsFor(change: Change): readonly Step[] {
  const { table, mutation, index } = change;
  const set = assignments(change);
  if (mutation.act === "set" && set.length === 0) return [];
  const head =
    mutation.act === "set"
      ? `UPDATE ${table.sql} AS t SET ${set.map(setting).join(", ")}`
      : `DELETE FROM ${table.sql} AS t`;
  const still = andStill(mutation, table);
  return chunks(mutation.where).flatMap((where) => {
    const found = condition(where, table);
    if (found === null) return [];
    return [
      {
        table,
        mutation: index,
        statement: {
          text: `${head} WHERE ${found.sql}${still.sql}`,
          values: [...set.flatMap((part) => part.values), ...found.values, ...still.values],
        },
      },
    ];
  });
}

/**
 * `on delete set null` acts row by row here, in the middle of the statement: a row that is about to go loses its link when the row it refers to
 * goes before it, and where a field of that link is never null, the store refuses the deletion of both. Its other fields let go of the link first.
 */
function cuts(change: Change, gone: ReadonlySet<string>): readonly Step[] {
  const { table, mutation, index } = change;
  // The deletion has to find the row afterwards.
  const named = new Set([...mutation.where.fields, ...table.description.primaryKey]);
  const columns = table.description.foreignKeys
    .filter((key) => key.onDelete === "set null" && gone.has(key.to.collection))
    .map((key) => key.from.map((field) => columnOf(table, field)))
    .filter((from) => from.some((column) => !column.nullable))
    .flatMap(
      (from) => from.find((column) => column.nullable && !column.generated && !named.has(column.name)) ?? [],
    );
  if (columns.length === 0) return [];
  const set = [...new Set(columns.map((column) => `${quoted(column.name)} = NULL`))].join(", ");
  const still = andStill(mutation, table);
  return chunks(mutation.where).flatMap((where): Step[] => {
    const found = condition(where, table);
    const statement = {
      text: `UPDATE ${table.sql} AS t SET ${set} WHERE ${found?.sql}${still.sql}`,
      values: [...(found?.values ?? []), ...still.values],
    };
    return found === null ? [] : [{ table, mutation: index, statement, uncounted: true }];
  });
}

/** In their order, after all have let go of what goes before them, and of rows of their own table. */
function deletions(changes: readonly Change[]): readonly Step[] {
  const gone = new Set<string>();
  const letGo = changes.flatMap((change) => {
    gone.add(change.table.name);
    return cuts(change, gone);
  });
  return [...letGo, ...changes.flatMap(stepsFor)];
}

/** Those that no other points at come first; in a ring, those that no other points at by a link that can not be let go of. */
function referringFirst(changes: readonly Change[]): readonly Change[] {
  const open = [...new Set(changes.map(({ table }) => table))];
  const ordered: Table[] = [];
  const free = (counts: (table: Table, key: ForeignKey) => boolean): number =>
    open.findIndex(({ name }) =>
      open.every(
        (other) =>
          other.name === name ||
          other.description.foreignKeys.every((key) => key.to.collection !== name || !counts(other, key)),
      ),
    );
  while (open.length > 0) {
    const last = free(() => true);
    const at = last === -1 ? free(isFast) : last;
    ordered.push(...open.splice(Math.max(0, at), 1));
  }
  return ordered.flatMap((table) => changes.filter((change) => change.table === table));
}

type ForeignKey = Table["description"]["foreignKeys"][number];

/** `set null` over fields that are never null: the row has to be gone before the one that it refers to. */
const isFast = (table: Table, { onDelete, from }: ForeignKey): boolean =>
  onDelete === "set null" && from.every((field) => !columnOf(table, field).nullable);

export async function stepsOf(
  mutations: readonly Mutation[],
  cache: CatalogueCache,
): Promise<readonly Step[]> {
  const all: Change[] = [];
  for (const [index, mutation] of mutations.entries()) {
    if (!isErasing(mutation)) continue;
    const fields = [...mutation.where.fields, ...fieldsSet(mutation), ...fieldsOfStill(mutation)];
    all.push({ index, mutation, table: await cache.places(mutation.collection, fields) });
  }
  const changes = all.filter((change) => change.mutation.where.tuples.length > 0);
  const sets = changes.filter((change) => change.mutation.act === "set");
  const deletes = changes.filter((change) => change.mutation.act === "delete");
  return [...runsOf(sets).flatMap(runSteps), ...deletions(referringFirst(deletes))];
}
