/**
 * A second look at what is taken for a breach of somebody's. Stores are read one after the other: whoever signs up, or is deleted by the
 * application itself, between two reads shows half of what is theirs. Only who is found wrong by both looks is wrong; who is so by the second
 * alone is counted as on their way, until the next check.
 */
import type { Reading } from "@avow/core/commitments/proof";
import type { MeasureContext } from "../context.ts";

/** Told of each who is found wrong, by a name that both looks give them; false: they are on their way, and not to be counted. */
export interface Wrong {
  readonly counts: (who: string) => boolean;
}

const PAUSE_MS = 300;
/** So many do not come or go in a moment; and so many names are held at most. */
const WRONG_MAX = 1_000;

/** Costs the same again where somebody was found wrong, and nothing more where nobody was. A second look that fails takes nothing back. */
export async function seenTwice(
  context: MeasureContext,
  look: (context: MeasureContext, wrong: Wrong) => Promise<Reading>,
): Promise<Reading> {
  const found = new Set<string>();
  let wrongs = 0;
  const first = await look(context, {
    counts(who) {
      wrongs += 1;
      if (found.size < WRONG_MAX) found.add(who);
      return true;
    },
  });
  if (first.reading === "failed" || wrongs === 0 || found.size >= WRONG_MAX) return first;
  await context.pause(PAUSE_MS);
  const { beside } = context;
  const anew = beside === null ? null : { ...beside, perStore: new Map() };
  const second = await look({ ...context, beside: anew }, { counts: (who) => found.has(who) });
  return second.reading === "failed" ? first : second;
}
