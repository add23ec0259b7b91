/** What of a hold is sealed: whom it is on, why, and whose it is; and whom the erasures were about that kept rows because of it. */
import type { IdentityValue } from "@avow/core/terms/person";
import { z } from "zod";
import type { Sealer } from "../../vault/seal.ts";
import type { AccountRow } from "./accounts.ts";

const identities = z.array(
  z
    .object({ namespace: z.string(), value: z.string(), merged: z.literal(true).optional() })
    .transform(({ merged, ...i }): IdentityValue => (merged === undefined ? i : { ...i, merged })),
);
const accounts = z.array(z.object({ collection: z.string(), key: z.array(z.string()) }));

const schema = z.object({
  identities,
  accounts: accounts.optional(),
  lostSince: z.iso.datetime().optional(),
  reason: z.string(),
  owner: z.string(),
  pending: z.literal(true).optional(),
  /** Why it was lifted, and by whom. */
  lifted: z.object({ reason: z.string(), by: z.string() }).nullable(),
});

export interface SealedHold {
  /** None, once it is lifted. */
  readonly identities: readonly IdentityValue[];
  /** Rows of accounts. Left out: it was placed before these were kept. */
  readonly accounts?: readonly AccountRow[] | undefined;
  /** The first look that found nobody any more, ISO 8601. */
  readonly lostSince?: string | undefined;
  readonly reason: string;
  readonly owner: string;
  /** When it was placed a store was away, or nobody was known: what lies with the identities is still to be found. */
  readonly pending?: true | undefined;
  readonly lifted: { readonly reason: string; readonly by: string } | null;
}

interface Sealing {
  readonly sealer: Pick<Sealer, "seal">;
}

interface Opening {
  readonly sealer: Pick<Sealer, "open">;
}

export const sealHold = ({ sealer }: Sealing, id: string, hold: SealedHold): Buffer =>
  Buffer.from(sealer.seal(`hold/${id}`, Buffer.from(JSON.stringify(hold))));

export const openSealed = ({ sealer }: Opening, id: string, sealed: Uint8Array): SealedHold =>
  schema.parse(JSON.parse(Buffer.from(sealer.open(`hold/${id}`, sealed)).toString("utf8")));

/** Whom an erasure was about. */
export interface SealedOwed {
  readonly identities: readonly IdentityValue[];
  /** Rows of accounts. None: it was written down before these were kept, or nobody knows. */
  readonly accounts: readonly AccountRow[];
}

const owedSchema = z.union([
  z.object({ identities, accounts }),
  identities.transform((only): SealedOwed => ({ identities: only, accounts: [] })),
]);

interface OwedPlace {
  readonly hold: string;
  readonly request: string;
}

/** What stands in for the id of a request where what is owed of it is sealed. */
export const owedName = ({ hold, request }: OwedPlace): string => `owed/${hold}/${request}`;

const placeOf = (owed: OwedPlace): string => `request/${owedName(owed)}`;

export const sealOwed = ({ sealer }: Sealing, place: OwedPlace, owed: SealedOwed): Buffer =>
  Buffer.from(sealer.seal(placeOf(place), Buffer.from(JSON.stringify(owed))));

export const openOwed = ({ sealer }: Opening, place: OwedPlace, sealed: Uint8Array): SealedOwed =>
  owedSchema.parse(JSON.parse(Buffer.from(sealer.open(placeOf(place), sealed)).toString("utf8")));
