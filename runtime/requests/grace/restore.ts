/**
 * Gives a person back what an erasure under grace took (spec/undo-bundle.md):
 *
 *   key and window checked ──► the whole bundle opened, and looked at ──► a yes ──► lot by lot: intent, act, outcome ──► restored
 *
 * A lot that came back already is seen to be back, so it does not matter where the last run stopped.
 */
import type { PlanLine } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import { z } from "zod";
import type { ConnectorFailure } from "../../connector-kit/contract.ts";
import { DiskRefused, whyRefused } from "../../disk/refused.ts";
import { fits } from "../../vault/one-way.ts";
import { certify } from "../desk/certify.ts";
import { type Desk, EndedElsewhere } from "../desk/desk.ts";
import { restoring, stepEnded, stepIntended } from "../desk/evidence.ts";
import { holding } from "../desk/lock.ts";
import { stillThere } from "../desk/siblings.ts";
import { openAbout } from "../desk/subjects.ts";
import { StoreFailed } from "../run/ask.ts";
import { readBack } from "../run/db-journal.ts";
import { endingOf, untilOf } from "../run/refusal.ts";
import type { CrashPoint, RequestOutcome, ResultLine } from "../run/run.ts";
import { readResults } from "../run/stored.ts";
import { forgetSuppressed } from "../suppression/names.ts";
import type { Act } from "./back.ts";
import { BundleBroken, opened, type TakenStep } from "./lots.ts";
import { type Passed, passOver } from "./pass.ts";
import { namesPut, PutBack } from "./put-back.ts";

export type RestoreRefused =
  | "unknown"
  | "not_restricted"
  | "ended"
  | "wrong_key"
  | "broken"
  | "busy"
  | "unwritable"
  | "not_noted";

export type Restored =
  | { readonly ok: false; readonly refused: RestoreRefused; readonly reason: string }
  | { readonly ok: false; readonly failed: StoreFailed }
  | { readonly ok: true; readonly outcome: RequestOutcome };

export interface RestoreHands {
  readonly secret: string;
  /** Shown what would come back and what would not, before anything changes. */
  readonly approve: (looked: RequestOutcome) => Promise<boolean>;
  /** Called when it stands on the request's row that it has begun, before anything comes back. */
  readonly onBegun?: () => void;
  readonly onProgress?: (text: string) => void;
  readonly atPoint?: (point: CrashPoint) => void;
}

const REFUSED: Readonly<Record<RestoreRefused, string>> = {
  unknown: "there is no such request",
  not_restricted:
    "this request has nothing to give back: it is no erasure under grace, or it is not carried out yet",
  ended: "the window has ended: what was erased is gone for good",
  wrong_key: "this is not the key of this request",
  broken: "the bundle can not be opened whole, so nothing was changed",
  busy: "another process is working on this request: try again when it is done",
  unwritable: "a store takes no changes, so nothing was changed: try again when it does",
  not_noted:
    "what comes back could not be written down before it does, so it did not; try again, and it goes on from here",
};

const refuse = (refused: RestoreRefused, reason = REFUSED[refused]): Restored => ({
  ok: false,
  refused,
  reason,
});

export async function restoreRequest(desk: Desk, id: string, hands: RestoreHands): Promise<Restored> {
  const done = await holding(desk.db, id, (stillLocked) =>
    restoreLocked(desk, id, { ...hands, stillLocked }),
  );
  return done ?? refuse("busy");
}

type Hands = RestoreHands & { readonly stillLocked: () => Promise<void> };

async function restoreLocked(desk: Desk, id: string, hands: Hands): Promise<Restored> {
  const row = await desk.db
    .selectFrom("requests")
    .select(["state", "undo_key", "grace_until", "restoring_since", "results"])
    .where("id", "=", id)
    .where("service", "=", desk.service)
    .executeTakeFirst();
  if (row === undefined) return refuse("unknown");
  if (row.undo_key === null) return refuse("not_restricted");
  if (row.state !== "restricted" || row.grace_until === null)
    return refuse(row.state === "closed" ? "ended" : "not_restricted");
  if (row.grace_until <= desk.now()) return refuse("ended");
  if (!fits(hands.secret, row.undo_key)) return refuse("wrong_key");
  const bundle = { request: id, secret: hands.secret, publicKey: row.undo_key };
  try {
    const gone = destroyedByHand(readResults(row.results));
    const put = await putSoFar(desk, bundle);
    const looked = planned([...(await pass(desk, bundle, null, put)).lines, ...gone]);
    if (!(await hands.approve(looked))) return { ok: true, outcome: looked };
    // Once it has begun, a window that ends makes it a restore that was cut short, and names of what is gone are forgotten.
    const unwritable = (await desk.unwritable()).map((issue) => issue.message);
    if (unwritable.length > 0) return refuse("unwritable", `${REFUSED.unwritable}: ${unwritable.join("; ")}`);
    await begin(desk, id);
    hands.onBegun?.();
    const act = acting(desk, { ...bundle, endsAt: row.grace_until }, hands);
    const { lines, waits } = await pass(desk, bundle, act, put);
    // The rest is back, and what waits can be had before the window ends.
    if (waits !== null) return { ok: false, failed: waits };
    return { ok: true, outcome: await finish(desk, id, [...lines, ...gone]) };
  } catch (error) {
    if (error instanceof StoreFailed) return { ok: false, failed: error };
    if (error instanceof EndedElsewhere) return refuse("ended", error.message);
    if (error instanceof BundleBroken) return refuse("broken", `${REFUSED.broken}: ${error.message}`);
    // Of what a step puts back: the step was not made.
    if (error instanceof DiskRefused) return refuse("not_noted", `${REFUSED.not_noted}: ${error.message}`);
    throw error;
  }
}

