import type { Evidence } from "@avow/core/commitments/proof";
import type { Shown } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { own } from "@avow/core/terms/own";
import type { Cell } from "../../connector-kit/contract.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, noStore, type Take } from "../context.ts";
import { hasComeBy } from "./moment.ts";
import { rowNames } from "./row-names.ts";
import { collectionOf, each, rowsOf } from "./rows.ts";
import { isThere } from "./words.ts";

/** Whether a row, by its fields, shows a condition. */
const shows = ({ filled, values }: Shown, row: ReadonlyMap<string, Cell>): boolean =>
  filled.every((field) => isThere(row.get(field))) &&
  Object.entries(values).every(([field, ones]) => ones.includes(row.get(field) ?? ""));

/** Whether nothing shows that what should have come first had come by then. Where data went nobody knows when, nothing came first for certain. */
const isEarly = (given: Cell | undefined, first: Cell | undefined): boolean => !hasComeBy(first, given);

export const disclosedLooks: Looks<"disclosed"> = async ({ collection }) => [
  { ask: "count", query: { collection } },
];

export const takeDisclosed: Take<"disclosed"> = async (measure, context) => {
  const { store, collection, to, conditions, rowsMax } = measure;
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const bound = must(collectionOf(context.map, store, collection).disclosures, "asked only of disclosures");
  const asked = conditions.flatMap((name) => {
    const shown = own(bound.conditions, name);
    return shown === undefined ? [] : [{ name, shown }];
  });
  // What another condition waits for is no matter of this promise.
  const first = [...new Set(asked.flatMap(({ name }) => own(bound.before, name) ?? []))];
  const names = await rowNames(context, measure);
  const fields = [
    ...new Set([
      ...names.key,
      bound.to,
      bound.given,
      ...first,
      ...asked.flatMap(({ shown }) => [...shown.filled, ...Object.keys(shown.values)]),
    ]),
  ];
  const seen = { rows: 0, examined: 0 };
  const lacking = new Map<string, number>();
  const early = new Map<string, number>();
  const anyOf = [{ fields: [bound.to], tuples: to.map((recipient) => [recipient]) }];
  const failure = await each(rowsOf(reader, { collection, fields, anyOf }), (cells) => {
    const row = new Map(fields.map((field, i) => [field, cells[i] ?? null]));
    if (!isThere(row.get(bound.given))) return;
    seen.rows += 1;
    if (seen.rows > rowsMax) return;
    seen.examined += 1;
    for (const { name } of asked.filter((a) => !shows(a.shown, row))) {
      lacking.set(name, (lacking.get(name) ?? 0) + 1);
      names.note(`a disclosure without \`${name}\``, cells.slice(0, names.key.length));
    }
    for (const field of first.filter((f) => isEarly(row.get(bound.given), row.get(f)))) {
      early.set(field, (early.get(field) ?? 0) + 1);
      names.note(
        `a disclosure given without an earlier time in \`${field}\``,
        cells.slice(0, names.key.length),
      );
    }
  });
  if (failure !== null) return failed(store, failure, collection);
  const counted = (what: string, rows: number): Evidence => ({ what, store, collection, rows });
  const evidence = [
    ...[...lacking].map(([name, rows]) => counted(`disclosures without \`${name}\``, rows)),
    ...[...early].map(([field, rows]) =>
      counted(`disclosures given without an earlier time in \`${field}\``, rows),
    ),
    ...names.evidence(),
  ];
  return {
    ...{ reading: "disclosed", ...seen },
    ...{ lacking: Object.fromEntries(lacking), early: Object.fromEntries(early), evidence },
  };
};
