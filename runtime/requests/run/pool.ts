/**
 * Stands between a capture, or a climb, and the stores. Both ask for one link of a chain of rows after the other; where a store can follow the chain by
 * itself (core/plan/ring.ts) it is asked once, and later questions are answered from what it said then. Who owns what, they still
 * decide: a row that they never ask for is dropped, and what is not known to be here in full is asked as ever.
 */
import type { Cells, Question } from "@avow/core/plan/capture";
import { UnmatchedRow } from "@avow/core/plan/notation";
import { isPlainText, knownOf, type Ring, ringOf, seedsOf, type Way } from "@avow/core/plan/ring";
import { must } from "@avow/core/terms/assert";
import type { BoundEstate } from "./estate.ts";
import { ask, notSupported, StoreFailed } from "./question.ts";

type Take = (rows: readonly Cells[]) => void;

interface Held {
  readonly ring: Ring;
  /** By what they hold in `from`, of values in `whole`. */
  readonly rows: Map<string, Cells[]>;
  /** Values on which nothing more hangs than what is here. */
  readonly whole: Set<string>;
}

/** For one capture, or one climb, of one person or of many, from its beginning to its end. */
export class Pool {
  readonly #estate: BoundEstate;
  readonly #way: Way;
  /** Null: the store is asked step by step. */
  readonly #held = new Map<string, Held | null>();

  constructor(estate: BoundEstate, way: Way) {
    this.#estate = estate;
    this.#way = way;
  }

  /** A row may come twice. */
  async ask(question: Question, take: Take): Promise<void> {
    const held = this.#heldOf(question.collection);
    if (held === null) return ask(this.#estate, question, take);
    const { values, left } = knownOf(held.ring, question, held.whole);
    for (const value of values) this.#give(question, held.rows.get(value) ?? [], take);
    if (left.length > 0) await this.#read(held, { ...question, anyOf: left }, take);
  }

  #heldOf(id: string): Held | null {
    const known = this.#held.get(id);
    if (known !== undefined) return known;
    const { graph, lives, stores } = this.#estate;
    const live = lives.get(id);
    const { store } = must(graph.collections.get(id), "questions are about collections");
    const follows = stores[store]?.reader.follows ?? [];
    const ring =
      live === undefined || follows.length === 0 ? null : ringOf(graph, id, this.#way, { live, follows });
    const held = ring === null ? null : { ring, rows: new Map<string, Cells[]>(), whole: new Set<string>() };
    this.#held.set(id, held);
    return held;
  }

  async #read(held: Held, question: Question, take: Take): Promise<void> {
    const collection = must(this.#estate.graph.collections.get(question.collection), "it was asked about");
    // Of what a climb asks for, everything may be owned by others.
    const { anyOf } = question;
    const { seeds, beside } = this.#way === "up" ? { seeds: anyOf, beside: [] } : seedsOf(collection, anyOf);
    if (seeds.length === 0) return ask(this.#estate, question, take);
    const answer = new Answer(held, question);
    const through = { ...held.ring, beside };
    try {
      await ask(this.#estate, { ...question, anyOf: seeds }, (rows) => take(answer.hear(rows)), through);
    } catch (error) {
      // All of it at once was too much: then one step at a time, as long as each may take.
      if (!(error instanceof StoreFailed) || error.failure.error !== "throttled") throw error;
      this.#held.set(question.collection, null);
      return ask(this.#estate, question, take);
    }
    if (!answer.keep()) throw notSupported(collection.store, new UnmatchedRow(question.collection));
  }

  #give({ collection }: Question, rows: readonly Cells[], take: Take): void {
    if (rows.length === 0) return;
    try {
      take(rows);
    } catch (error) {
      const { store } = must(this.#estate.graph.collections.get(collection), "it was asked about");
      throw error instanceof UnmatchedRow ? notSupported(store, error) : error;
    }
  }
}

/** What a store says to one question, and what hangs on it. */
class Answer {
  readonly #held: Held;
  readonly #width: number;
  readonly #at: Readonly<Record<keyof Ring, number>>;
  /** Its own: a value that became whole before has its rows. */
  readonly #rows = new Map<string, { readonly rows: Cells[]; isLed: boolean }>();
  readonly #whole = new Set<string>();
  /** Rows of which the store does not say whether it followed them. */
  readonly #met: { readonly from: string; readonly to: string }[] = [];

  constructor(held: Held, { fields }: Question) {
    this.#held = held;
    this.#width = fields.length;
    this.#at = { from: fields.indexOf(held.ring.from), to: fields.indexOf(held.ring.to) };
  }

  /** The rows that were asked for themselves. */
  hear(all: readonly Cells[]): readonly Cells[] {
    const own: Cells[] = [];
    for (const whole of all) {
      const row = whole.slice(0, this.#width);
      const led = whole[this.#width];
      const [from, to] = [row[this.#at.from] ?? null, row[this.#at.to] ?? null];
      if (led !== "led") own.push(row);
      if (from !== null) this.#note(from, row, led === "led");
      if (to === null) continue;
      if (led !== "met") this.#whole.add(to);
      else if (from !== null) this.#met.push({ from, to });
    }
    return own;
  }

  #note(from: string, row: Cells, isLed: boolean): void {
    if (this.#held.whole.has(from)) return;
    const known = this.#rows.get(from);
    if (known === undefined) this.#rows.set(from, { rows: [row], isLed });
    else {
      known.rows.push(row);
      known.isLed ||= isLed;
    }
  }

  /** When all was heard. False: a row hangs on none of the others, in the texts that are here. */
  keep(): boolean {
    this.#spread();
    const { whole, rows } = this.#held;
    for (const [from, own] of this.#rows) {
      if (this.#whole.has(from)) {
        if (isPlainText(from)) rows.set(from, own.rows);
      } else if (own.isLed) return false;
    }
    for (const value of this.#whole) if (isPlainText(value)) whole.add(value);
    return true;
  }

  /** What hangs on a row that was followed was followed itself, whatever else met it. */
  #spread(): void {
    for (let open = this.#met, before = -1; open.length !== before; ) {
      before = open.length;
      open = open.filter(({ from, to }) => {
        const isFollowed = this.#whole.has(from) || this.#held.whole.has(from);
        if (isFollowed) this.#whole.add(to);
        return !isFollowed;
      });
    }
  }
}
