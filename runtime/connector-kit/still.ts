/** Which fields `still` takes, and how the kinds of one statement (`kinds.ts`) each have their own. */
import type { Erasing, Still } from "./contract.ts";
import type { Kinded } from "./kinds.ts";

type Holding = Pick<Erasing, "still">;

export const fieldsOfStill = ({ still }: Holding): readonly string[] =>
  [...(still?.each ?? []), ...(still?.anyOf ?? [])].flatMap((match) => match.fields);

/** Null: nothing must still be true. */
export const mustHold = ({ still }: Holding): Still | null =>
  still === undefined || (still.each.length === 0 && still.anyOf === undefined) ? null : still;

interface OfKinds {
  readonly still: Still;
  /** By their numbers in the run. */
  readonly kinds: readonly number[];
  /** It is true of every row. */
  readonly all: boolean;
}

/**
 * Kinds of which the same must be true, those of which nothing must left out; only those of which the statement carries rows (`lot`). Each may
 * say as much as it has rows, and all of them in every statement would make that grow with the square of the rows.
 */
export function stillsOf(
  run: readonly { readonly mutation: Holding }[],
  lot: readonly Kinded[],
): readonly OfKinds[] {
  const carried = new Set(lot.map(({ kind }) => kind));
  const groups = new Map<string, { readonly still: Still; readonly kinds: number[] }>();
  for (const [kind, { mutation }] of run.entries()) {
    const still = mustHold(mutation);
    if (still === null || !carried.has(kind)) continue;
    const name = JSON.stringify(still);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, { still, kinds: [kind] });
    else known.kinds.push(kind);
  }
  return [...groups.values()].map((group) => ({ ...group, all: group.kinds.length === carried.size }));
}

/** What must be true of rows of these kinds, `sql`, said of every row; `kind` is the number that the list gives the row. */
export const saidOfAll = ({ kinds, all }: Omit<OfKinds, "still">, kind: string, sql: string): string =>
  all ? sql : `(${kind} NOT IN (${kinds.join(", ")}) OR (${sql}))`;
