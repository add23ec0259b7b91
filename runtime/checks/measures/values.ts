import type { Evidence } from "@avow/core/commitments/proof";
import { DETECTORS } from "@avow/core/datamap/classify/index";
import { must } from "@avow/core/terms/assert";
import { failed, noStore, type Take } from "../context.ts";

/** Hits that come back for a closer look; more than this many real ones need no counting. */
const HITS_MAX = 20_000;
const EVIDENCE_MAX = 20;

/** Too small for anything that a detector looks for; what else a type rules out the connector knows. */
const NARROW_TYPE =
  /^(bool|boolean|smallint|integer|int|int2|int4|tinyint|date|time|timestamp|interval|uuid)\b/i;

export const takeValues: Take<"values"> = async (measure, context) => {
  const { store, collection } = measure;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const described = await context.describe(store);
  if (!described.ok) return failed(store, described);
  const live = described.value.collections.find((c) => c.name === collection);
  if (live === undefined)
    return { reading: "failed", reason: `the store \`${store}\` has no collection \`${collection}\`` };
  const fields = live.fields
    .filter((f) => !NARROW_TYPE.test(f.type))
    .map((f) => f.name)
    .filter((f) => measure.fields.length === 0 || measure.fields.includes(f));
  const detectors = measure.detectors.flatMap((d) => DETECTORS.get(d) ?? []);
  const unknown = measure.detectors.filter((d) => !DETECTORS.has(d));
  if (unknown.length > 0)
    return {
      reading: "failed",
      reason: `there is no detector \`${unknown.join("`, `")}\`: known are \`${[...DETECTORS.keys()].join("`, `")}\``,
    };
  if (fields.length === 0)
    return { reading: "values", examined: 0, population: 0, partial: false, found: 0, evidence: [] };
  const pattern = detectors.map((d) => `(${d.pattern})`).join("|");
  const key = live.primaryKey.length > 0 ? live.primaryKey : [must(fields[0], "there are fields")];
  const answer = await reader.search({
    collection,
    fields,
    key,
    pattern,
    rowsMax: measure.rowsMax,
    hitsMax: HITS_MAX,
  });
  if (!answer.ok) return failed(store, answer);
  const evidence: Evidence[] = [];
  let found = 0;
  for (const hit of answer.value.hits) {
    const kinds = detectors.filter((d) => d.find(hit.value) > 0);
    if (kinds.length === 0) continue;
    found += 1;
    if (evidence.length >= EVIDENCE_MAX) continue;
    const locator = context.locatorOf(`${store}|${collection}|${JSON.stringify(hit.key)}`);
    const what = `a value of \`${collection}.${hit.field}\` looks like ${kinds.map((d) => d.name.replaceAll("_", " ")).join(" and ")}`;
    evidence.push({ what, store, collection, field: hit.field, locator });
  }
  const cut = answer.value.hits.length >= HITS_MAX;
  return {
    reading: "values",
    examined: answer.value.examined,
    population: answer.value.population,
    partial: answer.value.partial || cut,
    found,
    evidence,
  };
};
