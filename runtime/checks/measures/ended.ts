/** Rows that say by a word that they have ended, and do not say when: no period over their end ever runs out. */
import type { Measure } from "@avow/core/commitments/proof";
import type { CountQuery } from "../../connector-kit/contract.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, noStore, type Take } from "../context.ts";
import { momentOf } from "./moment.ts";
import { rowNames } from "./row-names.ts";
import { each, rowsOf } from "./rows.ts";

type Ended = Extract<Measure, { measure: "ended" }>;

const queryOf = ({ collection, where }: Ended): Required<Pick<CountQuery, "collection" | "anyOf">> => {
  const fields = Object.keys(where);
  const tuples = fields.reduce<readonly (readonly string[])[]>(
    (all, field) => all.flatMap((tuple) => (where[field] ?? []).map((value) => [...tuple, value])),
    [[]],
  );
  return { collection, anyOf: [{ fields, tuples }] };
};

/** Those that have ended: no store is asked for what holds nothing. */
export const endedLooks: Looks<"ended"> = async (measure) => [{ ask: "count", query: queryOf(measure) }];

export const takeEnded: Take<"ended"> = async (measure, context) => {
  const { store, collection, field, until, rowsMax } = measure;
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const names = await rowNames(context, measure);
  const seen = { rows: 0, examined: 0, undated: 0 };
  const fields = [...new Set([...names.key, field])];
  const failure = await each(rowsOf(reader, { ...queryOf(measure), fields }), (cells) => {
    seen.rows += 1;
    if (seen.rows > rowsMax) return;
    seen.examined += 1;
    if (momentOf(cells[fields.indexOf(field)]) < until.getTime()) return;
    seen.undated += 1;
    names.note(`it has ended and \`${field}\` does not say when`, cells.slice(0, names.key.length));
  });
  if (failure !== null) return failed(store, failure, collection);
  return { reading: "ended", ...seen, evidence: names.evidence() };
};
