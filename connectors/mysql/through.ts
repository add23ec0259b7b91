/**
 * Goes along links. How deep it may go, the session says: the server's own limit would cut the answer without an error. The list grows by one
 * select: with each further one that names the list the server needs twice the memory (ten took 1 GB, over tables of three rows). Texts of
 * several collections stand in one column: they get one collation, which no longer has anything to compare.
 */
import type { Arm, Entry, FollowQuery, Match } from "@avow/runtime/connector-kit/contract";
import {
  type Along,
  type Bound,
  ledSql,
  RING,
  type Step,
  slotsOf,
  stepsOf,
} from "@avow/runtime/connector-kit/through";
import type { Table } from "./catalogue.ts";
import type { Column } from "./column.ts";
import { conditionAs, conditionsOf } from "./match.ts";
import { quoted } from "./name.ts";
import { comparisonOf } from "./notation.ts";

interface At {
  readonly table: Table;
  /** Of the alias `t`, each as text. */
  readonly cells: readonly string[];
}

/** Null when nothing can match. */
export const ledSelection = (query: FollowQuery, all: readonly At[]): Bound | null =>
  ledSql(query, {
    cells: (at) => (all[at]?.cells ?? []).map((cell) => `CONVERT(${cell} USING utf8mb4) COLLATE utf8mb4_bin`),
    from: (at) => `${all[at]?.table.sql} AS t`,
    column: (_, field) => `t.${quoted(field)}`,
    carried: (at, field) => carried(columnIn(all, at, field), "t"),
    meets: (at, field, value) => meets(columnIn(all, at, field), "t", value),
    type: (at, field) => columnIn(all, at, field)?.type ?? "",
    conditions: (at, matches) => {
      const table = all[at]?.table;
      return table === undefined ? [] : conditionsOf(matches, table);
    },
    join: "STRAIGHT_JOIN",
    steps: (along) => oneStep(along, all),
  });

const columnIn = (all: readonly At[], at: number, field: string): Column | undefined =>
  all[at]?.table.columns.get(field);

/** A text goes along byte by byte: lists would hold one of two that a collation takes for one, and a link may not. */
function carried(column: Column | undefined, alias: string): string {
  const own = `${alias}.${quoted(column?.name ?? "")}`;
  return column?.charset == null ? own : `CONVERT(${own} USING utf8mb4) COLLATE utf8mb4_nopad_bin`;
}

function meets(column: Column | undefined, alias: string, value: string): string {
  if (column?.charset == null) return `${alias}.${quoted(column?.name ?? "")} = ${value}`;
  const { pairs, collated = pairs } = comparisonOf(column, alias);
  return collated(value)
    .map((pair) => pair.join(" = "))
    .join(" AND ");
}

/** Each entry's table stands beside the list, and has rows for what leads to it. */
function oneStep(along: Along, all: readonly At[]): readonly Bound[] {
  const names = [...along.slots.keys()];
  const alias = (entry: number): string => `e${entry}`;
  const joinOf = ({ about, fields, when }: Entry, at: number): Bound | null => {
    const condition = whenOf(all, { about, when }, alias(at));
    const places = slotsOf(along, about, fields).map((slot) => names.indexOf(slot));
    if (condition === null || places.includes(-1)) return null;
    const meet = fields.map((field, i) =>
      meets(columnIn(all, about, field), alias(at), `IF(r.entry = ${at}, r.v${places[i]}, NULL)`),
    );
    return {
      sql: `LEFT JOIN ${all[about]?.table.sql} AS ${alias(at)} ON ${meet.join(" AND ")}${condition.sql}`,
      values: condition.values,
    };
  };
  const joins = new Map(
    along.query.entries.flatMap((entry, at) => {
      const join = stepsOf(along.query).some((step) => step.at === at) ? joinOf(entry, at) : null;
      return join === null ? [] : [[at, join] as const];
    }),
  );
  const steps = stepsOf(along.query).flatMap((step) => {
    const leads = joins.has(step.at) ? leadsOf(step.arm, all, alias(step.at)) : null;
    return leads === null ? [] : [{ ...step, leads }];
  });
  if (steps.length === 0) return [];
  const list = steps.map(
    ({ at, arm }, i) => `SELECT ${i} AS step, ${at} AS at_entry, ${arm.entry} AS to_entry`,
  );
  const values = names.map((slot) => {
    const cases = steps.flatMap(({ at, arm }, i) => caseOf(along, { slot, at, arm, i }, all, alias(at)));
    return cases.length === 0 ? "NULL" : `CASE o.step ${cases.join(" ")} END`;
  });
  const where = steps.map(({ leads }, i) => ({ ...leads, sql: `WHEN ${i} THEN ${leads.sql}` }));
  const from = [...joins.values()];
  return [
    {
      sql: `SELECT ${["o.to_entry", ...values].join(", ")} FROM ${RING} AS r STRAIGHT_JOIN (${list.join(" UNION ALL ")}) AS o ON o.at_entry = r.entry ${from.map((j) => j.sql).join(" ")} WHERE CASE o.step ${where.map((w) => w.sql).join(" ")} END`,
      values: [...from, ...where].flatMap((b) => b.values),
    },
  ];
}

function caseOf(
  along: Along,
  { slot, arm, i }: Pick<Step, "at" | "arm"> & { readonly slot: string; readonly i: number },
  all: readonly At[],
  alias: string,
): string[] {
  const place = slotsOf(along, arm.about, arm.fields).indexOf(slot);
  return place < 0
    ? []
    : [`WHEN ${i} THEN ${carried(columnIn(all, arm.about, arm.fields[place] ?? ""), alias)}`];
}

function leadsOf({ about, fields, when }: Arm, all: readonly At[], alias: string): Bound | null {
  const condition = whenOf(all, { about, when }, alias);
  if (condition === null) return null;
  const some = fields.map((field) => `${alias}.${quoted(field)} IS NOT NULL`).join(" AND ");
  return { sql: `(${some}${condition.sql})`, values: condition.values };
}

/** Null: no row can be meant. */
function whenOf(
  all: readonly At[],
  { about, when }: { readonly about: number; readonly when: Match | undefined },
  alias: string,
): Bound | null {
  const table = all[about]?.table;
  if (when === undefined || table === undefined) return { sql: "", values: [] };
  const condition = conditionAs(when, table, alias);
  return condition === null ? null : { sql: ` AND (${condition.sql})`, values: condition.values };
}
