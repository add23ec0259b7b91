/**
 * Streams straight from the wire: the driver stops reading while the consumer is busy, and the server then waits. Each stream holds a
 * connection; ended early, it is cut, since the server would send the rest to the end.
 */
import type { Readable } from "node:stream";
import type { Answer, ReadQuery, Row } from "@avow/runtime/connector-kit/contract";
import { refused } from "@avow/runtime/connector-kit/refused";
import { followedOf, matchesIn } from "@avow/runtime/connector-kit/through";
import type { PoolConnection } from "mysql2";
import type { CatalogueCache } from "./catalogue.ts";
import { failureOf } from "./failure.ts";
import { fieldsOf, selection } from "./match.ts";
import { exactTextOf, textOf } from "./notation.ts";
import { placeOf, placeText } from "./places.ts";
import { rowOf, type Session, type Statement } from "./session.ts";
import { ledSelection } from "./through.ts";

export const BATCH_ROWS = 5_000;

async function statementOf(cache: CatalogueCache, query: ReadQuery): Promise<Statement | null> {
  const exact = query.exact ?? [];
  const table = await cache.places(query.collection, [
    ...query.fields,
    ...exact,
    ...fieldsOf(matchesIn(query.anyOf, query.through)),
  ]);
  const cells = [
    ...query.fields.map((field) => {
      const column = table.columns.get(field);
      return column === undefined ? placeText(placeOf(table, field)) : textOf(column);
    }),
    ...exact.flatMap((field) => table.columns.get(field) ?? []).map(exactTextOf),
  ];
  const followed = followedOf(query, table.columns);
  const found =
    followed === null
      ? selection(cells.length === 0 ? "NULL" : cells.join(", "), query.anyOf, table)
      : ledSelection((led) => cells.toSpliced(query.fields.length, 0, led).join(", "), followed, table);
  return found === null ? null : { text: found.sql, values: found.values };
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
async function start(session: Session, collection: string, statement: Statement) {
  const client = await session.checkOut();
  const rest = batches(session, client, session.stream(client, collection, statement, BATCH_ROWS));
  return { first: await rest.next(), rest };
}

export async function* read(
  session: Session,
  cache: CatalogueCache,
  query: ReadQuery,
): AsyncGenerator<Answer<readonly Row[]>> {
  try {
    const statement = await statementOf(cache, query);
    if (statement === null) return;
    const begin = () => start(session, query.collection, statement);
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
