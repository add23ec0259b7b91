/** The part of a map that only people can act on, set apart from what can be read: nothing is captured, planned or verified in it. */
import { type Collection, type DataMap, idOf } from "@avow/core/datamap/model";
import { errorAt, type Issue } from "@avow/core/terms/issue";
import type { Connector } from "../../connector-kit/contract.ts";

interface Split {
  readonly reachable: DataMap;
  /** Those that hold something of persons. */
  readonly byHand: readonly Collection[];
  /** What ties the two parts together: it could not be followed. */
  readonly apart: readonly Issue[];
}

interface Connected {
  readonly map: DataMap;
  readonly stores: Readonly<Record<string, { readonly reader: Pick<Connector, "byHand"> }>>;
}

export function splitByHand({ map, stores }: Connected): Split {
  const isByHand = (store: string): boolean => stores[store]?.reader.byHand === true;
  const reachable = { ...map, stores: map.stores.filter((s) => !isByHand(s.store)) };
  const all = map.stores.flatMap((s) => s.collections);
  const byHand = all.filter((c) => isByHand(c.store) && c.class !== "system");
  const links = all.flatMap((c) =>
    c.links
      .filter((l) => isByHand(c.store) || isByHand(l.to.store))
      .map((l) =>
        errorAt(c.span, {
          code: "link-by-hand",
          message: `\`${idOf(c)}\` has a link to \`${l.to.store}.${l.to.collection}\`, and one of the two can only be looked into by a person: no link is followed there`,
          fix: isByHand(c.store)
            ? "say with `person:` what a person is known by there"
            : "take the link out of the map",
        }),
      ),
  );
  const nameless = byHand
    .filter((c) => c.identities.length === 0)
    .map((c) =>
      errorAt(c.span, {
        code: "nobody-by-hand",
        message: `\`${idOf(c)}\` does not say what a person is known by: a task could not say whom it is about`,
        fix: "add `person:`, such as `person: { email: email }`",
      }),
    );
  return { reachable, byHand, apart: [...links, ...nameless] };
}
