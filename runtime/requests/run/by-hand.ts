/**
 * Carries out a right also where only people can act: a task for each collection, opened once somebody has agreed to the plan.
 *
 *   approve ──► tasks open ──► what Avow does itself ──► every task done? ──► identity rows, archive ──► closed
 *                                                          │ no
 *                                                          └──► `requested`; `not_done` where one is refused or overdue
 *
 * The rights know nothing of it: they are told only whether rows with identities must wait.
 */
import type { Collection } from "@avow/core/datamap/model";
import type { PlanLine } from "@avow/core/plan/erase";
import { mayHold } from "@avow/core/plan/scope";
import type { Right } from "@avow/core/rights/right";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Database } from "../../store/database.ts";
import type { Attachment } from "../archive/write.ts";
import { keptLines } from "./ended.ts";
import { unlessHeld } from "./held.ts";
import type { Found, Journal } from "./journal.ts";
import { againInWords } from "./refusal.ts";
import {
  nothing,
  type Proof,
  type RequestOutcome,
  type ResultLine,
  type RightRunner,
  type RunContext,
} from "./run.ts";

export interface TaskStanding {
  readonly store: string;
  readonly collection: string;
  /** `blocked`: it can not be done for now; `partial`: some of it is done, and `reason` says what is left. */
  readonly state: "open" | "done" | "refused" | "blocked" | "partial";
  readonly reason: string | null;
  /** Of a `blocked` or `partial` one: from when on it is open again; null: nobody knows. */
  readonly until: Date | null;
  readonly proof: Proof | null;
}

/** The tasks of one request. */
export interface TaskBook {
  /** Opens those that there are not yet, one for each collection, and says how all of them stand. `beside` is part of each one's transaction. */
  open(
    collections: readonly Collection[],
    person: readonly IdentityValue[],
    beside: (tx: Database) => Promise<void>,
  ): Promise<readonly TaskStanding[]>;
  standing(): Promise<readonly TaskStanding[]>;
  /** What was found for the person. */
  attachments(): Promise<readonly Attachment[]>;
  readonly dueAt: Date;
}

interface Ask {
  readonly right: Right;
  readonly runner: RightRunner;
  readonly book: TaskBook;
}

export async function runByHandToo(
  { right, runner, book }: Ask,
  context: RunContext,
): Promise<RequestOutcome> {
  const scope = context.asked?.scope ?? null;
  const all = context.estate.byHand.filter((c) => mayHold(c, scope));
  if (all.length === 0) return runner.run(context);
  let tasks = await book.standing();
  let { collections, held } = await apartHeld(right, context, { all, tasks });
  const asks = [...collections.map(askLine), ...held];
  const open = async (person: readonly IdentityValue[]): Promise<boolean> => {
    // By now it is known whom the rows name, and a hold may have come; or one comes now, and what is open by then it names itself.
    for (let opened: typeof tasks | null = null; opened === null; ) {
      const apart = await apartHeld(right, { ...context, identities: person }, { all, tasks });
      ({ collections, held } = apart);
      opened = await unlessHeld(book.open(collections, person, apart.stillAll));
      tasks = opened ?? (await book.standing());
    }
    return tasks.every(isDone);
  };
  const approve: RunContext["approve"] = async (plan, person) =>
    (await context.approve([...plan, ...asks], person)) && ((await open(person)) || !right.givesArchive);
  const attached =
    context.archive === undefined
      ? {}
      : { archive: { ...context.archive, attachments: () => book.attachments() } };
  const within = { ...context, ...attached, approve, journal: withAsks(context.journal, asks) };
  const outcome = await runner.run({ ...within, identityRowsWait: () => !tasks.every(isDone) });
  // Nobody that the stores know: perhaps the shelf does.
  if (outcome.state === "not_found" && collections.length > 0) {
    if (!(await context.approve(asks, context.identities))) return { ...nothing("planned", []), plan: asks };
    await context.journal.savePlan(asks);
    if ((await open(context.identities)) && right.givesArchive && attached.archive !== undefined) {
      const { writeArchive } = await import("../archive/write.ts");
      await writeArchive(attached.archive, []);
    }
  }
  const whole = {
    ...outcome,
    plan: [...outcome.plan, ...collections.map(askLine), ...held],
    kept: [...outcome.kept, ...keptLines(held)],
  };
  return tasks.length === 0 || UNCLEAR.has(outcome.state)
    ? whole
    : together(whole, tasks, { right, book, context });
}

interface Apart {
  readonly collections: readonly Collection[];
  /** Lines of those that a hold keeps from being asked for. */
  readonly held: readonly PlanLine[];
  /** Throws `HoldPlaced` where a hold came since. */
  readonly stillAll: (tx: Database) => Promise<void>;
}

