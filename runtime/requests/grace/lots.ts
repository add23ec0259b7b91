/** An undo bundle, read back in the order in which its rows can come in again: the last step first, and of each step no more at once than fits. */
import { collectionId } from "@avow/core/datamap/model";
import { type Cells, cellsOf, tupleKey } from "@avow/core/plan/capture";
import type { KeptRow, MaskedRow } from "@avow/core/plan/restore";
import { must } from "@avow/core/terms/assert";
import type { BoundEstate } from "../run/estate.ts";
import type { Bundles, Part } from "./bundle.ts";
import { type MapLink, mapLinks } from "./map-links.ts";
import { type Head, readLine } from "./rows.ts";

/** A step of the erasure that may have changed something. */
export interface TakenStep {
  readonly id: string;
  /** The store has counted every row that it named: none of those that it was to delete was left there. */
  readonly whole: boolean;
}

export interface Deleted {
  readonly head: Head;
  readonly rows: readonly KeptRow[];
  /** The step took all of them. Left out: some may never have gone. */
  readonly whole?: true;
}
export interface Masked {
  readonly head: Head;
  readonly rows: readonly MaskedRow[];
}

/**
 * Rows that come back together or, where some can not, as many of them as can. `apart`: whether they may is for all of them to say; no
 * store asks that they come at once.
 */
export type Lot =
  | { readonly deleted: readonly Deleted[]; readonly apart?: true }
  | { readonly masked: Masked };

export interface BundleKey {
  readonly secret: string;
  readonly publicKey: Uint8Array;
}

interface Source {
  readonly bundles: Bundles;
  readonly request: string;
  readonly key: BundleKey;
  readonly estate: BoundEstate;
}

export const ROWS_A_LOT_MAX = 1_000;
const CHARS_A_LOT_MAX = 4_000_000;
/** Rows that refer to each other have to be held together. */
const ROWS_TOGETHER_MAX = 200_000;
/** Of rows that no store needs together. */
const CHARS_APART_MAX = 100_000_000;

/** The bundle is not what the steps wrote: a part is missing, or can not be opened to its end. */
export class BundleBroken extends Error {
  override readonly name = "BundleBroken";
}

/** What was deleted comes first: masked rows may have been cut from it. */
export async function* lotsOf(source: Source, step: TakenStep): AsyncGenerator<Lot> {
  yield* deletedLots(source, step);
  yield* maskedLots(source, step.id);
}

export async function* opened(
  source: Pick<Source, "bundles" | "request" | "key">,
  step: string,
  part: Part,
): AsyncGenerator<string> {
  const { bundles, request, key } = source;
  try {
    yield* bundles.read({ request, step, part }, key);
  } catch {
    // What the cipher says is of no use to anybody; and what is broken may quote itself.
    throw new BundleBroken(
      `the bundle of step ${step} was changed, cut short, or belongs to another request`,
    );
  }
}

/** Fields that a mask changed. */
export const setFields = (head: Head): readonly string[] =>
  head.exact.filter((f) => head.set[f] !== undefined && head.set[f] !== "keep");

const keyOf = (head: Head, plain: Cells) =>
  must(cellsOf(head.plain, head.key, plain), "key fields are never null");

async function* deletedLots(source: Source, { id: step, whole }: TakenStep): AsyncGenerator<Lot> {
  const lines = opened(source, step, "before");
  let head: Head | null = null;
  let rows: KeptRow[] = [];
  let chars = 0;
  let held: Deleted[] = [];
  let ties: Ties | null = null;
  let count = 0;
  const take = (): Deleted[] => {
    const lot =
      head === null || head.act !== "delete" || rows.length === 0
        ? []
        : [{ head, rows, ...(whole ? { whole } : {}) }];
    rows = [];
    chars = 0;
    return lot;
  };
  for await (const text of lines) {
    const line = readLine(text);
    if ("head" in line) {
      const lot = take();
      if (isHeld(ties)) held = [...held, ...lot];
      else if (lot.length > 0) yield { deleted: lot };
      head = line.head;
      if (head.act === "delete") ties ??= await tiesOf(source, step);
      continue;
    }
    if (head === null || head.act !== "delete") continue;
    count += 1;
    if (isHeld(ties) && count > ROWS_TOGETHER_MAX)
      throw new BundleBroken(`more than ${ROWS_TOGETHER_MAX} rows of one step refer to each other`);
    rows.push({ key: keyOf(head, line.row.plain), ...line.row });
    chars += text.length;
    if (!isHeld(ties) && (rows.length >= ROWS_A_LOT_MAX || chars > CHARS_A_LOT_MAX))
      yield { deleted: take() };
  }
  const last = [...held, ...take()];
  if (last.length > 0) yield { deleted: last, ...(ties === "links" ? { apart: true } : {}) };
}

