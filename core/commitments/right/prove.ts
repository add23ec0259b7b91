/**
 * A right works when requests can be carried out on the stores as they are, a canary person was taken through it, end to end, not long
 * ago and under the same map, and nobody's request waits past its deadline; where all is to go within a time, also when nothing is left of
 * accounts that were closed longer ago.
 */
import type { Commitment } from "../../policy/model.ts";
import { CARRIED } from "../../rights/index.ts";
import { drilledWays, isAtOnce, seesService, withoutAuthority } from "../at-once.ts";
import { closedAccounts, judgeClosed } from "../closed.ts";
import { drilled } from "../drilled.ts";
import { count, failures, judged } from "../judgement.ts";
import type { View } from "../kind.ts";
import type { Evidence, Judgement, Measure, Reading } from "../proof.ts";
import type { RightSpec } from "./schema.ts";

const CARRIED_OUT: ReadonlySet<string> = new Set(CARRIED.map((r) => r.name));
const isSeen = (right: string, spec: RightSpec): boolean => CARRIED_OUT.has(right) || isAtOnce(right, spec);
const notCarried = (right: string): string => `the right \`${right}\` is not carried out yet`;

export function examine(spec: RightSpec, commitment: Commitment, view: View): readonly Measure[] {
  const carried = spec.right.filter((r) => CARRIED_OUT.has(r));
  const atOnce = spec.right.filter((r) => isAtOnce(r, spec));
  return [
    ...atOnce.map((right): Measure => ({ measure: "drill", look: "metadata", right })),
    ...(carried.length === 0 ? [] : [{ measure: "feasible", look: "metadata" } satisfies Measure]),
    ...carried.flatMap((right): Measure[] => [
      { measure: "drill", look: "metadata", right },
      { measure: "overdue", look: "metadata", right },
    ]),
    ...closedAccounts(spec, commitment, view),
  ];
}

/** Open requests that somebody, or time, has to decide about. */
function waitsIn(
  { waiting, restricted = 0, held = 0 }: Extract<Reading, { reading: "overdue" }>,
  right: string,
): string[] {
  const said: string[] = [];
  if (waiting > 0)
    said.push(
      `; ${count(waiting, "request")} of the right \`${right}\` ${waiting === 1 ? "waits" : "wait"} for approval: \`avow request list\``,
    );
  if (restricted > 0)
    said.push(
      `; ${count(restricted, "request")} of the right \`${right}\` can still be taken back: restricted, not erased yet`,
    );
  if (held > 0)
    said.push(
      `; ${count(held, "request")} of the right \`${right}\` ${held === 1 ? "waits" : "wait"} for a legal hold`,
    );
  return said;
}

/** Requests that their people waited for too long, and still do or not. */
function missed({ overdue, late = 0 }: Extract<Reading, { reading: "overdue" }>, right: string) {
  const closed = `${late === 1 ? "was" : "were"} closed past the deadline within the last year`;
  const said = (rows: number, what: string, evidently: string) =>
    rows === 0
      ? []
      : [
          {
            rows,
            was: `${count(rows, "request")} of the right \`${right}\` ${what}`,
            evidently: `${evidently}: \`${right}\``,
          },
        ];
  return [
    ...said(late, closed, "requests closed too late"),
    ...said(overdue, `${overdue === 1 ? "is" : "are"} past the deadline`, "overdue requests"),
  ];
}

