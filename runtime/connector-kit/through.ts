/** What the connectors have in common that go along links by themselves (spec/connector.md, "Following"). */
import type { Arm, Entry, FollowQuery, Led, Match, Sought } from "./contract.ts";
import { malformed } from "./refused.ts";

/** What has led somewhere is called so in SQL: a list of entries and values. */
export const RING = "avow_ring";

/** Fields that matches and links take from each collection. */
export function fieldsOfSought({ about, entries, arms }: FollowQuery): readonly (readonly string[])[] {
  return about.map(({ fields, anyOf, beside }, at) => [
    ...fields,
    ...[...anyOf, ...beside].flatMap((match) => match.fields),
    ...[...entries, ...arms]
      .filter((end) => end.about === at)
      .flatMap(({ field, when }) => [field, ...(when?.fields ?? [])]),
  ]);
}

/** What is led along are columns of their own, and every number is the place of something. */
export function checkFollow(
  { about, entries, arms }: FollowQuery,
  columnsOf: (at: number) => { has(name: string): boolean } | undefined,
): void {
  for (const { about: at, field } of [...entries, ...arms])
    if (columnsOf(at)?.has(field) !== true)
      throw malformed(`\`${about[at]?.collection ?? at}\` has no field \`${field}\` of its own to go along`);
  if (arms.some(({ entry }) => entries[entry] === undefined))
    throw malformed("a link leads to an entry that is not there");
}

export const said = (at: number, led: Led): readonly [string, string] => [`'${at}'`, `'${led}'`];

export const widthOf = (about: readonly Sought[]): number =>
  about.reduce((most, { fields }) => Math.max(most, fields.length), 0);

/** Nulls behind the cells, so that all rows are of one length. */
export const padded = (cells: readonly string[], width: number): readonly string[] =>
  Array.from({ length: width }, (_, i) => cells[i] ?? "NULL");

/** Steps that go on: from rows that an entry led to. */
export const stepsOf = ({ entries, arms }: Pick<FollowQuery, "entries" | "arms">): readonly Step[] =>
  entries.flatMap((entry, at) =>
    entry.last === true
      ? []
      : arms.flatMap((arm): Step[] => (arm.about === entry.about ? [{ entry, at, arm }] : [])),
  );

export interface Step {
  readonly entry: Entry;
  /** The entry's number. */
  readonly at: number;
  readonly arm: Arm;
}

/** SQL with its values in the order of its marks. */
export interface Bound {
  readonly sql: string;
  readonly values: readonly string[];
}

/** How a system whose values have no numbers of their own says it. */
export interface Dialect {
  /** Of the alias `t`, each as text. */
  readonly cells: (at: number) => readonly string[];
  /** With the alias `t`. */
  readonly from: (at: number) => string;
  readonly column: (at: number, field: string) => string;
  /** Values of two types are kept apart. */
  readonly type: (at: number, field: string) => string;
  /** Of those that can match. */
  readonly conditions: (at: number, matches: readonly Match[]) => readonly Bound[];
  /** One that fixes the order: an index leads from each value to the rows that hold it. */
  readonly join: string;
}

interface Along extends Dialect {
  readonly query: FollowQuery;
  readonly slots: readonly { readonly type: string; readonly at: number; readonly field: string }[];
}

/**
 * The recursion carries nothing but what leads and where to, each once, so that it ends in a ring too. Null when nothing can match.
 */
