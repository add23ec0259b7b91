/** An undo bundle, read back in the order in which its rows can come in again: the last step first, and of each step no more at once than fits. */
import { type Cells, cellsOf, tupleKey } from "@avow/core/plan/capture";
import type { KeptRow, MaskedRow } from "@avow/core/plan/restore";
import { must } from "@avow/core/terms/assert";
import type { CollectionDescription } from "../../connector-kit/contract.ts";
import type { Bundles } from "./bundle.ts";
import { type Head, readLine } from "./rows.ts";

export interface Deleted {
  readonly head: Head;
  readonly rows: readonly KeptRow[];
}
export interface Masked {
  readonly head: Head;
  readonly rows: readonly MaskedRow[];
}

/** Rows that come back together or, where some can not, as many of them as can. */
export type Lot = { readonly deleted: readonly Deleted[] } | { readonly masked: Masked };

export interface BundleKey {
  readonly secret: string;
  readonly publicKey: Uint8Array;
}

interface Source {
  readonly bundles: Bundles;
  readonly request: string;
  readonly key: BundleKey;
  readonly described: ReadonlyMap<string, ReadonlyMap<string, CollectionDescription>>;
}

const ROWS_A_LOT_MAX = 1_000;
const CHARS_A_LOT_MAX = 4_000_000;
/** Rows that refer to each other have to be held together. */
const ROWS_TOGETHER_MAX = 200_000;

/** The bundle is not what the steps wrote: a part is missing, or can not be opened to its end. */
export class BundleBroken extends Error {
  override readonly name = "BundleBroken";
}

/** What was deleted comes first: masked rows may have been cut from it. */
export async function* lotsOf(source: Source, step: string): AsyncGenerator<Lot> {
  yield* deletedLots(source, step);
  yield* maskedLots(source, step);
}

async function* opened(source: Source, step: string, part: "before" | "after"): AsyncGenerator<string> {
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

async function* deletedLots(source: Source, step: string): AsyncGenerator<Lot> {
  const lines = opened(source, step, "before");
  let head: Head | null = null;
  let rows: KeptRow[] = [];
  let chars = 0;
  let held: Deleted[] = [];
  let together: boolean | null = null;
  let count = 0;
  const take = (): Deleted[] => {
    const lot = head === null || head.act !== "delete" || rows.length === 0 ? [] : [{ head, rows }];
    rows = [];
    chars = 0;
    return lot;
  };
  for await (const text of lines) {
    const line = readLine(text);
    if ("head" in line) {
      const lot = take();
      if (together === true) held = [...held, ...lot];
      else if (lot.length > 0) yield { deleted: lot };
      head = line.head;
      if (head.act === "delete") together ??= await refersToItself(source, step);
      continue;
    }
    if (head === null || head.act !== "delete") continue;
    count += 1;
    if (together === true && count > ROWS_TOGETHER_MAX)
      throw new BundleBroken(`more than ${ROWS_TOGETHER_MAX} rows of one step refer to each other`);
    rows.push({ key: keyOf(head, line.row.plain), ...line.row });
    chars += text.length;
    if (together !== true && (rows.length >= ROWS_A_LOT_MAX || chars > CHARS_A_LOT_MAX))
      yield { deleted: take() };
  }
  const last = [...held, ...take()];
  if (last.length > 0) yield { deleted: last };
}

/** Whether rows of one of the step's collections may refer to rows of another, or to their like. */
async function refersToItself(source: Source, step: string): Promise<boolean> {
  const names = new Set<string>();
  let store = "";
  for await (const text of opened(source, step, "before")) {
    if (!text.startsWith("{")) continue;
    const line = readLine(text);
    if (!("head" in line) || line.head.act !== "delete") continue;
    names.add(line.head.collection);
    store = line.head.store;
  }
  const all = source.described.get(store);
  return [...names].some((name) => all?.get(name)?.foreignKeys.some((fk) => names.has(fk.to.collection)));
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
