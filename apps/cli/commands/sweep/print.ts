import type { PlanLine } from "@avow/core/plan/erase";
import type { SweptRequest } from "@avow/runtime/requests/sweep/desk";
import { table } from "../../report/table.ts";

const STATES: Readonly<Record<string, string>> = {
  planned: "to be carried out",
  closed: "done",
  not_done: "NOT DONE",
  not_found: "nobody found",
  ambiguous_identity: "stopped: it is not clear who is meant",
};

/** The plans of all, added up by collection and act; each row of several people counts for each. */
export function totalsOf(swept: readonly SweptRequest[]): PlanLine[] {
  const totals = new Map<string, PlanLine>();
  for (const { outcome } of swept)
    for (const { store, collection, action, rows } of outcome.plan) {
      const name = JSON.stringify([store, collection, action]);
      totals.set(name, { store, collection, action, rows: (totals.get(name)?.rows ?? 0) + rows });
    }
  return [...totals.values()];
}

const countsOf = (swept: readonly SweptRequest[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(swept, (s) => s.outcome.state)].map(([s, all]) => [s, all.length]));

export const reportOf = (right: string, swept: readonly SweptRequest[]) => ({
  right,
  summary: countsOf(swept),
  plan: totalsOf(swept),
  requests: swept.map(({ request, outcome: { state, results, kept, notes } }) => ({
    ...{ request, state, results, kept, notes },
  })),
});

/** Of those that are not done, as many as somebody reads. */
const SHOWN_MAX = 20;

export function printSwept(out: (text: string) => void, right: string, swept: readonly SweptRequest[]): void {
  if (swept.length === 0) {
    out(`${right}: no approved request waits\n`);
    return;
  }
  const counts = Object.entries(countsOf(swept)).map(([s, n]) => `${n} ${STATES[s] ?? s}`);
  out(`\n${right} of ${swept.length}: ${counts.join(", ")}\n`);
  const totals = totalsOf(swept);
  if (totals.length > 0)
    out(
      `\n${table(
        ["what", "where", "rows"],
        totals.map((l) => [l.action, `${l.store}.${l.collection}`, String(l.rows)]),
      )}${swept.length > 1 ? "  (a row that several of them reach counts for each of them)\n" : ""}`,
    );
  const open = swept.filter((s) => s.outcome.state !== "closed" && s.outcome.state !== "planned");
  if (open.length > 0)
    out(
      `\n${table(
        ["request", "state", "why"],
        open.slice(0, SHOWN_MAX).map((s) => [s.request, s.outcome.state, whyOf(s)]),
      )}`,
    );
  if (open.length > SHOWN_MAX) out(`and ${open.length - SHOWN_MAX} more\n`);
}

const whyOf = ({ outcome }: SweptRequest): string =>
  outcome.results.find((r) => r.reason !== undefined)?.reason ?? outcome.notes[0] ?? "";
