/** What staff see of tasks, and say of them: which there are, whom one is about, done with a proof, or refused with the reason. */
import type { Transaction } from "kysely";
import type { Tables } from "../../store/tables.ts";
import type { Desk } from "../desk/desk.ts";
import { taskDone, taskPutOff, taskRefused, taskShown } from "../desk/evidence.ts";
import { VIA_CLI } from "../desk/via.ts";
import { RIGHTS } from "../rights/index.ts";
import { openPerson, stateNow, type TaskPerson, WAITING } from "./book.ts";

export interface ListedTask {
  readonly task: string;
  readonly request: string;
  readonly right: string;
  readonly store: string;
  readonly collection: string;
  readonly state: string;
  readonly what: string;
  readonly dueAt: string;
  readonly overdue: boolean;
  /** Why it was refused or is blocked; of a `partial` one, what is left. */
  readonly reason: string | null;
  /** From when on a `blocked` or `partial` one is open again. */
  readonly until: string | null;
}

const LISTED_MAX = 1000;
/** Those that can still be done. */
const OPEN = [...WAITING, "refused"];

/** Those of open requests that are not done, the most urgent first. Holds nothing that tells who they are about. */
export async function listTasks(desk: Desk): Promise<ListedTask[]> {
  const rows = await desk.db
    .selectFrom("request_tasks")
    .selectAll()
    .where("service", "=", desk.service)
    .where("state", "in", OPEN)
    .where("sealed_person", "is not", null)
    .orderBy("due_at")
    .orderBy("request")
    .orderBy("store")
    .orderBy("collection")
    .limit(LISTED_MAX)
    .execute();
  return rows.map((t) => listed(desk, t));
}

type Row = { readonly id: string } & Omit<ListedTask, "task" | "right" | "dueAt" | "overdue" | "until"> & {
    readonly right_name: string;
    readonly due_at: Date;
    readonly until: Date | null;
  };

const listed = (desk: Desk, t: Row): ListedTask => ({
  task: t.id,
  request: t.request,
  right: t.right_name,
  store: t.store,
  collection: t.collection,
  state: stateNow(t, desk.now()),
  what: t.what,
  dueAt: t.due_at.toISOString(),
  overdue: t.due_at < desk.now(),
  reason: t.reason,
  until: t.until?.toISOString() ?? null,
});

export interface ShownTask extends ListedTask {
  readonly person: TaskPerson;
  readonly note: string | null;
  /** What the map says lies there, with its categories. */
  readonly fields: readonly { readonly name: string; readonly category: string }[];
}

/** Whoever looks at a person leaves an entry. Null: there is no such task of an open request. */
export async function showTask(desk: Desk, id: string, by: string): Promise<ShownTask | null> {
  return desk.db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom("request_tasks")
      .selectAll()
      .where("id", "=", id)
      .where("service", "=", desk.service)
      .executeTakeFirst();
    const sealed = row?.sealed_person ?? null;
    if (row === undefined || sealed === null) return null;
    await desk.evidence.append(tx, [taskShown(row, by)]);
    const map = desk.estate.byHand.find((c) => c.store === row.store && c.name === row.collection);
    const fields = (map?.fields ?? []).map(({ name, category }) => ({ name, category }));
    const note =
      row.sealed_note === null
        ? null
        : Buffer.from(desk.sealer.open(`task-note/${id}`, row.sealed_note)).toString("utf8");
    return { ...listed(desk, row), person: openPerson(desk.sealer, row, sealed), note, fields };
  });
}

/** Whether the task's request gives the person a file; null: there is no such task that could be done. */
export async function givesFile(desk: Desk, id: string): Promise<boolean | null> {
  const row = await desk.db
    .selectFrom("request_tasks")
    .select("right_name")
    .where("id", "=", id)
    .where("service", "=", desk.service)
    .where("state", "in", OPEN)
    .where("sealed_person", "is not", null)
    .executeTakeFirst();
  return row === undefined ? null : RIGHTS.get(row.right_name)?.right.givesArchive === true;
}

export interface Decided {
  readonly by: string;
  /** Puts the request into the hands of the workers, in the same transaction. */
  readonly enqueue: (tx: Transaction<Tables>, request: string) => Promise<void>;
}