/**
 * What rows of the step's collections may refer to each other by, or to their like. Links of the map count as far as the rows fit into memory:
 * of more than that, those of earlier lots come back also where one of a later lot that they name does not.
 */
type Ties = "keys" | "links" | "none";

const isHeld = (ties: Ties | null): boolean => ties === "keys" || ties === "links";

async function tiesOf(source: Source, step: string): Promise<Ties> {
  const names = new Set<string>();
  let store = "";
  let [rows, chars, isDeleted] = [0, 0, false];
  for await (const text of opened(source, step, "before")) {
    if (!text.startsWith("{")) {
      if (isDeleted) [rows, chars] = [rows + 1, chars + text.length];
      continue;
    }
    const line = readLine(text);
    if (!("head" in line)) continue;
    isDeleted = line.head.act === "delete";
    if (!isDeleted) continue;
    names.add(line.head.collection);
    store = line.head.store;
  }
  const { described, graph } = source.estate;
  const all = described.get(store);
  if ([...names].some((name) => all?.get(name)?.foreignKeys.some((fk) => names.has(fk.to.collection))))
    return "keys";
  const leadsHere = ({ link: { to } }: MapLink): boolean => to.store === store && names.has(to.collection);
  const isLinked = [...names].some((collection) => {
    const at = graph.collections.get(collectionId({ store, collection }));
    return at !== undefined && mapLinks(source.estate, at).some(leadsHere);
  });
  return isLinked && rows <= ROWS_TOGETHER_MAX && chars <= CHARS_APART_MAX ? "links" : "none";
}

async function* maskedLots(source: Source, step: string): AsyncGenerator<Lot> {
  const { bundles, request } = source;
  // Where the process ended between the act and this, nobody saw what was left.
  const seen = (await bundles.has({ request, step, part: "after" })) ? opened(source, step, "after") : null;
  const after = seen === null ? null : new Following(seen);
  let head: Head | null = null;
  let rows: MaskedRow[] = [];
  for await (const text of opened(source, step, "before")) {
    const line = readLine(text);
    if ("head" in line) {
      if (head !== null && rows.length > 0) yield { masked: { head, rows } };
      rows = [];
      head = line.head;
      if (head.act === "set" && head.by === "step") await after?.advance(head);
      continue;
    }
    if (head === null || head.act !== "set") continue;
    const key = keyOf(head, line.row.plain);
    const left = head.by === "step" ? ((await after?.leftOf(tupleKey(key))) ?? undefined) : undefined;
    rows.push({ key, ...line.row, left });
    if (rows.length < ROWS_A_LOT_MAX) continue;
    yield { masked: { head, rows } };
    rows = [];
  }
  if (head !== null && rows.length > 0) yield { masked: { head, rows } };
  // To its end, or nobody would notice that it was cut short.
  await after?.drain();
}

/** Walks along: the heads and the rows after stand in the order of those before; some of the rows may be missing. */
class Following {
  readonly #lines: AsyncGenerator<string>;
  #head: Head | null = null;
  #rows = new Map<string, Cells>();
  #next: Head | null = null;
  #ended = false;

  constructor(lines: AsyncGenerator<string>) {
    this.#lines = lines;
  }

  async advance(head: Head): Promise<void> {
    while (await this.#read());
    if (this.#next === null || JSON.stringify(this.#next) !== JSON.stringify(head))
      throw new BundleBroken("what was left by a step is not what the step did");
    this.#head = this.#next;
    this.#next = null;
    this.#rows = new Map();
  }

  async leftOf(key: string): Promise<Cells | null> {
    let found = this.#rows.get(key);
    while (found === undefined && (await this.#read())) found = this.#rows.get(key);
    this.#rows.delete(key);
    return found ?? null;
  }

  /** One row of the head at hand; false where it has no more. */
  async #read(): Promise<boolean> {
    if (this.#ended || this.#next !== null) return false;
    const { done, value } = await this.#lines.next();
    if (done === true) {
      this.#ended = true;
      return false;
    }
    const line = readLine(value);
    if ("head" in line) {
      this.#next = line.head;
      return false;
    }
    const head = must(this.#head, "a row follows a head");
    this.#rows.set(tupleKey(keyOf(head, line.row.plain)), line.row.exact);
    return true;
  }

  async drain(): Promise<void> {
    for await (const _ of this.#lines);
  }
}