export function ledSql(query: FollowQuery, dialect: Dialect): Bound | null {
  const types = new Map(query.arms.map(({ about: at, field }) => [dialect.type(at, field), { at, field }]));
  const along = { ...dialect, query, slots: [...types].map(([type, of]) => ({ type, ...of })) };
  const begun = query.about.map((sought, at) => ({
    ...{ at, seeds: dialect.conditions(at, sought.anyOf), beside: dialect.conditions(at, sought.beside) },
  }));
  const parts = begun.flatMap(({ at, seeds, beside }) => ownParts(along, at, { seeds, beside }));
  if (parts.length === 0) return null;
  const first = begun.flatMap(({ at, seeds }) =>
    query.arms.flatMap((arm) => (arm.about === at ? seeds.flatMap((seed) => led(along, arm, seed)) : [])),
  );
  if (first.length === 0) return joinedBy(" UNION ALL ", parts);
  const steps = stepsOf(query).flatMap(({ entry, at, arm }) => {
    const met = along.query.entries[at] === undefined ? null : metBy(along, entry, at);
    return met === null ? [] : led(along, arm, met.where, met.from);
  });
  const hang = query.entries.flatMap((entry, at): Bound[] => {
    const met = metBy(along, entry, at);
    if (met === null) return [];
    const cells = [...said(at, "led"), ...padded(along.cells(entry.about), widthOf(query.about))];
    return [
      {
        sql: `SELECT ${cells.join(", ")} FROM ${met.from} WHERE ${met.where.sql}`,
        values: met.where.values,
      },
    ];
  });
  const columns = ["entry", ...along.slots.map((_, i) => `v${i}`)].join(", ");
  const ring = joinedBy(" UNION ", [...first, ...steps]);
  const all = joinedBy(" UNION ALL ", [...parts, ...hang]);
  return {
    sql: `WITH RECURSIVE ${RING}(${columns}) AS (${ring.sql}) ${all.sql}`,
    values: [...ring.values, ...all.values],
  };
}

const joinedBy = (word: string, parts: readonly Bound[]): Bound => ({
  sql: parts.map((p) => p.sql).join(word),
  values: parts.flatMap((p) => p.values),
});

/** Rows that are asked for themselves, each once. */
function ownParts(
  { cells, from, query }: Along,
  at: number,
  { seeds, beside }: { readonly seeds: readonly Bound[]; readonly beside: readonly Bound[] },
): readonly Bound[] {
  const all = [...seeds, ...beside];
  return all.map((branch, i) => {
    const own = [...said(at, i < seeds.length ? "seed" : "met"), ...padded(cells(at), widthOf(query.about))];
    const { sql, values } = less(
      `SELECT ${own.join(", ")} FROM ${from(at)} WHERE (${branch.sql})`,
      all.slice(0, i),
    );
    return { sql, values: [...branch.values, ...values] };
  });
}

/** Each by itself, less the rows of those before it. */
const less = (sql: string, before: readonly Bound[]): Bound => ({
  sql: `${sql}${before.map((b) => ` AND (${b.sql}) IS NOT TRUE`).join("")}`,
  values: before.flatMap((b) => b.values),
});

/** Where rows that meet this lead by the arm; nothing: none of them can. */
function led(along: Along, { about: at, field, when, entry }: Arm, where: Bound, from?: string): Bound[] {
  const condition = whenOf(along, at, when);
  if (condition === null) return [];
  const column = along.column(at, field);
  const type = along.type(at, field);
  const values = along.slots.map((slot) =>
    slot.type === type
      ? column
      : `(SELECT ${along.column(slot.at, slot.field)} FROM ${along.from(slot.at)} WHERE 1 = 0)`,
  );
  return [
    {
      sql: `SELECT ${[entry, ...values].join(", ")} FROM ${from ?? along.from(at)} WHERE (${where.sql}) AND ${column} IS NOT NULL${condition.sql}`,
      values: [...where.values, ...condition.values],
    },
  ];
}

/** Rows that something led to; null: there can be none. */
function metBy(
  along: Along,
  { about: at, field, when }: Entry,
  number: number,
): { readonly from: string; readonly where: Bound } | null {
  const condition = whenOf(along, at, when);
  const slot = along.slots.findIndex(({ type }) => type === along.type(at, field));
  if (condition === null || slot < 0) return null;
  const from = `${RING} AS r ${along.join} ${along.from(at)} ON ${along.column(at, field)} = r.v${slot}`;
  return { from, where: { sql: `r.entry = ${number}${condition.sql}`, values: condition.values } };
}

function whenOf({ conditions }: Along, at: number, when: Match | undefined): Bound | null {
  if (when === undefined) return { sql: "", values: [] };
  const [condition] = conditions(at, [when]);
  return condition === undefined ? null : { sql: ` AND (${condition.sql})`, values: condition.values };
}
