import type { Take } from "../context.ts";

/** A drill says something about a right for a month. */
const FRESH_MS = 30 * 86_400_000;

export const takeDrill: Take<"drill"> = async ({ right }, { history, planBasis, now }) => {
  const last = await history.lastDrill(right, planBasis);
  if (last === null)
    return { reading: "drill", at: null, passed: false, detail: "", freshForMs: 0, current: false };
  const { at, passed, detail, current } = last;
  return {
    reading: "drill",
    at: at.toISOString(),
    passed,
    detail,
    current,
    freshForMs: at.getTime() + FRESH_MS - now.getTime(),
  };
};
