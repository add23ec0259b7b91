/**
 * Looks for rows that a restored backup brought back, and erases again those that provably are older than their erasure (spec/suppression.md).
 * A collection is read once, keys and dates only, batch by batch. For each erasure whose rows are back there is one request of its own.
 */
import { randomUUID } from "node:crypto";
import { type Collection, idOf } from "@avow/core/datamap/model";
import { Capture, cellsOf, type RememberedRow, type Tuple, tupleKey } from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import { parseStoreDate } from "@avow/core/plan/store-date";
import { erase } from "@avow/core/rights/erase/right";
import { must } from "@avow/core/terms/assert";
import { parseDuration, plus } from "@avow/core/terms/duration";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../../store/tables.ts";
import { FINGERPRINT_BYTES } from "../../vault/fingerprint.ts";
import type { Desk } from "../desk/desk.ts";
import { approved, erasedAgain, received } from "../desk/evidence.ts";
import { holding } from "../desk/lock.ts";
import { sealIdentities } from "../desk/subjects.ts";
import { holdsOf } from "../holds/in-effect.ts";
import { erase as runner } from "../rights/erase.ts";
import { type Earlier, readAll, StoreFailed } from "../run/ask.ts";
import { captures } from "../run/db-journal.ts";
import type { BoundEstate } from "../run/estate.ts";
import { memoryJournal } from "../run/journal.ts";
import { goingRows, nameOfRow } from "./along.ts";
import { estateFor, VIA_SUPPRESSION } from "./bare.ts";
import { type Erasure, type KnownNames, knownPortions } from "./known.ts";
import { namesOfKeys } from "./names.ts";

export interface CameBack {
  readonly store: string;
  readonly collection: string;
  /** `older`: than the erasure, by a date that does not change, or along with rows that are. `unsure`: a row with that key is there, newer or without a date. */
  readonly verdict: "older" | "unsure";
  readonly rows: number;
  readonly reason?: string;
}

export interface Sweep {
  readonly examined: number;
  readonly lines: readonly CameBack[];
  /** Rows to be erased again, by the request that erased them first. */
  readonly back: ReadonlyMap<string, ReadonlyMap<string, readonly Tuple[]>>;
}

/** The date that a row was made on: the anchor that no later change moves. */
const CREATION = "creation";

/** What a look needs of a desk. */
export type Looking = Pick<Desk, "db" | "sealer" | "service" | "now" | "estate">;

/** Ended early, it says what it has seen so far. */
export async function lookForSuppressed(desk: Looking, stop?: AbortSignal): Promise<Sweep> {
  const found = new Map<Collection, Map<string, Met>>();
  const examined = new Map<Collection, number>();
  for await (const known of knownPortions(desk))
    for (const collection of desk.estate.graph.collections.values()) {
      if (collection.class === "system" && collection.links.length === 0) continue;
      const met = found.get(collection) ?? new Map<string, Met>();
      found.set(collection, met);
      let rows = 0;
      for await (const batch of meet(desk, collection, known)) {
        if (stop?.aborted === true) return said(judged(found), examined);
        rows += batch.examined;
        examined.set(collection, Math.max(rows, examined.get(collection) ?? 0));
        for (const one of batch.met) take(met, one);
      }
    }
  return said(await withThoseAlong(desk, judged(found)), examined);
}

/** Names come in portions: what one of them knows as erased another may know as erased later. */
function take(met: Map<string, Met>, one: Met): void {
  const before = met.get(tupleKey(one.key));
  if (before === undefined || before.erasedAt < one.erasedAt) met.set(tupleKey(one.key), one);
}

/** A row that is back, and what is to be thought of it. */
interface Judged extends Met {
  readonly collection: Collection;
  readonly verdict: CameBack["verdict"];
  readonly reason?: string;
}

const judged = (found: ReadonlyMap<Collection, ReadonlyMap<string, Met>>): readonly Judged[] =>
  [...found].flatMap(([collection, met]) =>
    [...met.values()].map((one): Judged => {
      const { made, erasedAt } = one;
      const older = made !== null && made < erasedAt;
      if (older) return { ...one, collection, verdict: "older" };
      const reason = made === null ? NO_DATE : NEWER;
      return { ...one, collection, verdict: "unsure", reason };
    }),
  );

