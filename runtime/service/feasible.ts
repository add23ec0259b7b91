import type { Feasible } from "../checks/context.ts";
import { bindEstate } from "../requests/run/estate.ts";
import type { OpenService } from "./open.ts";

/** Whether requests could be carried out on the stores as they are: what `deskOf` would say, found out by reading alone. */
export async function feasible(
  service: Pick<OpenService, "map" | "keepRules" | "readers">,
): Promise<Feasible> {
  const stores = Object.fromEntries(
    Object.entries(service.readers).map(([store, reader]) => [store, { reader, eraser: reader }]),
  );
  const apart = service.map.stores.find(({ store }) => stores[store] === undefined);
  if (apart !== undefined) return { ok: false, store: apart.store, failure: null };
  const bound = await bindEstate({ map: service.map, keepRules: service.keepRules, stores });
  if (bound.ok)
    return { ok: true, faults: [], byHand: [...new Set(bound.estate.byHand.map((c) => c.store))] };
  if ("issues" in bound) return { ok: true, faults: bound.issues.map((i) => i.message) };
  return { ok: false, store: bound.store, failure: bound.failure };
}
