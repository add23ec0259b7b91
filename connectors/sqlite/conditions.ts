/** Names and meanings of SQLite's result codes (sqlite.org/rescode.html). The extended code decides where it is listed, else the primary one. */
import type { Verdict } from "@avow/runtime/connector-kit/refused";

const UNREACHABLE: Verdict = { error: "unreachable", retryable: true };
const GONE: Verdict = { error: "unreachable", retryable: false };
const DENIED: Verdict = { error: "denied", retryable: false };
const THROTTLED: Verdict = { error: "throttled", retryable: true };
const MALFORMED: Verdict = { error: "malformed", retryable: false };
const BLOCKED: Verdict = { error: "blocked", retryable: false };

const CONDITIONS: ReadonlyMap<number, readonly [string, Verdict]> = new Map([
  [1, ["the query does not fit the schema", MALFORMED]],
  [3, ["access to the file denied", DENIED]],
  [4, ["the statement was aborted", THROTTLED]],
  [5, ["the database is locked", THROTTLED]],
  [6, ["a table is locked", THROTTLED]],
  [7, ["out of memory", THROTTLED]],
  [8, ["the database is read-only", DENIED]],
  [9, ["the statement was cancelled", THROTTLED]],
  [10, ["the file can't be read or written", UNREACHABLE]],
  [11, ["the file is corrupt", GONE]],
  [13, ["disk full", THROTTLED]],
  [14, ["the file can't be opened", UNREACHABLE]],
  [15, ["the locks of the file can't be used", THROTTLED]],
  [17, ["the schema changed", MALFORMED]],
  [18, ["a value is too big", MALFORMED]],
  [19, ["a constraint holds", BLOCKED]],
  [20, ["the types do not fit", MALFORMED]],
  [23, ["not authorised", DENIED]],
  [26, ["the file is no database", GONE]],
  [275, ["check violation", BLOCKED]],
  [787, ["foreign key violation", BLOCKED]],
  [1299, ["not null violation", BLOCKED]],
  [1555, ["primary key violation", BLOCKED]],
  [1811, ["raised by a trigger, or a foreign key that restricts", BLOCKED]],
  [2067, ["unique violation", BLOCKED]],
  [3091, ["the type does not fit the column", BLOCKED]],
]);

export function conditionOf(code: number): readonly [string, Verdict] {
  return CONDITIONS.get(code) ?? CONDITIONS.get(code & 0xff) ?? ["error", BLOCKED];
}