/** Of rows that are older than their erasure those go that nobody owns by now; rows without a date go with the rows that they hang on. */
async function withThoseAlong(desk: Looking, all: readonly Judged[]): Promise<readonly Judged[]> {
  const older = olderOnes(all);
  if (older.size === 0) return all;
  const estate = estateFor(desk.estate, VIA_SUPPRESSION);
  const newer = new Set(all.filter((one) => one.reason === NEWER).map(nameOfOne));
  const going = new Map<string, string>();
  for (const [request, rows] of older)
    for (const name of await goingRows(desk.estate, await capturedOf(estate, rows), newer))
      going.set(name, request);
  return all.map((one) => {
    const request = going.get(nameOfOne(one));
    if (one.verdict === "older")
      return request === undefined ? { ...one, verdict: "unsure", reason: THEIRS } : one;
    if (one.reason !== NO_DATE || request === undefined) return one;
    return { ...one, request, verdict: "older", reason: ALONG };
  });
}

const nameOfOne = ({ collection, key }: Judged): string => nameOfRow(idOf(collection), key);

function olderOnes(all: readonly Judged[]): ReadonlyMap<string, ReadonlyMap<string, readonly Tuple[]>> {
  const back = new Map<string, Map<string, Tuple[]>>();
  for (const { collection, verdict, key, request } of all) {
    if (verdict !== "older") continue;
    const rows = back.get(request) ?? new Map<string, Tuple[]>();
    back.set(request, rows);
    const keys = rows.get(idOf(collection)) ?? [];
    rows.set(idOf(collection), keys);
    keys.push(key);
  }
  return back;
}

function said(all: readonly Judged[], examined: ReadonlyMap<Collection, number>): Sweep {
  const tally = new Map<string, CameBack>();
  for (const one of all) count(tally, one);
  const rows = [...examined.values()].reduce((a, b) => a + b, 0);
  return { examined: rows, lines: [...tally.values()], back: olderOnes(all) };
}

const NO_DATE = "may have come back: nothing says how old it is";
const NEWER = "may be somebody's new row: it is newer than the erasure";
const THEIRS = "belongs to somebody by now, or to a row that stays";
const ALONG = "came back along with the rows that it belongs to";

type Line = Pick<Judged, "collection" | "verdict" | "reason">;

function count(tally: Map<string, CameBack>, { collection, verdict, reason }: Line): void {
  const name = `${idOf(collection)} ${verdict} ${reason ?? ""}`;
  const before = tally.get(name)?.rows ?? 0;
  const line = { store: collection.store, collection: collection.name, verdict, rows: before + 1 };
  tally.set(name, reason === undefined ? line : { ...line, reason });
}

interface Met extends Erasure {
  readonly key: Tuple;
  readonly made: Date | null;
}

async function* meet(
  desk: Looking,
  collection: Collection,
  known: KnownNames,
): AsyncGenerator<{ readonly examined: number; readonly met: readonly Met[] }> {
  const key = must(desk.estate.keys.get(idOf(collection)), "bound collections have keys");
  if (key.length === 0) return;
  const date = Object.hasOwn(collection.anchors, CREATION) ? collection.anchors[CREATION] : undefined;
  const fields = date === undefined ? key : [...new Set([...key, date])];
  const { reader } = must(desk.estate.stores[collection.store], "bound stores are connected");
  for await (const batch of reader.read({ collection: collection.name, fields })) {
    if (!batch.ok) throw new StoreFailed(collection.store, batch);
    const rows = batch.value.flatMap((cells) => {
      const tuple = cellsOf(fields, key, cells);
      return tuple === null ? [] : [{ cells, tuple }];
    });
    const names = namesOfKeys(
      desk,
      idOf(collection),
      rows.map((r) => r.tuple),
    );
    const met: Met[] = [];
    for (const [i, { cells, tuple }] of rows.entries()) {
      const erasure = known.find(names, i * FINGERPRINT_BYTES);
      if (erasure === undefined) continue;
      const cell = date === undefined ? null : (cells[fields.indexOf(date)] ?? null);
      met.push({ ...erasure, key: tuple, made: cell === null ? null : parseStoreDate(cell) });
    }
    yield { examined: batch.value.length, met };
  }
}

export interface Again {
  /** The request that erased them first. */
  readonly first: string;
  readonly captured: Earlier;
  readonly plan: readonly PlanLine[];
}

