/** What a link is called from run to run: where it begins and the collection that it leads to. */
import type { StoreMap } from "../model.ts";

export const linkId = (
  c: { readonly name: string },
  l: { readonly from: readonly string[]; readonly to: { readonly collection: string } },
): string => `${c.name}.${[...l.from].sort().join("+")}->${l.to.collection}`;

/** The links that a map has, of whatever form. */
export const linksMapped = (map: StoreMap | null): readonly string[] =>
  (map?.collections ?? []).flatMap((c) => c.links.map((l) => linkId(c, l)));
