/** A service's stores bound by reading alone: whoever checks them may have no account that writes. */
import type { Issue } from "@avow/core/terms/issue";
import type { ConnectorFailure } from "../connector-kit/contract.ts";
import { type BoundEstate, bindEstate } from "../requests/run/estate.ts";
import type { OpenService } from "./open.ts";

export type ReadEstate =
  | { readonly ok: true; readonly estate: BoundEstate }
  | { readonly ok: false; readonly issues: readonly Issue[] }
  /** `failure` null: the store is not connected. */
  | { readonly ok: false; readonly store: string; readonly failure: ConnectorFailure | null };

export async function readEstate({
  map,
  keepRules,
  readers,
}: Pick<OpenService, "map" | "keepRules" | "readers">): Promise<ReadEstate> {
  const stores = Object.fromEntries(
    Object.entries(readers).map(([store, reader]) => [store, { reader, eraser: reader }]),
  );
  const apart = map.stores.find(({ store }) => stores[store] === undefined);
  if (apart !== undefined) return { ok: false, store: apart.store, failure: null };
  return bindEstate({ map, keepRules, stores });
}
