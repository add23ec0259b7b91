/** Puts lots of an undo bundle back, or looks what would come back: each lot whole, or as much of it as can come. */
import { cellsOf, tupleKey } from "@avow/core/plan/capture";
import {
  judgeDeleted,
  judgeMasked,
  type KeptRow,
  type MaskedRow,
  type Situation,
  type Stays,
  staysInWords,
} from "@avow/core/plan/restore";
import { must } from "@avow/core/terms/assert";
import type { ConnectorFailure, Restoring, UpdatedRow } from "../../connector-kit/contract.ts";
import { StoreFailed } from "../run/ask.ts";
import type { ResultLine } from "../run/run.ts";
import { loseNames, MASK } from "./erased.ts";
import { type Deleted, type Lot, type Masked, ROWS_A_LOT_MAX, setFields } from "./lots.ts";
import { isOwnStill } from "./own.ts";
import type { Head } from "./rows.ts";
import { type Around, referredBy, situationOf } from "./situation.ts";
import { read } from "./undo.ts";

/**
 * Carries out one step of changes; null: it only looks. A failure with `until` is one that a later run can get over; a refusal that outlasts
 * the window comes without.
 */
export type Act =
  | ((store: string, mutations: readonly Restoring[]) => Promise<ConnectorFailure | null>)
  | null;

export class Tally {
  readonly #rows = new Map<string, ResultLine>();

  add(
    head: Pick<Head, "store" | "collection">,
    result: ResultLine["result"],
    rows: number,
    reason?: string,
  ): void {
    if (rows === 0) return;
    const { store, collection } = head;
    const name = [store, collection, result, reason ?? ""].join("\0");
    const before = this.#rows.get(name)?.rows ?? 0;
    const line = { store, collection, result, rows: before + rows };
    this.#rows.set(name, reason === undefined ? line : { ...line, reason });
  }

  get lines(): readonly ResultLine[] {
    return [...this.#rows.values()];
  }
}

/** What a store holds back for a time: the rest comes back meanwhile. */
export class Waits {
  #first: StoreFailed | null = null;