/** What only people can look into is never seen to be done: at best, somebody has shown a document. */
export function judge(
  spec: RightSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const judgement = judgeReached(spec, commitment, view, readings);
  const byHand = readings.flatMap((r) => (r.reading === "feasible" ? (r.byHand ?? []) : []));
  if (byHand.length === 0 || judgement.verdict === "broken") return judgement;
  const stores = `in \`${byHand.join("`, `")}\` only people can act`;
  const measures = examine(spec, commitment, view);
  const proofs = readings.flatMap((r, i) => {
    const measure = measures[i];
    return r.reading === "overdue" && measure?.measure === "overdue"
      ? [{ right: `\`${measure.right}\``, times: r.proofs ?? 0 }]
      : [];
  });
  const unshown = proofs.filter((p) => p.times === 0).map((p) => p.right);
  const { verdict, reason } = judgement;
  if (unshown.length > 0) {
    const why = `${stores}, and nobody has shown by a task of the right ${unshown.join(" or ")} that they do`;
    const open = verdict === "unproven" ? `${reason}; ${why}` : why;
    return { ...judgement, verdict: "unproven", basis: null, reason: open };
  }
  if (verdict !== "kept") return judgement;
  const shown = proofs.map((p) => `${p.right} ${count(p.times, "time")}`).join(", ");
  const said = `${reason}; ${stores}, and they have brought a proof: ${shown}`;
  return { ...judgement, verdict: "attested", basis: "document", reason: said };
}

function judgeReached(
  spec: RightSpec,
  commitment: Commitment,
  view: View,
  readings: readonly Reading[],
): Judgement {
  const closed = judgeClosed(spec, commitment, view, readings);
  const broken: string[] = [...closed.broken];
  const open: string[] = [
    ...failures(readings),
    ...spec.right.filter((r) => !isSeen(r, spec)).map(notCarried),
    ...closed.open,
  ];
  const evidence: Evidence[] = [...closed.evidence];
  const passed: string[] = [];
  const waits: string[] = [];
  let requests = 0;
  let freshForMs = closed.freshForMs ?? Number.POSITIVE_INFINITY;
  const measures = examine(spec, commitment, view);
  for (const [i, reading] of readings.entries()) {
    const measure = measures[i];
    if (reading.reading === "overdue" && measure?.measure === "overdue") {
      requests += reading.open + reading.closed;
      waits.push(...waitsIn(reading, measure.right));
      for (const { rows, was, evidently } of missed(reading, measure.right)) {
        broken.push(was);
        evidence.push({ what: evidently, rows });
      }
    }
    if (reading.reading === "feasible") {
      broken.push(...reading.faults.map((f) => `no request can be carried out: ${f}`));
      evidence.push(...reading.faults.map((what) => ({ what })));
    }
    if (reading.reading !== "drill" || measure?.measure !== "drill") continue;
    const seen = drilled(reading, `the right \`${measure.right}\``);
    broken.push(...seen.broken);
    open.push(...seen.open);
    if (seen.passed !== null) {
      // What holds at once has several ways, and the drill says which of them it went.
      const { at, detail } = seen.passed;
      const how = isAtOnce(measure.right, spec) && detail !== "" ? ` (${detail})` : "";
      passed.push(`\`${measure.right}\` drilled ${at}${how}`);
    }
    freshForMs = Math.min(freshForMs, seen.freshForMs ?? freshForMs);
  }
  if (spec.without !== undefined && !seesService(spec))
    open.push("whether people are served as before, once they have used the right, is not seen");
  const unknown = withoutAuthority(commitment, view.policy, view.now);
  if (unknown.length > 0)
    open.push(`the tables of law know no authority for \`${unknown.join("`, `")}\`: nobody asked there`);
  const undrilled = spec.ways.filter((w) => !spec.right.every((r) => drilledWays(r).has(w)));
  if (undrilled.length === spec.ways.length)
    open.push(
      `a drill goes through the service's pages; the way by ${undrilled.join(" and ")} is not drilled yet`,
    );
  const rest = `; the way by ${undrilled.join(" and ")} was not drilled`;
  const aside = undrilled.length === 0 || passed.some((p) => p.includes(rest)) ? "" : rest;
  return judged({
    broken,
    open,
    evidence,
    kept: `${passed.join(", ")}; none of ${count(requests, "request")} past its deadline${closed.kept}${waits.join("")}${aside}`,
    basis: closed.broken.length > 0 ? "exact" : "drill",
    examined: passed.length,
    population: spec.right.length,
    freshForMs: Number.isFinite(freshForMs) ? freshForMs : null,
  });
}
