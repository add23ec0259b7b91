/**
 * What must still be true of rows that are changed (spec/connector.md, "`mutate`"), as SQL behind a condition. Beside an `OR` a list of keys is
 * no semi-join: the rows are found by the condition before, and each is held against it.
 */
import type { Erasing, Match, Still } from "@avow/runtime/connector-kit/contract";
import type { Kinded } from "@avow/runtime/connector-kit/kinds";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { mustHold, saidOfAll, stillsOf } from "@avow/runtime/connector-kit/still";
import type { Table } from "./catalogue.ts";
import { type Condition, condition } from "./match.ts";
import { quoted } from "./name.ts";
import { placeOf, placeText } from "./places.ts";

/** A field of a ring, as rows hold it by now that are about to go. */
export interface Freed {
  readonly field: string;
  readonly value: string;
}

const NOTHING: Condition = { sql: "", values: [] };

function joinedBy(word: "AND" | "OR", parts: readonly Condition[]): Condition {
  const values = parts.flatMap((part) => part.values);
  return { sql: parts.map((part) => part.sql).join(` ${word} `), values };
}

const textAt = (field: string, table: Table): string =>
  isPlace(table, field) ? `(${placeText(placeOf(table, field))})` : `t.${quoted(field)}`;

function orEmpty(match: Match, table: Table, freed: readonly Freed[]): Condition {
  const empty = match.fields.map((field) => ({ sql: `${textAt(field, table)} IS NULL`, values: [] }));
  const loose = freed
    .filter(({ field }) => match.fields.includes(field))
    .map(({ field, value }) => ({ sql: `t.${quoted(field)} = ${value}`, values: [] }));
  const found = condition(match, table);
  const { sql, values } = joinedBy("OR", [...empty, ...loose, ...(found === null ? [] : [found])]);
  return { sql: `(${sql})`, values };
}

function holding({ each, anyOf }: Still, table: Table, freed: readonly Freed[] = []): Condition {
  const all = each.map((match) => orEmpty(match, table, freed));
  if (anyOf === undefined) return joinedBy("AND", all);
  const some = joinedBy(
    "OR",
    anyOf.flatMap((match) => condition(match, table) ?? []),
  );
  return joinedBy("AND", [...all, { ...some, sql: some.sql === "" ? "FALSE" : `(${some.sql})` }]);
}

export function andStill(
  mutation: Pick<Erasing, "still">,
  table: Table,
  freed: readonly Freed[] = [],
): Condition {
  const still = mustHold(mutation);
  if (still === null) return NOTHING;
  const { sql, values } = holding(still, table, freed);
  return { sql: ` AND ${sql}`, values };
}

/** The same of a run of sets, whose rows say their kind. */
export function whereStillEach(
  run: readonly { readonly mutation: Pick<Erasing, "still"> }[],
  lot: readonly Kinded[],
  table: Table,
): Condition {
  const parts = stillsOf(run, lot).map((own): Condition => {
    const { sql, values } = holding(own.still, table);
    return { sql: saidOfAll(own, "k.kind", sql), values };
  });
  const { sql, values } = joinedBy("AND", parts);
  return { sql: sql === "" ? "" : ` WHERE ${sql}`, values };
}
