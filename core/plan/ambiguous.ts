/** Whether the identities name one person. */
import type { Collection } from "../datamap/model.ts";
import { type IdentityValue, normalise, normaliserOf } from "../terms/person.ts";
import { type Cells, identitiesOf } from "./pointing.ts";

interface Reached {
  readonly collections: ReadonlyMap<
    string,
    {
      readonly collection: Collection;
      readonly key: readonly string[];
      readonly fields: readonly string[];
      readonly rows: ReadonlyMap<string, { readonly reach: string; readonly cells: Cells }>;
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

/**
 * The same in words, and the way out; `asked`: what the request names. An identity that people share finds each account that holds it, by the
 * request alone: without it there may be one. Where two accounts hold one that should be nobody else's, naming one leads to both again.
 */
export function severalAccounts(capture: Reached, asked: readonly IdentityValue[]): string {
  const several = ambiguousAccounts(capture).join("`, `");
  const [names, shared] = [namesOf(asked), new Set<string>()];
  for (const { collection, fields, rows } of capture.collections.values())
    for (const identity of collection.identities)
      if (identity.shared)
        for (const { cells } of rows.values())
          if (identitiesOf(fields, identity, cells).some((i) => names.has(nameOf(i))))
            shared.add(identity.namespace);
  const without =
    shared.size === 0 ? "" : `leave out \`${[...shared].join("`, `")}\`, which people may share, and `;
  const common = shared.size === 0 ? "an identity" : "another identity";
  return `the identities lead to several accounts in \`${several}\`: ${without}name the one that is meant by its own id; where that leads to both again, they have ${common} in common: say \`shared: true\` of it in the data map, or mend the store`;
}

const nameOf = ({ namespace, value }: IdentityValue): string => JSON.stringify([namespace, value]);

/** As fields hold them. What a merge added is not named by whoever asks. */
const namesOf = (asked: readonly IdentityValue[]): ReadonlySet<string> =>
  new Set(
    asked
      .filter((i) => i.merged !== true)
      .map(({ namespace, value }) => nameOf({ namespace, value: normalise(normaliserOf(namespace), value) })),
  );
