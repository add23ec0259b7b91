/**
 * What an account stands on, and a part of an erasure so leaves (spec/rights.md, "What the account stands on"): how the person signs in, and
 * what they were told, agreed to or answered. Without the first they are locked out; without the second nobody can say any more what binds them.
 */
import type { Collection } from "../datamap/model.ts";
import { covers } from "../terms/category.ts";
import { inCategories, type Scope } from "./scope.ts";

/** Why a row, or something of it, stays while the account does; in the words that are shown. */
export type Standing = "person" | "sign_in" | "record" | "needed" | "tied";

export const STANDS: Readonly<Record<Standing, string>> = {
  person: "says who the person is or whose it is: it stays while the account does",
  sign_in:
    "how the person signs in: it stays while the account does; it goes where the category `user.authorization` is asked for, too",
  record: "what the person was told, agreed to or answered: it stays while the account does",
  tied: "part of the key, or something points at it: it stays while the row does",
  needed: "how the person signs in, or what they agreed to, hangs on it: it stays while the account does",
};

/** What opens an account: no category that does not name it takes it. */
const SIGN_IN = "user.authorization";

/** Why rows of the collection are not taken by a scope; null: they may be. */
export function standingOf(c: Collection, scope: Scope): "sign_in" | "record" | null {
  if (recordsOf(c).size > 0) return "record";
  const opening = c.fields.filter((f) => covers(SIGN_IN, f.category));
  const isAsked = scope.categories.length > 0 && opening.every((f) => inCategories(scope, f.category));
  return opening.length > 0 && !isAsked ? "sign_in" : null;
}

const records = new WeakMap<Collection, ReadonlySet<string>>();
/** Fields, and the columns that they lie in, that say what the person was told, agreed to or answered. */
export function recordsOf(c: Collection): ReadonlySet<string> {
  const known = records.get(c);
  if (known !== undefined) return known;
  const { incidentNotices: told } = c;
  const named = [
    ...Object.values(c.notices ?? {}),
    ...Object.values(c.acceptances ?? {}),
    ...Object.values(c.consents ?? {}),
    ...(told === undefined ? [] : [told.incident, told.at, ...Object.values(told.contents)]),
  ];
  const columns = c.fields.flatMap((f) =>
    f.path !== undefined && named.includes(f.name) ? [f.path.column] : [],
  );
  const all = new Set([...named, ...columns]);
  records.set(c, all);
  return all;
}
