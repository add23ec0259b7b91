/** Rows that say by a word that they have ended, and do not say when: no period over their end ever runs out. The store counts them. */
import type { Evidence, Measure } from "@avow/core/commitments/proof";
import type { Match, OldestQuery } from "../../connector-kit/contract.ts";
import { tooMuchBeside } from "../budget/beside.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, type MeasureContext, noStore, type Take } from "../context.ts";
import { momentOf } from "./moment.ts";
import { rowNames } from "./row-names.ts";
import { rowsOf } from "./rows.ts";

type Ended = Extract<Measure, { measure: "ended" }>;

/** Rows that evidence names. */
const NAMED_MAX = 5;

function endedOf({ where }: Ended): readonly Match[] {
  const fields = Object.keys(where);
  const tuples = fields.reduce<readonly (readonly string[])[]>(
    (all, field) => all.flatMap((tuple) => (where[field] ?? []).map((value) => [...tuple, value])),
    [[]],
  );
  return [{ fields, tuples }];
}

function queryOf(measure: Ended): OldestQuery {
  const { collection, field } = measure;
  const until = measure.until.toISOString();
  return { collection, field, before: until, until, anyOf: endedOf(measure) };
}

export const endedLooks: Looks<"ended"> = async (measure) => [{ ask: "oldest", query: queryOf(measure) }];

export const takeEnded: Take<"ended"> = async (measure, context) => {
  const { store, collection } = measure;
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const allowance = context.allowanceOf(measure);
  const within = allowance?.how === "whole" ? { timeoutMs: allowance.timeoutMs } : {};
  const counted = await reader.oldest({ ...queryOf(measure), ...within });
  if (!counted.ok) return failed(store, counted, collection);
  const { rows, undated } = counted.value;
  return { reading: "ended", rows, undated, evidence: undated === 0 ? [] : await named(measure, context) };
};

/** Which they are, no store says by itself: rows that have ended are read until a few are found. The verdict stands without them, too. */
async function named(measure: Ended, context: MeasureContext): Promise<readonly Evidence[]> {
  const { store, collection, field, until, rowsMax } = measure;
  const unnamed = (why: string): readonly Evidence[] => [
    { what: `no row of \`${collection}\` is named: ${why}`, store, collection },
  ];
  const reader = context.readers[store];
  const names = await rowNames(context, measure);
  const what = `it has ended and \`${field}\` does not say when`;
  if (reader === undefined || names.key.length === 0) {
    names.note(what, []);
    return names.evidence();
  }
  const anyOf = endedOf(measure);
  const beyond = await tooMuchBeside(context, store, { collection, anyOf });
  if (beyond !== null) return unnamed(beyond.reason);
  const fields = [...new Set([...names.key, field])];
  const rows = rowsOf(reader, { collection, anyOf, fields });
  for (let [read, found] = [0, 0]; read < rowsMax && found < NAMED_MAX; read += 1) {
    const next = await rows.next();
    if (next.done === true)
      return next.value === null ? names.evidence() : [...names.evidence(), ...unnamed(next.value.reason)];
    if (momentOf(next.value[fields.indexOf(field)]) < until.getTime()) continue;
    found += 1;
    names.note(what, next.value.slice(0, names.key.length));
  }
  await rows.return(null);
  const evidence = names.evidence();
  return evidence.length > 0
    ? evidence
    : unnamed(`none of the first ${rowsMax.toLocaleString("en")} that have ended is one of them`);
}
