/**
 * Waivers (spec/checks.md): a known breach that somebody answers for until a day. A waived breach is shown as one, and fails no run; a waiver
 * that has run out counts as not there, and one with nothing to waive is said to be needless.
 */
import type { Judgement } from "@avow/core/commitments/proof";
import type { Commitment } from "@avow/core/policy/model";

export interface Waiver {
  readonly for: { readonly promise: string } | { readonly commitment: string };
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it holds, in UTC: `2026-12-31`. */
  readonly until: string;
}

export interface Waived {
  readonly owner: string;
  readonly reason: string;
  readonly until: string;
}

const DAY_CHARS = 10;
const DAY_MS = 86_400_000;
/** Whoever needs longer says so again: half a year. */
export const WAIVED_DAYS_MAX = 183;

const dayOf = (at: Date): string => at.toISOString().slice(0, DAY_CHARS);
const hasRunOut = (waiver: Waiver, now: Date): boolean => waiver.until < dayOf(now);
export const isTooLong = ({ until }: Pick<Waiver, "until">, now: Date): boolean =>
  until > dayOf(new Date(now.getTime() + WAIVED_DAYS_MAX * DAY_MS));

const covers = (waiver: Waiver, { id, promises }: Pick<Commitment, "id" | "promises">): boolean =>
  "promise" in waiver.for ? promises.includes(waiver.for.promise) : waiver.for.commitment === id;

export interface Judgements {
  readonly commitment: Commitment;
  readonly judgement: Judgement;
}

/** The waiver of a commitment's breach; null when it has none, or is not broken. */
export function waiverOf(
  waivers: readonly Waiver[],
  { commitment, judgement }: Judgements,
  now: Date,
): Waived | null {
  if (judgement.verdict !== "broken") return null;
  const found = waivers.find((w) => !hasRunOut(w, now) && covers(w, commitment));
  return found === undefined ? null : { owner: found.owner, reason: found.reason, until: found.until };
}

const named = (waiver: Waiver): string =>
  "promise" in waiver.for ? `promise \`${waiver.for.promise}\`` : `commitment \`${waiver.for.commitment}\``;

/** `all`: whether all promises were checked; of the others nothing is known. */
export function remarks(waivers: readonly Waiver[], judgements: readonly Judgements[], now: Date): string[] {
  return waivers.flatMap((waiver) => {
    const concerned = judgements.filter((j) => covers(waiver, j.commitment));
    if (concerned.length === 0) return [];
    const broken = concerned.some((j) => j.judgement.verdict === "broken");
    if (hasRunOut(waiver, now))
      return [
        `the waiver of ${named(waiver)} (${waiver.owner}) ran out on ${waiver.until}${broken ? ": the breach counts again" : ""}; take it out of waivers.yaml`,
      ];
    const open = concerned.some((j) => j.judgement.verdict === "unproven");
    if (broken || open) return [];
    return [`the waiver of ${named(waiver)} (${waiver.owner}) is needless: nothing of it is broken`];
  });
}
