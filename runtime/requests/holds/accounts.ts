/**
 * Rows of accounts that a hold is on: whoever changes an address in the application is found by them all the same (spec/holds.md). They are
 * those of collections that name nobody else's: what people share leads to others.
 */
import type { Graph } from "@avow/core/datamap/graph";
import type { Collection } from "@avow/core/datamap/model";
import { tupleKey } from "@avow/core/plan/capture";
import type { AccountRow, Earlier } from "../run/ask.ts";
import type { FoundPerson } from "./holds.ts";

export type { AccountRow } from "../run/ask.ts";

/** Whoever has more rows in a collection has no account there: it is a log by address. Its keys lead to nobody who is not found without. */
const ROWS_MAX = 100;

const few = (rows: readonly AccountRow[]): readonly AccountRow[] => (rows.length > ROWS_MAX ? [] : rows);

const hasAccounts = ({ identities }: Collection): boolean => identities.some((i) => !i.shared);

/** As far as they are there. */
export function accountsOf({ collections }: Pick<FoundPerson, "collections">): AccountRow[] {
  return [...collections].flatMap(([id, { collection, rows }]) => {
    if (!hasAccounts(collection)) return [];
    const own = [...rows.values()].filter((row) => row.reach === "owned" && row.current !== null);
    return few(own.map(({ key }) => ({ collection: id, key })));
  });
}

/** As a request has written them down, whether or not they are still there. */
export const accountsIn = (
  { collections }: Pick<Graph, "collections">,
  { collections: earlier }: Pick<Earlier, "collections">,
): AccountRow[] =>
  earlier.flatMap(({ id, rows }) => {
    const collection = collections.get(id);
    if (collection === undefined || !hasAccounts(collection)) return [];
    return few([...rows].flatMap(({ key, reach }) => (reach === "owned" ? [{ collection: id, key }] : [])));
  });

interface Naming {
  readonly sealer: { nameOf(purpose: string, value: string): string };
  readonly service: string;
}

/** Beside the names of identities, and like none of them. */
export const nameOfAccount = ({ sealer, service }: Naming, { collection, key }: AccountRow): string =>
  sealer.nameOf(`account/${service}/${collection}`, tupleKey(key));

export const isSameAccount = (a: AccountRow, b: AccountRow): boolean =>
  a.collection === b.collection && tupleKey(a.key) === tupleKey(b.key);

/** Kept under one key of one collection: what was kept under another that it had before can not be held against it. */
const isComparable = (a: AccountRow, b: AccountRow): boolean =>
  a.collection === b.collection && a.key.length === b.key.length;

/** In one collection each has rows, and they have none in common. */
export const isAnotherAccount = (own: readonly AccountRow[], other: readonly AccountRow[]): boolean =>
  other.some((o) => own.some((a) => isComparable(a, o))) &&
  !other.some((o) => own.some((a) => isSameAccount(a, o)));

/** They have rows in common in each collection in which both have some: rows that go by an address alone (a log of mails) go to whoever has it next. */
export function isSamePerson(own: readonly AccountRow[], other: readonly AccountRow[]): boolean {
  const met = new Set(
    other.filter((o) => own.some((a) => isSameAccount(a, o))).map(({ collection }) => collection),
  );
  const compared = other.filter((o) => own.some((a) => a.collection === o.collection));
  return compared.length > 0 && compared.every(({ collection }) => met.has(collection));
}

/** With those that there is room for. */
export function withAccounts(known: readonly AccountRow[], more: readonly AccountRow[]): AccountRow[] {
  const all = [...known];
  const rows = new Map([...Map.groupBy(known, (a) => a.collection)].map(([id, own]) => [id, own.length]));
  for (const one of more) {
    const own = rows.get(one.collection) ?? 0;
    if (own >= ROWS_MAX || all.some((a) => isSameAccount(a, one))) continue;
    all.push(one);
    rows.set(one.collection, own + 1);
  }
  return all;
}
