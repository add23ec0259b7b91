/** Which rows of a collection legal holds keep, found by reading alone: whose holds are in effect is looked for in the stores. */
import { collectionId } from "@avow/core/datamap/model";
import { tupleOf } from "@avow/core/plan/named";
import type { HeldRows } from "../checks/context.ts";
import type { ConnectorFailure } from "../connector-kit/contract.ts";
import { holdsOf } from "../requests/holds/in-effect.ts";
import { StoreFailed } from "../requests/run/ask.ts";
import type { OpenService } from "./open.ts";
import type { ReadEstate } from "./read-estate.ts";

interface Looking {
  readonly now: () => Date;
  /** Asked only where somebody is held. */
  readonly bound: () => Promise<ReadEstate>;
}

const NONE = { ok: true, key: [], keys: [] } as const;
/** Whose rows are asked for has nothing to do with any one person. */
const NOBODY = { identities: [], collections: new Map() };

export async function heldRows(
  { db, sealer, manifest, ledger }: Pick<OpenService, "db" | "sealer" | "manifest" | "ledger">,
  looking: Looking,
  place: { readonly store: string; readonly collection: string },
): Promise<HeldRows> {
  const { service } = manifest;
  const any = await db
    .selectFrom("holds")
    .select("id")
    .where("service", "=", service)
    .where("lifted_at", "is", null)
    .executeTakeFirst();
  if (any === undefined) return NONE;
  const bound = await looking.bound();
  if (!bound.ok) return "issues" in bound ? { ok: false, store: place.store, failure: UNFIT } : bound;
  const { estate } = bound;
  const id = collectionId(place);
  try {
    const book = { db, sealer, service, evidence: ledger, estate, now: looking.now };
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
