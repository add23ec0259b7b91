/**
 * Waivers (spec/checks.md): a known breach that somebody answers for until a day. A waived breach is shown as one, and fails no run; a waiver
 * that has run out counts as not there, and one with nothing to waive is said to be needless.
 */
import type { Judgement } from "@avow/core/commitments/proof";
import type { Commitment } from "@avow/core/policy/model";
import { suggestion } from "@avow/core/terms/suggest";

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

/** What each waiver could be for. */
export interface Waivable {
  readonly commitments: readonly Pick<Commitment, "id" | "promises">[];
  /** What people know under a promise's id although it promises nothing. */
  readonly informs: readonly { readonly promises: readonly string[] }[];
}

/** Of promises that were not checked nothing is said, but that there is such a thing as a waiver names is known of all. */
export function remarks(
  waivers: readonly Waiver[],
  judgements: readonly Judgements[],
  { policy, now }: { readonly policy: Waivable; readonly now: Date },
): string[] {
  return waivers.flatMap((waiver) => {
    const whose = `the waiver of ${named(waiver)} (${waiver.owner})`;
    const strange = strangeIn(waiver, policy);
    if (strange !== null) return [`${whose} waives nothing: ${strange}`];
    const concerned = judgements.filter((j) => covers(waiver, j.commitment));
    if (concerned.length === 0) return [];
    const broken = concerned.filter((j) => j.judgement.verdict === "broken");
    if (hasRunOut(waiver, now)) {
      const counts = broken.some((j) => waiverOf(waivers, j, now) === null);
      return [
        `${whose} ran out on ${waiver.until}${counts ? ": the breach counts again; mend it, or give the waiver a later day" : "; take it out of waivers.yaml"}`,
      ];
    }
    const open = concerned.some((j) => j.judgement.verdict === "unproven");
    if (broken.length > 0 || open) return [];
    return [`${whose} is needless: nothing of it is broken; take it out of waivers.yaml`];
  });
}

function strangeIn(waiver: Waiver, { commitments, informs }: Waivable): string | null {
  if (commitments.some((c) => covers(waiver, c))) return null;
  if ("commitment" in waiver.for) {
    const known = commitments.map((c) => c.id);
    return `the policy has no such commitment; ${suggestion(waiver.for.commitment, known, IDS)}`;
  }
  const { promise } = waiver.for;
  if (informs.some((i) => i.promises.includes(promise)))
    return "the policy informs there, and promises nothing; take it out of waivers.yaml";
  const known = [...new Set(commitments.flatMap((c) => c.promises))];
  return `the policy has no such promise; ${suggestion(promise, known, IDS)}`;
}

const IDS = "name one as `avow verify --json` does, or take the waiver out of waivers.yaml";
