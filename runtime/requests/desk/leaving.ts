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
 * hold alone keeps it from its end: then it is on time. `held`: those count, too, whose erasure is over but for what a hold in effect keeps;
 * asked of something that was done `at`, only where that was before the erasure had ended.
 */
export async function leavingOf(
  { db, service, sealer }: Book,
  now: Date,
  { held }: { readonly held: boolean },
): Promise<((identities: readonly IdentityValue[], at?: Date) => boolean) | null> {
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
  return (identities, at) =>
    identities.some((i) => names.has(nameOf({ sealer, service }, i))) ||
    left.some((one) => isWhom(one.whom, identities) && isBefore(at, one));
}

/** By namespace, what somebody is called. */
type Whom = ReadonlyMap<string, ReadonlySet<string>>;

interface Left {
  readonly whom: Whom;
  /** Of the erasure; null: nobody knows any more. */
  readonly endedAt: Date | null;
}

/** Asked of a time that is none, nobody knows. */
const isBefore = (at: Date | undefined, { endedAt }: Left): boolean =>
  at === undefined || (endedAt !== null && at.getTime() <= endedAt.getTime());

/** When the last of its steps had ended, not when the request did: what people do by hand may take weeks more. A sweep's requests end with it. */
const endedAt = sql<Date | null>`coalesce(
  (select max(s.ended_at) from request_steps s where s.request = requests.id and s.state = 'done'),
  requests.closed_at)`;

/** Whose erasure was one of all that is theirs, and left rows because of a hold that is in effect. */
async function leftUnderHolds({ db, service, sealer }: Book): Promise<readonly Left[]> {
  const rows = await db
    .selectFrom("hold_owed")
    .innerJoin("holds", "holds.id", "hold_owed.hold")
    .leftJoin("requests", "requests.id", "hold_owed.request")
    .select(["hold_owed.hold", "hold_owed.request", "hold_owed.sealed_identities"])
    .select(endedAt.as("ended_at"))
    .where("holds.service", "=", service)
    .where("holds.lifted_at", "is", null)
    .where("hold_owed.sealed_asked", "is", null)
    .execute();
  return rows.map(({ sealed_identities: sealed, ended_at: endedAt, hold, request }) => {
    const { identities } = openOwed({ sealer }, { hold, request }, sealed);
    const spaces = Map.groupBy(identities, (i) => i.namespace);
    return { whom: new Map([...spaces].map(([s, own]) => [s, new Set(own.map((i) => i.value))])), endedAt };
  });
}

/** Nothing contradicts it: who has come anew with the same address has another number, and is somebody to be counted. */
function isWhom(whom: Whom, identities: readonly IdentityValue[]): boolean {
  const known = identities.filter((i) => whom.has(i.namespace));
  return known.length > 0 && known.every((i) => whom.get(i.namespace)?.has(i.value) === true);
}
