/**
 * Pages of an open cursor, as the bytes that the server sends. The driver makes a message, two lists and a text for each cell of a row, and tells
 * of each row by an event: of five million rows that takes ten times as long as all else that is done to read them. So rows are taken out of what
 * the socket gives, and the driver hears all other messages, as ever. The cursor is executed by itself (what `DECLARE` names is a portal of the wire
 * protocol, too): `FETCH` would have the server hold each page a second time. Each page ends with a `Sync`, and the statement's time with it.
 */
import type { Duplex } from "node:stream";
import type { PackedRows } from "@avow/runtime/connector-kit/packed";
import pg from "pg";

/** What is sent without a name and without a wait. */
export interface Sent {
  readonly text: string;
  readonly values: readonly string[];
}

/** Some of the rows of a page, or all of them. */
export interface Slice {
  /** As they came over the socket: each holds some of the rows. */
  readonly parts: readonly PackedRows[];
  readonly rows: number;
  readonly bytes: number;
  /** Of the longest row, in bytes. */
  readonly longest: number;
  /** Of each row; 0 where there is none. */
  readonly cells: number;
  /** How the page ended; null: the rest of it is to be asked for. */
  readonly end: PageEnd | null;
}

export interface PageEnd {
  /** There may be another page. */
  readonly goesOn: boolean;
  readonly rows: number;
  /** From the question to the page's end: the server's part in it, the network's, and the waits for a consumer. */
  readonly ms: number;
}

export interface Page {
  /** All that is left of it, or what fills the bound. Throws what the server says is wrong. One at a time. */
  slice(): Promise<Slice>;
  seen(): Seen;
  /** Nobody will ask for the rest. */
  drop(): void;
}

/** Of all that has come of a page, whether it was taken or not. */
export interface Seen {
  /** It filled the bound, and the server has waited until that was taken. */
  readonly waited: boolean;
  /** Of the longest row, in bytes. */
  readonly longest: number;
}

export interface Asked {
  /** Of the cursor. */
  readonly portal: string;
  readonly rowsMax: number;
  /** Held of a page that nobody has taken: the rest of it waits in the socket, and in the server. One row may be longer. */
  readonly bytesMax: number;
  /** What the server is sent in front of it, without a `Sync` between: it looks at nothing behind what failed. */
  readonly before?: readonly Sent[];
}

const DATA_ROW = 0x44;
/** What may come before a page and while it is sent: answers to what was asked in front of it, data, the ends of a portal and of a page, an error, and news at any time. */
const EXPECTED = new Set([...Buffer.from("12nDCsZEANS")]);
/** A letter and a length, which counts itself. */
const HEAD_BYTES = 5;
/** The number of cells stands before them. */
const ROW_HEAD_BYTES = HEAD_BYTES + 2;
const CELL_HEAD_BYTES = 4;
/** As it begins, `failureOf` knows it. */
const NO_ANSWER = "the server sent what is no answer to a question for rows";

/** Of what was asked on this connection before nothing may have rows whose answer is not there. */
export function page(client: pg.ClientBase, asked: Asked): Page {
  const inbox = new Inbox(asked.bytesMax);
  const query = new pg.Query({ text: "" }, [], (error) => inbox.close(error ?? null));
  query.submit = (connection) => {
    inbox.open(connection.stream);
    for (const { text, values } of asked.before ?? []) {
      connection.parse({ name: "", text, types: [] }, true);
      connection.bind({ portal: "", statement: "", binary: "", values: [...values] }, true);
      connection.execute({ portal: "", rows: "" }, true);
    }
    // Its types call the number a text, which it would not send.
    Reflect.apply(connection.execute, connection, [{ portal: asked.portal, rows: asked.rowsMax }]);
    connection.sync();
  };
  Reflect.set(query, "handlePortalSuspended", (): void => inbox.suspend());
  client.query(query);
  return inbox;
}

const NOTHING = { rows: 0, bytes: 0, longest: 0, cells: 0 };

/**
 * What has come of a page and was not taken. How long its rows are, nobody knows before they are there: where they fill the bound, the socket is
 * not read until they are taken.
 */
