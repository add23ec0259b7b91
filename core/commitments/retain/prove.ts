/** Nothing is older than its period: the oldest row of each collection of the classes, by the anchor that the map binds. */

import { type Collection, idOf } from "../../datamap/model.ts";
import type { Commitment } from "../../policy/model.ts";
import { must } from "../../terms/assert.ts";
import { approximateMs, type Duration, inWords, minus, parseDuration, plus } from "../../terms/duration.ts";
import { own } from "../../terms/own.ts";
import {
  collectionsOf,
  count,
  failures,
  holdsPersonal,
  judged,
  LOOK_HOLDS_MS,
  ofClasses,
} from "../judgement.ts";
import { unmeasured, type View } from "../kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import type { RetainSpec } from "./schema.ts";

/** Open accounts have no closing date: that is no gap. */
const OPEN_ENDED = "closure";

/** Read at most to name a few: all are counted. */
const ENDED_READ_MAX = 2_000_000;

/** Anchors that mean something which has been, as everything called `last_…` does. Any other may lie ahead (the end of a contract, a stay): its rows are not due yet. */
const BEEN: ReadonlySet<string> = new Set([
  ...["creation", "collection", "receipt", "registration", "activity", "use", "login", "visit"],
]);
const hasBeen = (anchor: string): boolean => BEEN.has(anchor) || anchor.startsWith("last_");

/** By so much clocks may differ: what has been and is dated later than that is dated wrongly, and would lie there for ever. */
const SKEW: Duration = must(parseDuration("P1D"), "a period");
const LEAST_SKEW: Duration = must(parseDuration("PT1H"), "a period");
/** What may lie for less than a day is dated wrongly sooner; not below an hour, for clocks differ, and rows come while a check goes on. */
const skewOf = (period: Duration): Duration =>
  [SKEW, period, LEAST_SKEW].toSorted((a, b) => approximateMs(a) - approximateMs(b))[1] ?? SKEW;

const periodOf = (spec: RetainSpec): Duration | null =>
  spec.for === "indefinitely" || spec.for === "needed"
    ? null
    : must(parseDuration(spec.for), "the schema read it");
const inScope = (spec: RetainSpec, view: View): readonly Collection[] =>
  spec.retain.includes("all") ? collectionsOf(view.map) : ofClasses(view.map, spec.retain);
const personal = (spec: RetainSpec, view: View): readonly Collection[] =>
  inScope(spec, view).filter(holdsPersonal);

export function examine(spec: RetainSpec, _commitment: Commitment, view: View): readonly Measure[] {
  const period = periodOf(spec);
  if (period === null || spec.where !== "live") return [];
  const anchor = spec.from ?? "";
  return personal(spec, view).flatMap((c): Measure[] => {
    const field = own(c.anchors, anchor);
    if (field === undefined) return [];
    const place = { store: c.store, collection: c.name, field };
    const latest = plus(view.now, skewOf(period));
    const age: Measure = {
      ...{ measure: "age", look: "index", ...place },
      before: minus(view.now, period),
      unlessHeld: true,
      // Of an account that is to close one day it is said that it has no such date yet.
      ...(hasBeen(anchor) || anchor === OPEN_ENDED ? { until: latest } : {}),
    };
    if (c.ended === undefined || anchor !== OPEN_ENDED) return [age];
    const ended = { where: c.ended, until: latest, rowsMax: ENDED_READ_MAX };
    return [age, { measure: "ended", look: "scan", ...place, ...ended }];
  });
}

