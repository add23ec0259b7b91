/** What a capture asks of a store. */
import type { Collection, Link } from "../datamap/model.ts";
import { type Normaliser, normaliserOf } from "../terms/person.ts";
import { tupleKey } from "./named.ts";
import type { Cells, Tuple } from "./pointing.ts";
import { fieldsOfLink } from "./tracked.ts";

export interface Question {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly anyOf: readonly Match[];
}

/** By which fields rows are meant, and how these are compared. */
export interface Matching {
  readonly fields: readonly string[];
  readonly normaliser?: Normaliser;
  readonly collated?: true;
}
interface Match extends Matching {
  readonly tuples: readonly Tuple[];
}

/** Matches of one name can be asked as one, and their tuples compared. */
export const matchingName = ({ fields, normaliser = "exact", collated }: Matching): string =>
  `${normaliser} ${collated === true} ${tupleKey(fields)}`;

interface Found {
  readonly key: readonly string[];
  readonly rows: ReadonlyMap<string, { readonly current: Cells | null; readonly reach: string }>;
}

/** The identity is the key itself, and the one row that has it is here. */
export function isFound({ key, rows }: Found, i: Collection["identities"][number], tuple: Tuple): boolean {
  const byKey = key.length === 1 && key[0] === i.field && normaliserOf(i.namespace) === "exact";
  const row = byKey ? rows.get(tupleKey(tuple)) : undefined;
  return row !== undefined && row.current !== null && row.reach === "owned";
}

/** Rows whose link leads to one of the tuples, and holds: as the store's own joins would have it. */
export function matchOf(link: Link, tuples: readonly Tuple[]): Question["anyOf"][number] {
  const fields = fieldsOfLink(link);
  if (link.when === undefined) return { fields, tuples, collated: true };
  const conditions = Object.values(link.when).reduce<readonly Tuple[]>(
    (all, values) => all.flatMap((one) => values.map((value) => [...one, value])),
    [[]],
  );
  return {
    fields,
    tuples: tuples.flatMap((tuple) => conditions.map((condition) => [...tuple, ...condition])),
    collated: true,
  };
}
