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
      .flatMap((end) => [...end.fields, ...(end.when?.fields ?? [])]),
  ]);
}

/** What is led along are columns of their own, and every number is the place of something. */
export function checkFollow(
  { about, entries, arms }: FollowQuery,
  columnsOf: (at: number) => { has(name: string): boolean } | undefined,
): void {
  for (const { about: at, fields } of [...entries, ...arms])
    for (const field of fields)
      if (columnsOf(at)?.has(field) !== true)
        throw malformed(
          `\`${about[at]?.collection ?? at}\` has no field \`${field}\` of its own to go along`,
        );
  if (arms.some(({ entry, fields }) => entries[entry]?.fields.length !== fields.length))
    throw malformed("a link leads to an entry that is not there, or has other fields");
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
  /** Of the alias `t`. */
  readonly column: (at: number, field: string) => string;
  /** What it carries along: two that lead to different rows are two. */
  readonly carried: (at: number, field: string) => string;
  /** It holds what was carried, which is called so: as a link to it is compared. */
  readonly meets: (at: number, field: string, carried: string) => string;
  /** Values of two types are kept apart. */
  readonly type: (at: number, field: string) => string;
  /** Of those that can match. */
  readonly conditions: (at: number, matches: readonly Match[]) => readonly Bound[];
  /** One that fixes the order: an index leads from each value to the rows that hold it. */
  readonly join: string;
  /** How the list grows by itself. */
  readonly steps: (along: Along) => readonly Bound[];
}

export interface Along extends Dialect {
  readonly query: FollowQuery;
  /** Columns of the list, by what they are called in `slotsOf`. */
  readonly slots: ReadonlyMap<string, { readonly at: number; readonly field: string }>;
}

/** Columns of the list that hold what these fields carry: values of two types never share one. */
export function slotsOf(
  { type }: Pick<Dialect, "type">,
  at: number,
  fields: readonly string[],
): readonly string[] {
  const types = fields.map((field) => type(at, field));
  return types.map((own, i) => `${types.slice(0, i).filter((other) => other === own).length} ${own}`);
}

/**
 * The recursion carries nothing but what leads and where to, each once, so that it ends in a ring too. Null when nothing can match.
 */
export function ledSql(query: FollowQuery, dialect: Dialect): Bound | null {
  const slots = new Map(
    query.arms.flatMap(({ about: at, fields }) =>
      slotsOf(dialect, at, fields).map((slot, i) => [slot, { at, field: fields[i] ?? "" }] as const),
    ),
  );
  const along = { ...dialect, query, slots };
  const begun = query.about.map((sought, at) => ({
    ...{ at, seeds: dialect.conditions(at, sought.anyOf), beside: dialect.conditions(at, sought.beside) },
  }));
  const parts = begun.flatMap(({ at, seeds, beside }) => ownParts(along, at, { seeds, beside }));
  if (parts.length === 0) return null;
  const first = begun.flatMap(({ at, seeds }) =>
    query.arms.flatMap((arm) => (arm.about === at ? seeds.flatMap((seed) => led(along, arm, seed)) : [])),
  );
  if (first.length === 0) return joinedBy(" UNION ALL ", parts);
  const steps = dialect.steps(along);
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
  const columns = ["entry", ...[...slots].map((_, i) => `v${i}`)].join(", ");
  const ring = joinedBy(" UNION ", [...first, ...steps]);
  const all = joinedBy(" UNION ALL ", [...parts, ...hang]);
  return {
    sql: `WITH RECURSIVE ${RING}(${columns}) AS (${ring.sql}) ${all.sql}`,
    values: [...ring.values, ...all.values],
  };
}

/** A select for each step. */
export const eachStep = (along: Along): readonly Bound[] =>
  stepsOf(along.query).flatMap(({ entry, at, arm }) => {
    const met = metBy(along, entry, at);
    return met === null ? [] : led(along, arm, met.where, met.from);
  });

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
function led(along: Along, { about: at, fields, when, entry }: Arm, where: Bound, from?: string): Bound[] {
  const condition = whenOf(along, at, when);
  if (condition === null) return [];
  const own = slotsOf(along, at, fields);
  const values = [...along.slots].map(([slot, of]) => {
    const i = own.indexOf(slot);
    if (i >= 0) return along.carried(at, fields[i] ?? "");
    // Null, of the column's type.
    return `(SELECT ${along.carried(of.at, of.field)} FROM ${along.from(of.at)} WHERE 1 = 0)`;
  });
  const some = fields.map((field) => ` AND ${along.column(at, field)} IS NOT NULL`).join("");
  return [
    {
      sql: `SELECT ${[entry, ...values].join(", ")} FROM ${from ?? along.from(at)} WHERE (${where.sql})${some}${condition.sql}`,
      values: [...where.values, ...condition.values],
    },
  ];
}

/** Rows that something led to; null: there can be none. */
function metBy(
  along: Along,
  { about: at, fields, when }: Entry,
  number: number,
): { readonly from: string; readonly where: Bound } | null {
  const condition = whenOf(along, at, when);
  const names = [...along.slots.keys()];
  const places = slotsOf(along, at, fields).map((slot) => names.indexOf(slot));
  if (condition === null || places.includes(-1)) return null;
  const meets = fields.map((field, i) => along.meets(at, field, `r.v${places[i]}`)).join(" AND ");
  const from = `${RING} AS r ${along.join} ${along.from(at)} ON ${meets}`;
  return { from, where: { sql: `r.entry = ${number}${condition.sql}`, values: condition.values } };
}

function whenOf({ conditions }: Along, at: number, when: Match | undefined): Bound | null {
  if (when === undefined) return { sql: "", values: [] };
  const [condition] = conditions(at, [when]);
  return condition === undefined ? null : { sql: ` AND (${condition.sql})`, values: condition.values };
}
