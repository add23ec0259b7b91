/** What a drill's reading says, in words; `what` is what was drilled: "the right `erase`". */
import type { Reading } from "./proof.ts";

export interface Drilled {
  readonly broken: readonly string[];
  readonly open: readonly string[];
  /** Null unless it passed, not long ago and resting upon what holds now. */
  readonly passed: { readonly at: string; readonly detail: string } | null;
  /** Null where there was no drill. */
  readonly freshForMs: number | null;
}

export function drilled(reading: Extract<Reading, { reading: "drill" }>, what: string): Drilled {
  const { at, detail } = reading;
  const said = (part: Partial<Drilled>): Drilled => ({
    ...{ broken: [], open: [], passed: null },
    freshForMs: at === null ? null : Math.max(0, reading.freshForMs),
    ...part,
  });
  if (at === null) return said({ open: [`no drill of ${what} yet: run \`avow drill\``] });
  if (reading.stale !== null)
    return said({
      open: [`stale: ${reading.stale} since the last drill of ${what} (${at}): run \`avow drill\``],
    });
  if (reading.unseen === true) return said({ open: [`the drill of ${what} could not look: ${detail}`] });
  if (!reading.passed) return said({ broken: [`the drill of ${what} failed: ${detail}`] });
  if (reading.freshForMs <= 0)
    return said({ open: [`the last drill of ${what} is too long ago (${at}): run \`avow drill\``] });
  return said({ passed: { at, detail } });
}
