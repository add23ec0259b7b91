/** Of each breach on record those whom it is about were told in time, with everything that the notice must hold. */
import type { Collection } from "../datamap/model.ts";
import type { Commitment } from "../policy/model.ts";
import { collectionsOf, count, failures, judged, LOOK_HOLDS_MS, leftOut, notAll } from "./judgement.ts";
import type { View } from "./kind.ts";
import type { NotifySpec } from "./notify/schema.ts";
import type { Evidence, Judgement, Measure, Reading } from "./proof.ts";

const ROWS_MAX = 2_000_000;

const places = (view: View): readonly Collection[] =>
  collectionsOf(view.map).filter((c) => c.incidents !== undefined);

/** Whom a breach is about, and by when, is what rows can say; authorities are not told by rows. */
export const isOfBreaches = (spec: NotifySpec): boolean =>
  spec.notify === "affected" && spec.within !== undefined && spec.on.every((o) => o === "breach");

export function examineBreaches(spec: NotifySpec, { condition }: Commitment, view: View): readonly Measure[] {
  const { within } = spec;
  if (within === undefined) return [];
  return places(view).map(({ store, name }) => ({
    ...{ measure: "breaches", look: "scan", store, collection: name, within, rowsMax: ROWS_MAX },
    ...{ contents: spec.contents ?? [], onlyRisky: condition.if.includes("risk") },
  }));
}

export function judgeBreaches(view: View, readings: readonly Reading[]): Judgement {
  const open: string[] = [
    ...failures(readings),
    ...(places(view).length === 0 ? ["the map names no collection of incidents (`incidents`)"] : []),
    ...(collectionsOf(view.map).some((c) => c.incidentNotices !== undefined)
      ? []
      : ["the map names no collection of notices of incidents (`incident_notices`)"]),
  ];
  const broken: string[] = [];
  const evidence: Evidence[] = [];
  let freshForMs = LOOK_HOLDS_MS;
  const sum = { incidents: 0, running: 0, people: 0, examined: 0, leaving: 0 };
  for (const reading of readings) {
    if (reading.reading !== "breaches") continue;
    freshForMs = Math.min(freshForMs, reading.nextDueMs ?? freshForMs);
    sum.incidents += reading.incidents;
    sum.running += reading.running;
    sum.people += reading.people;
    sum.examined += reading.examined;
    sum.leaving += reading.leaving ?? 0;
    evidence.push(...reading.evidence);
    open.push(...reading.unbound.map((part) => `the map does not say where a notice holds \`${part}\``));
    if (reading.unclear > 0)
      open.push(
        `of ${count(reading.unclear, "breach", "breaches")} it can not be told whom it is about, or since when it is known`,
      );
    for (const [n, what] of [
      [reading.untold, "not told of a breach in time"],
      [reading.late, "told of a breach too late"],
      [reading.incomplete, "not told everything about a breach"],
    ] as const)
      if (n > 0) broken.push(`${count(n, "person", "people")} ${n === 1 ? "was" : "were"} ${what}`);
  }
  if (sum.incidents === 0)
    open.push("no breach is on record: whether people are told of one has not been seen yet");
  else if (sum.people === 0 && open.length === 0)
    open.push(`nobody was found whom a breach on record is about${leftOut(sum.leaving)}`);
  open.push(...notAll(sum.examined, sum.people, "person", "people"));
  const running =
    sum.running === 0 ? "" : `; for ${sum.running.toLocaleString("en")} of them there is time left`;
  return judged({
    broken,
    open,
    evidence,
    basis: "exact",
    ...{ examined: sum.examined, population: sum.people },
    freshForMs,
    kept: `of ${count(sum.incidents, "breach", "breaches")} on record, ${count(sum.people, "person was", "people were")} told in time and of everything${running}${leftOut(sum.leaving)}`,
  });
}
