/** What the connectors have in common that read along a link of a collection to itself (spec/connector.md, "Through"). */
import type { Led, Match, ReadQuery, Through } from "./contract.ts";
import { malformed } from "./refused.ts";

/** What a row that has been followed is called in SQL: the list of what is led to, and its one column. */
export const RING = "avow_ring";

export interface Followed {
  readonly from: string;
  readonly to: string;
  readonly anyOf: readonly Match[];
  readonly beside: readonly Match[];
}

/** Null: the query leads nowhere. */
export function followedOf(
  { collection, anyOf, through }: ReadQuery,
  columns: { has(name: string): boolean },
): Followed | null {
  if (through === undefined) return null;
  if (anyOf === undefined)
    throw malformed(`\`through\` of \`${collection}\` begins at no row: \`anyOf\` is missing`);
  const { from, to, beside = [] } = through;
  for (const field of [from, to])
    if (!columns.has(field))
      throw malformed(`\`${collection}\` has no field \`${field}\` of its own to go along`);
  return { from, to, anyOf, beside };
}

export const matchesIn = (
  anyOf: readonly Match[] | undefined,
  through: Through | undefined,
): readonly Match[] => [...(anyOf ?? []), ...(through?.beside ?? [])];

export const said = (led: Led): string => `'${led}'`;
