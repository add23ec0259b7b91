/** Which fields `still` takes, and how the kinds of one statement (`kinds.ts`) each have their own. */
import type { Erasing, Still } from "./contract.ts";
import type { Kinded } from "./kinds.ts";

export const fieldsOfStill = ({ still }: Pick<Erasing, "still">): readonly string[] =>
  [...(still?.each ?? []), ...(still?.anyOf ?? [])].flatMap((match) => match.fields);

/**
 * Kinds of which the same must be true, by their numbers in the run; only those of which the statement carries rows (`lot`). Each may say as
 * much as it has rows, and all of them in every statement would make that grow with the square of the rows. `all`: it is true of every row.
 */
export function stillsOf(
  run: readonly { readonly mutation: Pick<Erasing, "still"> }[],
  lot: readonly Kinded[],
): readonly { readonly still: Still; readonly kinds: readonly number[]; readonly all: boolean }[] {
  const carried = new Set(lot.map(({ kind }) => kind));
  const groups = new Map<string, { readonly still: Still; readonly kinds: number[] }>();
  for (const [kind, { mutation }] of run.entries()) {
    const { still } = mutation;
    if (still === undefined || !carried.has(kind)) continue;
    const name = JSON.stringify(still);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, { still, kinds: [kind] });
    else known.kinds.push(kind);
  }
  return [...groups.values()].map((group) => ({ ...group, all: group.kinds.length === carried.size }));
}
