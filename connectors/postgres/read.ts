/**
 * Streams through a cursor of SQL (`DECLARE`), one transaction per stream. A portal of the wire protocol, as `pg-cursor` uses it,
 * was tried and rejected: its statement timeout keeps running while the consumer works between two batches.
 */
import type { Answer, FollowQuery, ReadQuery, Row } from "@avow/runtime/connector-kit/contract";
import { type PackedRows, pack, unpacked } from "@avow/runtime/connector-kit/packed";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { checkFollow, fieldsOfSought } from "@avow/runtime/connector-kit/through";
import type { PoolClient } from "pg";
import { binder } from "./binder.ts";
import type { Catalogue, CatalogueCache, Table } from "./catalogue.ts";
import { failureOf } from "./failure.ts";
import { fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import { type Page, page } from "./pages.ts";
import { placeOf, placeText } from "./places.ts";
import { ignored, type Session, type Statement } from "./session.ts";
import { ledSelection } from "./through.ts";

/** What is on its way outlives the sweeps of young memory: five times as many rows hold some 20 MB more, and are read no faster. */
export const BATCH_ROWS = 1_000;
/** Of rows that stay bytes: how long the next ones are, nobody knows, so that a page has never more of them than one of texts. */
const PACKED_BYTES = 512 * 1024;

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

const CURSOR = "c";
const FETCH = `FETCH ${BATCH_ROWS} FROM ${CURSOR}`;

async function open(session: Session, collections: readonly string[], statement: Statement): Promise<Stream> {
  const client = await session.checkOut();
  try {
    const text = `DECLARE ${CURSOR} NO SCROLL CURSOR FOR ${statement.text}`;
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

/** How rows are handed out. */
interface Form<T> {
  first(rows: readonly Row[]): T;
  /** All rows of a page, in one or in several. */
  later(page: Page, fields: number): readonly T[];
  rowsAfter(page: Page): number;
}

const TEXTS: Form<readonly Row[]> = {
  first: (rows) => rows,
  later: ({ parts }, fields) => [parts.flatMap((part) => unpacked(part, fields))],
  rowsAfter: () => BATCH_ROWS,
};

const PACKED: Form<PackedRows> = {
  first: pack,
  later: ({ parts }) => parts,
  rowsAfter: ({ rows, bytes }) =>
    Math.min(BATCH_ROWS, Math.max(1, Math.floor((PACKED_BYTES * rows) / bytes))),
};

/** The next page is on its way while the consumer works on this one. */
async function* batches<T>(session: Session, { client, first }: Stream, form: Form<T>): AsyncGenerator<T> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
    end(session, client);
  };
  const [row] = first;
  try {
    if (row === undefined) return over();
    if (first.length < BATCH_ROWS) {
      over();
      yield form.first(first);
      return;
    }
    const ask = (rows: number): Promise<Page> => {
      const asked = page(client, CURSOR, rows);
      // Waited for below; a consumer who leaves earlier does not ask what became of it.
      asked.catch(ignored);
      return asked;
    };
    let next = ask(BATCH_ROWS);
    yield form.first(first);
    for (;;) {
      const now = await next;
      if (!now.goesOn) over();
      else next = ask(form.rowsAfter(now));
      // Where the last page was full to the last row, the server has told so with none more.
      if (now.rows > 0) yield* form.later(now, row.length);
      if (!now.goesOn) return;
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

interface Asked {
  readonly session: Session;
  readonly cache: CatalogueCache;
  readonly collections: readonly string[];
  readonly made: () => Promise<Statement | null>;
}

const asked = (session: Session, cache: CatalogueCache, query: ReadQuery): Asked => ({
  ...{ session, cache, collections: [query.collection] },
  made: () => statementOf(cache, query),
});

export const read = (
  session: Session,
  cache: CatalogueCache,
  query: ReadQuery,
): AsyncGenerator<Answer<readonly Row[]>> => answers(asked(session, cache, query), TEXTS);

export const readPacked = (
  session: Session,
  cache: CatalogueCache,
  query: ReadQuery,
): AsyncGenerator<Answer<PackedRows>> => answers(asked(session, cache, query), PACKED);

export const follow = (
  session: Session,
  cache: CatalogueCache,
  query: FollowQuery,
): AsyncGenerator<Answer<readonly Row[]>> => {
  const collections = query.about.map((a) => a.collection);
  return answers({ session, cache, collections, made: () => followingOf(cache, query) }, TEXTS);
};

async function* answers<T>(
  { session, cache, collections, made }: Asked,
  form: Form<T>,
): AsyncGenerator<Answer<T>> {
  try {
    const statement = await made();
    if (statement === null) return;
    const stream = await openOnce(session, collections, statement);
    for await (const rows of batches(session, stream, form)) yield { ok: true, value: rows };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.error === "malformed") cache.forget();
    yield failure;
  }
}
