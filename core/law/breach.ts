/** By when a breach of personal data is told to whom. Format: spec/law.md. */
import { BREACHES, type BreachRow, type Told } from "./breach.table.ts";
import { type Ending, endOf, type Holidays } from "./calendar.ts";
import { placesAround, regimesOf } from "./jurisdiction.ts";
import { type Found, rowsOn } from "./row.ts";

export interface BreachDue extends Ending {
  readonly row: Found<BreachRow>;
}

export interface BreachClock {
  /** The duties with the earliest end. */
  readonly strictest: readonly BreachDue[];
  readonly others: readonly BreachDue[];
  /** Duties whose law says "without undue delay" and names no number. */
  readonly unnumbered: readonly Found<BreachRow>[];
  /** Duties whose clock is started by a later event (an assessment, the notice to people): call again with its time. */
  readonly later: readonly Found<BreachRow>[];
  /** Places for which the table knows no such duty. */
  readonly unknown: readonly string[];
}

/**
 * The clocks that start at `on`: by default when the controller becomes aware, else when `event` happens.
 * Hours run from the moment itself, which is the earliest reading of every law here.
 */
export function breachClock(breach: {
  readonly who: Told;
  readonly jurisdictions: readonly string[];
  readonly on: Date;
  readonly event?: "awareness" | "assessment" | "notice to people";
  readonly holidays?: Holidays;
}): BreachClock {
  const { who, jurisdictions, on, event = "awareness" } = breach;
  const holidays = breach.holidays ?? new Set<string>();
  const rows = dutiesOf(who, jurisdictions, on);
  const now = rows.filter((row) => startsAt(row, event));
  const due = now
    .flatMap((row): BreachDue[] => {
      const period = row.value.within;
      return period === undefined
        ? []
        : [{ ...endOf({ start: on, period, counting: "plain", holidays }), row }];
    })
    .sort((a, b) => a.end.getTime() - b.end.getTime());
  const first = due[0]?.end.getTime();
  return {
    strictest: due.filter((d) => d.end.getTime() === first),
    others: due.filter((d) => d.end.getTime() !== first),
    unnumbered: now.filter((row) => row.value.within === undefined),
    later: event === "awareness" ? rows.filter((row) => !startsAt(row, event)) : [],
    unknown: jurisdictions.filter((place) => dutiesOf(who, [place], on).length === 0),
  };
}

/** To be aware is not before discovery: one event starts both. */
function startsAt(row: BreachRow, event: string): boolean {
  return row.value.counts === event || (event === "awareness" && row.value.counts === "discovery");
}

function dutiesOf(who: Told, places: readonly string[], on: Date): readonly Found<BreachRow>[] {
  const around = new Set(places.flatMap((place) => placesAround(place, on)));
  const regimes = new Set(places.flatMap((place) => regimesOf(place, on).map((r) => r.regime)));
  return rowsOn(
    BREACHES,
    on,
    (row) => row.who === who && (row.in === undefined ? regimes.has(row.regime) : around.has(row.in)),
  );
}