  add(store: string, failure: ConnectorFailure): void {
    if (this.#first === null || (failure.until ?? "") < (this.#first.failure.until ?? ""))
      this.#first = new StoreFailed(store, failure);
  }

  /** What can be tried again first; null: nothing waits. */
  get first(): StoreFailed | null {
    return this.#first;
  }
}

interface Work {
  readonly around: Around;
  readonly act: Act;
  readonly tally: Tally;
  readonly waits: Waits;
}

export async function bringBack(work: Work, lot: Lot): Promise<void> {
  if ("masked" in lot) await maskedBack(work, lot.masked);
  else await deletedBack(work, lot.deleted, lot.apart === true);
}

interface Candidate {
  readonly head: Head;
  readonly row: KeptRow;
  readonly whole?: boolean;
}

/** A row that has the key of one that went for certain, and that this restore has not put there: whatever it holds, somebody else has made it. */
const isOthers = ({ put }: Pick<Around, "put">, { head, row, whole }: Candidate): boolean =>
  whole === true && !put.has(head, row);

type Situations = ReadonlyMap<Head, Situation>;

async function deletedBack(work: Work, deleted: readonly Deleted[], apart: boolean): Promise<void> {
  const { coming, situations } = await judged(work, deleted);
  if (!apart) return insert(work, coming);
  for (const own of Map.groupBy(coming, ({ head }) => head).values())
    for (let from = 0; from < own.length; from += ROWS_A_LOT_MAX)
      await insert(work, notLostSince(work, own.slice(from, from + ROWS_A_LOT_MAX), situations));
}

/** The store may have refused what these hang on. */
const notLostSince = (work: Work, coming: readonly Candidate[], situations: Situations): Candidate[] =>
  coming.filter((candidate) => {
    const said = judgeDeleted(candidate.row, must(situations.get(candidate.head), "looked at before"));
    if (!said.back && said.stays !== null) stay(work, candidate, said.stays);
    return said.back;
  });

interface Judged {
  readonly coming: readonly Candidate[];
  readonly situations: Situations;
}

/** Those that may come back. A row that stays may keep others from coming that refer to it: looked at until none falls out any more. */
async function judged({ around, tally }: Work, deleted: readonly Deleted[]): Promise<Judged> {
  let beside = new Set<string>();
  const name = (store: string, collection: string, fields: readonly string[], tuple: readonly string[]) =>
    JSON.stringify([store, collection, fields, tuple]);
  const situations = new Map<Head, Situation>();
  for (const { head, rows } of deleted)
    situations.set(head, await situationOf(around, head, rows, (...at) => beside.has(name(...at))));
  const all = deleted.flatMap(({ head, rows, whole = false }) =>
    rows.map((row): Candidate => ({ head, row, whole })),
  );
  const strangers = withStrangers({ around, tally }, all, situations);
  let open = all.filter((c) => !strangers.has(c));
  for (let before = -1; before !== open.length; ) {
    before = open.length;
    beside = new Set(
      open.flatMap(({ head, row }) =>
        referredBy(around.estate, head).flatMap((fields) => {
          const tuple = cellsOf(head.plain, fields, row.plain);
          return tuple === null ? [] : [name(head.store, head.collection, fields, tuple)];
        }),
      ),
    );
    open = open.filter((candidate) => {
      const { head, row } = candidate;
      const situation = must(situations.get(head), "looked at before");
      const said = judgeDeleted(row, situation);
      if (said.back) return true;
      if (said.stays !== null && said.stays.why !== "key") stay({ around, tally }, candidate, said.stays);
      else if (isOthers(around, candidate)) leave({ around, tally }, candidate);
      else if (said.stays === null) tally.add(head, "restored", 1);
      else around.doubtful.add(head, row.key, differing(row, situation));
      return false;
    });
  }
  return { coming: open, situations };
}

/** Rows whose keys somebody else's rows have by now: they stay, and so does what belongs to them. */
function withStrangers(
  { around, tally }: Pick<Work, "around" | "tally">,
  all: readonly Candidate[],
  situations: Situations,
): ReadonlySet<Candidate> {
  const strangers = new Set<Candidate>();
  const present = all.filter(({ head, row }) => situations.get(head)?.present.has(tupleKey(row.key)));
  const isOwn = (candidate: Candidate, now: Pick<KeptRow, "exact">): boolean =>
    isOwnStill(around, { ...candidate, isOthers: isOthers(around, candidate) }, now);
  // Whose a row is may hang on whose another is.
  for (let before = -1; before !== strangers.size; ) {
    before = strangers.size;
    for (const candidate of present) {
      const { head, row } = candidate;
      const now = must(situations.get(head)?.present.get(tupleKey(row.key)), "the row is there");
      if (strangers.has(candidate) || isOwn(candidate, now)) continue;
      strangers.add(candidate);
      leave({ around, tally }, candidate);
      loseNames(around.estate, around.lost, head, row, null);
    }
  }
  return strangers;
}

function differing(row: KeptRow, { present, exactFields }: Situation): string[] {
  const now = must(present.get(tupleKey(row.key)), "the row is there");
  return exactFields.filter((_, i) => (now.exact[i] ?? null) !== (row.exact[i] ?? null));
}

/** Its key is a row's that is there; no mask of the erased one comes off that. */
function leave({ around, tally }: Pick<Work, "around" | "tally">, { head, row }: Candidate): void {
  tally.add(head, "stays_erased", 1, staysInWords({ why: "key" }));
  around.others.add(head.store, head.collection, head.key, row.key);
}

function stay(
  { around, tally }: Pick<Work, "around" | "tally">,
  { head, row }: Candidate,
  why: Stays | string,
): void {
  tally.add(head, "stays_erased", 1, typeof why === "string" ? why : staysInWords(why));
  loseNames(around.estate, around.lost, head, row, null);
}

function restored({ around, act, tally }: Work, { head, row }: Candidate): void {
  tally.add(head, "restored", 1);
  if (act === null) around.promised.add(head.store, head.collection, head.key, row.key);
  else around.put.add(head, row);
  promise({ around, act }, { head, row }, null);
}

/** What others refer to the row by, where it is only looked; `only`: of these fields. */
function promise(
  { around, act }: Pick<Work, "around" | "act">,
  { head, row }: Candidate,
  only: ReadonlySet<string> | null,
): void {
  if (act !== null) return;
  for (const fields of referredBy(around.estate, head)) {
    if (only !== null && !fields.some((f) => only.has(f))) continue;
    const tuple = cellsOf(head.plain, fields, row.plain);
    if (tuple !== null) around.promised.add(head.store, head.collection, fields, tuple);
  }
}

const insertsOf = (coming: readonly Candidate[]): Restoring[] =>
  [...Map.groupBy(coming, ({ head }) => head)].map(([head, rows]) => ({
    act: "insert",
    collection: head.collection,
    fields: head.exact,
    rows: rows.map(({ row }) => row.exact),
  }));

/** Together; where the store refuses, in halves, until the rows are found that it refuses. */
async function insert(work: Work, coming: readonly Candidate[]): Promise<void> {
  if (coming.length === 0) return;
  const refused = await tryInsert(work, coming);
  let left = refused;
  // What was refused may have waited for another row that is there by now.
  while (left.length > 0) {
    const again: Refused[] = [];
    for (const { candidate } of left) again.push(...(await tryInsert(work, [candidate])));
    if (again.length === left.length) {
      for (const { candidate, reason } of again) stay(work, candidate, `the store refuses it: ${reason}`);
      return;
    }
    left = again;
  }
}

interface Refused {
  readonly candidate: Candidate;
  readonly reason: string;
}

async function tryInsert(work: Work, coming: readonly Candidate[]): Promise<Refused[]> {
  const [first] = coming;
  if (first === undefined) return [];
  const failure = work.act === null ? null : await work.act(first.head.store, insertsOf(coming));
  if (failure === null) {
    for (const candidate of coming) restored(work, candidate);
    return [];
  }
  if (isWaiting(work, first.head.store, failure)) return [];
  const left = failure.error === "partial" ? await withoutThoseBack(work, coming) : coming;
  const [one] = left;
  if (one === undefined) return [];
  if (coming.length === 1) return [{ candidate: one, reason: failure.reason }];
  const half = Math.ceil(left.length / 2);
  return [...(await tryInsert(work, left.slice(0, half))), ...(await tryInsert(work, left.slice(half)))];
}

/**
 * False for a refusal of rows, which is looked into. Missing rights and a schema that has changed are no row's fault: it ends there, the bundle
 * stays, and it can be tried again.
 */
function isWaiting({ waits }: Pick<Work, "waits">, store: string, failure: ConnectorFailure): boolean {
  if (failure.error !== "blocked" && failure.error !== "partial") throw new StoreFailed(store, failure);
  if (failure.until === undefined) return false;
  waits.add(store, failure);
  return true;
}

/** A store without transactions has put some of them back. */
async function withoutThoseBack(work: Work, coming: readonly Candidate[]): Promise<readonly Candidate[]> {
  const left: Candidate[] = [];
  for (const [head, own] of Map.groupBy(coming, (c) => c.head)) {
    const there = new Set<string>();
    const wanted = { ...head, plain: head.key, exact: [] };
    const match = { fields: head.key, tuples: own.map(({ row }) => row.key) };
    for await (const { plain } of read(work.around.estate, wanted, match)) there.add(JSON.stringify(plain));
    for (const candidate of own)
      if (there.has(JSON.stringify(candidate.row.key))) restored(work, candidate);
      else left.push(candidate);
  }
  return left;
}

async function maskedBack(work: Work, { head, rows }: Masked): Promise<void> {
  const { around, tally } = work;
  const situation = await situationOf(around, head, rows, () => false);
  const coming: UpdatedRow[] = [];
  for (const row of rows) {
    if (isPromised(work, head, row, situation)) {
      tally.add(head, "restored", 1);
      continue;
    }
    const as = asBefore(head, row, situation);
    if (around.others.has(head.store, head.collection, head.key, row.key)) {
      loseNames(around.estate, around.lost, head, row, without(setFields(head), as));
      continue;
    }
    if (around.doubtful.explained(head, row.key, as)) tally.add(head, "restored", 1);
    const { back, stays } = judgeMasked(row, situation, MASK(around.estate, head));
    for (const why of stays) tally.add(head, "stays_erased", 1, staysInWords(why));
    const comes = new Set([...as, ...back.map(({ at }) => head.exact[at] ?? "")]);
    const isNone = stays.some(({ why }) => why === "gone" || why === "given");
    const lost = isNone ? null : without(setFields(head), [...comes]);
    loseNames(around.estate, around.lost, head, row, lost);
    if (back.length > 0) {
      coming.push(updatedRow(head, row, situation, back));
      promise(work, { head, row }, new Set(back.map(({ at }) => head.exact[at] ?? "")));
    } else if (stays.length === 0 || cameBack(head, row, as)) tally.add(head, "restored", 1);
  }
  await update(work, head, coming);
}

const without = (fields: readonly string[], some: readonly string[]): ReadonlySet<string> =>
  new Set(fields.filter((f) => !some.includes(f)));

/** Only looked at: a row that was deleted after it was masked would be there by now. */
const isPromised = ({ around, act }: Work, head: Head, row: KeptRow, { present }: Situation): boolean =>
  act === null &&
  !present.has(tupleKey(row.key)) &&
  around.promised.has(head.store, head.collection, head.key, row.key);

function asBefore(head: Head, row: KeptRow, { present, exactFields }: Situation): readonly string[] {
  const now = present.get(tupleKey(row.key));
  if (now === undefined) return [];
  return setFields(head).filter((f) => {
    const at = exactFields.indexOf(f);
    return (now.exact[at] ?? null) === (row.exact[at] ?? null);
  });
}

/** An earlier run gave back what the mask had taken, as far as it could. */
const cameBack = (head: Head, row: MaskedRow, as: readonly string[]): boolean =>
  as.some((f) => {
    const at = head.exact.indexOf(f);
    return row.left !== undefined && (row.left[at] ?? null) !== (row.exact[at] ?? null);
  });

type Back = ReturnType<typeof judgeMasked>["back"];

/** A field that stays is given what it holds: nothing changes. */
function updatedRow(head: Head, row: KeptRow, situation: Situation, back: Back): UpdatedRow {
  const now = must(situation.present.get(tupleKey(row.key)), "a row that is not there gives nothing back");
  const fields = setFields(head);
  const at = fields.map((f) => head.exact.indexOf(f));
  const comes = new Map(back.map((b) => [b.at, b]));
  return {
    key: head.key.map((f) => must(now.exact[head.exact.indexOf(f)], "key fields are never null")),
    was: at.map((i) => now.exact[i] ?? null),
    to: at.map((i) => (comes.has(i) ? (comes.get(i)?.to ?? null) : (now.exact[i] ?? null))),
  };
}

async function update(work: Work, head: Head, rows: readonly UpdatedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const mutation: Restoring = {
    act: "update",
    collection: head.collection,
    key: head.key,
    fields: setFields(head),
    rows,
  };
  const failure = work.act === null ? null : await work.act(head.store, [mutation]);
  if (failure === null) return work.tally.add(head, "restored", rows.length);
  if (isWaiting(work, head.store, failure)) return;
  if (rows.length === 1)
    return work.tally.add(head, "stays_erased", 1, `the store refuses it: ${failure.reason}`);
  const half = Math.ceil(rows.length / 2);
  await update(work, head, rows.slice(0, half));
  await update(work, head, rows.slice(half));
}
