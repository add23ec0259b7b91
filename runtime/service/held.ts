/** Which rows of a collection legal holds keep, found by reading alone: whose holds are in effect is looked for in the stores. */
import { collectionId } from "@avow/core/datamap/model";
import { tupleOf } from "@avow/core/plan/named";
import type { HeldRows } from "../checks/context.ts";
import type { ConnectorFailure } from "../connector-kit/contract.ts";
import { holdsOf } from "../requests/holds/in-effect.ts";
import { StoreFailed } from "../requests/run/ask.ts";
import { bindEstate } from "../requests/run/estate.ts";
import type { OpenService } from "./open.ts";

type Service = Pick<OpenService, "map" | "keepRules" | "readers" | "db" | "sealer" | "manifest" | "ledger">;

const NONE = { ok: true, key: [], keys: [] } as const;
/** Whose rows are asked for has nothing to do with any one person. */
const NOBODY = { identities: [], collections: new Map() };

export async function heldRows(
  service: Service,
  now: () => Date,
  place: { readonly store: string; readonly collection: string },
): Promise<HeldRows> {
  const { db, sealer, manifest, map, keepRules } = service;
  const any = await db
    .selectFrom("holds")
    .select("id")
    .where("service", "=", manifest.service)
    .where("lifted_at", "is", null)
    .executeTakeFirst();
  if (any === undefined) return NONE;
  const stores = Object.fromEntries(
    Object.entries(service.readers).map(([store, reader]) => [store, { reader, eraser: reader }]),
  );
  const apart = map.stores.find(({ store }) => stores[store] === undefined);
  if (apart !== undefined) return { ok: false, store: apart.store, failure: null };
  const bound = await bindEstate({ map, keepRules, stores });
  if (!bound.ok) {
    if ("issues" in bound) return { ok: false, store: place.store, failure: UNFIT };
    return { ok: false, store: bound.store, failure: bound.failure };
  }
  const { estate } = bound;
  const id = collectionId(place);
  try {
    const book = { db, sealer, service: manifest.service, evidence: service.ledger, estate, now };
    const effect = await holdsOf(book).inEffect();
    const holds = await effect.onOthers(NOBODY, new Set([id]));
    const names = new Set(holds.flatMap((h) => [...(h.rows?.get(id) ?? [])]));
    return { ok: true, key: estate.keys.get(id) ?? [], keys: [...names].map(tupleOf) };
  } catch (error) {
    if (!(error instanceof StoreFailed)) throw error;
    return { ok: false, store: error.store, failure: error.failure };
  }
}

const UNFIT: ConnectorFailure = {
  ok: false,
  error: "not_supported",
  retryable: false,
  reason: "the map does not fit the stores, so that nobody can tell which rows a legal hold keeps",
};
