/** What is read in windows proves nothing until every window speaks; then it is a verdict by parts, never a plain one. */
import type { Judgement, Reading, Rolling } from "@avow/core/commitments/proof";

export const rollingOf = (readings: readonly Reading[]): Rolling[] =>
  readings.flatMap((r) => ("rolling" in r && r.rolling !== undefined ? [r.rolling] : []));

/** 0 to 1; null: nothing of it is read in windows. */
export function coverage(rolling: readonly Rolling[]): number | null {
  if (rolling.length === 0) return null;
  const population = rolling.reduce((sum, r) => sum + r.population, 0);
  if (rolling.every((r) => r.complete)) return 1;
  const examined = rolling.reduce((sum, r) => sum + r.examined, 0);
  // Never rounded up to all of it.
  return population === 0 ? 0 : Math.min(0.999, examined / population);
}

const DAY_CHARS = 10;
const percent = ({ examined, population }: Rolling): number =>
  population === 0 ? 0 : Math.min(99, Math.floor((100 * examined) / population));

function said(rolling: Rolling): string {
  const place = `\`${rolling.store}.${rolling.collection}\``;
  const since = rolling.since === null ? "" : ` since ${rolling.since.slice(0, DAY_CHARS)}`;
  return `coverage of ${place} is ${percent(rolling)} %${since}: it is read in parts (${rolling.why})`;
}

export function onlyIfCovered(judgement: Judgement, rolling: readonly Rolling[]): Judgement {
  if (rolling.length === 0 || judgement.verdict === "not applicable") return judgement;
  const open = rolling.filter((r) => !r.complete);
  const holdsMs = Math.min(
    judgement.freshForMs ?? Number.POSITIVE_INFINITY,
    ...rolling.map((r) => r.holdsMs),
  );
  const freshForMs = Number.isFinite(holdsMs) ? holdsMs : null;
  if (judgement.verdict === "broken")
    return { ...judgement, basis: open.length > 0 ? "sampled" : judgement.basis };
  if (open.length > 0) {
    const so = judgement.verdict === "unproven" ? `; ${judgement.reason}` : `; so far: ${judgement.reason}`;
    return {
      ...{ ...judgement, verdict: "unproven", basis: null, freshForMs },
      reason: `${open.map(said).join("; ")}${so}`,
    };
  }
  if (judgement.verdict !== "kept") return { ...judgement, freshForMs };
  const first = rolling.flatMap((r) => r.since ?? []).sort()[0] ?? "";
  return {
    ...{ ...judgement, basis: "sampled", freshForMs },
    reason: `${judgement.reason}; read in parts, the first of them on ${first.slice(0, DAY_CHARS)}`,
  };
}
