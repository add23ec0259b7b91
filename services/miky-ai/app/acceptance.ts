/** Who uses the service accepts the policy in force: that they did is written down once for each person and version. */
import type { Version } from "./announce.ts";
import type { Queries } from "./database.ts";

/** Nothing is in force that the service knows of, or not yet: then there is nothing to accept. */
const inForce = (version: Version | null, now: Date): string | null =>
  version === null || now < version.effective ? null : version.version;

export async function noteAcceptance(
  db: Queries,
  version: Version | null,
  person: { readonly id: string; readonly isNew: boolean; readonly now: Date },
): Promise<void> {
  const { id, isNew, now } = person;
  const accepted = inForce(version, now);
  if (version === null || accepted === null) return;
  // Whoever came when this version was in force came under it, whenever it is that the row is written.
  await db.run(
    `insert into acceptances (user_id, version, how, at, used_at)
     select id, $2, case when $5 or created_at >= $3 then 'use' else 'continued_use' end, $4, $4 from users where id = $1
     on conflict do nothing`,
    [id, accepted, version.effective, now, isNew],
  );
}