class Inbox implements Page {
  readonly #bytesMax: number;
  readonly #askedAt = performance.now();
  #stream: Duplex | null = null;
  #restore = (): void => undefined;
  #parts: PackedRows[] = [];
  #size = NOTHING;
  #rows = 0;
  #goesOn = false;
  #end: PageEnd | null = null;
  #error: Error | null = null;
  #isDropped = false;
  #seen: Seen = { waited: false, longest: 0 };
  #wake = (): void => undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  async slice(): Promise<Slice> {
    if (!this.#isReady())
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (this.#error !== null) throw this.#error;
    const slice = { ...this.#size, parts: this.#parts, end: this.#end };
    this.#empty();
    return slice;
  }

  seen(): Seen {
    return this.#seen;
  }

  drop(): void {
    this.#isDropped = true;
    this.#empty();
  }

  open(stream: Duplex): void {
    this.#stream = stream;
    this.#restore = divert(stream, (part, about) => this.#put(part, about));
  }

  suspend(): void {
    this.#goesOn = true;
  }

  close(error: Error | null): void {
    this.#restore();
    this.#error = error;
    this.#end = { goesOn: this.#goesOn, rows: this.#rows, ms: performance.now() - this.#askedAt };
    // Whoever has the connection next reads from it.
    this.#stream?.resume();
    this.#wake();
  }

  #isReady(): boolean {
    return this.#end !== null || this.#size.bytes >= this.#bytesMax;
  }

  #put(part: PackedRows, { longest, cells }: AboutRows): void {
    this.#rows += part.at.length;
    if (this.#isDropped) return;
    this.#parts.push(part);
    this.#size = {
      rows: this.#size.rows + part.at.length,
      bytes: this.#size.bytes + part.bytes.length,
      longest: Math.max(this.#size.longest, longest),
      cells,
    };
    const isFull = this.#isReady();
    this.#seen = {
      waited: this.#seen.waited || isFull,
      longest: Math.max(this.#seen.longest, longest),
    };
    if (!isFull) return;
    this.#stream?.pause();
    this.#wake();
  }

  #empty(): void {
    [this.#parts, this.#size] = [[], NOTHING];
    this.#stream?.resume();
  }
}

/** Whether the cells of a row end where its message does: whoever reads them relies on it. */
function isWhole(bytes: Buffer, from: number, end: number): boolean {
  if (end - from < ROW_HEAD_BYTES) return false;
  let at = from + ROW_HEAD_BYTES;
  for (let left = bytes.readUInt16BE(from + HEAD_BYTES); left > 0; left -= 1) {
    if (at + CELL_HEAD_BYTES > end) return false;
    at += CELL_HEAD_BYTES + Math.max(0, bytes.readInt32BE(at));
  }
  return at === end;
}

interface AboutRows {
  /** Of the longest row, in bytes. */
  readonly longest: number;
  readonly cells: number;
}

/**
 * Takes the rows out of what comes, and passes on the rest, until the returned function is called. What a server does not send in answer to a
 * question for rows ends the connection.
 */
export function divert(stream: Duplex, take: (part: PackedRows, about: AboutRows) => void): () => void {
  const others = stream.listeners("data");
  const pass = (bytes: Buffer): void => {
    for (const listener of others) Reflect.apply(listener, stream, [bytes]);
  };
  /** The beginning of a message whose end has not come; it is put together once, when all of it is there. */
  let held: Buffer[] = [];
  let [heldBytes, needed] = [0, 0];
  let ended = false;

  const put = (bytes: Buffer): void => {
    if (heldBytes === 0) {
      look(bytes);
      return;
    }
    held.push(bytes);
    heldBytes += bytes.length;
    if (heldBytes < needed) return;
    const whole = Buffer.concat(held, heldBytes);
    [held, heldBytes] = [[], 0];
    look(whole);
  };

  const look = (bytes: Buffer): void => {
    let at: number[] = [];
    let [from, longest, cells] = [0, 0, 0];
    needed = HEAD_BYTES;
    while (from + HEAD_BYTES <= bytes.length) {
      const code = bytes[from] ?? 0;
      const end = from + 1 + bytes.readUInt32BE(from + 1);
      const isAnswer = EXPECTED.has(code) && end >= from + HEAD_BYTES;
      if (isAnswer && end > bytes.length) {
        needed = end - from;
        break;
      }
      if (!isAnswer || (code === DATA_ROW && !isWhole(bytes, from, end))) {
        stream.destroy(new Error(NO_ANSWER));
        return;
      }
      if (code === DATA_ROW) {
        at.push(from + ROW_HEAD_BYTES);
        longest = Math.max(longest, end - from);
        cells = bytes.readUInt16BE(from + HEAD_BYTES);
      } else {
        if (at.length > 0) take({ bytes, at }, { longest, cells });
        [at, longest] = [[], 0];
        pass(bytes.subarray(from, end));
      }
      from = end;
      if (ended) {
        if (from < bytes.length) pass(bytes.subarray(from));
        return;
      }
    }
    if (at.length > 0) take({ bytes, at }, { longest, cells });
    if (from === bytes.length) return;
    held = [bytes.subarray(from)];
    heldBytes = bytes.length - from;
  };

  stream.removeAllListeners("data");
  stream.on("data", put);
  return () => {
    if (ended) return;
    ended = true;
    stream.removeListener("data", put);
    for (const listener of others) Reflect.apply(stream.on, stream, ["data", listener]);
  };
}
