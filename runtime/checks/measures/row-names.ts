/** Rows that a measure has in its hands and finds wrong: a few of them are named in the evidence, as `verify --locate` finds them again. */
import type { Evidence } from "@avow/core/commitments/proof";
import type { Cell } from "../../connector-kit/contract.ts";
import { type MeasureContext, rowPlace } from "../context.ts";

/** Rows that evidence names, of each thing that is wrong. */
const NAMED_MAX = 5;

export interface RowNames {
  /** Fields of the primary key, to be read beside what the measure looks at; none where rows can not be told apart. */
  readonly key: readonly string[];
  /** `what` is wrong with one row, said without a value of it. */
  note(what: string, key: readonly (Cell | undefined)[]): void;
  /** In the order in which they were noted. */
  evidence(): readonly Evidence[];
}

export async function rowNames(
  { describe, locatorOf }: Pick<MeasureContext, "describe" | "locatorOf">,
  { store, collection }: { readonly store: string; readonly collection: string },
): Promise<RowNames> {
  const described = await describe(store);
  const known = described.ok ? described.value.collections.find((c) => c.name === collection) : undefined;
  const key = known?.primaryKey ?? [];
  const why = described.ok ? "it has no primary key" : described.reason;
  const wrong = new Map<string, Map<string, Evidence>>();
  return {
    key,
    note(what, cells) {
      const named = wrong.get(what) ?? new Map<string, Evidence>();
      wrong.set(what, named);
      if (key.length === 0 || named.size >= NAMED_MAX) return;
      const locator = locatorOf(rowPlace(store, collection, cells));
      named.set(locator, { what: `a row of \`${collection}\`: ${what}`, store, collection, locator });
    },
    evidence() {
      if (wrong.size === 0) return [];
      if (key.length === 0)
        return [{ what: `no row of \`${collection}\` is named: ${why}`, store, collection }];
      return [...wrong.values()].flatMap((named) => [...named.values()]);
    },
  };
}
