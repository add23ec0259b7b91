/** What staff decide about open requests: which there are, yes, and no with the reason. */
import { must } from "@avow/core/terms/assert";
import type { Transaction } from "kysely";
import { sql } from "kysely";
import { whyRefused } from "../../disk/refused.ts";
import type { Tables } from "../../store/tables.ts";
import { RIGHTS } from "../rights/index.ts";
import { readResults } from "../run/stored.ts";
import { forgetSuppressed } from "../suppression/names.ts";
import { certify } from "./certify.ts";
import { dueOnceAgreed } from "./deadlines.ts";
import type { Desk } from "./desk.ts";
import { approved } from "./evidence.ts";
import { tryHold } from "./hold.ts";
import { dueAt } from "./intake.ts";
import { openAbout } from "./subjects.ts";

export interface Listed {
  readonly request: string;
  readonly right: string;
  /** What happens next is in the state: `planned` waits for approval. */
  readonly state: string;
  readonly via: string;
  readonly receivedAt: string;
  readonly dueAt: string;
  readonly overdue: boolean;
  readonly rows: number | null;
  /** Of a `restricted` one: until when the person can have it back. */
  readonly restrictedUntil: string | null;
  /** Of a `restricted` one: since when the person has it brought back; null: no such thing has begun. */
  readonly restoringSince: string | null;
  /** Of one that is not done, or waits for tasks: when it is tried again. */
  readonly nextTryAt: string | null;
}

const TRIED_AGAIN: ReadonlySet<string> = new Set(["not_done", "requested"]);

/** Null: it has ended, or it waits for somebody. */
export const nextTryOf = (row: {
  readonly state: string;
  readonly closed_at: Date | null;
  readonly next_try_at: Date | null;
}): string | null =>
  row.closed_at === null && TRIED_AGAIN.has(row.state) ? (row.next_try_at?.toISOString() ?? null) : null;

const LISTED_MAX = 1000;

/** Open requests, the most urgent first. Holds nothing that tells who they are about. */
export async function listOpen(desk: Desk): Promise<Listed[]> {
  const rows = await desk.db
    .selectFrom("requests")
    .select(["id", "right_name", "state", "via", "received_at", "due_at", "grace_until"])
    .select(["closed_at", "next_try_at", "restoring_since"])
    .select(
      sql<
        number | null
      >`(select sum((line->>'rows')::bigint)::float8 from jsonb_array_elements(plan) line)`.as("rows"),
    )
    .where("service", "=", desk.service)
    .where("closed_at", "is", null)
    .orderBy("due_at")
    .limit(LISTED_MAX)
    .execute();
  return rows.map((r) => ({
    request: r.id,
    right: r.right_name,
    state: r.state,
    via: r.via,
    receivedAt: r.received_at.toISOString(),
    dueAt: r.due_at.toISOString(),
    overdue: r.due_at < desk.now(),
    rows: r.rows,
    restrictedUntil: r.grace_until?.toISOString() ?? null,
    restoringSince: r.restoring_since?.toISOString() ?? null,
    nextTryAt: nextTryOf(r),
  }));
}

/** False: there is no such open request. A worker goes on with it from here. */
export async function approveRequest(
  desk: Desk,
  id: string,
  decided: {
    readonly by: string;
    readonly enqueue: (tx: Transaction<Tables>, request: string) => Promise<void>;
  },
): Promise<boolean> {
  return desk.db.transaction().execute(async (tx) => {
    const open = await tx
      .selectFrom("requests")
      .select("right_name")
      .where("id", "=", id)
      .where("service", "=", desk.service)
      .executeTakeFirst();
    if (open === undefined) return false;
    const { right } = must(RIGHTS.get(open.right_name), "requests are of known rights");
    const due_at = dueOnceAgreed(dueAt(desk.policy, right, desk.now()));
    const { numUpdatedRows } = await tx
      .updateTable("requests")
      .set({ due_at, state: "received", approved_at: desk.now(), approved_by: decided.by, next_try_at: null })
      .where("id", "=", id)
      .where("service", "=", desk.service)
      .where("closed_at", "is", null)
      .where("grace_until", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await desk.evidence.append(tx, [approved(id, decided.by)]);
    await decided.enqueue(tx, id);
    return true;
  });
}

export type Refused = "refused" | "busy" | "unknown";

/** The reason is for the person, who reads it where the request is followed. What was carried out already stays carried out. */
export async function refuseRequest(desk: Desk, id: string, reason: string): Promise<Refused> {
  const refused = await refuse(desk, id, reason);
  // What it kept to be taken back is nobody's any more. Refused it is also where the disk does not give that up: a worker removes it later.
  if (refused === "refused") await whyRefused(() => desk.bundles.remove(id));
  return refused;
}

async function refuse(desk: Desk, id: string, reason: string): Promise<Refused> {
  return desk.db.transaction().execute(async (tx) => {
    if (!(await tryHold(tx, id))) return "busy";
    const open = await tx
      .selectFrom("requests")
      .select(["sealed_identities", "results"])
      .where("id", "=", id)
      .where("service", "=", desk.service)
      .where("closed_at", "is", null)
      .where("grace_until", "is", null)
      .forUpdate()
      .executeTakeFirst();
    if (open === undefined) return "unknown";
    await tx
      .updateTable("requests")
      .set({
        state: "refused",
        closed_at: desk.now(),
        sealed_identities: null,
        sealed_asked: null,
        notes: JSON.stringify([`refused: ${reason}`]),
      })
      .where("id", "=", id)
      .execute();
    const about = openAbout(desk, id, open.sealed_identities);
    // What was in the way, and what of it is left, as far as the last try knew.
    await certify(desk, tx, { id, about, outcome: { results: readResults(open.results), kept: [] } });
    await forgetSuppressed(tx, id);
    for (const table of ["request_captures", "request_subjects"] as const)
      await tx.deleteFrom(table).where("request", "=", id).execute();
    return "refused";
  });
}
