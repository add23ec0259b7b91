/** Which fields `still` takes, and how the kinds of one statement (`kinds.ts`) each have their own. */
import type { Erasing, Still } from "./contract.ts";

export const fieldsOfStill = ({ still }: Pick<Erasing, "still">): readonly string[] =>
  [...(still?.each ?? []), ...(still?.anyOf ?? [])].flatMap((match) => match.fields);

/** Kinds of which the same must be true, by their numbers in the run. */
export function stillsOf(
  run: readonly { readonly mutation: Pick<Erasing, "still"> }[],
): readonly { readonly still: Still; readonly kinds: readonly number[]; readonly all: boolean }[] {
  const groups = new Map<string, { readonly still: Still; readonly kinds: number[] }>();
  for (const [kind, { mutation }] of run.entries()) {
    const { still } = mutation;
    if (still === undefined) continue;
    const name = JSON.stringify(still);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, { still, kinds: [kind] });
    else known.kinds.push(kind);
  }
  return [...groups.values()].map((group) => ({ ...group, all: group.kinds.length === run.length }));
}
