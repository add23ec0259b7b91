/** Who is about to be gone: an erasure of them was agreed to, and has not come to its end. */
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import { RIGHTS } from "../rights/index.ts";
import { heldNow } from "./deadlines.ts";
import { nameOf } from "./subjects.ts";

interface Book {
  readonly db: Database;
  readonly service: string;
  readonly sealer: Pick<Sealer, "nameOf">;
}

const REMOVING = [...RIGHTS.values()].flatMap(({ right }) => (right.removes ? [right.name] : []));

/**
 * Tells whether one of these, which are somebody's own and not shared, is named by such an erasure; null: there is none. One that waits for
 * somebody's yes has taken nothing yet, and one of a part takes only that. One past its deadline explains nothing any more, but where a legal
 * hold alone keeps it from its end: then it is on time.
 */
export async function leavingOf(
  { db, service, sealer }: Book,
  now: Date,
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
  if (names.size === 0) return null;
  return (identities) => identities.some((i) => names.has(nameOf({ sealer, service }, i)));
}
