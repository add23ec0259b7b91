/** Whether the identities name one person. */
import type { Collection } from "../datamap/model.ts";

interface Reached {
  readonly collections: ReadonlyMap<
    string,
    {
      readonly collection: Collection;
      readonly key: readonly string[];
      readonly rows: ReadonlyMap<string, { readonly reach: string }>;
    }
  >;
}

/** Collections in which the person turns out to have two accounts: a human must say which one is meant. */
export function ambiguousAccounts(capture: Reached): string[] {
  return [...capture.collections]
    .filter(([, c]) =>
      c.collection.identities.some((i) => !i.shared && c.key.length === 1 && c.key[0] === i.field),
    )
    .filter(([, c]) => [...c.rows.values()].filter((r) => r.reach === "owned").length > 1)
    .map(([id]) => id);
}

/** The same in words, and the way out. Where two accounts hold one identity that should be nobody else's, naming one leads to both again. */
export const severalAccounts = (collections: readonly string[]): string =>
  `the identities lead to several accounts in \`${collections.join("`, `")}\`: name the one that is meant by its own id; where that leads to both again, they have an identity in common: say \`shared: true\` of it in the data map, or mend the store`;
