/**
 * Stands between a capture, or a climb, and the stores. Both ask for one link of a chain of rows after the other; where a store can go along the
 * links by itself (core/plan/ring.ts) it is asked once, for all collections of a ring, and later questions are answered from what it said then.
 * Who owns what, they still decide: a row that they never ask for is dropped, and what is not known to be here in full is asked as ever.
 */
import type { Collection } from "@avow/core/datamap/model";
import type { Cells, Question } from "@avow/core/plan/capture";
import { UnmatchedRow } from "@avow/core/plan/notation";
import { type Ring, ringsOf, seedsOf, type Told, type Way } from "@avow/core/plan/ring";
import { must } from "@avow/core/terms/assert";
import type { FollowQuery } from "../../connector-kit/contract.ts";
import { atOnce } from "./at-once.ts";
import type { BoundEstate } from "./estate.ts";
import { Answer, Held } from "./held-rows.ts";
import { lotsOf, type PoolAsking } from "./pool-lots.ts";
import { ask, follow, notSupported, StoreFailed } from "./question.ts";

/** What one statement may be asked for, and may say. */
export interface Most {
  /** Keys to begin with: a store holds in memory all that they lead to, and binds them more than once. */
  readonly keys: number;
  /** Rows that were led to. */
  readonly rows: number;
}
const MOST: Most = { keys: 5_000, rows: 1_000_000 };

/** The answer is larger than is good for the store and for us. */
class TooMuch extends Error {
  override readonly name = "TooMuch";
}

/** Failures of all of it at once, which the single steps need not have: it takes too long, or the list of keys is too long for one statement. */
const TOO_MUCH: ReadonlySet<string> = new Set(["throttled", "malformed"]);

/** Rings that were too much for one statement, by what is asked along them: each further try would cost the store as much again. */
const tooMuch = new WeakMap<BoundEstate, Set<string>>();

const nameOfRing = (way: Way, { ids }: Ring): string => `${way} ${ids.toSorted().join(" ")}`;

/** For one capture, or one climb, of one person or of many, from its beginning to its end. */
export class Pool {
  readonly #estate: BoundEstate;
  readonly #way: Way;
  readonly #fieldsOf: (id: string) => readonly string[];
  /** By collection. What is not here is asked step by step. */
  readonly #held = new Map<string, Held>();

  readonly #most: Most;

  /** `fieldsOf`: what is asked for of a collection, whoever asks. */
  constructor(estate: BoundEstate, way: Way, fieldsOf: (id: string) => readonly string[], most: Most = MOST) {
    this.#estate = estate;
    this.#way = way;
    this.#fieldsOf = fieldsOf;
    this.#most = most;
    for (const ring of ringsOf(estate.graph, way, (id) => told(estate, id))) {
      if (tooMuch.get(estate)?.has(nameOfRing(way, ring)) === true) continue;
      const held = new Held(estate.graph, ring);
      for (const id of ring.ids) this.#held.set(id, held);
    }
  }

  /** Collections that are asked about together with this one. */
  beside(id: string): readonly string[] {
    return this.#held.get(id)?.ring.ids.filter((other) => other !== id) ?? [];
  }