/** What people did in a cabinet or at a vendor is in no bundle. */
const destroyedByHand = (results: readonly ResultLine[]): ResultLine[] =>
  results
    .filter((line) => line.result === "accepted_unverifiable")
    .map(({ store, collection, rows }) => ({
      ...{ store, collection, rows, result: "stays_erased" as const },
      reason: "people destroyed it by hand: no bundle holds it",
    }));

interface Bundle {
  readonly request: string;
  readonly secret: string;
  readonly publicKey: Uint8Array;
}

/** Steps of the erasure, the last first. A step that failed has changed nothing. */
async function stepsOf(desk: Desk, request: string): Promise<readonly TakenStep[]> {
  const steps = await desk.db
    .selectFrom("request_steps")
    .select(["id", "state", "changes", "rows"])
    .where("request", "=", request)
    .where("phase", "<>", RESTORE)
    .where("state", "in", ["done", "partial", "unknown"])
    .orderBy("id", "desc")
    .execute();
  const kept: TakenStep[] = [];
  for (const { id, state, changes, rows } of steps) {
    const has = (part: "before" | "after"): Promise<boolean> => desk.bundles.has({ request, step: id, part });
    const all = changesSchema.parse(changes);
    const masks = all.some((c) => c.act === "set");
    // Where a step may have changed nothing, its parts may not have been written.
    if (state !== "unknown" && (!(await has("before")) || (masks && !(await has("after")))))
      throw new BundleBroken(`the part of step ${id} is missing`);
    const named = all.reduce((n, c) => n + c.rows, 0);
    if (await has("before")) kept.push({ id, whole: state === "done" && Number(rows ?? 0) >= named });
  }
  return kept;
}

const changesSchema = z.array(z.object({ act: z.string(), rows: z.number() }));

const RESTORE = "restore";

const pass = async (desk: Desk, bundle: Bundle, act: Act, put: PutBack): Promise<Passed> =>
  passOver({ ...desk, request: bundle.request, key: bundle }, await stepsOf(desk, bundle.request), act, put);

/** What runs that were cut short have put back, or may have. */
async function putSoFar(desk: Desk, bundle: Bundle): Promise<PutBack> {
  const { request } = bundle;
  const steps = await desk.db
    .selectFrom("request_steps")
    .select(["id", "changes"])
    .where("request", "=", request)
    .where("phase", "=", RESTORE)
    .where("state", "in", ["done", "partial", "intended", "unknown"])
    .orderBy("id")
    .execute();
  const names: string[] = [];
  for (const { id, changes } of steps) {
    if (changesSchema.parse(changes).every((c) => c.act !== "insert")) continue;
    const own = await putBy(desk, bundle, id);
    if (own === null) return new PutBack(null);
    for (const name of own) names.push(name);
  }
  return new PutBack(names);
}

/** Null: nobody can say. Earlier versions did not write it down; and what is lost of it is no reason to keep the person's own rows from them. */
async function putBy(desk: Desk, bundle: Bundle, step: string): Promise<readonly string[] | null> {
  const { request } = bundle;
  if (!(await desk.bundles.has({ request, step, part: "put" }))) return null;
  try {
    return await Array.fromAsync(opened({ ...desk, request, key: bundle }, step, "put"));
  } catch (error) {
    if (error instanceof BundleBroken) return null;
    throw error;
  }
}

/** What came back is a plan's line, too; what stays erased is told by its reason. */
function planned(lines: readonly ResultLine[]): RequestOutcome {
  const plan = lines
    .filter((l) => l.result === "restored")
    .map(({ store, collection, rows }): PlanLine => ({ store, collection, action: "restore", rows }));
  const stays = lines.filter((l) => l.result === "stays_erased");
  return { state: "planned", plan, results: stays, kept: [], notes: [] };
}

