/** Which merges are refused, and which visitor is whose already (spec/person.md, "Merged visitors"). */
import type { IdentityValue } from "@avow/core/terms/person";
import { findPerson, holdsAccounts, identitiesOf, ownTexts } from "./person.ts";
import type { World } from "./world.ts";

export interface Merge {
  readonly visitor: readonly IdentityValue[];
  readonly account: readonly IdentityValue[];
}

export type Merged =
  | "merged"
  | "known"
  | "ambiguous"
  | "no-account"
  | "visitor-has-account"
  | "shared-only"
  | "same-person"
  | "merged-elsewhere";

/** The world is taken without its merges: each side is who its rows say. */
export function merge(world: World, before: readonly Merge[], { visitor, account }: Merge): Merged {
  const plain: World = { tables: world.tables, keepRules: world.keepRules };
  const left = findPerson(plain, visitor);
  const right = findPerson(plain, account);
  if (left.ambiguous.length + right.ambiguous.length > 0) return "ambiguous";
  if ([visitor, account].some((side) => isSharedOnly(plain, side))) return "shared-only";
  const accounts = plain.tables
    .filter(holdsAccounts)
    .flatMap((table) => table.rows.map((row) => ({ row, own: identitiesOf(table, row, false) })));
  const reached = reachOf(plain, account);
  const ownRows = (side: ReadonlySet<string>) =>
    new Set(
      plain.tables.flatMap((table) =>
        table.rows.filter((row) => identitiesOf(table, row, false).some((i) => side.has(i))),
      ),
    );
  const own = ownRows(reachOf(plain, visitor));
  if (left.rows.size > 0 && own.size === 0) return "shared-only";
  if (!accounts.some(({ own }) => own.some((i) => reached.has(i)))) return "no-account";
  const theirs = ownRows(reached);
  if (accounts.some(({ row }) => own.has(row) && theirs.has(row))) return "same-person";
  if (accounts.some(({ row }) => left.rows.has(row))) return "visitor-has-account";
  if (findPerson(plain, [...visitor, ...account]).ambiguous.length > 0) return "ambiguous";
  const mine = before.filter((m) => meet(plain, m.visitor, visitor));
  if (mine.length === 0) return "merged";
  return mine.some((m) => meet(plain, m.account, account)) ? "known" : "merged-elsewhere";
}

/** What names nobody (`erased`) is not shared either: no account goes by it. */
const isSharedOnly = ({ tables }: World, side: readonly IdentityValue[]): boolean =>
  !tables.some(({ collection }) =>
    collection.identities.some((i) => !i.shared && side.some((s) => s.namespace === i.namespace)),
  );

/** Whether the two are one, by what is one person's own. */
function meet(world: World, a: readonly IdentityValue[], b: readonly IdentityValue[]): boolean {
  const [one, other] = [reachOf(world, a), reachOf(world, b)];
  return one.intersection(other).size > 0;
}

/** All that the identities lead to over what rows have for themselves. */
function reachOf(world: World, identities: readonly IdentityValue[]): Set<string> {
  const known = new Set(ownTexts(world, identities));
  for (let size = -1; size < known.size; ) {
    size = known.size;
    for (const table of world.tables)
      for (const row of table.rows) {
        const own = identitiesOf(table, row, false);
        if (own.some((i) => known.has(i))) for (const i of own) known.add(i);
      }
  }
  return known;
}
