/** Which rights a person has in a place, and by when a request must be answered. Format: spec/law.md. */
import { addUp, type Ending, endOf, type Holidays, laterThan, type Period } from "./calendar.ts";
import { regimesOf } from "./jurisdiction.ts";
import { REGIMES } from "./regimes.table.ts";
import { RIGHTS, RIGHTS_IN_LAW, type RightName, type RightRow } from "./rights.table.ts";
import { type Found, rowsOn } from "./row.ts";

/** The rights of a person in a place, each with the rows that give it. A right that is absent is not known to the tables. */
export function rightsIn(place: string, on: Date): ReadonlyMap<RightName, readonly Found<RightRow>[]> {
  const rows = rowsFor([place], on);
  const given = RIGHTS.map((right) => [right, rows.filter((row) => row.rights.includes(right))] as const);
  return new Map(given.filter(([, list]) => list.length > 0));
}

/** A row with the dates that it gives for one request. */
export interface Due extends Ending {
  readonly row: Found<RightRow>;
  /** The end when the extension is used; null where there is none. Its notice is due by `noticeBy`. */
  readonly extended: Ending | null;
  readonly noticeBy: Ending | null;
}

export interface Deadlines {
  /** The rows with the earliest end: keep them and every other is kept. Empty when no law of the places names a number. */
  readonly strictest: readonly Due[];
  readonly others: readonly Due[];
  /** Laws that ask for an answer without naming a number, or whose number the table does not know. */
  readonly unnumbered: readonly Found<RightRow>[];
  /** Receipts to be confirmed, the earliest first. */
  readonly acknowledge: readonly (Ending & { readonly row: Found<RightRow> })[];
  /** Places for which the tables know nothing of this right. */
  readonly unknown: readonly string[];
}

/**
 * By when a request that came in at `on` is answered, for a person (and a controller) in these places.
 * Source: the rows of `rights.table.ts`, counted as the law of the row counts.
 */
export function deadlineFor(request: {
  readonly right: RightName;
  readonly jurisdictions: readonly string[];
  readonly on: Date;
  readonly holidays?: Holidays;
}): Deadlines {
  const { right, jurisdictions, on } = request;
  const holidays = request.holidays ?? new Set<string>();
  const rows = rowsFor(jurisdictions, on).filter((row) => row.rights.includes(right));
  const due = rows.flatMap((row) => dueBy(row, on, holidays)).sort(byEnd);
  const first = due[0]?.end.getTime();
  return {
    strictest: due.filter((d) => d.end.getTime() === first),
    others: due.filter((d) => d.end.getTime() !== first),
    unnumbered: rows.filter((row) => row.value.within === undefined),
    acknowledge: rows.flatMap((row) => acknowledgedBy(row, on, holidays)).sort(byEnd),
    unknown: jurisdictions.filter((place) => !rightsIn(place, on).has(right)),
  };
}

/**
 * The rows of law that a promised period does not always keep: `sometimes` where only some months are too short for it
 * (30 days against one month), `always` where it is plainly longer.
 */
export function laxerThanLaw(promise: {
  readonly right: RightName;
  readonly within: string;
  readonly jurisdictions: readonly string[];
  readonly on: Date;
}): readonly { readonly row: Found<RightRow>; readonly later: "sometimes" | "always" }[] {
  const rows = rowsFor(promise.jurisdictions, promise.on).filter((row) => row.rights.includes(promise.right));
  return rows.flatMap((row) => {
    if (row.value.within === undefined) return [];
    const later = laterThan({ duration: promise.within }, row.value.within);
    return later === "never" ? [] : [{ row, later }];
  });
}

function rowsFor(places: readonly string[], on: Date): readonly Found<RightRow>[] {
  const regimes = new Set(places.flatMap((place) => regimesOf(place, on).map((r) => r.regime)));
  return rowsOn(RIGHTS_IN_LAW, on, (row) => regimes.has(row.regime));
}

const counting = new Map(REGIMES.map((row) => [row.regime, row.value.counting]));

const byEnd = (a: Ending, b: Ending): number => a.end.getTime() - b.end.getTime();

function dueBy(row: Found<RightRow>, start: Date, holidays: Holidays): readonly Due[] {
  const { within, extension } = row.value;
  if (within === undefined) return [];
  const end = (period: Period): Ending =>
    endOf({ start, period, counting: counting.get(row.regime) ?? "plain", holidays });
  return [
    {
      ...end(within),
      row,
      extended: extension === undefined ? null : end(addUp([within, extension.by])),
      noticeBy: extension === undefined ? null : end(extension.notice),
    },
  ];
}

function acknowledgedBy(row: Found<RightRow>, start: Date, holidays: Holidays): Deadlines["acknowledge"] {
  const period = row.value.acknowledge;
  if (period === undefined) return [];
  return [{ ...endOf({ start, period, counting: counting.get(row.regime) ?? "plain", holidays }), row }];
}
