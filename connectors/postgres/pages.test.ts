/** What a server sends, cut at any byte; the live suite of the contract reads from a real one. */
import { Duplex } from "node:stream";
import { type PackedRows, unpacked } from "@avow/runtime/connector-kit/packed";
import fc from "fast-check";
import { expect, test } from "vitest";
import { failureOf } from "./failure.ts";
import { divert } from "./pages.ts";

type Row = readonly (string | null)[];

function message(code: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(code, "latin1");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
function int(value: number, bytes: 2 | 4): Buffer {
  const b = Buffer.alloc(bytes);
  b.writeIntBE(value, 0, bytes);
  return b;
}
const rowMessage = (row: Row): Buffer =>
  message(
    "D",
    Buffer.concat([
      int(row.length, 2),
      ...row.flatMap((cell) =>
        cell === null ? [int(-1, 4)] : [int(Buffer.byteLength(cell), 4), Buffer.from(cell)],
      ),
    ]),
  );
const NEWS = message("N", Buffer.from("SNOTICE\0\0"));
const SUSPENDED = message("s", Buffer.alloc(0));
const READY = message("Z", Buffer.from("T"));

const idle = (): Duplex => new Duplex({ read: () => undefined, write: (_, __, done) => done() });

/** What the driver hears, and the rows that it does not. */
function heard(sent: Buffer, cuts: readonly number[]) {
  const stream = idle();
  const passed: Buffer[] = [];
  const parts: PackedRows[] = [];
  // As the driver does at the end of a page: its own listener takes over in the midst of a message's delivery.
  stream.on("data", (bytes: Buffer) => {
    passed.push(bytes);
    if (bytes.includes(READY)) restore();
  });
  const restore = divert(stream, (part) => parts.push(part));
  const places = [0, ...[...new Set(cuts)].filter((c) => c > 0 && c < sent.length).sort((a, b) => a - b)];
  for (const [i, from] of places.entries())
    stream.emit("data", sent.subarray(from, places[i + 1] ?? sent.length));
  return { passed: Buffer.concat(passed), rows: parts.flatMap((part) => unpacked(part, 2)), stream };
}

const cell = fc.option(fc.string({ unit: "grapheme", maxLength: 20 }));
const rows = fc.array(fc.tuple(cell, cell), { maxLength: 12 });

test("wherever the socket cuts it: rows are taken out, all else is heard in its order", () => {
  fc.assert(
    fc.property(rows, fc.array(fc.nat(900)), fc.nat(12), (all, cuts, newsAt) => {
      const told = all.map(rowMessage);
      told.splice(Math.min(newsAt, told.length), 0, NEWS);
      const after = message("D", Buffer.from("the next statement's, for the driver"));
      const seen = heard(Buffer.concat([...told, SUSPENDED, READY, after]), cuts);
      expect(seen.rows).toEqual(all);
      expect(seen.passed).toEqual(Buffer.concat([NEWS, SUSPENDED, READY, after]));
    }),
    { numRuns: 300 },
  );
});

test("a row of many pieces is put together once it is whole", () => {
  const long = "x".repeat(1_000_000);
  const sent = Buffer.concat([rowMessage([long, null]), rowMessage(["1", "2"]), SUSPENDED, READY]);
  const cuts = Array.from({ length: 1000 }, (_, i) => i * 1000 + 3);
  const seen = heard(sent, cuts);
  expect(seen.rows).toEqual([
    [long, null],
    ["1", "2"],
  ]);
  expect(seen.passed).toEqual(Buffer.concat([SUSPENDED, READY]));
});

test("of each part the longest of its rows is told, and how many cells they have", () => {
  const told: unknown[] = [];
  const stream = idle();
  divert(stream, (_, about) => told.push(about));
  const [short, long] = [rowMessage(["1", null]), rowMessage(["x".repeat(100), "2"])];
  stream.emit("data", Buffer.concat([short, long, short, NEWS, short, SUSPENDED]));
  expect(told).toEqual([
    { longest: long.length, cells: 2 },
    { longest: short.length, cells: 2 },
  ]);
});

const cellOf = (length: number, text: string): Buffer => Buffer.concat([int(length, 4), Buffer.from(text)]);

test.each([
  ["another protocol", Buffer.from("HTTP/1.1 400 Bad Request")],
  ["a message that is shorter than its length", Buffer.concat([Buffer.from("N"), int(3, 4), NEWS])],
  ["a row without a number of cells", message("D", Buffer.from([0]))],
  ["a row of fewer cells than it says", message("D", Buffer.concat([int(2, 2), cellOf(1, "a")]))],
  ["a cell that ends behind its row", message("D", Buffer.concat([int(1, 2), cellOf(900, "a")]))],
  ["a length that ends behind its row", message("D", Buffer.concat([int(1, 2), Buffer.from([0, 0])]))],
  ["a row that goes on behind its cells", message("D", Buffer.concat([int(1, 2), cellOf(1, "ab")]))],
])("%s is no answer and ends the connection: nobody waits for the rest of it", async (_, sent) => {
  const stream = idle();
  const parts: PackedRows[] = [];
  const ended = new Promise((resolve) => stream.on("error", resolve));
  divert(stream, (part) => parts.push(part));
  stream.emit("data", sent);
  const error = await ended;
  expect(failureOf(error)).toMatchObject({ error: "unreachable", retryable: false });
  expect(parts).toEqual([]);
});
