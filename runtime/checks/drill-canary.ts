/** What is known of canaries, from before they sign up until they are gone: a drill that a crash cut short is cleaned up by the next. */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Appender } from "../ledger/append.ts";
import type { Database } from "../store/database.ts";
import type { Sealer } from "../vault/seal.ts";
import type { DrillAdapter } from "./drill-adapter.ts";
import type { DrillBasis } from "./drill-basis.ts";
import { canaryGone, drillBegun, drillEnded } from "./drill-evidence.ts";

export interface CanaryBook {
  readonly service: string;
  readonly adapter: DrillAdapter;
  /** Where the service's app is. */
  readonly base: string;
  readonly db: Database;
  readonly sealer: Sealer;
  /** The log in which a drill leaves its entries. */
  readonly evidence: Appender;
  /** What a drill rests upon. */
  readonly basisOf: (drill: string) => DrillBasis;
  readonly now: () => Date;
  /** Where the token still lies although nothing keeps it there; throws when the stores could not be searched. */
  readonly left: (token: string) => Promise<readonly string[]>;
  readonly onStep: (text: string) => void;
  /** Aborted: nobody is waited for any more. */
  readonly signal?: AbortSignal;
}

export interface DrillResult {
  readonly right: string;
  readonly passed: boolean;
  /** It could not look. */
  readonly unseen?: true;
  readonly detail: string;
}

export interface Recorded {
  readonly token: string;
  /** Null: it may not have come to signing up. */
  readonly session: unknown;
  /** False: the service has not been asked to let it in, so that it can not come later either. Left out: it may have been. */
  readonly asked?: boolean;
  /** Further canaries that a drill invents on its way; left out where none of them can be there any more. */
  readonly also?: readonly string[];
}

const seal = (book: CanaryBook, id: string, recorded: Recorded): Buffer =>
  Buffer.from(book.sealer.seal(`drill/${id}`, Buffer.from(JSON.stringify(recorded))));

/** Before the canary exists: whoever comes after a crash knows that there may be one. Gives an id for each thing that is tried. */
export async function record(
  book: CanaryBook,
  tried: readonly string[],
  canary: Pick<Recorded, "token" | "also">,
): Promise<string[]> {
  const drills = tried.map((tries) => ({ drill: randomUUID(), tries }));
  if (drills.length === 0) return [];
  await book.db.transaction().execute(async (tx) => {
    await tx
      .insertInto("drills")
      .values(
        drills.map(({ drill: id, tries }) => {
          const { plan, adapter, policy, proves } = book.basisOf(tries);
          return {
            ...{ id, service: book.service, right_name: tries, state: "running", detail: "" },
            ...{ plan_basis: plan, adapter_basis: adapter, policy_basis: policy, proves: [...proves] },
            sealed_canary: seal(book, id, { ...canary, session: null, asked: false }),
            started_at: book.now(),
          };
        }),
      )
      .execute();
    await book.evidence.append(tx, [drillBegun(drills)]);
  });
  return drills.map(({ drill }) => drill);
}

export async function remember(book: CanaryBook, ids: readonly string[], recorded: Recorded): Promise<void> {
  for (const id of ids)
    await book.db
      .updateTable("drills")
      .set({ sealed_canary: seal(book, id, recorded) })
      .where("id", "=", id)
      .execute();
}

export async function end(
  book: CanaryBook,
  id: string,
  { passed, unseen, detail }: DrillResult,
): Promise<void> {
  const state = unseen === true ? "unseen" : passed ? "passed" : "failed";
  await ended(book, [id], { state, detail });
}

/** What has come to no result. */
export const stop = (book: CanaryBook, ids: readonly string[]): Promise<void> =>
  ended(book, ids, { state: "stopped", detail: "the drill did not end" });

async function ended(
  { db, evidence, now }: CanaryBook,
  ids: readonly string[],
  { state, detail }: { readonly state: string; readonly detail: string },
): Promise<void> {
  if (ids.length === 0) return;
  await db.transaction().execute(async (tx) => {
    const rows = await tx
      .updateTable("drills")
      .set({ state, detail, ended_at: now() })
      .where("id", "in", ids)
      .where("ended_at", "is", null)
      .returning(["id", "right_name"])
      .execute();
    if (rows.length === 0) return;
    await evidence.append(
      tx,
      rows.map((row) => drillEnded({ drill: row.id, tries: row.right_name, state })),
    );
  });
}

/** A sign-up that was under way when its drill died may yet arrive: until then, a canary that has no account is not known to be none. */
const SETTLED_MS = 600_000;

/** Looks for what is left may cost a store a lot: the pause between two is at least as long as one took. */
const LOOK_AGAIN_MS = 300;

/** A service may take a session that has ended and do nothing by it: whoever has not gone by then is asked for anew, while there is time left. */
const FIRST_LOOK_MS = 2_000;

interface Left {
  readonly recorded: Recorded;
  readonly ids: readonly string[];
  readonly startedAt: Date;
  /** Nobody waits for something any more that its drill had done in its name: it may yet leave something. */
  readonly underWay?: boolean;
}

