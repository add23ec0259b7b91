/** How the kinds word a judgement: what broke it first, then what could not be seen, and kept only when neither is left. */
import type { Collection, DataMap } from "../datamap/model.ts";
import { isPersonal } from "../terms/category.ts";
import type { Basis, Evidence, Judgement, Reading, Suspects } from "./proof.ts";

const DAY_MS = 86_400_000;
/** How long a look at the stores holds when nothing says it should be shorter. */
export const LOOK_HOLDS_MS = DAY_MS;

export interface Findings {
  /** Each of these breaks the promise. */
  readonly broken: readonly string[];
  /** Each of these leaves it open. */
  readonly open: readonly string[];
  readonly kept: string;
  readonly evidence: readonly Evidence[];
  /** Rows that the evidence speaks of. */
  readonly suspects?: readonly Suspects[];
  readonly basis: Basis;
  readonly examined: number | null;
  readonly population: number | null;
  readonly freshForMs: number | null;
}

const SAID_MAX = 5;
function said(reasons: readonly string[]): string {
  const rest = reasons.length - SAID_MAX;
  return [...reasons.slice(0, SAID_MAX), ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}

export function judged(findings: Findings): Judgement {
  const { broken, open, kept, evidence, suspects = [], basis, examined, population, freshForMs } = findings;
  const numbers = { examined, population, evidence, freshForMs };
  if (broken.length > 0) {
    const named = suspects.length === 0 ? {} : { suspects };
    return { verdict: "broken", basis, reason: said(broken), ...numbers, ...named };
  }
  if (open.length > 0) return { verdict: "unproven", basis: null, reason: said(open), ...numbers };
  return { verdict: "kept", basis, reason: kept, ...numbers };
}

/** Why readings failed, each reason once. `stores`: those that matter, where a look at all of them could not see some; null: all matter. */
export const failures = (
  readings: readonly Reading[],
  stores: ReadonlySet<string> | null = null,
): string[] => [
  ...new Set(
    readings.flatMap((r) => {
      if (r.reading === "failed") return [r.reason];
      if (r.reading !== "schema") return [];
      return (r.away ?? []).filter((a) => stores?.has(a.store) ?? true).map((a) => a.reason);
    }),
  ),
];

export const collectionsOf = (map: DataMap): readonly Collection[] =>
  map.stores.flatMap((s) => s.collections);

export const ofClasses = (map: DataMap, classes: readonly string[]): readonly Collection[] =>
  collectionsOf(map).filter((c) => classes.includes(c.class));

/** Says something about a person. */
export const holdsPersonal = (c: Collection): boolean => c.fields.some((f) => isPersonal(f.category));

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** The day from which the policy's version is in force; null: it does not say. */
export const effectiveOf = (policy: { readonly effective: string }): Date | null =>
  policy.effective === "unknown" ? null : new Date(`${policy.effective}T00:00:00.000Z`);

/** Said beside a count of people, where some were left out of it. */
export const leftOut = (leaving: number): string =>
  leaving === 0
    ? ""
    : `; ${count(leaving, "person", "people")} left out: being erased, or coming or going as they were looked at`;

/** What is open where only some were looked at. */
export const notAll = (examined: number, all: number, one: string, many?: string): string[] =>
  examined < all ? [`only ${count(examined, one, many)} of ${all.toLocaleString("en")} were looked at`] : [];
