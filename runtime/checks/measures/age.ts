import type { Evidence, Measure, Reading } from "@avow/core/commitments/proof";
import { z } from "zod";
import type { OldestQuery, OldestReport } from "../../connector-kit/contract.ts";
import { coverageOf } from "../budget/coverage.ts";
import { ask } from "../budget/look.ts";
import type { Share } from "../budget/model.ts";
import { type Walk, walkOn } from "../budget/walk.ts";
import { failed, type Looks, type MeasureContext, noStore, rowPlace, type Take } from "../context.ts";
import { lessHeld } from "./held.ts";

type Age = Extract<Measure, { measure: "age" }>;

/** Rows that evidence names. */
const NAMED_MAX = 5;
/** Where only an index is asked, more than this many broken rows are not counted. */
const COUNTED_MAX = 1_000_000;

async function queryOf(
  { store, collection, field, before, until }: Age,
  { describe }: Pick<MeasureContext, "describe">,
): Promise<OldestQuery> {
  const described = await describe(store);
  const live = described.ok ? described.value.collections.find((c) => c.name === collection) : undefined;
  const keys = { fields: live?.primaryKey ?? [], rowsMax: NAMED_MAX };
  const end = until === undefined ? {} : { until: until.toISOString() };
  return { collection, field, before: before.toISOString(), ...end, keys };
}

/** All rows counted; else what an index on the field alone can say, which is all that the verdict needs. */
export const ageLooks: Looks<"age"> = async (measure, context) => {
  const query = await queryOf(measure, context);
  return [
    { ask: "oldest", query },
    { ask: "oldest", query: { ...query, beforeMax: COUNTED_MAX } },
  ];
};

export const takeAge: Take<"age"> = async (measure, context) =>
  lessHeld(measure, context, await read(measure, context));

const read: Take<"age"> = async (measure, context) => {
  const { store } = measure;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const query = await queryOf(measure, context);
  return ask<OldestReport>(measure, context, {
    name: (key) => nameOf(measure, context, key),
    whole: (look, timeoutMs) =>
      reader.oldest({
        ...(look?.ask === "oldest" ? look.query : query),
        ...(timeoutMs === null ? {} : { timeoutMs }),
      }),
    reading: (report) => ({
      reading: "age",
      ...numbers(report),
      evidence: evidenceOf(measure, context, report),
    }),
    windows: (share) => inWindows(measure, context, { share, query }),
  });
};

const numbers = ({ oldest, before, undated, rows }: OldestReport) => ({ oldest, before, undated, rows });

const locators = ({ store, collection }: Age, context: MeasureContext, report: OldestReport): string[] =>
  (report.keys ?? []).map((key) => context.locatorOf(rowPlace(store, collection, key)));

const evidenceOf = (measure: Age, context: MeasureContext, report: OldestReport): Evidence[] =>
  evidence(measure, { ...report, named: locators(measure, context, report) });

function evidence(
  { store, collection, field, before: cutoff }: Age,
  { before, rows, named }: { before: number; rows: number; named: readonly string[] },
): Evidence[] {
  if (before === 0) return [];
  const day = cutoff.toISOString().slice(0, 10);
  const place = { store, collection, field };
  return [
    { what: `${before} of ${rows} rows of \`${collection}\` are from before ${day}`, ...place, rows: before },
    ...named.slice(0, NAMED_MAX).map((locator) => ({
      what: `a row of \`${collection}\` from before ${day}`,
      ...place,
      locator,
    })),
  ];
}

const nameOf = (
  { store, collection, field }: Age,
  { placeOf }: Pick<MeasureContext, "placeOf">,
  key: readonly string[],
): string => JSON.stringify(["age", placeOf(store), collection, field, key]);

const seen = z.object({
  oldest: z.string().nullable(),
  before: z.number(),
  /** What `before` was counted against. */
  cutoff: z.string(),
  undated: z.number(),
  named: z.array(z.string()),
});
type Seen = z.infer<typeof seen>;

/** Rows of it that are too old now, as far as it tells: what was too old once is, unless the period has become longer since. */
function tooOld({ before, cutoff, oldest }: Seen, today: string): number {
  if (before > 0 && cutoff <= today) return before;
  return before > 0 && oldest !== null && oldest < today ? 1 : 0;
}

/** Nothing was too old when it was read, and by now something would be, if it is still there. */
const ranOut = ({ before, oldest }: Seen, today: string): boolean =>
  before === 0 && oldest !== null && oldest < today;

async function inWindows(
  measure: Age,
  context: MeasureContext,
  { share, query }: { readonly share: Share; readonly query: OldestQuery },
): Promise<Reading> {
  const { store, collection } = measure;
  const { book, now, spent } = context;
  const reader = context.readers[store];
  if (reader === undefined || book === null) return noStore(store);
  const today = measure.before.toISOString();
  const walk: Walk<Seen> = {
    look: nameOf(measure, context, share.key),
    async read(window, timeoutMs) {
      const answer = await reader.oldest({ ...query, window, timeoutMs });
      if (!answer.ok) return answer;
      const { oldest, before, undated, rows } = answer.value;
      const named = locators(measure, context, answer.value);
      const result = { oldest, before, cutoff: today, undated, named };
      return { ok: true, value: { window: answer.value.window ?? { rows, reached: null }, result } };
    },
    parse: (result) => seen.safeParse(result).data ?? null,
    urgent: (result) => tooOld(result, today) > 0 || ranOut(result, today),
  };
  const { windows, failure } = await walkOn(book, walk, { share, now, spent });
  const read = windows.flatMap((w) => w.result ?? []);
  if (failure !== null && read.length === 0) return failed(store, failure, collection);
  const place = { store, collection };
  const rolling = coverageOf(windows, { share, now, place, stands: (r) => !ranOut(r, today) });
  const broken = read.filter((r) => tooOld(r, today) > 0);
  const dates = read.flatMap((r) => r.oldest ?? []);
  const total = {
    before: broken.reduce((sum, r) => sum + tooOld(r, today), 0),
    rows: rolling.examined,
    named: broken.flatMap((r) => r.named),
  };
  return {
    reading: "age",
    oldest: dates.length === 0 ? null : dates.reduce((a, b) => (a < b ? a : b)),
    ...{ before: total.before, rows: total.rows },
    undated: read.reduce((sum, r) => sum + r.undated, 0),
    evidence: evidence(measure, total),
    rolling: failure === null ? rolling : stopped(rolling, failure),
  };
}

const stopped = <R extends { readonly why: string }>(
  rolling: R,
  failure: { readonly reason: string },
): R => ({
  ...rolling,
  why: `${rolling.why}; it stopped: ${failure.reason}`,
});
