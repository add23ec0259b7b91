/** What must still be true of rows that are changed (spec/connector.md, "`mutate`"), as SQL behind a condition. */
import type { Erasing, Still } from "@avow/runtime/connector-kit/contract";
import type { Kinded } from "@avow/runtime/connector-kit/kinds";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { mustHold, saidOfAll, stillsOf } from "@avow/runtime/connector-kit/still";
import type { Binder } from "./binder.ts";
import type { Catalogue, Table } from "./catalogue.ts";
import { condition } from "./match.ts";
import { quoted } from "./name.ts";
import { placeOf, placeText } from "./places.ts";

interface At {
  readonly table: Table;
  readonly catalogue: Catalogue;
}

const textAt = (field: string, { table, catalogue }: At): string =>
  isPlace(table, field) ? `(${placeText(placeOf(table, field, catalogue))})` : `t.${quoted(field)}`;

function holding({ each, anyOf }: Still, { table, catalogue }: At, binds: Binder): string {
  const all = each.map((match) => {
    const empty = match.fields.map((field) => `${textAt(field, { table, catalogue })} IS NULL`);
    // Of no values there is nothing to compare with, and some types (`json`, `point`, `xml`) can not be compared at all.
    const same = match.tuples.length === 0 ? [] : [`(${condition(match, table, catalogue, binds).sql})`];
    return `(${[...empty, ...same].join(" OR ")})`;
  });
  if (anyOf === undefined) return all.join(" AND ");
  const some = anyOf.map((match) => `(${condition(match, table, catalogue, binds).sql})`);
  return [...all, some.length === 0 ? "false" : `(${some.join(" OR ")})`].join(" AND ");
}

export function andStill(mutation: Pick<Erasing, "still">, at: At, binds: Binder): string {
  const still = mustHold(mutation);
  return still === null ? "" : ` AND ${holding(still, at, binds)}`;
}

/** The same of a run of sets, whose rows say their kind. */
export const andStillEach = (
  run: readonly { readonly mutation: Pick<Erasing, "still"> }[],
  { lot, ...at }: At & { readonly lot: readonly Kinded[] },
  binds: Binder,
): string =>
  stillsOf(run, lot)
    .map((own) => ` AND ${saidOfAll(own, "k.kind", holding(own.still, at, binds))}`)
    .join("");
