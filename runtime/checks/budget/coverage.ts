import type { Rolling } from "@avow/core/commitments/proof";
import type { Share } from "./model.ts";
import type { WalkedWindow } from "./walk.ts";

/** How much of a collection the windows speak for now. `stands`: what a window showed is still an answer to what is asked today. */
export function coverageOf<R>(
  windows: readonly WalkedWindow<R>[],
  {
    share,
    now,
    place,
    stands,
  }: {
    readonly share: Share;
    readonly now: Date;
    readonly place: { readonly store: string; readonly collection: string };
    readonly stands: (result: R) => boolean;
  },
): Rolling {
  const oldest = now.getTime() - share.freshMs;
  const speaking = windows.filter(
    (w) => w.readAt !== null && w.readAt.getTime() > oldest && w.result !== null && stands(w.result),
  );
  const times = speaking.flatMap((w) => (w.readAt === null ? [] : [w.readAt.getTime()]));
  const first = times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
  const examined = speaking.reduce((sum, w) => sum + w.rows, 0);
  const known = windows.reduce((sum, w) => sum + w.rows, 0);
  const complete = windows.length > 0 && speaking.length === windows.length;
  return {
    ...place,
    examined,
    population: complete ? examined : Math.max(known, share.population, examined + 1),
    complete,
    since: first === null ? null : new Date(first).toISOString(),
    holdsMs: first === null ? 0 : Math.max(0, first + share.freshMs - now.getTime()),
    why: share.why,
  };
}
