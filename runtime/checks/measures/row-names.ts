/** Rows that a measure has in its hands and finds wrong: a few of them are named in the evidence, as `verify --locate` finds them again. */
import type { Evidence, NamedPeople } from "@avow/core/commitments/proof";
import type { Cell } from "../../connector-kit/contract.ts";
import { type MeasureContext, rowPlace } from "../context.ts";

/** Rows that evidence names, of each thing that is wrong. */
const NAMED_MAX = 5;

export interface RowNames {
  /** Fields of the primary key, to be read beside what the measure looks at; none where rows can not be told apart. */
  readonly key: readonly string[];
  /** `what` is wrong with one row, said without a value of it; `group`: what it is told apart by, where the words do not. */
  note(what: string, key: readonly (Cell | undefined)[], group?: string): void;
  /** In the order in which they were noted. */
  evidence(): readonly Evidence[];
  evidenceOf(group: string): readonly Evidence[];
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
  const unnamed = (): Evidence => ({
    what: `no row of \`${collection}\` is named: ${why}`,
    ...{ store, collection },
  });
  return {
    key,
    note(what, cells, group = what) {
      const named = wrong.get(group) ?? new Map<string, Evidence>();
      wrong.set(group, named);
      if (key.length === 0 || named.size >= NAMED_MAX) return;
      const locator = locatorOf(rowPlace(store, collection, cells));
      named.set(locator, { what: `a row of \`${collection}\`: ${what}`, store, collection, locator });
    },
    evidence() {
      if (wrong.size === 0) return [];
      if (key.length === 0) return [unnamed()];
      return [...wrong.values()].flatMap((named) => [...named.values()]);
    },
    evidenceOf(group) {
      const named = wrong.get(group);
      if (named === undefined) return [];
      return key.length === 0 ? [unnamed()] : [...named.values()];
    },
  };
}

type Key = readonly (Cell | undefined)[];

export interface PeopleNames extends Pick<RowNames, "key"> {
  without(key: Key): void;
  untimely(key: Key): void;
  /** What way is on record of them: whether the policy names it is not known here. */
  by(way: string, key: Key): void;
  named(): NamedPeople;
}

/** Of so many ways people are named: what is written there may be as many texts as there are rows. */
const WAYS_MAX = 50;

/** Of people of whom something should be on record. */
export async function namedPeople(
  context: Pick<MeasureContext, "describe" | "locatorOf">,
  { store, name }: { readonly store: string; readonly name: string },
  said: { readonly without: string; readonly untimely: string; readonly otherwise: string },
): Promise<PeopleNames> {
  const names = await rowNames(context, { store, collection: name });
  const ways = new Set<string>();
  const groupOf = (way: string): string => `by ${way}`;
  return {
    key: names.key,
    without: (key) => names.note(said.without, key),
    untimely: (key) => names.note(said.untimely, key),
    by(way, key) {
      if (!ways.has(way) && ways.size >= WAYS_MAX) return;
      ways.add(way);
      names.note(said.otherwise, key, groupOf(way));
    },
    named: () => ({
      without: names.evidenceOf(said.without),
      untimely: names.evidenceOf(said.untimely),
      by: Object.fromEntries([...ways].map((way) => [way, names.evidenceOf(groupOf(way))])),
    }),
  };
}
