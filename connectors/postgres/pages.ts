/**
 * Pages of an open cursor, as the bytes that the server sends. The driver makes a message, two lists and a text for each cell of a row, and tells
 * of each row by an event: of five million rows that takes ten times as long as all else that is done to read them. So rows are taken out of what
 * the socket gives, and the driver hears all other messages, as ever. The cursor is executed by itself (what `DECLARE` names is a portal of the wire
 * protocol, too): `FETCH` would have the server hold each page a second time. Each page ends with a `Sync`, and the statement's time with it.
 */
import type { Duplex } from "node:stream";
import type { PackedRows } from "@avow/runtime/connector-kit/packed";
import pg from "pg";

export interface Page {
  /** As they came over the socket: each holds some of the rows. */
  readonly parts: readonly PackedRows[];
  readonly rows: number;
  readonly bytes: number;
  /** There may be more. */
  readonly goesOn: boolean;
}

const DATA_ROW = 0x44;
/** What may come while a page is sent: data, the ends of a portal and of a page, an error, and news at any time. */
const EXPECTED = new Set([...Buffer.from("DCsZEANS")]);
/** A letter and a length, which counts itself. */
const HEAD_BYTES = 5;
/** The number of cells stands before them. */
const ROW_HEAD_BYTES = HEAD_BYTES + 2;

/** Nothing else may be under way on the connection. */
export function page(client: pg.ClientBase, portal: string, rowsMax: number): Promise<Page> {
  const parts: PackedRows[] = [];
  let [rows, bytes, goesOn] = [0, 0, false];
  let restore = (): void => undefined;
  return new Promise((resolve, reject) => {
    const query = new pg.Query({ text: "" }, [], (error) => {
      restore();
      if (error) reject(error);
      else resolve({ parts, rows, bytes, goesOn });
    });
    query.submit = (connection) => {
      restore = divert(connection.stream, (part) => {
        parts.push(part);
        rows += part.at.length;
        bytes += part.bytes.length;
      });
      // Its types call the number a text, which it would not send.
      Reflect.apply(connection.execute, connection, [{ portal, rows: rowsMax }]);
      connection.sync();
    };
    Reflect.set(query, "handlePortalSuspended", (): void => {
      goesOn = true;
    });
    client.query(query);
  });
}

/** Takes the rows out of what comes, and passes on the rest, until the returned function is called. */
export function divert(stream: Duplex, take: (part: PackedRows) => void): () => void {
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
    let from = 0;
    needed = HEAD_BYTES;
    while (from + HEAD_BYTES <= bytes.length) {
      const code = bytes[from] ?? 0;
      const end = from + 1 + bytes.readUInt32BE(from + 1);
      if (!EXPECTED.has(code)) {
        stream.destroy(new Error("the server sent what is no answer to a question for rows"));
        return;
      }
      if (end > bytes.length) {
        needed = end - from;
        break;
      }
      if (code === DATA_ROW) at.push(from + ROW_HEAD_BYTES);
      else {
        if (at.length > 0) take({ bytes, at });
        at = [];
        pass(bytes.subarray(from, end));
      }
      from = end;
      if (ended) {
        if (from < bytes.length) pass(bytes.subarray(from));
        return;
      }
    }
    if (at.length > 0) take({ bytes, at });
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
