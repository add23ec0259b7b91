/** Takes a measure as its allowance says: whole, in windows, or not at all. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import type { Answer, Look } from "../../connector-kit/contract.ts";
import { failed, type MeasureContext } from "../context.ts";
import type { Share } from "./model.ts";

export interface Ways<T> {
  /** The name of its windows. */
  readonly name: (key: readonly string[]) => string;
  /** `look` null: nobody chose a way; `timeoutMs` null: nor a limit. */
  whole(look: Look | null, timeoutMs: number | null): Promise<Answer<T>>;
  reading(report: T): Reading;
  windows(share: Share): Promise<Reading>;
}

export async function ask<T>(
  measure: Extract<Measure, { readonly store: string }>,
  context: MeasureContext,
  ways: Ways<T>,
): Promise<Reading> {
  const allowance = context.allowanceOf(measure);
  if (allowance?.how === "not at all")
    return { reading: "failed", reason: notAsked(measure, allowance.reason) };
  if (allowance?.how === "windows") return ways.windows(allowance.share);
  const instead = allowance?.instead ?? null;
  if (allowance !== null && instead !== null && allowance.bytes >= SLOW_BYTES_MIN) {
    // It was too slow, or too large, before: time is no part of a price, and need not be spent again to find that out.
    const begun = await context.book?.list(ways.name(instead.key));
    if ((begun?.length ?? 0) > 0)
      return ways.windows({ ...instead, why: "it was too much for one look before" });
  }
  const answer = await ways.whole(allowance?.look ?? null, allowance?.timeoutMs ?? null);
  if (answer.ok) return ways.reading(answer.value);
  if (instead === null || answer.error !== "throttled")
    return failed(measure.store, answer, measure.collection);
  return ways.windows({ ...instead, why: `it was too much for one look: ${answer.reason}` });
}

/** What is smaller is tried at once again: it was slow for another reason than its size. */
const SLOW_BYTES_MIN = 100_000_000;

type Stored = Extract<Measure, { readonly store: string }>;
const notAsked = ({ store, collection }: Stored, reason: string): string =>
  `\`${store}.${collection}\` was not looked at: ${reason}`;

/** Of a measure that is taken whole or not at all, its answer when a run may not read so much; null: it may. */
export function tooMuch(
  measure: Extract<Measure, { readonly store: string }>,
  { allowanceOf }: Pick<MeasureContext, "allowanceOf">,
): Reading | null {
  const allowance = allowanceOf(measure);
  if (allowance === null || allowance.how === "whole") return null;
  const reason =
    allowance.how === "not at all"
      ? allowance.reason
      : `${allowance.share.why}, and this is not asked in parts: give it more with \`budget\``;
  return { reading: "failed", reason: notAsked(measure, reason) };
}