/** What would become of the rows that are back. Where a reason keeps them now, or somebody else owns them too, nothing is to be done. */
export async function planAgain(desk: Desk, sweep: Sweep): Promise<readonly Again[]> {
  const estate = estateFor(desk.estate, VIA_SUPPRESSION);
  const plans: Again[] = [];
  for (const [first, collections] of sweep.back) {
    const captured = await capturedOf(estate, collections);
    const { plan } = await runner.run({
      estate,
      identities: [],
      holds: holdsOf(desk),
      journal: { ...memoryJournal(), captured: async () => captured },
      now: desk.now,
      approve: async () => false,
    });
    if (plan.some((line) => line.action === "delete")) plans.push({ first, captured, plan });
  }
  return plans;
}

/** As an earlier pass of an erasure would have left it: each row in full, and the person's. */
async function capturedOf(
  estate: BoundEstate,
  rows: ReadonlyMap<string, readonly Tuple[]>,
): Promise<Earlier> {
  const { collections } = new Capture(estate.graph, estate.keys, []);
  const captured: { id: string; fields: readonly string[]; rows: RememberedRow[] }[] = [];
  for (const [id, tuples] of rows) {
    const { collection, key, fields } = must(collections.get(id), "every collection is captured");
    const all = await readAll(estate, { collection: id, fields, anyOf: [{ fields: key, tuples }] });
    const remembered = all.map(
      (cells): RememberedRow => ({
        key: must(cellsOf(fields, key, cells), "key fields are never null"),
        cells,
        reach: "owned",
      }),
    );
    captured.push({ id: idOf(collection), fields, rows: remembered });
  }
  return { identities: [], collections: captured };
}

interface Opening {
  readonly by: string;
  /** Left out by a caller who carries it out himself. */
  readonly enqueue?: (tx: Transaction<Tables>, request: string) => Promise<void>;
}

/** As a request's `asked_name`: what it asks, so that nobody asks the same twice. */
const askedName = (first: string): string => `again ${first}`;

/**
 * Opens a request of its own. Nobody else has it in hands before its rows are written down: without them it would be about nobody. Null: one
 * is open, and waits for a store that holds its rows; it goes on by itself.
 */
export async function openAgain(desk: Desk, again: Again, { by, enqueue }: Opening): Promise<string | null> {
  const id = randomUUID();
  const at = desk.now();
  const due = plus(at, must(parseDuration(erase.within), "the right has a period"));
  const opened = await holding(desk.db, id, async () => {
    const isNew = await desk.db.transaction().execute(async (tx) => {
      if (await isOpen(tx, desk.service, again.first)) return false;
      await tx
        .insertInto("requests")
        .values({
          ...{ id, service: desk.service, right_name: erase.name, state: "received", via: VIA_SUPPRESSION },
          sealed_identities: sealIdentities(desk, id, []),
          ...{ sealed_asked: null, asked_name: askedName(again.first) },
          ...{ policy_hash: desk.policy.hash, map_hash: desk.estate.map.hash },
          ...{ received_at: at, due_at: due, approved_at: at, approved_by: by },
        })
        .execute();
      await desk.evidence.append(tx, [
        received({ id, right: erase.name, via: VIA_SUPPRESSION, receivedAt: at, dueAt: due }),
        erasedAgain(id, again.first),
        approved(id, by),
      ]);
      return true;
    });
    if (isNew) await captures({ ...desk, request: id, namesOf: () => [] }).saveCapture(again.captured);
    return isNew;
  });
  if (opened !== true) return null;
  if (enqueue !== undefined) await desk.db.transaction().execute((tx) => enqueue(tx, id));
  return id;
}

/** One at a time asks for an erasure's rows: two who look at once would both open a request. */
async function isOpen(tx: Transaction<Tables>, service: string, first: string): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`again/${service}/${first}`}, 3))`.execute(tx);
  const open = await tx
    .selectFrom("requests")
    .select("id")
    .where("service", "=", service)
    .where("via", "=", VIA_SUPPRESSION)
    .where("asked_name", "=", askedName(first))
    .where("closed_at", "is", null)
    .executeTakeFirst();
  return open !== undefined;
}

/** Requests that were opened and have not ended: of a process that was killed, or of a worker that is at it. */
export async function openAgains(desk: Desk): Promise<string[]> {
  const rows = await desk.db
    .selectFrom("requests")
    .select("id")
    .where("service", "=", desk.service)
    .where("via", "=", VIA_SUPPRESSION)
    .where("closed_at", "is", null)
    .execute();
  return rows.map(({ id }) => id);
}
