/** Takes a measure as its allowance says: whole, in windows, or not at all. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import type { Answer, Look } from "../../connector-kit/contract.ts";
import { failed, type MeasureContext } from "../context.ts";
import type { Share } from "./model.ts";

export interface Ways<T> {
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
  const answer = await ways.whole(allowance?.look ?? null, allowance?.timeoutMs ?? null);
  if (answer.ok) return ways.reading(answer.value);
  const instead = answer.error === "throttled" ? (allowance?.instead ?? null) : null;
  if (instead === null) return failed(measure.store, answer);
  const why = `at once it took longer than ${(allowance?.timeoutMs ?? 0) / 1000} seconds`;
  return ways.windows({ ...instead, why });
}

type Stored = Extract<Measure, { readonly store: string }>;
const notAsked = ({ store, collection }: Stored, reason: string): string =>
  `\`${store}.${collection}\` was not looked at: ${reason}`;
