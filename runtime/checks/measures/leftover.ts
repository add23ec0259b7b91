/**
 * What is still there of people whose accounts were closed so long ago that it should be gone. Who they are the index on the closing date says;
 * their rows are found as an erasure would find them, many people with one set of questions, each of them priced before it is asked.
 */
import type { Evidence, Measure, Reading } from "@avow/core/commitments/proof";
import { parseStoreDate } from "@avow/core/plan/store-date";
import type { Connector, ConnectorFailure, CountQuery, OldestQuery } from "../../connector-kit/contract.ts";
import { tooMuchBeside } from "../budget/beside.ts";
import { tooMuch } from "../budget/look.ts";
import {
  failed,
  type LeftOver,
  type Looks,
  type MeasureContext,
  noStore,
  type StillThere,
  type Take,
} from "../context.ts";
import { isPseudo, leavingFrom } from "./leaving.ts";
import { type RowNames, rowNames } from "./row-names.ts";
import { collectionOf, each, rowsOf } from "./rows.ts";

type Leftover = Extract<Measure, { measure: "leftover" }>;

/** Closed accounts that one run looks at; their keys are in memory. */
const PEOPLE_MAX = 500_000;
/** People who are asked about together, and the most of them: as many as their rows allow. */
const TOGETHER = 100;
const TOGETHER_MAX = 2_000;
/** Rows of people who are asked about together, in memory; far fewer than these, and more people are asked about next. */
const ROWS_MAX = 200_000;
/** What is still there is counted up to this: by then it is known that it was not taken away. */
const FOUND_MAX = 10_000;

interface Asked {
  readonly key: readonly string[];
  readonly query: OldestQuery;
}

async function askedOf(
  { store, collection, field, before }: Leftover,
  { describe, map }: Pick<MeasureContext, "describe" | "map">,
): Promise<Asked> {
  const described = await describe(store);
  const live = described.ok ? described.value.collections.find((c) => c.name === collection) : undefined;
  const key = collectionOf(map, store, collection).key ?? live?.primaryKey ?? [];
  const keys = { fields: key, rowsMax: PEOPLE_MAX };
  return { key, query: { collection, field, before: before.toISOString(), beforeMax: PEOPLE_MAX + 1, keys } };
}

export const leftoverLooks: Looks<"leftover"> = async (measure, context) => [
  { ask: "oldest", query: (await askedOf(measure, context)).query },
];

export const takeLeftover: Take<"leftover"> = async (measure, context) => {
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  const { store, collection } = measure;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const { key, query } = await askedOf(measure, context);
  if (key.length === 0)
    return {
      reading: "failed",
      reason: `\`${store}.${collection}\` has no key by which rows can be asked for`,
    };
  const allowance = context.allowanceOf(measure);
  const within = allowance?.how === "whole" ? { timeoutMs: allowance.timeoutMs } : {};
  const answer = await reader.oldest({ ...query, ...within });
  if (!answer.ok) return failed(store, answer, collection);
  const { before, keys: listed = [] } = answer.value;
  const person = collectionOf(context.map, store, collection);
  // Dated as closed when they were made, they are what an erasure leaves.
  const keys = listed.filter((k) => !isPseudo(person, k));
  return lookAt(measure, context, { key, people: before - (listed.length - keys.length), keys });
};

interface People {
  readonly key: readonly string[];
  readonly people: number;
  readonly keys: readonly (readonly string[])[];
}

async function lookAt(measure: Leftover, context: MeasureContext, all: People): Promise<Reading> {
  const found = new Found(context);
  const seen = { examined: 0, leaving: 0, returned: 0 };
  let stopped: string | null = null;
  let together = TOGETHER;
  let at = 0;
  let aside = 0;
  while (at < all.keys.length) {
    if (found.rows >= FOUND_MAX) {
      stopped = "so much is still there of those who were looked at that nobody looked on";
      break;
    }
    const keys = all.keys.slice(at, at + together);
    const some = await lookAtSome(measure, context, { key: all.key, keys });
    if (some.rowsRead > ROWS_MAX && !some.left.ok) {
      // Too much for one look, of one account: it hides nothing of those who come after it.
      if (keys.length === 1) {
        at += 1;
        aside += 1;
      }
      together = Math.ceil(keys.length / 10);
      continue;
    }
    if (!some.left.ok) {
      const { failure, store } = some.left;
      const away = failure === null ? noStore(store) : failed(store, failure);
      if (found.rows === 0 || away.reading !== "failed") return away;
      stopped = away.reason;
      break;
    }
    at += keys.length;
    seen.examined += keys.length;
    seen.leaving += some.leaving;
    seen.returned += some.left.returned;
    await found.add(some.left.rows);
    if (some.rowsRead < ROWS_MAX / 10) together = Math.min(TOGETHER_MAX, together * 2);
  }
  await found.end();
  if (aside > 0) stopped ??= TOO_MANY.reason;
  return {
    ...{ reading: "leftover", people: all.people, ...seen, stopped },
    ...{ unclear: found.unclear, found: found.counts(), evidence: found.evidence() },
  };
}

interface Some {
  readonly left: LeftOver;
  readonly leaving: number;
  readonly rowsRead: number;
}

