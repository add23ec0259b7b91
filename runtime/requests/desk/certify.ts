/** Ends a request in the evidence log: its certificate, and until when the controller can open what the log says of it. */
import type { Policy } from "@avow/core/policy/model";
import { must } from "@avow/core/terms/assert";
import { type Duration, plus } from "@avow/core/terms/duration";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { RequestOutcome } from "../run/run.ts";
import { type Evidence, ended } from "./evidence.ts";

export interface Certifier {
  readonly policy: Policy;
  readonly evidence: Evidence;
  readonly recordsKept: Duration;
}

export interface Ending {
  readonly id: string;
  /** Whom it was about, as far as that is still known. */
  readonly identities: readonly IdentityValue[];
  readonly outcome: Pick<RequestOutcome, "results" | "kept">;
  /** The request of the same person that carried it out. */
  readonly carriedOutBy?: string;
  /** Steps of the sweep that carried it out along with others, as far as its rows were part of them. */
  readonly swept?: { readonly done: number; readonly failed: number };
}

/** Part of the transaction that closes the request; its row is closed already. */
export const certify = (desk: Certifier, tx: Database, ending: Ending): Promise<void> =>
  certifyAll(desk, tx, [ending]);

/** Of several that were closed at one time, in one transaction. */
export async function certifyAll(desk: Certifier, tx: Database, endings: readonly Ending[]): Promise<void> {
  if (endings.length === 0) return;
  const ids = endings.map((e) => e.id);
  const rows = await tx
    .selectFrom("requests")
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const steps = await stepsOf(tx, ids);
  const entries = endings.map((ending) => {
    const row = must(byId.get(ending.id), "it is there");
    const own = steps.get(ending.id) ?? NO_STEPS;
    const swept = ending.swept ?? NO_STEPS;
    return ended({
      ...ending,
      ...{ closedAt: closedAtOf(row), state: row.state, right: row.right_name, via: row.via },
      ...{ receivedAt: row.received_at, dueAt: row.due_at },
      policy: { version: desk.policy.version, hash: desk.policy.hash },
      steps: { done: own.done + swept.done, failed: own.failed + swept.failed },
    });
  });
  const certificates = await desk.evidence.append(tx, entries);
  await sql`update requests set certificate = c.entry
      from unnest(${ids}::uuid[], ${certificates}::uuid[]) as c (request, entry)
     where requests.id = c.request`.execute(tx);
  const closedAt = closedAtOf(must(rows[0], "it is there"));
  await desk.evidence.keys.endAt(
    tx,
    ids.map((id): `request:${string}` => `request:${id}`),
    plus(closedAt, desk.recordsKept),
  );
}

const closedAtOf = (row: { readonly closed_at: Date | null }): Date =>
  must(row.closed_at, "it was closed in this transaction");

type Steps = NonNullable<Ending["swept"]>;
const NO_STEPS: Steps = { done: 0, failed: 0 };

async function stepsOf(tx: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Steps>> {
  const { rows } = await sql<Steps & { request: string }>`
    select request, count(*) filter (where state = 'done')::int as done,
           count(*) filter (where state = 'failed')::int as failed
      from request_steps where request = any(${ids}::uuid[]) group by request`.execute(tx);
  return new Map(rows.map((row) => [row.request, row]));
}
