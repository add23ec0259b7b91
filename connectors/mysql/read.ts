/**
 * Streams straight from the wire: the driver stops reading while the consumer is busy, and the server then waits. Each stream holds a
 * connection; ended early, it is cut, since the server would send the rest to the end.
 */
import type { Readable } from "node:stream";
import type { Answer, FollowQuery, ReadQuery, Row } from "@avow/runtime/connector-kit/contract";
import { refused } from "@avow/runtime/connector-kit/refused";
import { checkFollow, fieldsOfSought } from "@avow/runtime/connector-kit/through";
import type { PoolConnection } from "mysql2";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { failureOf } from "./failure.ts";
import { fieldsOf, selection } from "./match.ts";
import { exactTextOf, textOf } from "./notation.ts";
import { placeOf, placeText } from "./places.ts";
import { rowOf, type Session, type Statement } from "./session.ts";
import { ledSelection } from "./through.ts";

export const BATCH_ROWS = 5_000;

interface Asked extends Statement {
  readonly collections: readonly string[];
}

const cellsOf = (fields: readonly string[], table: Table): readonly string[] =>
  fields.map((field) => {
    const column = table.columns.get(field);
    return column === undefined ? placeText(placeOf(table, field)) : textOf(column);
  });

async function statementOf(cache: CatalogueCache, query: ReadQuery): Promise<Asked | null> {
  const { collection, fields, exact = [], anyOf } = query;
  const table = await cache.places(collection, [...fields, ...exact, ...fieldsOf(anyOf ?? [])]);
  const cells = [
    ...cellsOf(fields, table),
    ...exact.flatMap((field) => table.columns.get(field) ?? []).map(exactTextOf),
  ];
  const found = selection(cells.length === 0 ? "NULL" : cells.join(", "), anyOf, table);
  return found === null ? null : { text: found.sql, values: found.values, collections: [collection] };
}

/**
 * A server that looks for what comes next writes nothing, and does not see that nobody listens any more: it ends such a statement by its own
 * clock. That runs while the consumer works, too, who takes rows of a ring as fast as they come.
 */
const FOLLOW_LIMITS = 2;

async function followingOf(
  cache: CatalogueCache,
  query: FollowQuery,
  limitMs: number,
): Promise<Asked | null> {
  const needed = fieldsOfSought(query);
  const all: { table: Table; cells: readonly string[] }[] = [];
  for (const [i, { collection, fields }] of query.about.entries()) {
    const table = await cache.places(collection, needed[i] ?? []);
    all.push({ table, cells: cellsOf(fields, table) });
  }
  checkFollow(query, (at) => all[at]?.table.columns);
  const found = ledSelection(query, all);
  const collections = query.about.map((a) => a.collection);
  if (found === null) return null;
  return { text: found.sql, values: found.values, collections, timeoutMs: FOLLOW_LIMITS * limitMs };
}

const TOO_LONG = refused(
  { error: "throttled", retryable: true },
  "the server took longer than allowed for the next rows",
);

/** Waits for the stream, but never longer than a statement may take: its own limit is off, and the consumer's time does not count. */
async function next(
  rows: AsyncIterator<unknown>,
  stream: Readable,
  timeoutMs: number,
): Promise<IteratorResult<unknown>> {
  const clock = setTimeout(() => stream.destroy(TOO_LONG), timeoutMs);
  try {
    return await rows.next();
  } finally {
    clearTimeout(clock);
  }
}

async function* batches(
  session: Session,
  client: PoolConnection,
  stream: Readable,
): AsyncGenerator<readonly Row[]> {
  let whole = false;
  // A connection that ends says so to itself only: without this the stream would wait for ever.
  const cut = (error?: Error): void => {
    if (!whole)
      stream.destroy(error ?? refused({ error: "unreachable", retryable: true }, "the connection broke"));
  };
  const ended = (): void => cut();
  client.on("error", cut);
  client.on("end", ended);
  try {
    const rows = stream[Symbol.asyncIterator]();
    let batch: Row[] = [];
    for (;;) {
      const { done, value } = await next(rows, stream, session.timeoutMs);
      if (done === true) break;
      batch.push(rowOf(value));
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
    whole = true;
    if (batch.length > 0) yield batch;
  } finally {
    client.removeListener("error", cut);
    client.removeListener("end", ended);
    stream.on("error", () => undefined);
    session.giveBack(client, !whole);
  }
}

/** The first batch with the generator of the rest: a connection that had died is noticed before anything was given. */
async function start(session: Session, { collections, ...statement }: Asked) {
  const client = await session.checkOut();
  const rest = batches(session, client, session.stream(client, collections, statement, BATCH_ROWS));
  return { first: await rest.next(), rest };
}

export const read = (
  session: Session,
  cache: CatalogueCache,
  query: ReadQuery,
): AsyncGenerator<Answer<readonly Row[]>> => answers(session, cache, () => statementOf(cache, query));

export const follow = (
  session: Session,
  cache: CatalogueCache,
  query: FollowQuery,
): AsyncGenerator<Answer<readonly Row[]>> =>
  answers(session, cache, () => followingOf(cache, query, session.timeoutMs));

async function* answers(
  session: Session,
  cache: CatalogueCache,
  made: () => Promise<Asked | null>,
): AsyncGenerator<Answer<readonly Row[]>> {
  try {
    const asked = await made();
    if (asked === null) return;
    const begin = () => start(session, asked);
    const { first, rest } = await begin().catch((error: unknown) => {
      if (!session.isStale(error)) throw error;
      return begin();
    });
    try {
      if (first.done !== true) yield { ok: true, value: first.value };
      for await (const rows of rest) yield { ok: true, value: rows };
    } finally {
      await rest.return(undefined);
    }
  } catch (error) {
    const failure = failureOf(error, (name) => cache.knows(name));
    if (failure === null) throw error;
    if (failure.error === "malformed") cache.forget();
    yield failure;
  }
}