export function judge(
  spec: RetainSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const period = periodOf(spec);
  if (spec.where !== "live")
    return unmeasured("the copies against loss are nowhere to be looked at: no store of theirs is connected");
  const gaps = spec.retain
    .filter((name) => name !== "all")
    .filter((name) => ofClasses(view.map, [name]).length === 0)
    .map((name) => `no collection of the map is of class \`${name}\``);
  if (spec.for === "needed") return whileNeeded(spec, view, gaps);
  if (period === null) return withoutEnd(spec, view, gaps);
  const anchor = spec.from ?? "";
  const open = [...failures(readings), ...gaps];
  for (const c of personal(spec, view))
    if (!Object.hasOwn(c.anchors, anchor))
      open.push(`the map binds \`${anchor}\` to no field of \`${idOf(c)}\``);
  const broken: string[] = [];
  const evidence: Evidence[] = [];
  const totals: Totals = { rows: 0, undated: 0, held: 0, oldest: null };
  const measures = examine(spec, commitment, view);
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading === "ended" && measure?.measure === "ended") {
      const place = `\`${measure.store}.${measure.collection}\``;
      if (reading.undated === 0) continue;
      open.push(
        `${count(reading.undated, "row")} of ${place} ${reading.undated === 1 ? "has" : "have"} ended and no date in \`${measure.field}\`, or one that is still to come`,
      );
      evidence.push(...reading.evidence);
    }
    if (reading.reading !== "age" || measure?.measure !== "age") continue;
    const id = `${measure.store}.${measure.collection}`;
    totals.rows += reading.rows;
    totals.undated += reading.undated;
    totals.held += reading.held ?? 0;
    if (reading.oldest !== null && (totals.oldest === null || reading.oldest < totals.oldest))
      totals.oldest = reading.oldest;
    if (reading.before > 0) {
      broken.push(
        `${count(reading.before, "row")} of \`${id}\` of ${count(reading.rows, "row")} lie longer than ${inWords(period)} after ${anchor} (oldest ${day(reading.oldest)})${underHold(reading.held, "more")}`,
      );
      evidence.push(...reading.evidence);
    }
    if (reading.undated > 0 && anchor !== OPEN_ENDED)
      open.push(
        `${count(reading.undated, "row")} of \`${id}\` have no date in \`${measure.field}\`${measure.until === undefined ? "" : ", or one that is still to come"}`,
      );
  }
  return judged({
    broken,
    open,
    evidence,
    basis: "exact",
    examined: totals.rows,
    population: totals.rows,
    freshForMs: freshFor(totals, period, view.now),
    kept: keptReason(totals, period, measures.filter((m) => m.measure === "age").length),
  });
}

interface Totals {
  rows: number;
  undated: number;
  held: number;
  oldest: string | null;
}

const DAY_CHARS = 10;
const day = (iso: string | null): string => (iso === null ? "none" : iso.slice(0, DAY_CHARS));

function keptReason(totals: Totals, period: Duration, collections: number): string {
  const undated = totals.undated === 0 ? "" : `; ${count(totals.undated, "row")} have no such date yet`;
  const held = underHold(totals.held, "that lie longer");
  const oldest = totals.oldest === null ? "" : `: the oldest is of ${day(totals.oldest)}`;
  return `nothing of ${count(totals.rows, "row")} in ${count(collections, "collection")} is past ${inWords(period)}${oldest}${undated}${held}`;
}

/** Where nothing but a legal hold keeps rows longer. */
const underHold = (held: number | undefined, what: string): string =>
  held === undefined || held === 0 ? "" : `; a legal hold keeps ${count(held, "row")} ${what}`;

/** Beside held rows nobody has looked when the first one that is not held is due: somebody looks again before long. */
const BESIDE_HELD_MS = 3_600_000;

/** The verdict holds until the oldest row is due. */
function freshFor({ oldest, held }: Totals, period: Duration, now: Date): number {
  const due = oldest === null ? plus(now, period) : plus(new Date(oldest), period);
  const mostMs = held > 0 ? BESIDE_HELD_MS : LOOK_HOLDS_MS;
  return Math.max(0, Math.min(mostMs, due.getTime() - now.getTime()));
}

/** "As long as needed" is proven by nothing but periods: each collection must lie under a commitment that names one. */
function whileNeeded(spec: RetainSpec, view: View, gaps: readonly string[]): Judgement {
  const dated = new Set(
    view.policy.commitments
      .filter((c) => c.unbound === null)
      .flatMap((c) => c.means.retentions)
      .filter((r) => parseDuration(r.for) !== null && r.where === "live")
      .flatMap((r) => r.data),
  );
  const collections = personal(spec, view);
  const open = collections
    .filter((c) => !dated.has(c.class) && !dated.has("all"))
    .map((c) => `no commitment names a period for \`${idOf(c)}\` (class \`${c.class}\`)`);
  return judged({
    broken: [],
    open: [
      ...gaps,
      ...open,
      ...(collections.length === 0 ? ["the map has no collection of these classes"] : []),
    ],
    evidence: [],
    basis: "document",
    examined: collections.length,
    population: collections.length,
    freshForMs: LOOK_HOLDS_MS,
    kept: `each of ${count(collections.length, "collection")} has a period of its own, and those are checked on their own`,
  });
}

/** What may lie for ever must say nothing about anybody; that is seen in the map. */
function withoutEnd(spec: RetainSpec, view: View, gaps: readonly string[]): Judgement {
  const collections = inScope(spec, view);
  const open = [
    ...gaps,
    ...collections
      .filter(holdsPersonal)
      .map((c) => `\`${idOf(c)}\` holds personal fields, and nothing measures how long they are needed`),
  ];
  const fields = collections.reduce((sum, c) => sum + c.fields.length, 0);
  return judged({
    broken: [],
    open,
    evidence: [],
    basis: "exact",
    examined: fields,
    population: fields,
    freshForMs: LOOK_HOLDS_MS,
    kept: `none of ${count(fields, "field")} kept without end is about a person, as the data map says`,
  });
}
