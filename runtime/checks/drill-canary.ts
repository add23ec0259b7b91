/** What is known of canaries, from before they sign up until they are gone: a drill that a crash cut short is cleaned up by the next. */
import { randomUUID } from "node:crypto";
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
  /** Further canaries that a drill invents on its way; left out where none of them can be there any more. */
  readonly also?: readonly string[];
}

const seal = (book: CanaryBook, id: string, recorded: Recorded): Buffer =>
  Buffer.from(book.sealer.seal(`drill/${id}`, Buffer.from(JSON.stringify(recorded))));

/** Before the canary exists: whoever comes after a crash knows that there may be one. Gives an id for each thing that is tried. */
export async function record(
  book: CanaryBook,
  tried: readonly string[],
  canary: Omit<Recorded, "session">,
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
            sealed_canary: seal(book, id, { ...canary, session: null }),
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

interface Left {
  readonly recorded: Recorded;
  readonly ids: readonly string[];
  readonly startedAt: Date;
}

/** The record of a canary is kept until the canary is gone: not because the service says so, but because nothing of it is found. */
export async function cleanUp(book: CanaryBook, { recorded, ids, startedAt }: Left): Promise<boolean> {
  const { token, session, also = [] } = recorded;
  try {
    const known = session ?? (await book.adapter.signIn(book.base, { token }));
    if (known !== null) await book.adapter.cleanup(book.base, known);
    for (const other of also) {
      const further = await book.adapter.signIn(book.base, { token: other });
      if (further !== null) await book.adapter.cleanup(book.base, further);
    }
    const places = await book.left(token);
    const settled = book.now().getTime() - startedAt.getTime() >= SETTLED_MS;
    if (places.length > 0 || (known === null && !settled)) {
      const why = places.length > 0 ? `it still lies in ${places.join(", ")}` : "it may still be signing up";
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

/** One for each thing that a drill tried, of all canaries together: those that can not be cleaned up must not keep others waiting. */
const ROWS_SWEPT_MAX = 2_000;

/** Canaries that earlier drills left behind. Gives how many are not gone yet. */
export async function sweep(book: CanaryBook): Promise<number> {
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
      recorded: { ...(known?.recorded.session == null ? recorded : known.recorded), also },
      ids: [...(known?.ids ?? []), id],
      startedAt,
    });
  }
  let open = 0;
  for (const canary of canaries.values()) {
    await stop(book, canary.ids);
    if (!(await cleanUp(book, canary))) open += 1;
  }
  return open;
}
