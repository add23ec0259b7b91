/** What must still be true of rows that are changed (spec/connector.md, "`mutate`"), as SQL behind a condition. */
import type { Erasing, Match, Still } from "@avow/runtime/connector-kit/contract";
import type { Kinded } from "@avow/runtime/connector-kit/kinds";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { mustHold, saidOfAll, stillsOf } from "@avow/runtime/connector-kit/still";
import type { Table } from "./catalogue.ts";
import { type Condition, condition } from "./match.ts";
import { quoted } from "./name.ts";
import { placeOf, placeText } from "./places.ts";

const NOTHING: Condition = { sql: "", values: [] };

function joinedBy(word: "AND" | "OR", parts: readonly Condition[]): Condition {
  const values = parts.flatMap((part) => part.values);
  return { sql: parts.map((part) => `(${part.sql})`).join(` ${word} `), values };
}

const textAt = (field: string, table: Table): string =>
  isPlace(table, field) ? `(${placeText(placeOf(table, field))})` : `t.${quoted(field)}`;

function orEmpty(match: Match, table: Table): Condition {
  const empty = match.fields.map((field) => ({ sql: `${textAt(field, table)} IS NULL`, values: [] }));
  const found = condition(match, table);
  return joinedBy("OR", found === null ? empty : [...empty, found]);
}

function holding({ each, anyOf }: Still, table: Table): Condition {
  const all = each.map((match) => orEmpty(match, table));
  if (anyOf === undefined) return joinedBy("AND", all);
  const some = anyOf.flatMap((match) => condition(match, table) ?? []);
  return joinedBy("AND", [...all, some.length === 0 ? { sql: "FALSE", values: [] } : joinedBy("OR", some)]);
}

export function andStill(mutation: Pick<Erasing, "still">, table: Table): Condition {
  const still = mustHold(mutation);
  if (still === null) return NOTHING;
  const { sql, values } = holding(still, table);
  return { sql: ` AND ${sql}`, values };
}

/** The same of a run of sets; `kind`: how the list calls what its rows are. */
export function andStillEach(
  run: readonly { readonly mutation: Pick<Erasing, "still"> }[],
  lot: readonly Kinded[],
  { table, kind }: { readonly table: Table; readonly kind: string },
): Condition {
  const parts = stillsOf(run, lot).map((own): Condition => {
    const { sql, values } = holding(own.still, table);
    return { sql: ` AND ${saidOfAll(own, kind, sql)}`, values };
  });
  return { sql: parts.map((part) => part.sql).join(""), values: parts.flatMap((part) => part.values) };
}
