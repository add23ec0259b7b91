/** Who is about to be gone: an erasure of them was agreed to, and has not come to its end; or it has, and a legal hold keeps what is left. */
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import { openOwed } from "../holds/sealed.ts";
import { RIGHTS } from "../rights/index.ts";
import { heldNow } from "./deadlines.ts";
import { nameOf } from "./subjects.ts";

interface Book {
  readonly db: Database;
  readonly service: string;
  readonly sealer: Pick<Sealer, "nameOf" | "open">;
}

const REMOVING = [...RIGHTS.values()].flatMap(({ right }) => (right.removes ? [right.name] : []));

/**
 * Tells whether one of these, which are somebody's own and not shared, is named by such an erasure; null: there is none. One that waits for
 * somebody's yes has taken nothing yet, and one of a part takes only that. One past its deadline explains nothing any more, but where a legal
 * hold alone keeps it from its end: then it is on time. `held`: those count, too, whose erasure is over but for what a hold in effect keeps.
 */
export async function leavingOf(
  { db, service, sealer }: Book,
  now: Date,
  { held }: { readonly held: boolean },
): Promise<((identities: readonly IdentityValue[]) => boolean) | null> {
  const rows = await db
    .selectFrom("request_subjects")
    .innerJoin("requests", "requests.id", "request_subjects.request")
    .select("request_subjects.name")
    .where("requests.service", "=", service)
    .where("requests.right_name", "in", REMOVING)
    .where("requests.closed_at", "is", null)
    .where("requests.approved_at", "is not", null)
    .where("requests.asked_name", "=", "")
    .where(sql<boolean>`(due_at >= ${now} or coalesce(${heldNow}, false))`)
    // Whoever can still come back is gone; who has come anew with the same address is somebody to be counted.
    .where((e) =>
      e.or([e("requests.grace_until", "is", null), e("requests.restoring_since", "is not", null)]),
    )
    .execute();
  const names = new Set(rows.map((r) => r.name));
  const left = held ? await leftUnderHolds({ db, service, sealer }) : [];
  if (names.size === 0 && left.length === 0) return null;
  return (identities) =>
    identities.some((i) => names.has(nameOf({ sealer, service }, i))) ||
    left.some((whom) => isWhom(whom, identities));
}

/** By namespace, what somebody is called. */
type Whom = ReadonlyMap<string, ReadonlySet<string>>;

/** Whose erasure was one of all that is theirs, and left rows because of a hold that is in effect. */
async function leftUnderHolds({ db, service, sealer }: Book): Promise<readonly Whom[]> {
  const rows = await db
    .selectFrom("hold_owed")
    .innerJoin("holds", "holds.id", "hold_owed.hold")
    .select(["hold_owed.hold", "hold_owed.request", "hold_owed.sealed_identities"])
    .where("holds.service", "=", service)
    .where("holds.lifted_at", "is", null)
    .where("hold_owed.sealed_asked", "is", null)
    .execute();
  return rows.map(({ sealed_identities: sealed, ...place }) => {
    const { identities } = openOwed({ sealer }, place, sealed);
    const spaces = Map.groupBy(identities, (i) => i.namespace);
    return new Map([...spaces].map(([space, own]) => [space, new Set(own.map((i) => i.value))]));
  });
}

/** Nothing contradicts it: who has come anew with the same address has another number, and is somebody to be counted. */
function isWhom(whom: Whom, identities: readonly IdentityValue[]): boolean {
  const known = identities.filter((i) => whom.has(i.namespace));
  return known.length > 0 && known.every((i) => whom.get(i.namespace)?.has(i.value) === true);
}