/**
 * The record of a canary is kept until the canary is gone: not because the service says so, but because nothing of it is found. A service
 * may take its time; until `untilMs` (of `performance.now()`) that is waited for, or until the book's signal is aborted.
 */
export async function cleanUp(book: CanaryBook, left: Left, untilMs: number): Promise<boolean> {
  const { ids } = left;
  try {
    const why = await takeAway(book, left, untilMs);
    if (why !== null) {
      book.onStep(`the canary is not known to be gone (${why}); the next drill or worker looks again`);
      return false;
    }
  } catch {
    // Whatever it was: the canary may still be there, and that is what is written down.
    book.onStep("the canary could not be cleaned up; the next drill or worker tries again");
    return false;
  }
  if (ids.length > 0)
    await book.db.transaction().execute(async (tx) => {
      await tx.updateTable("drills").set({ sealed_canary: null }).where("id", "in", ids).execute();
      await book.evidence.append(tx, [canaryGone(ids)]);
    });
  return true;
}

/** Null: it is gone, and will not come. */
async function takeAway(
  book: CanaryBook,
  { recorded, startedAt, underWay = false }: Left,
  untilMs: number,
): Promise<string | null> {
  const { token, session, asked = true, also = [] } = recorded;
  let isMissing = false;
  // What is written down of a session may have ended: the service refuses it then, or takes nobody away by it.
  const isHeld = session !== null && (await isAccepted(book, session));
  if (session === null ? asked : !isHeld)
    isMissing = !(await goneBySigningIn(book, token)) && session === null;
  for (const other of also) if (!(await goneBySigningIn(book, other))) isMissing = true;
  const firstMs = isHeld ? Math.min(untilMs, performance.now() + FIRST_LOOK_MS) : untilMs;
  let places = await leftAt(book, token, firstMs);
  if (places.length > 0 && isHeld) {
    // Who is let in no more may still be on the way out: what is left says so, not this.
    await goneBySigningIn(book, token).catch(() => false);
    places = await leftAt(book, token, untilMs);
  }
  if (underWay) return "something may still be under way";
  if (places.length > 0) return `it still lies in ${places.join(", ")}`;
  const isSettled = book.now().getTime() - startedAt.getTime() >= SETTLED_MS;
  return isMissing && !isSettled ? "it may still be signing up" : null;
}

/** False: the service refused. Whether the canary went is seen by what is left of it. */
const isAccepted = ({ adapter, base }: CanaryBook, session: unknown): Promise<boolean> =>
  adapter.cleanup(base, session).then(
    () => true,
    () => false,
  );

/** False: it has no account. */
async function goneBySigningIn({ adapter, base }: CanaryBook, token: string): Promise<boolean> {
  const session = await adapter.signIn(base, { token });
  if (session !== null) await adapter.cleanup(base, session);
  return session !== null;
}

async function leftAt(
  { left, signal }: CanaryBook,
  token: string,
  untilMs: number,
): Promise<readonly string[]> {
  for (;;) {
    const began = performance.now();
    const places = await left(token);
    const pauseMs = Math.max(LOOK_AGAIN_MS, performance.now() - began);
    if (places.length === 0 || signal?.aborted === true || performance.now() + pauseMs > untilMs)
      return places;
    // Aborted, it ends at once, and so does this after one more look.
    await setTimeout(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** One for each thing that a drill tried, of all canaries together: those that can not be cleaned up must not keep others waiting. */
const ROWS_SWEPT_MAX = 2_000;

/** Canaries that earlier drills left behind: until `untilMs` it is waited for them all. Gives how many are not gone yet. */
export async function sweep(book: CanaryBook, untilMs: number): Promise<number> {
  const left = await book.db
    .selectFrom("drills")
    .select(["id", "sealed_canary", "started_at"])
    .where("service", "=", book.service)
    .where("sealed_canary", "is not", null)
    .orderBy("started_at")
    .limit(ROWS_SWEPT_MAX)
    .execute();
  const canaries = new Map<string, Left>();
  for (const { id, sealed_canary, started_at: startedAt } of left) {
    if (sealed_canary === null) continue;
    const recorded: Recorded = JSON.parse(
      Buffer.from(book.sealer.open(`drill/${id}`, sealed_canary)).toString("utf8"),
    );
    const known = canaries.get(recorded.token);
    const also = [...new Set([...(known?.recorded.also ?? []), ...(recorded.also ?? [])])];
    canaries.set(recorded.token, {
      recorded: {
        ...(known?.recorded.session == null ? recorded : known.recorded),
        ...{ also, asked: known?.recorded.asked === true || recorded.asked !== false },
      },
      ids: [...(known?.ids ?? []), id],
      startedAt,
    });
  }
  let open = 0;
  for (const canary of canaries.values()) {
    if (book.signal?.aborted === true) {
      open += 1;
      continue;
    }
    await stop(book, canary.ids);
    if (!(await cleanUp(book, canary, untilMs))) open += 1;
  }
  return open;
}