  /** Each about another collection. */
  async ask(askings: readonly PoolAsking[]): Promise<void> {
    const groups = Map.groupBy(askings, ({ question }) => this.#held.get(question.collection) ?? question);
    await atOnce([...groups], ([held, some]) =>
      held instanceof Held ? this.#askRing(held, some) : this.#stepwise(some),
    );
  }

  /** A lot may have been answered by those before it. */
  async #askRing(held: Held, askings: readonly PoolAsking[]): Promise<void> {
    for (const lot of lotsOf(askings, this.#most.keys)) await this.#askLot(held, lot);
  }

  async #askLot(held: Held, askings: readonly PoolAsking[]): Promise<void> {
    if (!this.#holds(held)) return this.#stepwise(askings);
    const left: PoolAsking[] = [];
    for (const { question, take } of askings) {
      const { known, anyOf } = held.knownOf(question);
      if (known.length > 0) this.#give(question.collection, known, take);
      if (anyOf.length > 0) left.push({ question: { ...question, anyOf }, take });
    }
    if (left.length > 0) await this.#read(held, left);
  }

  async #read(held: Held, askings: readonly PoolAsking[]): Promise<void> {
    const sought = new Map(
      askings.map(({ question: { collection, anyOf } }) => [
        collection,
        // Of what a climb asks for, everything may be owned by others.
        this.#way === "up" ? { seeds: anyOf, beside: [] } : seedsOf(this.#of(collection), anyOf),
      ]),
    );
    const begins = [...sought].flatMap(([id, { seeds }]) => (seeds.length > 0 ? [id] : []));
    if (begins.length === 0) return this.#stepwise(askings);
    const { query, ids, entries } = queryOf(held.ring, {
      ...{ begins, sought, fieldsOf: this.#fieldsOf },
      nameOf: (id) => this.#of(id).name,
    });
    const takes = new Map(askings.map(({ question, take }) => [question.collection, take]));
    const answer = new Answer(held, { ids, entries, fieldsOf: this.#fieldsOf });
    const { store } = this.#of(begins[0] ?? "");
    let rowsLed = 0;
    try {
      await follow(this.#estate, store, query, (rows) => {
        rowsLed += rows.reduce((n, [, led]) => (led === "led" ? n + 1 : n), 0);
        if (rowsLed > this.#most.rows) throw new TooMuch();
        for (const [id, own] of answer.hear(rows)) takes.get(id)?.(own);
      });
    } catch (error) {
      if (!isTooMuch(error)) throw error;
      // Then one step at a time, as long as each may take.
      this.#drop(held);
      const names = tooMuch.get(this.#estate) ?? new Set();
      tooMuch.set(this.#estate, names.add(nameOfRing(this.#way, held.ring)));
      return this.#stepwise(askings);
    }
    // The store takes for one what nobody here does: whether that matters shows where it is asked for.
    if (!answer.keep()) this.#drop(held);
  }

  #holds(held: Held): boolean {
    return held.ring.ids.every((id) => this.#held.get(id) === held);
  }

  #drop(held: Held): void {
    for (const id of held.ring.ids) this.#held.delete(id);
  }

  async #stepwise(askings: readonly PoolAsking[]): Promise<void> {
    for (const { question, take } of askings) await ask(this.#estate, question, take);
  }

  #of(id: string): Collection {
    return must(this.#estate.graph.collections.get(id), "it was asked about");
  }

  #give(id: string, rows: readonly Cells[], take: PoolAsking["take"]): void {
    try {
      take(rows);
    } catch (error) {
      throw error instanceof UnmatchedRow ? notSupported(this.#of(id).store, error) : error;
    }
  }
}

const isTooMuch = (error: unknown): boolean =>
  error instanceof TooMuch || (error instanceof StoreFailed && TOO_MUCH.has(error.failure.error));

/** What is known of a collection, for `ringsOf`. */
export function told(
  {
    graph,
    lives,
    stores,
  }: Pick<BoundEstate, "graph" | "lives"> & {
    readonly stores: Readonly<
      Record<string, { readonly reader: Pick<BoundEstate["stores"][string]["reader"], "following"> }>
    >;
  },
  id: string,
): Told | null {
  const [live, collection] = [lives.get(id), graph.collections.get(id)];
  const following = stores[collection?.store ?? ""]?.reader.following;
  if (live === undefined || following === undefined) return null;
  const { kinds: follows, entriesMax, oneText } = following;
  return { live, follows, entriesMax, oneText };
}

interface Beginning {
  readonly begins: readonly string[];
  readonly sought: ReadonlyMap<
    string,
    { readonly seeds: Question["anyOf"]; readonly beside: Question["anyOf"] }
  >;
  readonly fieldsOf: (id: string) => readonly string[];
  readonly nameOf: (id: string) => string;
}

const LAST: Pick<FollowQuery["entries"][number], "last"> = { last: true };
const NOTHING: { readonly seeds: Question["anyOf"]; readonly beside: Question["anyOf"] } = {
  seeds: [],
  beside: [],
};

/** About the collections that are asked for, and those that something may lead to from there; with the places of its parts in the ring. */
function queryOf(
  ring: Ring,
  { begins, sought, fieldsOf, nameOf }: Beginning,
): { readonly query: FollowQuery; readonly ids: readonly string[]; readonly entries: readonly number[] } {
  const reached = new Set(begins);
  const entries = new Set<number>();
  for (const id of reached)
    for (const arm of ring.arms) {
      if (arm.id !== id) continue;
      entries.add(arm.entry);
      const entry = must(ring.entries[arm.entry], "arms lead to entries");
      if (!entry.last) reached.add(entry.id);
    }
  const led = [...entries].map((at) => must(ring.entries[at], "arms lead to entries"));
  const ids = [...new Set([...reached, ...led.map((e) => e.id), ...sought.keys()])];
  const query: FollowQuery = {
    about: ids.map((id) => {
      const { seeds, beside } = sought.get(id) ?? NOTHING;
      return { collection: nameOf(id), fields: fieldsOf(id), anyOf: seeds, beside };
    }),
    entries: led.map(({ id, to, when, last }) => ({
      ...{ about: ids.indexOf(id), fields: to },
      ...(when === null ? {} : { when }),
      ...(last ? LAST : {}),
    })),
    arms: ring.arms.flatMap(({ id, from, when, entry }) =>
      reached.has(id)
        ? [
            {
              ...{ about: ids.indexOf(id), fields: from, entry: [...entries].indexOf(entry) },
              ...(when === null ? {} : { when }),
            },
          ]
        : [],
    ),
  };
  return { query, ids, entries: [...entries] };
}
