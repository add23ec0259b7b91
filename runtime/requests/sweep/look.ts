/** What a sweep would do, without a trace: nothing is taken, nothing written down. */
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import type { Desk } from "../desk/desk.ts";
import { holdsOf } from "../holds/in-effect.ts";
import { RIGHTS } from "../rights/index.ts";
import { type Claim, takenBy } from "./claim.ts";
import { databaseSweepJournal } from "./db-journal.ts";
import { membersOf, type SweptRequest } from "./desk.ts";
import { whyAlone } from "./fit.ts";
import { memorySweepJournal } from "./journal.ts";

export async function lookAtSweep(
  desk: Desk,
  name: string,
  claim: Pick<Claim, "requestsMax" | "approvedOnly" | "tried">,
): Promise<readonly SweptRequest[]> {
  const { sweep } = must(RIGHTS.get(name), "the caller checked the right");
  if (whyAlone(desk) !== null) return [];
  const { rows } = await sql<{ id: string; sealed_identities: Buffer }>`
    select id, sealed_identities from requests where ${takenBy(desk, { ...claim, right: name })}
     order by received_at, id limit ${claim.requestsMax}`.execute(desk.db);
  const requests = rows.map((r) => r.id);
  const written = databaseSweepJournal({ ...desk, sweep: "", requests, namesOf: () => [] });
  const outcomes = await must(
    sweep,
    "the caller asked whether it can be swept",
  )({
    ...{ estate: desk.estate, asked: NOTHING_MORE, members: membersOf(desk, rows), now: desk.now },
    holds: holdsOf(desk),
    journal: {
      ...memorySweepJournal(),
      captured: () => written.captured(),
      plans: (of) => written.plans(of),
    },
    approve: async () => new Set(),
  });
  return outcomes.map(({ outcome, failed }, i) => ({ request: requests[i] ?? "", outcome, failed }));
}
