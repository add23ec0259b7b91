/** How an erasure ends, alone or in a sweep: before anything was done, or with all of it. */
import { ambiguousAccounts, type Capture, type CapturedRow, severalAccounts } from "@avow/core/plan/capture";
import type { ErasePlan, PlanLine } from "@avow/core/plan/erase";
import type { Earlier } from "./ask.ts";
import { type KeptLine, nothing, type RequestOutcome, type ResultLine, type RowsThere } from "./run.ts";

export function stopBefore(state: Capture, earlier: Earlier | null): RequestOutcome | null {
  const ambiguous = ambiguousAccounts(state);
  if (ambiguous.length > 0)
    return {
      ...nothing("ambiguous_identity", [severalAccounts(ambiguous)]),
      there: () => thereIn(state, () => true),
    };
  const rows = [...state.collections.values()].reduce((n, c) => n + c.rows.size, 0);
  if (rows > 0 || earlier !== null) return null;
  return nothing("not_found", ["nobody is known by these identities; nothing was changed"]);
}

/** Rows that a look has seen, and that nothing has deleted since. */
const thereIn = (state: Capture, stays: (row: CapturedRow) => boolean): RowsThere[] =>
  [...state.collections].map(([collection, { rows }]) => ({
    collection,
    keys: [...rows.values()].filter((row) => row.current !== null && stays(row)).map((row) => row.key),
  }));

export function closed(
  state: Capture,
  plan: readonly PlanLine[],
  now: Pick<ErasePlan, "fates" | "lines"> & Partial<Pick<ErasePlan, "allGo">>,
  // As it is now: of what was left to others one may have gone since.
  kept = keptLines(now.lines),
): RequestOutcome {
  const results = plan.map(
    (l): ResultLine => ({
      store: l.store,
      collection: l.collection,
      result: l.action === "delete" ? "verified_absent" : "done",
      rows: l.rows,
      // Of rows that are masked only those say why that go on under pseudo-people.
      ...(l.action === "mask" && l.reason !== undefined ? { how: l.reason } : {}),
    }),
  );
  let untouched = 0;
  if (now.allGo !== true) for (const { fate } of now.fates.values()) if (fate === "stay") untouched += 1;
  const late =
    [...state.collections.values()].reduce((n, c) => n + c.rows.size, 0) -
    plan.reduce((n, l) => n + l.rows, 0) -
    untouched;
  const notes = [
    ...(late > 0 ? [`${late} more rows came while it ran and were dealt with`] : []),
    ...state.closerFields.map(
      (field) =>
        `\`${field}\` was looked at by the text as it is written: another notation of the same was not found there`,
    ),
    ...state.uuidTexts.map(
      (field) =>
        `\`${field}\` was looked at for UUIDs in small letters and in capitals: one that is written in both was not found there`,
    ),
  ];
  const there = (): RowsThere[] =>
    now.allGo === true ? [] : thereIn(state, (row) => now.fates.get(row)?.fate !== "delete");
  return { state: "closed", plan, results, kept, notes, there };
}

/** What stays, as whoever asked is told. */
export function keptLines(lines: readonly PlanLine[]): KeptLine[] {
  return lines
    .filter((l) => l.action === "keep" || (l.action === "leave" && l.why === "co_owner"))
    .map((l) => ({
      store: l.store,
      collection: l.collection,
      rows: l.rows,
      why: l.why ?? "",
      commitment: l.commitment ?? null,
      until: l.until ?? null,
      ...(l.hold === undefined ? {} : { hold: l.hold }),
    }));
}
