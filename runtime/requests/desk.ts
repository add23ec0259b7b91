/**
 * Where requests come in, whoever brings them: opens one (or joins the open one of the same person), runs it, and writes down how it
 * ended. One process works on a request at a time: an advisory lock of the database says which.
 */
import { randomUUID } from "node:crypto";
import { kinds } from "@avow/core/commitments/index";
import type { Policy } from "@avow/core/policy/model";
import type { Right } from "@avow/core/rights/right";
import { must } from "@avow/core/terms/assert";
import { parseDuration, plus } from "@avow/core/terms/duration";
import { type IdentityValue, normalise, normaliserOf } from "@avow/core/terms/person";
import { sql, type Transaction } from "kysely";
import { z } from "zod";
import type { Database } from "../store/database.ts";
import type { Tables } from "../store/tables.ts";
import type { Sealer } from "../vault/seal.ts";
import { StoreFailed } from "./ask.ts";
import { databaseJournal } from "./db-journal.ts";
import type { BoundEstate } from "./estate.ts";
import { type Evidence, ended, notDone, received, withdrawn } from "./evidence.ts";
import type { Journal } from "./journal.ts";
import { RIGHTS } from "./rights/index.ts";
import { nothing, type RequestOutcome, type RunContext } from "./run.ts";

export interface Desk {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly service: string;
  readonly policy: Policy;
  readonly estate: BoundEstate;
  /** The evidence log: every change of a request leaves its entry there, in the same transaction. */
  readonly evidence: Evidence;
  readonly now: () => Date;
}

export interface OpenRequest {
  readonly id: string;
  readonly joined: boolean;
}

/** Identities as the caller wrote them → normalised; null namespaces are the caller's to report. */
export const toIdentities = (
  given: readonly { readonly namespace: string; readonly value: string }[],
): IdentityValue[] =>
  given.map(({ namespace, value }) => ({ namespace, value: normalise(normaliserOf(namespace), value) }));

export const namespacesOf = (estate: BoundEstate): string[] => [
  ...new Set([...estate.graph.collections.values()].flatMap((c) => c.identities.map((i) => i.namespace))),
];

export interface NewRequest {
  readonly right: string;
  readonly identities: readonly IdentityValue[];
  readonly via: string;
  /**
   * Puts the request into the hands of the workers, in the same transaction. Left out by a caller who carries it out himself: his
   * request is no worker's before its plan was approved.
   */
  readonly enqueue?: (tx: Transaction<Tables>, request: string) => Promise<void>;
}

export async function openRequest(desk: Desk, input: NewRequest): Promise<OpenRequest> {
  const { db, sealer, service } = desk;
  const names = input.identities.map((i) => sealer.nameOf(`identity/${service}/${i.namespace}`, i.value));
  const right = must(RIGHTS.get(input.right), "the caller checked the right").right;
  return db.transaction().execute(async (tx) => {
    // Two requests for one person at the same moment: the second waits here and then joins.
    for (const name of [...names].sort())
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
    const open = right.changes
      ? await tx
          .selectFrom("requests")
          .innerJoin("request_subjects", "request_subjects.request", "requests.id")
          .select("requests.id")
          .where("service", "=", service)
          .where("right_name", "=", input.right)
          .where("closed_at", "is", null)
          .where("name", "in", names)
          .orderBy("received_at")
          .executeTakeFirst()
      : undefined;
    if (open !== undefined) {
      if (input.enqueue !== undefined) {
        // From now on it is also this caller's: whoever opened it may not drop it any more.
        await tx.updateTable("requests").set({ via: input.via }).where("id", "=", open.id).execute();
        await input.enqueue(tx, open.id);
      }
      return { id: open.id, joined: true };
    }
    const id = randomUUID();
    const at = desk.now();
    const due = dueAt(desk.policy, right, at);
    const plain = Buffer.from(JSON.stringify(input.identities));
    await tx
      .insertInto("requests")
      .values({
        id,
        service,
        right_name: input.right,
        state: "received",
        via: input.via,
        sealed_identities: Buffer.from(sealer.seal(`request/${id}`, plain)),
        policy_hash: desk.policy.hash,
        map_hash: desk.estate.map.hash,
        received_at: at,
        due_at: due,
      })
      .execute();
    await tx
      .insertInto("request_subjects")
      .values(names.map((name) => ({ request: id, name })))
      .onConflict((c) => c.doNothing())
      .execute();
    await desk.evidence.append(tx, [
      received({ id, right: right.name, via: input.via, receivedAt: at, dueAt: due }),
    ]);
    await input.enqueue?.(tx, id);
    return { id, joined: false };
  });
}