interface Ends extends Bundle {
  readonly endsAt: Date;
}

function acting(desk: Desk, { request, publicKey, endsAt }: Ends, hands: Hands): NonNullable<Act> {
  return async (store, mutations) => {
    const { eraser } = must(desk.estate.stores[store], "bound stores are connected");
    const changes = mutations.map((m) => ({
      collection: `${store}.${m.collection}`,
      act: m.act,
      rows: m.rows.length,
    }));
    await hands.stillLocked();
    const step = await desk.db.transaction().execute(async (tx) => {
      const { id } = await tx
        .insertInto("request_steps")
        .values({
          ...{ request, phase: RESTORE, store, changes: JSON.stringify(changes) },
          ...{ state: "intended", intended_at: desk.now() },
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      // On the disk before the intent is: a step without it has put nothing back.
      const names = namesPut(store, mutations);
      if (names.length > 0)
        await desk.bundles.write({ request, step: id, part: "put" }, publicKey, linesOf(names));
      await desk.evidence.append(tx, [stepIntended(request, { step: id, phase: RESTORE, store, changes })]);
      return id;
    });
    hands.atPoint?.("intended");
    const answer = await eraser.mutate(mutations);
    hands.atPoint?.("acted");
    // Without an outcome: whoever goes on sees what is back.
    if (!answer.ok && answer.unsure === true) return answer;
    const outcome = endingOf(
      answer,
      mutations.map((m) => m.rows.length),
    );
    await desk.db.transaction().execute(async (tx) => {
      await tx
        .updateTable("request_steps")
        .set({ ...outcome, ended_at: desk.now() })
        .where("id", "=", step)
        .execute();
      await desk.evidence.append(tx, [stepEnded(request, step, outcome)]);
    });
    hands.atPoint?.("outcome");
    hands.onProgress?.(`restore: ${changes.map((c) => c.collection).join(", ")}`);
    return answer.ok ? null : withinWindow(answer, desk.now(), endsAt);
  };
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** What is held back beyond the window's end is refused: by then nothing is left that could come back. So is what has no date to come. */
function withinWindow(failure: ConnectorFailure, now: Date, endsAt: Date): ConnectorFailure {
  const { until: said, ...refused } = failure;
  const until = untilOf(failure);
  if (until === null || until <= now) return said === undefined ? failure : refused;
  if (until < endsAt) return { ...refused, until: until.toISOString() };
  return {
    ...refused,
    reason: `${refused.reason}, until ${until.toISOString()}: the window ends before that`,
  };
}

async function begin(desk: Desk, id: string): Promise<void> {
  await readBack({ ...desk, request: id });
  await desk.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("requests")
      .set({ restoring_since: desk.now() })
      .where("id", "=", id)
      .where("restoring_since", "is", null)
      .executeTakeFirst();
    // What comes back is no leftover of a backup any more.
    await forgetSuppressed(tx, id);
    if (numUpdatedRows > 0n) await desk.evidence.append(tx, [restoring(id)]);
  });
}

async function finish(desk: Desk, id: string, lines: readonly ResultLine[]): Promise<RequestOutcome> {
  const outcome: RequestOutcome = {
    state: "restored",
    plan: planned(lines).plan,
    results: lines,
    kept: [],
    notes: [],
  };
  if (!(await closeRestored(desk, id, outcome))) throw new EndedElsewhere(id);
  const left = await whyRefused(() => desk.bundles.remove(id));
  return left === null ? outcome : { ...outcome, notes: [stillThere(left)] };
}

/**
 * The request ends with what came back, and its certificate says so. False: it has its end already. The lock may have gone with its connection
 * and the window ended since, and of a restore that was cut short any process writes the end that comes by.
 */
export async function closeRestored(desk: Desk, id: string, outcome: RequestOutcome): Promise<boolean> {
  return desk.db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom("requests")
      .select("sealed_identities")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const sealed = row.sealed_identities;
    const { numUpdatedRows } = await tx
      .updateTable("requests")
      .set({
        ...{ state: "restored", closed_at: desk.now(), grace_until: null },
        ...{ sealed_identities: null, sealed_asked: null },
        ...{ results: JSON.stringify(outcome.results), notes: JSON.stringify(outcome.notes) },
      })
      .where("id", "=", id)
      .where("closed_at", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    const about = openAbout(desk, id, sealed);
    await certify(desk, tx, { id, about, outcome });
    for (const table of ["request_captures", "request_subjects", "hold_owed"] as const)
      await tx.deleteFrom(table).where("request", "=", id).execute();
    return true;
  });
}
