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