/** The stricter of what the policy promises and what the right itself allows. */
function dueAt(policy: Policy, right: Right, at: Date): Date {
  const promised = policy.commitments.flatMap(
    (c) => kinds.find((k) => k.name === c.kind)?.deadline(c, right.name) ?? [],
  );
  const ends = [right.within, ...promised].map((p) =>
    plus(at, must(parseDuration(p), "schemas read durations")).getTime(),
  );
  return new Date(Math.min(...ends));
}

const identitiesSchema = z.array(z.object({ namespace: z.string(), value: z.string() }));

export type Ran =
  | { readonly busy: true }
  | {
      readonly busy: false;
      readonly right: string;
      readonly outcome: RequestOutcome;
      readonly failed: StoreFailed | null;
    };

export interface Hands extends Pick<RunContext, "approve" | "onProgress" | "atPoint" | "archive"> {
  /** A plan that was not approved leaves the request as it was, instead of planned. */
  readonly onlyLooking?: boolean;
  /** What the request gives is handed over before it closes: a crash in between hands it over twice, never not at all. */
  readonly deliver?: (right: string) => Promise<void>;
}

/** Goes on with a request from wherever it stopped. `busy`: another process has it. */
export async function workOn(desk: Desk, id: string, hands: Hands): Promise<Ran> {
  return desk.db.connection().execute(async (held) => {
    const { rows } = await sql<{
      got: boolean;
    }>`select pg_try_advisory_lock(hashtextextended(${id}, 1)) as got`.execute(held);
    if (rows[0]?.got !== true) return { busy: true };
    try {
      // The lock goes with its connection: before each act it is seen that it is still there.
      const stillLocked = async (): Promise<void> => {
        await sql`select 1`.execute(held);
      };
      return await workOnLocked(desk, id, { ...hands, stillLocked });
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${id}, 1))`.execute(held);
    }
  });
}

async function workOnLocked(
  desk: Desk,
  id: string,
  hands: Hands & { readonly stillLocked: () => Promise<void> },
): Promise<Ran> {
  const row = await desk.db.selectFrom("requests").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const { runner } = must(RIGHTS.get(row.right_name), "stored rights are carried");
  if (row.sealed_identities === null)
    return {
      busy: false,
      right: row.right_name,
      outcome: nothing("closed", ["it was closed before"]),
      failed: null,
    };
  const identities = identitiesSchema.parse(
    JSON.parse(Buffer.from(desk.sealer.open(`request/${id}`, row.sealed_identities)).toString("utf8")),
  );
  const written = databaseJournal({ ...desk, request: id });
  const journal: Journal = {
    ...written,
    async intend(step) {
      await hands.stillLocked();
      return written.intend(step);
    },
  };
  let failed: StoreFailed | null = null;
  const outcome = await runner
    .run({ estate: desk.estate, identities, journal, now: desk.now, ...hands })
    .catch(async (error: unknown) => {
      if (!(error instanceof StoreFailed)) throw error;
      failed = error;
      return {
        ...nothing("not_done", [
          `the store \`${error.store}\` failed (${error.failure.error}): ${error.failure.reason}; run the same request again`,
        ]),
        plan: (await journal.plan()) ?? [],
      };
    });
  if (outcome.state === "closed") await hands.deliver?.(row.right_name);
  if (outcome.state !== "planned" || hands.onlyLooking !== true)
    await writeDown(desk, { id, identities, outcome });
  return { busy: false, right: row.right_name, outcome, failed };
}

const ENDED: ReadonlySet<string> = new Set(["closed", "not_found", "ambiguous_identity"]);