async function lookAtSome(
  measure: Leftover,
  context: MeasureContext,
  { key, keys }: Pick<People, "key" | "keys">,
): Promise<Some> {
  const { store, collection, field, before } = measure;
  const reader = context.readers[store];
  if (reader === undefined) return { left: { ok: false, store, failure: null }, leaving: 0, rowsRead: 0 };
  const spent = { rows: 0 };
  const reading = pricedBy(context, spent);
  const leaving = await leavingFrom(context, collectionOf(context.map, store, collection), true);
  const fields = [...leaving.fields, field, ...key];
  const closed: string[][] = [];
  let isLeaving = 0;
  const own = rowsOf(reading(store, reader), { collection, fields, anyOf: [{ fields: key, tuples: keys }] });
  const failure = await each(own, (row) => {
    const at = parseStoreDate(row[leaving.fields.length] ?? "");
    // It may have been opened again since it was asked for.
    if (at === null || at.getTime() >= before.getTime()) return;
    if (leaving.isInRow(row.slice(0, leaving.fields.length))) isLeaving += 1;
    else closed.push(row.slice(leaving.fields.length + 1).map((cell) => cell ?? ""));
  });
  if (failure !== null) return { left: { ok: false, store, failure }, leaving: 0, rowsRead: spent.rows };
  const left: LeftOver =
    closed.length === 0
      ? { ok: true, rows: [], returned: 0 }
      : await context.leftOver({ store, collection, keys: closed, before, reading });
  return { left, leaving: isLeaving, rowsRead: spent.rows };
}

/** Each question is priced before it is asked, and rows are read as long as there is room for them. Links are gone along one by one. */
const pricedBy =
  (context: MeasureContext, spent: { rows: number }) =>
  (store: string, reader: Connector): Connector => ({
    probe: (query) => reader.probe(query),
    describe: () => reader.describe(),
    async *read(query) {
      const { collection, anyOf } = query;
      const asked: CountQuery = anyOf === undefined ? { collection } : { collection, anyOf };
      const refused = await tooMuchBeside(context, store, asked);
      if (refused !== null) {
        yield refused;
        return;
      }
      for await (const batch of reader.read(query)) {
        if (batch.ok) spent.rows += batch.value.length;
        if (spent.rows > ROWS_MAX) {
          yield TOO_MANY;
          return;
        }
        yield batch;
      }
    },
    count: async () => NOT_PRICED,
    oldest: async () => NOT_PRICED,
    search: async () => NOT_PRICED,
    distinct: async () => NOT_PRICED,
    mutate: async () => NOT_PRICED,
    close: () => reader.close(),
  });

const TOO_MANY: ConnectorFailure = {
  ok: false,
  error: "throttled",
  retryable: false,
  reason: `more than ${ROWS_MAX.toLocaleString("en")} rows hang on one closed account`,
};

const NOT_PRICED: ConnectorFailure = {
  ok: false,
  error: "not_supported",
  retryable: false,
  reason: "a look at what is left of closed accounts reads rows, and asks and does nothing else",
};

/** So many accounts have the same text in a field that it may be nobody's, as `[deleted]`. */
const ALIKE_MIN = 3;

/** By collection, each row once. */
class Found {
  readonly #context: MeasureContext;
  readonly #names = new Set<string>();
  readonly #byCollection = new Map<
    string,
    { readonly store: string; readonly collection: string; rows: number; readonly named: RowNames }
  >();

  /** Accounts by the text that is left of them, up to so many that it may be nobody's. */
  readonly #alike = new Map<string, Set<string>>();
  /** Rows in which nothing is left but texts that few have. */
  readonly #rare = new Map<string, StillThere>();
  #rows = 0;
  #unclear = 0;

  constructor(context: MeasureContext) {
    this.#context = context;
  }

  /** Without those that are unclear. */
  get rows(): number {
    return this.#rows + this.#rare.size;
  }

  get unclear(): number {
    return this.#unclear;
  }

  async add(rows: readonly StillThere[]): Promise<void> {
    for (const row of rows) {
      const whole = `${row.store}.${row.collection} ${row.name}`;
      if (this.#names.has(whole)) continue;
      if (row.unclear) {
        // They stop nobody from looking on. Of so many, one that hangs on two people may count twice.
        if (this.#unclear < FOUND_MAX) this.#names.add(whole);
        this.#unclear += 1;
        continue;
      }
      this.#names.add(whole);
      if (row.texts.length === 0) await this.#count(row);
      else {
        for (const text of row.texts) this.#note(text, row.account);
        this.#rare.set(whole, row);
      }
    }
    for (const [whole, { texts }] of this.#rare) {
      if (!texts.every((t) => (this.#alike.get(t)?.size ?? 0) >= ALIKE_MIN)) continue;
      this.#rare.delete(whole);
      this.#unclear += 1;
    }
  }

  /** Nobody is looked at any more: what few have is somebody's. */
  async end(): Promise<void> {
    for (const row of this.#rare.values()) await this.#count(row);
    this.#rare.clear();
  }

  #note(text: string, account: string): void {
    const accounts = this.#alike.get(text) ?? new Set();
    if (accounts.size < ALIKE_MIN) this.#alike.set(text, accounts.add(account));
  }

  async #count({ store, collection, key }: StillThere): Promise<void> {
    const id = `${store}.${collection}`;
    const known = this.#byCollection.get(id);
    const own = known ?? {
      store,
      collection,
      rows: 0,
      named: await rowNames(this.#context, { store, collection }),
    };
    if (known === undefined) this.#byCollection.set(id, own);
    this.#rows += 1;
    own.rows += 1;
    own.named.note("of an account that was closed", key);
  }

  counts(): Extract<Reading, { reading: "leftover" }>["found"] {
    return [...this.#byCollection.values()].map(({ store, collection, rows }) => ({
      store,
      collection,
      rows,
    }));
  }

  evidence(): readonly Evidence[] {
    return [...this.#byCollection.values()].flatMap(({ store, collection, rows, named }) => [
      { what: `rows of \`${collection}\` of accounts that were closed`, store, collection, rows },
      ...named.evidence(),
    ]);
  }
}
