/** The tasks of a request in Avow's own database: one for each collection that only a person can act on, opened once. */
import { randomUUID } from "node:crypto";
import type { Collection } from "@avow/core/datamap/model";
import type { Asked } from "@avow/core/plan/asked";
import type { Right } from "@avow/core/rights/right";
import type { IdentityValue } from "@avow/core/terms/person";
import { z } from "zod";
import { apart } from "../../disk/apart.ts";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import type { Archives } from "../archive/kept.ts";
import type { Attachment } from "../archive/write.ts";
import { type Evidence, taskCreated } from "../desk/evidence.ts";
import type { TaskBook, TaskStanding } from "../run/by-hand.ts";
import type { Estate } from "../run/estate.ts";
import { whatToDo } from "./what.ts";

/** What tasks need of a desk. */
export interface TaskDesk {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly service: string;
  readonly estate: Pick<Estate, "keepRules">;
  readonly attachments: Archives;
  readonly evidence: Evidence;
  readonly now: () => Date;
}

export interface TasksOf {
  readonly request: string;
  readonly right: Right;
  readonly asked: Asked;
  readonly dueAt: Date;
}

/** Whom a task is about, and with which values. */
const personSchema = z.object({
  identities: z.array(z.object({ namespace: z.string(), value: z.string() })),
  set: z.array(z.object({ field: z.string(), value: z.string() })),
});
export type TaskPerson = z.infer<typeof personSchema>;

const purposeOf = (task: { readonly request: string; readonly store: string; readonly collection: string }) =>
  `task/${task.request}/${task.store}/${task.collection}`;

export const openPerson = (
  sealer: Sealer,
  task: Parameters<typeof purposeOf>[0],
  sealed: Uint8Array,
): TaskPerson =>
  personSchema.parse(JSON.parse(Buffer.from(sealer.open(purposeOf(task), sealed)).toString("utf8")));

export function taskBook(desk: TaskDesk, of: TasksOf): TaskBook {
  const standing = () => standingOf(desk, of.request);
  return {
    dueAt: of.dueAt,
    standing,
    async open(collections, person, beside) {
      for (const collection of collections) await openTask(desk, of, { collection, person, beside });
      return standing();
    },
    attachments: () => attachmentsOf(desk, of.request),
  };
}

interface Wanted {
  readonly collection: Collection;
  readonly person: readonly IdentityValue[];
  readonly beside: (tx: Database) => Promise<void>;
}

/** What the request has found out since goes into the one that is open already. */
async function openTask(desk: TaskDesk, of: TasksOf, { collection, person, beside }: Wanted): Promise<void> {
  const at = { request: of.request, store: collection.store, collection: collection.name };
  const known = person.filter((i) => collection.identities.some((c) => c.namespace === i.namespace));
  // Where nothing of what the shelf goes by is known, somebody may still recognise the person by the rest.
  const about: TaskPerson = {
    identities: (known.length > 0 ? known : person).map(({ namespace, value }) => ({ namespace, value })),
    set: of.asked.set.map(({ field, value }) => ({ field, value })),
  };
  const sealed = Buffer.from(desk.sealer.seal(purposeOf(at), Buffer.from(JSON.stringify(about))));
  await desk.db.transaction().execute(async (tx) => {
    await beside(tx);
    const id = randomUUID();
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto("request_tasks")
      .values({
        ...at,
        id,
        service: desk.service,
        class: collection.class,
        right_name: of.right.name,
        state: "open",
        what: whatToDo(desk.estate.keepRules, of, collection),
        sealed_person: sealed,
        created_at: desk.now(),
        due_at: of.dueAt,
        until: null,
      })
      .onConflict((c) => c.columns(["request", "store", "collection"]).doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n)
      await desk.evidence.append(tx, [taskCreated({ ...at, id }, of.dueAt)]);
    else
      await tx
        .updateTable("request_tasks")
        .set({ sealed_person: sealed })
        .where("request", "=", at.request)
        .where("store", "=", at.store)
        .where("collection", "=", at.collection)
        .where("state", "in", WAITING)
        .execute();
  });
}

/** Nobody has said that it is done, nor that it will not be. */
export const WAITING = ["open", "blocked", "partial"] as const;

/** What was put off until then is open again. */
export function stateNow(
  { state, until }: { readonly state: string; readonly until: Date | null },
  now: Date,
): TaskStanding["state"] {
  if (state === "done" || state === "refused") return state;
  const over = until !== null && until <= now;
  return (state === "blocked" || state === "partial") && !over ? state : "open";
}

async function standingOf(desk: TaskDesk, request: string): Promise<TaskStanding[]> {
  const rows = await desk.db
    .selectFrom("request_tasks")
    .select(["store", "collection", "state", "reason", "until", "proof_sha256", "ended_at"])
    .where("request", "=", request)
    .orderBy("store")
    .orderBy("collection")
    .execute();
  return rows.map(({ store, collection, state, reason, until, proof_sha256: sha256, ended_at: at }) => ({
    ...{ store, collection, reason, until },
    state: stateNow({ state, until }, desk.now()),
    proof: sha256 === null || at === null ? null : { sha256, at: at.toISOString() },
  }));
}

async function attachmentsOf(desk: TaskDesk, request: string): Promise<Attachment[]> {
  const rows = await desk.db
    .selectFrom("request_tasks")
    .select(["id", "store", "collection", "class", "file_ext"])
    .where("request", "=", request)
    .where("state", "=", "done")
    .where("file_ext", "is not", null)
    .orderBy("store")
    .orderBy("collection")
    .execute();
  return rows.map(({ id, store, collection, class: of, file_ext: ext }) => ({
    ...{ store, collection, class: of, ext: ext ?? "" },
    bytes: () => desk.attachments.read(id),
  }));
}

const AT_ONCE_MAX = 500;

/** What was attached for requests that have ended. Throws `DiskRefused` where the disk does not give one up; all others are removed. */
export async function dropAttachments(desk: TaskDesk): Promise<void> {
  const each = apart();
  let page: { readonly id: string; readonly request: string }[] = [];
  do {
    const after = page.at(-1)?.id;
    let over = desk.db
      .selectFrom("request_tasks")
      .innerJoin("requests", "requests.id", "request_tasks.request")
      .select(["request_tasks.id", "request_tasks.request"])
      .where("request_tasks.service", "=", desk.service)
      .where("file_ext", "is not", null)
      .where("closed_at", "is not", null)
      .orderBy("request_tasks.id")
      .limit(AT_ONCE_MAX);
    if (after !== undefined) over = over.where("request_tasks.id", ">", after);
    page = await over.execute();
    for (const { id, request } of page)
      await each.attempt(`what was attached for the request ${request}`, async () => {
        await desk.attachments.remove(id);
        await desk.db.updateTable("request_tasks").set({ file_ext: null }).where("id", "=", id).execute();
      });
  } while (page.length === AT_ONCE_MAX);
  each.end();
}
