import type { Evidence, Measure, Reading } from "@avow/core/commitments/proof";
import type { Detector } from "@avow/core/datamap/classify/detector";
import { DETECTORS } from "@avow/core/datamap/classify/index";
import { must } from "@avow/core/terms/assert";
import { z } from "zod";
import type { ConnectorFailure, SearchHit, SearchQuery, SearchReport } from "../../connector-kit/contract.ts";
import { coverageOf } from "../budget/coverage.ts";
import { ask } from "../budget/look.ts";
import type { Share } from "../budget/model.ts";
import { type Walk, walkOn } from "../budget/walk.ts";
import { failed, type Looks, type MeasureContext, noStore, rowPlace, type Take } from "../context.ts";
import { mayHoldText } from "../drill-traces.ts";

type Values = Extract<Measure, { measure: "values" }>;

/** Hits that come back for a closer look; more than this many real ones need no counting. */
const HITS_MAX = 20_000;
const EVIDENCE_MAX = 20;

/** Beyond every table: where all rows are to be looked at, none is left out by a sample; the budget decides. */
const ALL_ROWS = 1_000_000_000_000;

type Asked = { readonly query: SearchQuery; readonly detectors: readonly Detector[] };

/** A reading where there is nothing to ask. */
async function queryOf(
  measure: Values,
  context: Pick<MeasureContext, "describe">,
  { priced }: { readonly priced: boolean },
): Promise<Asked | Reading> {
  const { store, collection } = measure;
  const described = await context.describe(store);
  if (!described.ok) return failed(store, described);
  const live = described.value.collections.find((c) => c.name === collection);
  if (live === undefined)
    return { reading: "failed", reason: `the store \`${store}\` has no collection \`${collection}\`` };
  const unknown = measure.detectors.filter((d) => !DETECTORS.has(d));
  if (unknown.length > 0)
    return {
      reading: "failed",
      reason: `there is no detector \`${unknown.join("`, `")}\`: known are \`${[...DETECTORS.keys()].join("`, `")}\``,
    };
  const detectors = measure.detectors.flatMap((d) => DETECTORS.get(d) ?? []);
  const fields = live.fields
    .filter((f) => mayHoldText(f.type))
    .map((f) => f.name)
    .filter((f) => measure.fields.length === 0 || measure.fields.includes(f));
  if (fields.length === 0)
    return { reading: "values", examined: 0, population: 0, partial: false, found: 0, evidence: [] };
  const key = live.primaryKey.length > 0 ? live.primaryKey : [must(fields[0], "there are fields")];
  const pattern = detectors.map((d) => `(${d.pattern})`).join("|");
  const rowsMax = priced && measure.look === "scan" ? ALL_ROWS : measure.rowsMax;
  return { query: { collection, fields, key, pattern, rowsMax, hitsMax: HITS_MAX }, detectors };
}

export const valuesLooks: Looks<"values"> = async (measure, context) => {
  const asked = await queryOf(measure, context, { priced: true });
  return "reading" in asked ? [] : [{ ask: "search", query: asked.query }];
};

export const takeValues: Take<"values"> = async (measure, context) => {
  const reader = context.readers[measure.store];
  if (reader === undefined) return noStore(measure.store);
  const asked = await queryOf(measure, context, { priced: context.allowanceOf(measure) !== null });
  if ("reading" in asked) return asked;
  return ask<SearchReport>(measure, context, {
    name: (key) => nameOf(measure, context, { fields: asked.query.fields, key }),
    async whole(_look, timeoutMs) {
      const answer = await reader.search({ ...asked.query, ...(timeoutMs === null ? {} : { timeoutMs }) });
      const cut = answer.ok && answer.value.hits.length >= HITS_MAX;
      const allowance = context.allowanceOf(measure);
      const windows = allowance?.how === "whole" && allowance.instead !== null && measure.look === "scan";
      return cut && windows ? TOO_MANY : answer;
    },
    reading(report) {
      const cut = report.hits.length >= HITS_MAX;
      const { examined, population } = report;
      const partial = report.partial || cut;
      return {
        reading: "values",
        examined,
        population,
        partial,
        ...judge(measure, context, asked, report.hits),
      };
    },
    windows: (share) => inWindows(measure, context, { share, asked }),
  });
};