export interface TaskProof extends Decided {
  readonly sha256: string;
  readonly note: string | null;
  /** What is attached for the person: the ending of its name, and what puts it in its place. Null: nothing is. */
  readonly file: { readonly ext: string; readonly keep: () => Promise<void> } | null;
}

/** How it goes on: a worker takes the request up, or whoever asked for it at the command line must ask again. Null: no such task. */
export type GoesOn = "worker" | "ask_again";

export const completeTask = (desk: Desk, id: string, proof: TaskProof): Promise<GoesOn | null> =>
  decide(desk, id, proof, {
    set: {
      state: "done",
      proof_sha256: proof.sha256,
      file_ext: proof.file?.ext ?? null,
      reason: null,
      until: null,
      sealed_note:
        proof.note === null
          ? null
          : Buffer.from(desk.sealer.seal(`task-note/${id}`, Buffer.from(proof.note))),
    },
    entry: (task) => taskDone(task, proof),
    // Before the task says that it is there, and by one who completes it at a time.
    ...(proof.file === null ? {} : { before: proof.file.keep }),
  });

/** It may still be done later, as long as its request is open. */
export const refuseTask = (
  desk: Desk,
  id: string,
  refused: Decided & { readonly reason: string },
): Promise<GoesOn | null> =>
  decide(desk, id, refused, {
    set: { state: "refused", reason: refused.reason, until: null },
    entry: (task) => taskRefused(task, refused.by),
  });

export interface PutOff extends Decided {
  /** `blocked`: nothing can be done for now; `partial`: some of it is done. */
  readonly state: "blocked" | "partial";
  /** Why, or what is left. */
  readonly reason: string;
  /** From then on the task is open again; null: nobody knows, and whoever can do it later says so. */
  readonly until: Date | null;
}

/** The request waits on, says so, and is never closed over it. */
export const putOffTask = (desk: Desk, id: string, put: PutOff): Promise<GoesOn | null> =>
  decide(desk, id, put, {
    set: { state: put.state, reason: put.reason, until: put.until },
    entry: (task) => taskPutOff(task, put),
  });

interface Change {
  readonly set: Readonly<Partial<Omit<Tables["request_tasks"], "id">>>;
  readonly before?: () => Promise<void>;
  readonly entry: (task: Parameters<typeof taskDone>[0]) => ReturnType<typeof taskDone>;
}

/** An invented person has nothing in a cabinet: nobody is sent to look, and nothing counts as shown. */
export async function settleForDrill(
  desk: Book,
  request: string,
  enqueue: Decided["enqueue"],
): Promise<void> {
  const open = await desk.db
    .selectFrom("request_tasks")
    .select("id")
    .where("service", "=", desk.service)
    .where("request", "=", request)
    .where("state", "=", "open")
    .execute();
  for (const { id } of open)
    await decide(
      desk,
      id,
      { by: DRILL, enqueue },
      {
        set: { state: "done" },
        entry: (task) => taskDone(task, { by: DRILL, sha256: null }),
      },
    );
}

const DRILL = "drill";

/** What deciding needs of a desk. */
type Book = Pick<Desk, "db" | "service" | "evidence" | "now">;

async function decide(
  desk: Book,
  id: string,
  { by, enqueue }: Decided,
  change: Change,
): Promise<GoesOn | null> {
  return desk.db.transaction().execute(async (tx) => {
    const task = await tx
      .updateTable("request_tasks")
      .set({ ...change.set, ended_at: desk.now(), ended_by: by })
      .where("id", "=", id)
      .where("service", "=", desk.service)
      .where("state", "in", OPEN)
      .where("sealed_person", "is not", null)
      .returning(["id", "request", "store", "collection", "right_name"])
      .executeTakeFirst();
    if (task === undefined) return null;
    await change.before?.();
    await desk.evidence.append(tx, [change.entry(task)]);
    const { via } = await tx
      .updateTable("requests")
      .set({ next_try_at: null })
      .where("id", "=", task.request)
      .returning("via")
      .executeTakeFirstOrThrow();
    // An archive that somebody asked for at the command line is of no use to a worker.
    if (via === VIA_CLI && RIGHTS.get(task.right_name)?.right.changes !== true) return "ask_again";
    await enqueue(tx, task.request);
    return "worker";
  });
}
