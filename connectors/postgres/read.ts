/**
 * Streams through a cursor of SQL (`DECLARE`, `FETCH`), one transaction per stream. A portal of the wire protocol, as `pg-cursor` uses it,
 * was tried and rejected: its statement timeout keeps running while the consumer works between two batches.
 */
import type { Answer, FollowQuery, ReadQuery, Row } from "@avow/runtime/connector-kit/contract";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { checkFollow, fieldsOfSought } from "@avow/runtime/connector-kit/through";
import type { PoolClient } from "pg";
import { binder } from "./binder.ts";
import type { Catalogue, CatalogueCache, Table } from "./catalogue.ts";
import { failureOf } from "./failure.ts";
import { fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import { placeOf, placeText } from "./places.ts";
import { ignored, type Session, type Statement } from "./session.ts";
import { ledSelection } from "./through.ts";

/** What is on its way outlives the sweeps of young memory: five times as many rows hold some 20 MB more, and are read no faster. */
export const BATCH_ROWS = 1_000;

/** What cells of the alias `t` are as text: the settings of the session make it exact for every type. */
const cellsOf = (
  fields: readonly string[],
  { table, catalogue }: { readonly table: Table; readonly catalogue: Catalogue },
): readonly string[] =>
  fields.map((field) =>
    isPlace(table, field) ? placeText(placeOf(table, field, catalogue)) : `t.${quoted(field)}::text`,
  );

async function statementOf(cache: CatalogueCache, query: ReadQuery): Promise<Statement | null> {
  const wanted = [...query.fields, ...(query.exact ?? [])];
  const at = await cache.places(query.collection, [...wanted, ...fieldsOf(query.anyOf ?? [])]);
  const binds = binder();
  const text = selection(cellsOf(wanted, at).join(", "), query.anyOf, at, binds);
  return text === null ? null : { text, values: binds.values };
}

async function followingOf(cache: CatalogueCache, query: FollowQuery): Promise<Statement | null> {
  const needed = fieldsOfSought(query);
  const all: { table: Table; catalogue: Catalogue; cells: readonly string[] }[] = [];
  for (const [i, { collection, fields }] of query.about.entries()) {
    const at = await cache.places(collection, needed[i] ?? []);
    all.push({ ...at, cells: cellsOf(fields, at) });
  }
  checkFollow(query, (at) => all[at]?.table.columns);
  const binds = binder();
  const text = ledSelection(query, all, binds);
  return text === null ? null : { text, values: binds.values };
}

interface Stream {
  readonly client: PoolClient;
  readonly first: readonly Row[];
}

const FETCH = `FETCH ${BATCH_ROWS} FROM c`;

async function open(session: Session, collections: readonly string[], statement: Statement): Promise<Stream> {
  const client = await session.checkOut();
  try {
    const text = `DECLARE c NO SCROLL CURSOR FOR ${statement.text}`;
    const first = await session.opened(client, collections, { ...statement, text }, FETCH);
    return { client, first };
  } catch (error) {
    session.giveBack(client, true);
    throw error;
  }
}

async function openOnce(
  session: Session,
  collections: readonly string[],
  statement: Statement,
): Promise<Stream> {
  try {
    return await open(session, collections, statement);
  } catch (error) {
    // The pool handed out a connection that had died: nothing was read yet, so a fresh one takes over.
    if (!session.isStale(error)) throw error;
    return open(session, collections, statement);
  }
}

/** The next batch is on its way while the consumer works on this one. */
async function* batches(session: Session, { client, first }: Stream): AsyncGenerator<readonly Row[]> {
  let isOver = false;
  try {
    for (let rows = first; ; ) {
      if (rows.length < BATCH_ROWS) {
        isOver = true;
        end(session, client);
        if (rows.length > 0) yield rows;
        return;
      }
      const next = session.page(client, FETCH);
      // Waited for below; a consumer who leaves earlier does not ask what became of it.
      next.catch(ignored);
      yield rows;
      rows = await next;
    }
  } finally {
    if (!isOver) session.giveBack(client, !(await rolledBack(session, client)));
  }
}

/**
 * All was read, and nothing was changed: nobody waits for the end of that transaction. Whoever is given the connection next is answered behind it;
 * where it could not be ended, the connection goes, and what was sent behind it is sent again on another.
 */
function end(session: Session, client: PoolClient): void {
  session.page(client, "COMMIT").catch(() => client.end());
  session.giveBack(client, false);
}

/** After an early end the cursor goes with its transaction; a connection that can't even do that is thrown away. */
async function rolledBack(session: Session, client: PoolClient): Promise<boolean> {
  try {
    await session.page(client, "ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

export const read = (
  session: Session,
  cache: CatalogueCache,
  query: ReadQuery,
): AsyncGenerator<Answer<readonly Row[]>> =>
  answers(session, cache, [query.collection], () => statementOf(cache, query));

export const follow = (
  session: Session,
  cache: CatalogueCache,
  query: FollowQuery,
): AsyncGenerator<Answer<readonly Row[]>> =>
  answers(
    session,
    cache,
    query.about.map((a) => a.collection),
    () => followingOf(cache, query),
  );

async function* answers(
  session: Session,
  cache: CatalogueCache,
  collections: readonly string[],
  made: () => Promise<Statement | null>,
): AsyncGenerator<Answer<readonly Row[]>> {
  try {
    const statement = await made();
    if (statement === null) return;
    const stream = await openOnce(session, collections, statement);
    for await (const rows of batches(session, stream)) yield { ok: true, value: rows };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.error === "malformed") cache.forget();
    yield failure;
  }
}
