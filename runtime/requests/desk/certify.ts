/** Ends a request in the evidence log: its certificate, and until when the controller can open what the log says of it. */
import type { Policy } from "@avow/core/policy/model";
import { must } from "@avow/core/terms/assert";
import { type Duration, plus } from "@avow/core/terms/duration";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { RequestOutcome } from "../run/run.ts";
import { endTasks } from "../tasks/end.ts";
import { type Evidence, ended } from "./evidence.ts";

export interface Certifier {
  readonly policy: Policy;
  readonly evidence: Evidence;
  readonly recordsKept: Duration;
  readonly now: () => Date;
}

export interface Ending {
  readonly id: string;
  /** Whom it was about, as far as that is still known. */
  readonly identities: readonly IdentityValue[];
  readonly outcome: Pick<RequestOutcome, "results" | "kept" | "beyond">;
  /** The request of the same person that carried it out. */
  readonly carriedOutBy?: string;
  /** Left out: it ends here. Else the certificate says only that it is restricted, and until when. */
  readonly restrictedUntil?: Date;
}

/** Part of the transaction that closes the request; its row is closed already. Its tasks end with it. */
export async function certify(desk: Certifier, tx: Database, ending: Ending): Promise<void> {
  const { id } = ending;
  await endTasks(tx, id);
  const [row, { rows }] = await Promise.all([
    tx.selectFrom("requests").selectAll().where("id", "=", id).executeTakeFirstOrThrow(),
    sql<{ done: number; failed: number }>`
      select count(*) filter (where state = 'done')::int as done, count(*) filter (where state = 'failed')::int as failed
        from request_steps where request = ${id}`.execute(tx),
  ]);
  const closedAt =
    ending.restrictedUntil === undefined
      ? must(row.closed_at, "it was closed in this transaction")
      : desk.now();
  const [certificate] = await desk.evidence.append(tx, [
    ended({
      ...ending,
      ...{ closedAt, state: row.state, right: row.right_name, via: row.via },
      ...{ receivedAt: row.received_at, dueAt: row.due_at },
      policy: { version: desk.policy.version, hash: desk.policy.hash },
      steps: rows[0] ?? { done: 0, failed: 0 },
    }),
  ]);
  const ends = ending.restrictedUntil === undefined;
  await Promise.all([
    tx
      .updateTable("requests")
      .set({ certificate: must(certificate, "one entry was appended") })
      .where("id", "=", id)
      .execute(),
    ends ? desk.evidence.keys.endAt(tx, `request:${id}`, plus(closedAt, desk.recordsKept)) : null,
  ]);
}