/** Window by window, all of them can be looked at. */
const TOO_MANY: ConnectorFailure = {
  ...{ ok: false, error: "throttled", retryable: false },
  reason: `more than ${HITS_MAX.toLocaleString("en")} values want a closer look`,
};

/** The coarse net caught them; here it shows what they are. The values are thrown away. */
function judge(
  { store, collection }: Values,
  context: MeasureContext,
  { detectors }: Asked,
  hits: readonly SearchHit[],
): { readonly found: number; readonly evidence: Evidence[] } {
  const evidence: Evidence[] = [];
  let found = 0;
  for (const hit of hits) {
    const kinds = detectors.filter((d) => d.find(hit.value) > 0);
    if (kinds.length === 0) continue;
    found += 1;
    if (evidence.length >= EVIDENCE_MAX) continue;
    const locator = context.locatorOf(rowPlace(store, collection, hit.key));
    const what = `a value of \`${collection}.${hit.field}\` looks like ${kinds.map((d) => d.name.replaceAll("_", " ")).join(" and ")}`;
    evidence.push({ what, store, collection, field: hit.field, locator });
  }
  return { found, evidence };
}

const seen = z.object({
  found: z.number(),
  evidence: z.array(
    z.object({
      ...{
        what: z.string(),
        store: z.string(),
        collection: z.string(),
        field: z.string(),
        locator: z.string(),
      },
    }),
  ),
});
type Seen = z.infer<typeof seen>;

const nameOf = (
  { store, collection, detectors }: Values,
  { placeOf }: Pick<MeasureContext, "placeOf">,
  { fields, key }: { readonly fields: readonly string[]; readonly key: readonly string[] },
): string =>
  JSON.stringify(["values", placeOf(store), collection, fields.toSorted(), detectors.toSorted(), key]);

async function inWindows(
  measure: Values,
  context: MeasureContext,
  { share, asked }: { readonly share: Share; readonly asked: Asked },
): Promise<Reading> {
  const { store, collection } = measure;
  const { book, now, spent } = context;
  const reader = context.readers[store];
  if (reader === undefined || book === null) return noStore(store);
  const { fields, key } = asked.query;
  const walk: Walk<Seen> = {
    look: nameOf(measure, context, { fields, key: share.key }),
    async read(window, timeoutMs) {
      const answer = await reader.search({ ...asked.query, key, window, timeoutMs });
      if (!answer.ok) return answer;
      const { examined, hits, partial } = answer.value;
      const result = partial ? null : seen.parse(judge(measure, context, asked, hits));
      return {
        ok: true,
        value: { window: answer.value.window ?? { rows: examined, reached: null }, result },
      };
    },
    parse: (result) => seen.safeParse(result).data ?? null,
    urgent: ({ found }) => found > 0,
  };
  const { windows, failure } = await walkOn(book, walk, { share, now, spent });
  const read = windows.flatMap((w) => w.result ?? []);
  if (failure !== null && read.length === 0) return failed(store, failure, collection);
  const rolling = coverageOf(windows, { share, now, place: { store, collection }, stands: () => true });
  const why = failure === null ? rolling.why : `${rolling.why}; it stopped: ${failure.reason}`;
  return {
    reading: "values",
    examined: rolling.examined,
    population: rolling.population,
    partial: !rolling.complete,
    found: read.reduce((sum, r) => sum + r.found, 0),
    evidence: read.flatMap((r) => r.evidence).slice(0, EVIDENCE_MAX),
    rolling: { ...rolling, why },
  };
}