/** For how long the controller can still open a request's entries, and so its certificate (spec/erasure-certificate.md). */
const REQUEST_KEY_PERIOD = { years: 3, months: 0, days: 0, seconds: 0 };

interface WrittenDown {
  readonly id: string;
  readonly identities: readonly IdentityValue[];
  readonly outcome: RequestOutcome;
}

/** A request that ended forgets whom it was about: what stays is what was done, and its certificate in the log. */
async function writeDown(desk: Desk, written: WrittenDown): Promise<void> {
  const { id, outcome } = written;
  const isEnd = ENDED.has(outcome.state);
  await desk.db.transaction().execute(async (tx) => {
    await tx
      .updateTable("requests")
      .set({
        state: outcome.state,
        results: JSON.stringify(outcome.results),
        kept: JSON.stringify(outcome.kept),
        notes: JSON.stringify(outcome.notes),
        ...(isEnd
          ? { closed_at: desk.now(), sealed_identities: null, plan: JSON.stringify(outcome.plan) }
          : {}),
      })
      .where("id", "=", id)
      .execute();
    if (outcome.state === "not_done") await desk.evidence.append(tx, [notDone(id, outcome)]);
    if (!isEnd) return;
    await certify(desk, tx, written);
    await tx.deleteFrom("request_captures").where("request", "=", id).execute();
    await tx.deleteFrom("request_subjects").where("request", "=", id).execute();
  });
}

async function certify(desk: Desk, tx: Database, { id, identities, outcome }: WrittenDown): Promise<void> {
  const row = await tx.selectFrom("requests").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const { rows } = await sql<{ done: number; failed: number }>`
    select count(*) filter (where state = 'done')::int as done, count(*) filter (where state = 'failed')::int as failed
      from request_steps where request = ${id}`.execute(tx);
  const closedAt = must(row.closed_at, "it was closed in this transaction");
  const [certificate] = await desk.evidence.append(tx, [
    ended({
      ...{ id, identities, outcome, closedAt, state: row.state, right: row.right_name, via: row.via },
      ...{ receivedAt: row.received_at, dueAt: row.due_at },
      policy: { version: desk.policy.version, hash: row.policy_hash },
      steps: rows[0] ?? { done: 0, failed: 0 },
    }),
  ]);
  await tx
    .updateTable("requests")
    .set({ certificate: must(certificate, "one entry was appended") })
    .where("id", "=", id)
    .execute();
  await desk.evidence.keys.endAt(tx, `request:${id}`, plus(closedAt, REQUEST_KEY_PERIOD));
}

/**
 * A request that was only looked at leaves no trace but two entries, which say that it came and went; unless somebody else has joined
 * it meanwhile.
 */
export async function forget(desk: Desk, id: string, via: string): Promise<void> {
  await desk.db.transaction().execute(async (tx) => {
    const own = await tx
      .selectFrom("requests")
      .select("id")
      .where("id", "=", id)
      .where("via", "=", via)
      .forUpdate()
      .executeTakeFirst();
    if (own === undefined) return;
    await desk.evidence.append(tx, [withdrawn(id)]);
    await desk.evidence.keys.endAt(tx, `request:${id}`, desk.now());
    for (const table of ["request_captures", "request_subjects", "request_steps"] as const)
      await tx.deleteFrom(table).where("request", "=", id).execute();
    await tx.deleteFrom("requests").where("id", "=", id).execute();
  });
}

export interface Overdue {
  readonly open: number;
  readonly overdue: number;
  readonly closed: number;
}

export async function countRequests(
  db: Database,
  service: string,
  right: string,
  now: Date,
): Promise<Overdue> {
  const { rows } = await sql<{ open: number; overdue: number; closed: number }>`
    select count(*) filter (where closed_at is null)::int as open,
           count(*) filter (where closed_at is null and due_at < ${now})::int as overdue,
           count(*) filter (where closed_at is not null)::int as closed
      from requests where service = ${service} and right_name = ${right} and state <> 'planned'`.execute(db);
  return rows[0] ?? { open: 0, overdue: 0, closed: 0 };
}
