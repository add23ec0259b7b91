/**
 * Streams through a cursor of SQL (`DECLARE`), one transaction per stream. A portal of the wire protocol, as `pg-cursor` uses it,
 * was tried and rejected: its statement timeout keeps running while the consumer works between two batches.
 */
import type { Answer, FollowQuery, ReadQuery, Row } from "@avow/runtime/connector-kit/contract";
import { type PackedRows, unpacked } from "@avow/runtime/connector-kit/packed";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { checkFollow, fieldsOfSought } from "@avow/runtime/connector-kit/through";
import type { PoolClient } from "pg";
import { binder } from "./binder.ts";
import type { Catalogue, CatalogueCache, Table } from "./catalogue.ts";
import { failureOf } from "./failure.ts";
import { fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import { narrowed } from "./narrowed.ts";
import { BATCH_ROWS, BYTES_MAX, FIRST_ROWS, type Limits, rowsAfter } from "./page-size.ts";
import { type Page, page, type Slice } from "./pages.ts";
import { placeOf, placeText } from "./places.ts";
import type { Session, Statement } from "./session.ts";
import { ledSelection } from "./through.ts";

const TEXTS_MAX: Limits = { rowsMax: BATCH_ROWS, bytes: BYTES_MAX };
/** Of rows that stay bytes, the young memory sees nothing: a page is as long as the socket's buffers make it worth. */
const PACKED_MAX: Limits = { rowsMax: BATCH_ROWS, bytes: 512 * 1024 };

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
  /** As it is known to `narrowed`. */
  readonly name: string;
  /** That the first page was asked to have. */
  readonly rowsMax: number;
  readonly page: Page;
  /** Of the first page. */
  readonly slice: Slice;
}

const CURSOR = { portal: "c", bytesMax: BYTES_MAX };

async function open(session: Session, collections: readonly string[], statement: Statement): Promise<Stream> {
  const name = session.streamName(collections);
  const rowsMax = Math.min(FIRST_ROWS, narrowed.rowsMax(name));
  const client = await session.checkOut();
  try {
    const page = session.opened(client, { ...CURSOR, rowsMax, collections, statement });
    return { client, name, rowsMax, page, slice: await page.slice() };
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
  /** All rows of a slice, in one or in several. */
  of(slice: Slice): readonly T[];
  readonly limits: Limits;
}

const TEXTS: Form<readonly Row[]> = {
  of: ({ parts, cells }) => [parts.flatMap((part) => unpacked(part, cells))],
  limits: TEXTS_MAX,
};

const PACKED: Form<PackedRows> = { of: ({ parts }) => parts, limits: PACKED_MAX };

/** The next page is on its way while the consumer works on this one. */
async function* batches<T>(session: Session, stream: Stream, form: Form<T>): AsyncGenerator<T> {
  const { client, name } = stream;
  const limits = { ...form.limits, rowsMax: Math.min(form.limits.rowsMax, narrowed.rowsMax(name)) };
  let { page: asked, slice, rowsMax } = stream;
  let isOver = false;
  try {
    let [bytes, longest] = [0, 0];
    for (;;) {
      const { end } = slice;
      [bytes, longest] = [bytes + slice.bytes, Math.max(longest, slice.longest)];
      if (end?.goesOn === false) {
        isOver = true;
        narrowed.ended(name);
        finish(session, client);
      } else if (end !== null) {
        rowsMax = rowsAfter({ ...end, bytes, longest }, limits, session.statementTimeoutMs);
        asked = page(client, { ...CURSOR, rowsMax });
        [bytes, longest] = [0, 0];
      }
      // Where the last page was full to the last row, the server has told so with none more.
      if (slice.rows > 0) yield* form.of(slice);
      if (isOver) return;
      try {
        slice = await asked.slice();
      } catch (error) {
        narrowed.after(error, name, { rowsMax, ...asked.seen() });
        throw error;
      }
    }
  } finally {
    if (!isOver) {
      asked.drop();
      session.giveBack(client, !(await rolledBack(session, client)));
    }
  }
}

/**
 * All was read, and nothing was changed: nobody waits for the end of that transaction. Whoever is given the connection next is answered behind it;
 * where it could not be ended, the connection goes, and what was sent behind it is sent again on another.
 */
function finish(session: Session, client: PoolClient): void {
  session.mark(client, "COMMIT").catch(() => client.end());
  session.giveBack(client, false);
}

/** After an early end the cursor goes with its transaction; a connection that can't even do that is thrown away. */
async function rolledBack(session: Session, client: PoolClient): Promise<boolean> {
  try {
    await session.mark(client, "ROLLBACK");
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
