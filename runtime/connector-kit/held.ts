/** Links that a store vouches for (spec/connector.md, "Questions"): what they hold is the text of a row that is there. */
import { collectionId, type Link } from "@avow/core/datamap/model";
import type { CollectionDescription } from "./contract.ts";

/** By store and collection. */
type Described = ReadonlyMap<
  string,
  ReadonlyMap<string, Pick<CollectionDescription, "name" | "foreignKeys">>
>;

/** Links over the very fields of a foreign key that the store vouches for. `child`: the collection that holds the link. */
export const heldBy =
  (described: Described) =>
  (child: string, { from, to }: Link): boolean => {
    const live = described
      .get(to.store)
      ?.values()
      .find((c) => collectionId({ store: to.store, collection: c.name }) === child);
    const pair = (a: readonly string[], b: readonly string[]): string =>
      a
        .map((f, i) => `${f}\0${b[i]}`)
        .sort()
        .join("\0\0");
    return (
      live?.foreignKeys.some(
        (fk) =>
          fk.holds === true &&
          fk.to.collection === to.collection &&
          pair(fk.from, fk.to.fields) === pair(from, to.fields),
      ) ?? false
    );
  };
