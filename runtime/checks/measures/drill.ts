import type { Reading } from "@avow/core/commitments/proof";
import type { Take } from "../context.ts";

/** A drill says something about a right for a month. */
const FRESH_MS = 30 * 86_400_000;

export const takeDrill: Take<"drill"> = async ({ right }, { history, drillBasis, now }) => {
  const last = await history.lastDrill(right, drillBasis(right));
  if (last === null)
    return { reading: "drill", at: null, passed: false, detail: "", freshForMs: 0, stale: null, proves: [] };
  const { at, ...rest } = last;
  return {
    ...{ reading: "drill", at: at.toISOString(), ...rest },
    freshForMs: at.getTime() + FRESH_MS - now.getTime(),
  };
};

/** As it speaks for one commitment: a drill proves a commitment as it was worded then, and no other one. */
export const spokenFor = (reading: Reading, commitment: { readonly hash: string }): Reading =>
  reading.reading === "drill" &&
  reading.at !== null &&
  reading.stale === null &&
  !reading.proves.includes(commitment.hash)
    ? { ...reading, stale: "the commitment has changed, or is new," }
    : reading;
