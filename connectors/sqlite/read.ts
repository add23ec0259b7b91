/** Streams hold a connection of their own, and with it a read lock on the file: a writer waits, unless the file keeps a write-ahead log. */
import type { Answer, Cell, ReadQuery, Row } from "@avow/runtime/connector-kit/contract";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { followedOf, matchesIn } from "@avow/runtime/connector-kit/through";
import type { CatalogueCache } from "./catalogue.ts";
import { failureOf } from "./failure.ts";
import type { Keeper } from "./keeper.ts";
import { fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import { placeOf, placeText } from "./places.ts";
import type { Session, Statement } from "./session.ts";
import { ledSelection } from "./through.ts";

export const BATCH_ROWS = 5_000;

type Rows = readonly (readonly Cell[])[];

async function statementOf(cache: CatalogueCache, query: ReadQuery): Promise<Statement | null> {
  const wanted = [...query.fields, ...(query.exact ?? [])];
  const matches = matchesIn(query.anyOf, query.through);
  const table = await cache.places(query.collection, [...wanted, ...fieldsOf(matches)]);
  const cells = wanted.map((field) =>
    isPlace(table, field) ? placeText(placeOf(table, field)) : `t.${quoted(field)}`,
  );
  const followed = followedOf(query, table.columns);
  const found =
    followed === null
      ? selection(cells.length === 0 ? "NULL" : cells.join(", "), query.anyOf, table)
      : ledSelection((led) => cells.toSpliced(query.fields.length, 0, led).join(", "), followed, table);
  return found === null ? null : { text: found.sql, values: found.values };
}

async function next(keeper: Keeper): Promise<Rows> {
  return (await keeper.ask({ do: "next", rowsMax: BATCH_ROWS })).rows;
}

interface Begun {
  readonly keeper: Keeper;
  readonly first: Rows;
}

async function begin(
  session: Session,
  { collection, fields, through }: ReadQuery,
  statement: Statement,
): Promise<Begun> {
  const keeper = await session.checkOut();
  try {
    session.count(collection);
    await keeper.ask({
      do: "stream",
      sql: statement.text,
      values: statement.values,
      exactFrom: fields.length + (through === undefined ? 0 : 1),
    });
    return { keeper, first: await next(keeper) };
  } catch (error) {
    session.giveBack(keeper);
    throw error;
  }
}

async function* batches(session: Session, { keeper, first }: Begun): AsyncGenerator<Rows> {
  try {
    let rows = first;
    while (rows.length > 0) {
      yield rows;
      rows = rows.length < BATCH_ROWS ? [] : await next(keeper);
    }
  } finally {
    // A connection that can't even leave has died, and giving it back buries it.
    await keeper.ask({ do: "leave" }).catch(() => keeper.kill());
    session.giveBack(keeper);
  }
}

export async function* read(
  session: Session,
  cache: CatalogueCache,
  query: ReadQuery,
): AsyncGenerator<Answer<readonly Row[]>> {
  try {
    const statement = await statementOf(cache, query);
    if (statement === null) return;
    // A connection that had died is noticed before anything was given: then a fresh one takes over.
    const begun = await begin(session, query, statement).catch((error: unknown) => {
      if (!session.isStale(error)) throw error;
      return begin(session, query, statement);
    });
    for await (const rows of batches(session, begun)) yield { ok: true, value: rows };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.error === "malformed") cache.forget();
    yield failure;
  }
}
