/** Divides a store's budget: first whole looks, the cheapest first; what is left goes to those that are read in windows, in equal parts. */
import type { Estimate, Look } from "../../connector-kit/contract.ts";
import type { Allowance, Budget, Share } from "./model.ts";

export interface Priced {
  readonly look: Look;
  readonly estimate: Estimate;
}

/** One measure: the ways to take it, the best first. */
export interface Candidate {
  readonly name: string;
  readonly ways: readonly Priced[];
}

/** Where something is read in windows, whole looks leave it this part of the budget. */
const KEPT_FOR_WINDOWS = 0.25;
/** The least that a window reads, however little is left: whoever reads nothing never comes round. */
const WINDOW_ROWS_MIN = 1_000;
const WINDOW_MS_MIN = 1_000;

const fits = ({ estimate }: Priced, { bytes, rows }: { bytes: number; rows: number }): boolean =>
  estimate.bytes <= bytes && estimate.rows <= rows;

const cost = ({ ways }: Candidate): number => ways[0]?.estimate.bytes ?? 0;

export function allot(candidates: readonly Candidate[], budget: Budget): ReadonlyMap<string, Allowance> {
  const sorted = candidates.toSorted((a, b) => cost(a) - cost(b));
  const all = choose(sorted, { bytes: budget.bytes, rows: budget.rows });
  const part = 1 - KEPT_FOR_WINDOWS;
  const chosen =
    all.rest.length === 0 ? all : choose(sorted, { bytes: budget.bytes * part, rows: budget.rows * part });
  const walked = chosen.rest.filter((c) => windowKeyOf(c) !== null);
  const left = { bytes: budget.bytes - chosen.bytes, rows: budget.rows - chosen.rows };
  const share = shareOf(budget, left, Math.max(1, walked.length));
  const allowances = new Map<string, Allowance>();
  for (const [candidate, way] of chosen.whole)
    allowances.set(candidate.name, {
      ...{ how: "whole", look: way.look, bytes: way.estimate.bytes, timeoutMs: budget.seconds * 1000 },
      instead: windowKeyOf(candidate) === null ? null : share(candidate),
    });
  for (const candidate of chosen.rest)
    allowances.set(
      candidate.name,
      windowKeyOf(candidate) === null
        ? {
            how: "not at all",
            reason: `${why(candidate, budget)}, and it has no key by which it can be read in parts`,
          }
        : { how: "windows", share: share(candidate) },
    );
  return allowances;
}

const windowKeyOf = ({ ways }: Candidate): readonly string[] | null => ways[0]?.estimate.windowKey ?? null;

function choose(candidates: readonly Candidate[], most: { bytes: number; rows: number }) {
  const whole: (readonly [Candidate, Priced])[] = [];
  const rest: Candidate[] = [];
  let [bytes, rows] = [0, 0];
  for (const candidate of candidates) {
    const way = candidate.ways.find((w) => fits(w, { bytes: most.bytes - bytes, rows: most.rows - rows }));
    if (way === undefined) rest.push(candidate);
    else {
      whole.push([candidate, way]);
      bytes += way.estimate.bytes;
      rows += way.estimate.rows;
    }
  }
  return { whole, rest, bytes, rows };
}

const shareOf =
  (budget: Budget, left: { bytes: number; rows: number }, parts: number) =>
  (candidate: Candidate): Share => {
    const { collection, windowKey } = candidate.ways[0]?.estimate ?? NOTHING;
    const rowBytes = Math.max(1, collection.bytes / Math.max(1, collection.rows));
    const rows = Math.min(left.rows / parts, left.bytes / parts / rowBytes);
    return {
      rows: Math.max(WINDOW_ROWS_MIN, Math.floor(rows)),
      ms: Math.max(WINDOW_MS_MIN, (budget.seconds * 1000) / parts),
      rowBytes,
      key: windowKey ?? [],
      population: collection.rows,
      freshMs: budget.freshMs,
      why: why(candidate, budget),
    };
  };

const NOTHING: Pick<Estimate, "collection" | "windowKey"> = {
  collection: { rows: 0, bytes: 0 },
  windowKey: null,
};

function why(candidate: Candidate, budget: Budget): string {
  const { rows = 0, bytes = 0 } = candidate.ways[0]?.estimate ?? {};
  return `at once it would be ${inBytes(bytes)} and ${rows.toLocaleString("en")} rows, and a run may read ${inBytes(budget.bytes)} and ${budget.rows.toLocaleString("en")} rows of a store`;
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

export function inBytes(bytes: number): string {
  const at = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const n = bytes / 1000 ** at;
  return `${n >= 100 || at === 0 ? Math.round(n) : n.toFixed(1)} ${UNITS[at]}`;
}
