/** Streams hold a connection of their own, and with it a read lock on the file: a writer waits, unless the file keeps a write-ahead log. */
import type { Answer, Cell, FollowQuery, ReadQuery, Row } from "@avow/runtime/connector-kit/contract";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { checkFollow, fieldsOfSought } from "@avow/runtime/connector-kit/through";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { failureOf } from "./failure.ts";
import type { Keeper } from "./keeper.ts";
import { fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import { placeOf, placeText } from "./places.ts";
import type { Session, Statement } from "./session.ts";
import { ledSelection } from "./through.ts";

export const BATCH_ROWS = 5_000;

type Rows = readonly (readonly Cell[])[];

interface Asked extends Statement {
  readonly collections: readonly string[];
  /** Cells before that are texts, as they are. */
  readonly exactFrom: number;
}

const cellsOf = (fields: readonly string[], table: Table): readonly string[] =>
  fields.map((field) => (isPlace(table, field) ? placeText(placeOf(table, field)) : `t.${quoted(field)}`));

async function statementOf(cache: CatalogueCache, query: ReadQuery): Promise<Asked | null> {
  const { collection, fields } = query;
  const wanted = [...fields, ...(query.exact ?? [])];
  const table = await cache.places(collection, [...wanted, ...fieldsOf(query.anyOf ?? [])]);
  const cells = cellsOf(wanted, table);
  const found = selection(cells.length === 0 ? "NULL" : cells.join(", "), query.anyOf, table);
  if (found === null) return null;
  return { text: found.sql, values: found.values, collections: [collection], exactFrom: fields.length };
}

async function followingOf(cache: CatalogueCache, query: FollowQuery): Promise<Asked | null> {
  const needed = fieldsOfSought(query);
  const all: { table: Table; cells: readonly string[] }[] = [];
  for (const [i, { collection, fields }] of query.about.entries()) {
    const table = await cache.places(collection, needed[i] ?? []);
    all.push({ table, cells: cellsOf(fields, table) });
  }
  checkFollow(query, (at) => all[at]?.table.columns);
  const found = ledSelection(query, all);
  const collections = query.about.map((a) => a.collection);
  return found === null
    ? null
    : { text: found.sql, values: found.values, collections, exactFrom: Number.MAX_SAFE_INTEGER };
}

async function next(keeper: Keeper): Promise<Rows> {
  return (await keeper.ask({ do: "next", rowsMax: BATCH_ROWS })).rows;
}

interface Begun {
  readonly keeper: Keeper;
  readonly first: Rows;
}

async function begin(session: Session, { text, values, collections, exactFrom }: Asked): Promise<Begun> {
  const keeper = await session.checkOut();
  try {
    for (const collection of collections) session.count(collection);
    await keeper.ask({ do: "stream", sql: text, values, exactFrom });
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

export const read = (
  session: Session,
  cache: CatalogueCache,
  query: ReadQuery,
): AsyncGenerator<Answer<readonly Row[]>> => answers(session, cache, () => statementOf(cache, query));

export const follow = (
  session: Session,
  cache: CatalogueCache,
  query: FollowQuery,
): AsyncGenerator<Answer<readonly Row[]>> => answers(session, cache, () => followingOf(cache, query));

async function* answers(
  session: Session,
  cache: CatalogueCache,
  made: () => Promise<Asked | null>,
): AsyncGenerator<Answer<readonly Row[]>> {
  try {
    const asked = await made();
    if (asked === null) return;
    // A connection that had died is noticed before anything was given: then a fresh one takes over.
    const begun = await begin(session, asked).catch((error: unknown) => {
      if (!session.isStale(error)) throw error;
      return begin(session, asked);
    });
    for await (const rows of batches(session, begun)) yield { ok: true, value: rows };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.error === "malformed") cache.forget();
    yield failure;
  }
}
