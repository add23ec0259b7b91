/**
 * Whether somebody's data may be used (spec/rights.md, "Restrict"). A mark has the names that the person had when it was made; by an address
 * that changed since, a number that people share, or another notation of an id, the person is found where the rows are: in the stores.
 */
import type { IdentityValue } from "@avow/core/terms/person";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import { mergedBeside } from "../desk/merges.ts";
import { onlyPeople } from "../desk/subjects.ts";
import { capture, StoreFailed } from "./ask.ts";
import type { BoundEstate } from "./estate.ts";
import { isAnybodyRestricted, restrictionsOf } from "./restrictions.ts";

interface Book {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly service: string;
  readonly estate: BoundEstate;
  readonly now: () => Date;
}

/** `known: false`: a store that has people could not be asked. */
export type Restricted =
  | { readonly known: true; readonly since: Date | null }
  | { readonly known: false; readonly store: string };

/** Of several people that the identities may mean, one that is restricted is enough. */
export async function restrictedSince(book: Book, given: readonly IdentityValue[]): Promise<Restricted> {
  const marks = restrictionsOf(book);
  const told = await marks.since(given);
  if (told !== null) return { known: true, since: told };
  if (!(await isAnybodyRestricted(book))) return { known: true, since: null };
  try {
    return { known: true, since: await sinceOfAnyOf(book, given) };
  } catch (error) {
    if (error instanceof StoreFailed) return { known: false, store: error.store };
    throw error;
  }
}

/**
 * All whom the identities may mean, and all who are merged with one of these, until nobody is new. A store that fails is told: who is left out
 * would be said to be free.
 */
async function sinceOfAnyOf(book: Book, given: readonly IdentityValue[]): Promise<Date | null> {
  const people = { ...book.estate, graph: onlyPeople(book.estate.graph) };
  const all = new Map(given.map((i) => [`${i.namespace}=${i.value}`, i]));
  const seen = new Set<string>();
  for (;;) {
    const { identities } = await capture(people, [...all.values()]);
    const since = await restrictionsOf(book).since(identities);
    if (since !== null) return since;
    const before = all.size;
    for (const other of await mergedBeside(book, identities, seen)) {
      const name = `${other.namespace}=${other.value}`;
      if (!all.has(name)) all.set(name, other);
    }
    if (all.size === before) return null;
  }
}
