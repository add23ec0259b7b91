import type { Measure, Reading } from "@avow/core/commitments/proof";
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import { z } from "zod";
import type { DistinctQuery, DistinctReport } from "../../connector-kit/contract.ts";
import { tooMuchBeside } from "../budget/beside.ts";
import { coverageOf } from "../budget/coverage.ts";
import { ask } from "../budget/look.ts";
import type { Share } from "../budget/model.ts";
import { type Walk, walkOn } from "../budget/walk.ts";
import { failed, type Looks, type MeasureContext, noStore, type Take } from "../context.ts";
import { collectionOf, each, rowsOf } from "./rows.ts";

type Distinct = Extract<Measure, { measure: "distinct" }>;

const VALUES_MAX = 1_000;

const queryOf = ({ collection, field }: Distinct): DistinctQuery => ({
  ...{ collection, field },
  valuesMax: VALUES_MAX,
});

export const distinctLooks: Looks<"distinct"> = async (measure) => [
  { ask: "distinct", query: queryOf(measure) },
];

export const takeDistinct: Take<"distinct"> = async (measure, context) => {
  const reader = context.readers[measure.store];
  if (reader === undefined) return noStore(measure.store);
  const query = queryOf(measure);
  const reading = await ask<DistinctReport>(measure, context, {
    name: (key) => nameOf(measure, context, key),
    whole: (_look, timeoutMs) => reader.distinct({ ...query, ...(timeoutMs === null ? {} : { timeoutMs }) }),
    reading: ({ values, rows }) => ({ reading: "distinct", values, rows }),
    windows: (share) => inWindows(measure, context, { share, query }),
  });
  return lessPseudoPeople(measure, context, reading);
};

/**
 * Rows of pseudo-people are Avow's own, and where they came from nobody can say. Which of those without a value are theirs only their keys
 * tell. What was read in windows is of several times, and stays as it is.
 */
async function lessPseudoPeople(
  { store, collection, field }: Distinct,
  context: MeasureContext,
  reading: Reading,
): Promise<Reading> {
  if (reading.reading !== "distinct" || reading.rolling !== undefined) return reading;
  const people = collectionOf(context.map, store, collection);
  const reader = context.readers[store];
  const isUnnamed = reading.values.some((v) => v.value === null);
  if (people.standIn === undefined || reader === undefined || !isUnnamed) return reading;
  const described = await context.describe(store);
  if (!described.ok) return failed(store, described);
  const live = described.value.collections.find((c) => c.name === collection);
  const key = people.key ?? live?.primaryKey ?? [];
  const beyond = await tooMuchBeside(context, store, { collection });
  if (beyond !== null) return failed(store, beyond, collection);
  let rows = 0;
  const failure = await each(rowsOf(reader, { collection, fields: [field, ...key] }), ([value, ...cells]) => {
    if (value === null && !cells.some((cell) => cell !== null && isPseudoKey(cell))) rows += 1;
  });
  if (failure !== null) return failed(store, failure, collection);
  const named = reading.values.filter((v) => v.value !== null);
  return { ...reading, values: rows === 0 ? named : [...named, { value: null, rows }] };
}

const nameOf = (
  { store, collection, field }: Distinct,
  { placeOf }: Pick<MeasureContext, "placeOf">,
  key: readonly string[],
): string => JSON.stringify(["distinct", placeOf(store), collection, field, key]);

const seen = z.object({ values: z.array(z.object({ value: z.string().nullable(), rows: z.number() })) });
type Seen = z.infer<typeof seen>;

async function inWindows(
  measure: Distinct,
  context: MeasureContext,
  { share, query }: { readonly share: Share; readonly query: DistinctQuery },
): Promise<Reading> {
  const { store, collection } = measure;
  const { book, now, spent } = context;
  const reader = context.readers[store];
  if (reader === undefined || book === null) return noStore(store);
  const walk: Walk<Seen> = {
    look: nameOf(measure, context, share.key),
    async read(window, timeoutMs) {
      const answer = await reader.distinct({ ...query, window, timeoutMs });
      if (!answer.ok) return answer;
      const { values, rows } = answer.value;
      const result = { values: [...values] };
      return { ok: true, value: { window: answer.value.window ?? { rows, reached: null }, result } };
    },
    parse: (result) => seen.safeParse(result).data ?? null,
    // Which values are wrong only the commitment knows; what is read again first is what is oldest.
    urgent: () => false,
  };
  const { windows, failure } = await walkOn(book, walk, { share, now, spent });
  if (failure !== null && windows.every((w) => w.result === null)) return failed(store, failure, collection);
  const counts = new Map<string | null, number>();
  for (const { result } of windows)
    for (const { value, rows } of result?.values ?? []) counts.set(value, (counts.get(value) ?? 0) + rows);
  const rolling = coverageOf(windows, { share, now, place: { store, collection }, stands: () => true });
  const values = [...counts].map(([value, rows]) => ({ value, rows })).sort((a, b) => b.rows - a.rows);
  const why = failure === null ? rolling.why : `${rolling.why}; it stopped: ${failure.reason}`;
  return {
    reading: "distinct",
    values: values.slice(0, VALUES_MAX),
    rows: values.reduce((sum, v) => sum + v.rows, 0),
    rolling: { ...rolling, why },
  };
}
