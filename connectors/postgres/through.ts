/**
 * Goes along links. The recursion carries nothing but what leads, as text, and where to, each once, so that it ends in a ring too. Its
 * step is a `LATERAL` that the planner can't turn around: an index leads from each value to the rows that hold it, however far its guess is off.
 * PostgreSQL lets a step name the list only once, and `CASE` is where it promises to cast no value but those of the entry.
 */
import type { Arm, Entry, FollowQuery, Match } from "@avow/runtime/connector-kit/contract";
import { padded, RING, said, stepsOf, widthOf } from "@avow/runtime/connector-kit/through";
import type { Binder } from "./binder.ts";
import type { Catalogue, Column, Table } from "./catalogue.ts";
import { branchesOf, but } from "./match.ts";
import { quoted } from "./name.ts";

interface At {
  readonly table: Table;
  readonly catalogue: Catalogue;
  /** Of the alias `t`, each as text. */
  readonly cells: readonly string[];
}

interface Along {
  readonly query: FollowQuery;
  readonly at: readonly At[];
  readonly binds: Binder;
}

/** Null when nothing can match. */
export function ledSelection(query: FollowQuery, all: readonly At[], binds: Binder): string | null {
  const along = { query, at: all, binds };
  const width = widthOf(query.about);
  const cellsOf = (of: number, at: number, led: "seed" | "met" | "led"): string =>
    [...said(of, led), ...padded(all[at]?.cells ?? [], width)].join(", ");
  const begun = query.about.map(({ anyOf, beside }, at) => ({
    seeds: branches(along, at, anyOf),
    beside: branches(along, at, beside),
  }));
  const parts = begun.flatMap(({ seeds, beside }, at) =>
    [...seeds, ...beside].map(
      (branch, i, both) =>
        `SELECT ${cellsOf(at, at, i < seeds.length ? "seed" : "met")} FROM ${tableOf(along, at)} WHERE (${branch})${but(both.slice(0, i))}`,
    ),
  );
  if (parts.length === 0) return null;
  const first = query.arms.flatMap((arm) =>
    (begun[arm.about]?.seeds ?? []).flatMap((seed) => led(along, arm, tableOf(along, arm.about), seed)),
  );
  if (first.length === 0) return parts.join(" UNION ALL ");
  const steps = stepsOf(query).flatMap(({ entry, at, arm }) =>
    led(along, arm, tableOf(along, arm.about), met(along, entry, at)),
  );
  const hang = query.entries.map(
    (entry, at) =>
      `SELECT ${cellsOf(at, entry.about, "led")} FROM ${RING} AS r JOIN ${tableOf(along, entry.about)} ON ${met(along, entry, at)}`,
  );
  const step =
    steps.length === 0
      ? []
      : [
          `SELECT n.* FROM ${RING} AS r CROSS JOIN LATERAL (${steps.map((one) => `(${one} OFFSET 0)`).join(" UNION ALL ")}) AS n`,
        ];
  return `WITH RECURSIVE ${RING}(${["entry", ...valuesOf(along)].join(", ")}) AS (${[`(${first.join(" UNION ")})`, ...step].join(" UNION ")}) ${[...parts, ...hang].join(" UNION ALL ")}`;
}

const tableOf = ({ at }: Along, about: number): string => `${at[about]?.table.sql} AS t`;

function branches({ at, binds }: Along, about: number, matches: readonly Match[]): readonly string[] {
  const of = at[about];
  return of === undefined ? [] : branchesOf(matches, of, binds);
}

const columnOf = ({ at }: Along, about: number, field: string): Column | undefined =>
  at[about]?.table.columns.get(field);

/** As many values as the widest link carries. */
const valuesOf = ({ query }: Along): readonly string[] =>
  Array.from({ length: Math.max(...query.arms.map(({ fields }) => fields.length)) }, (_, i) => `v${i}`);

/** Where rows lead; nothing: none of them can. */
function led(along: Along, { about, fields, when, entry }: Arm, from: string, where: string): string[] {
  const condition = whenOf(along, about, when);
  if (condition === null) return [];
  const values = valuesOf(along).map((value, i) => {
    const field = fields[i];
    const text = field === undefined ? "NULL::text" : `t.${quoted(field)}::text`;
    return `${text} COLLATE pg_catalog."default" AS ${value}`;
  });
  const some = fields.map((field) => ` AND t.${quoted(field)} IS NOT NULL`).join("");
  return [`SELECT ${entry} AS entry, ${values.join(", ")} FROM ${from} WHERE (${where})${some}${condition}`];
}

/** The row is one that the entry led to. */
function met(along: Along, { about, fields, when }: Entry, at: number): string {
  const meets = fields.map(
    (field, i) =>
      `t.${quoted(field)} = CASE r.entry WHEN ${at} THEN r.v${i}::${columnOf(along, about, field)?.type} END`,
  );
  return `${meets.join(" AND ")}${whenOf(along, about, when) ?? " AND false"}`;
}

function whenOf(along: Along, about: number, when: Match | undefined): string | null {
  if (when === undefined) return "";
  const [condition] = branches(along, about, [when]);
  return condition === undefined ? null : ` AND (${condition})`;
}