interface Asking {
  readonly all: readonly Collection[];
  readonly tasks: readonly TaskStanding[];
}

/** Nobody is asked to destroy what a legal hold keeps. Of what was asked before the task says how it stands: it may be destroyed. */
async function apartHeld(
  right: Right,
  { holds, identities }: RunContext,
  { all, tasks }: Asking,
): Promise<Apart> {
  const effect = right.removes ? await holds?.inEffect() : undefined;
  const on = (await effect?.onNamed(identities)) ?? [];
  const kept = all.flatMap((c) => {
    if (tasks.some((t) => t.store === c.store && t.collection === c.name)) return [];
    const hold = on.find((h) => h.classes.includes("all") || h.classes.includes(c.class));
    return hold === undefined ? [] : [{ c, hold }];
  });
  const names = new Set(kept.map(({ c }) => c));
  return {
    collections: all.filter((c) => !names.has(c)),
    held: kept.map(({ c, hold }) => ({
      ...{ store: c.store, collection: c.name, action: "keep", rows: 0 },
      ...{ reason: hold.reason, why: "hold", commitment: hold.commitment },
      ...{ until: hold.review.toISOString(), hold: hold.id },
    })),
    stillAll: async (tx) => effect?.stillAll(tx),
  };
}

const UNCLEAR: ReadonlySet<string> = new Set(["ambiguous_identity"]);
const isDone = (task: TaskStanding): boolean => task.state === "done";

const askLine = (c: Collection): PlanLine => ({
  store: c.store,
  collection: c.name,
  action: "ask",
  rows: 0,
  reason: "only a person can look there: a task is opened",
});

/** The right's own lines go in and out; what is asked of people stands beside them. */
const withAsks = (journal: Journal, asks: readonly PlanLine[]): Journal => ({
  ...journal,
  savePlan: (lines) => journal.savePlan([...lines, ...asks]),
  saveCapture: (captured, plan) => journal.saveCapture(captured, plan && [...plan, ...asks]),
  intend: (step, found) => journal.intend(step, foundWith(found, asks)),
  intendAll: (steps, found) => journal.intendAll(steps, foundWith(found, asks)),
  plan: async () => (await journal.plan())?.filter((l) => !asks.some((a) => isSame(a, l))) ?? null,
});

/** A line of what only people can act on is of a collection that nothing else in here knows of. */
const isSame = (a: PlanLine, b: PlanLine): boolean => a.store === b.store && a.collection === b.collection;

const foundWith = (found: Found | undefined, asks: readonly PlanLine[]): Found | undefined =>
  found?.plan === undefined ? found : { ...found, plan: [...found.plan, ...asks] };

function together(
  outcome: RequestOutcome,
  tasks: readonly TaskStanding[],
  { book, context }: { readonly right: Right; readonly book: TaskBook; readonly context: RunContext },
): RequestOutcome {
  const results = [...outcome.results, ...tasks.map(resultOf)];
  if (outcome.state === "not_done") return { ...outcome, results };
  const refused = tasks.filter((t) => t.state === "refused");
  const open = tasks.filter((t) => !isDone(t) && t.state !== "refused");
  const named = (some: readonly TaskStanding[]): string =>
    some.map((t) => `\`${t.store}.${t.collection}\``).join(", ");
  if (refused.length > 0) {
    const notes = [`not done: somebody refused what was asked of ${named(refused)}: \`avow task list\``];
    return { ...outcome, state: "not_done", results, notes: [...outcome.notes, ...notes] };
  }
  if (open.length > 0) {
    const late = context.now() > book.dueAt;
    const day = book.dueAt.toISOString().slice(0, "2026-01-31".length);
    const note = `${late ? "not done: " : ""}${named(open)} ${late ? "should have been looked through" : "must be looked through"} by hand until ${day}: \`avow task list\``;
    const again = againInWords(results);
    const notes = [...outcome.notes, note, ...(again === null ? [] : [again])];
    return { ...outcome, state: late ? "not_done" : "requested", results, notes };
  }
  const notes = outcome.state === "not_found" ? [] : outcome.notes;
  return { ...outcome, state: "closed", results, notes };
}

function resultOf({ store, collection, state, reason, until, proof }: TaskStanding): ResultLine {
  const line = { store, collection, rows: 0 };
  if (state === "open") return { ...line, result: "requested" };
  if (state !== "done")
    return {
      ...{ ...line, result: state },
      ...(reason === null ? {} : { reason }),
      ...(until === null ? {} : { until: until.toISOString() }),
    };
  return { ...line, result: "accepted_unverifiable", ...(proof === null ? {} : { proof }) };
}

/** For those who only look: there are no tasks, and none are opened. */
export const noTasks = (dueAt: Date): TaskBook => ({
  dueAt,
  open: async () => [],
  standing: async () => [],
  attachments: async () => [],
});
