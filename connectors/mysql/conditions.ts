/** Names and meanings of the error numbers that a connector meets (MariaDB's list of error codes); others show as their number. */
import type { Verdict } from "@avow/runtime/connector-kit/refused";

const UNREACHABLE: Verdict = { error: "unreachable", retryable: true };
const GONE: Verdict = { error: "unreachable", retryable: false };
const DENIED: Verdict = { error: "denied", retryable: false };
const THROTTLED: Verdict = { error: "throttled", retryable: true };
const MALFORMED: Verdict = { error: "malformed", retryable: false };
export const BLOCKED: Verdict = { error: "blocked", retryable: false };

/** Numbers below 30 are those of the server's file layer, most often about temporary tables. */
const FILES =
  "look at the server's error log, at its `tmpdir` and at the space that is free there, and try again";

export const CONDITIONS: ReadonlyMap<number, readonly [string, Verdict]> = new Map([
  [1053, ["the server is shutting down", UNREACHABLE]],
  [1077, ["the server is shutting down", UNREACHABLE]],
  [1152, ["the connection broke", UNREACHABLE]],
  [1158, ["the connection broke", UNREACHABLE]],
  [1159, ["the connection timed out", UNREACHABLE]],
  [1160, ["the connection broke", UNREACHABLE]],
  [1161, ["the connection timed out", UNREACHABLE]],
  [1927, ["the connection was killed", UNREACHABLE]],
  [4031, ["the connection was idle too long", UNREACHABLE]],
  [1049, ["the database does not exist", GONE]],
  [1193, ["the server knows no such setting: MariaDB 10.6 or later is needed", GONE]],
  [1044, ["access to the database denied", DENIED]],
  [1045, ["wrong user or password", DENIED]],
  [1698, ["wrong user or password", DENIED]],
  [1130, ["the host is not allowed to connect", DENIED]],
  [1142, ["a right on the table is missing", DENIED]],
  [1143, ["a right on a column is missing", DENIED]],
  [1227, ["a privilege is missing", DENIED]],
  [1290, ["the server is read-only", DENIED]],
  [1370, ["a right on a function is missing", DENIED]],
  [1792, ["read-only transaction", DENIED]],
  [1820, ["the password has expired", DENIED]],
  [1836, ["the server is read-only", DENIED]],
  [1862, ["the password has expired", DENIED]],
  [1, [`the server could not make a file of its own: ${FILES}`, THROTTLED]],
  [2, [`the server could not read a file of its own: ${FILES}`, THROTTLED]],
  [3, [`the server could not write a file of its own: ${FILES}`, THROTTLED]],
  [6, [`the server could not delete a file of its own: ${FILES}`, THROTTLED]],
  [20, [`the disk is full: ${FILES}`, THROTTLED]],
  [1021, ["disk full", THROTTLED]],
  [1037, ["out of memory", THROTTLED]],
  [1038, ["out of sort memory", THROTTLED]],
  [1040, ["too many connections", THROTTLED]],
  [1041, ["out of memory", THROTTLED]],
  [1114, ["the table is full", THROTTLED]],
  [1203, ["too many connections of this user", THROTTLED]],
  [1205, ["lock wait timeout", THROTTLED]],
  [1206, ["too many locks", THROTTLED]],
  [1213, ["deadlock detected", THROTTLED]],
  [1020, ["a row was changed meanwhile", THROTTLED]],
  [1226, ["a limit of this user is reached", THROTTLED]],
  [1317, ["the statement was cancelled", THROTTLED]],
  [1637, ["too many transactions", THROTTLED]],
  [1969, ["statement timeout", THROTTLED]],
  [3024, ["statement timeout", THROTTLED]],
  [1054, ["undefined column", MALFORMED]],
  [1064, ["syntax error", MALFORMED]],
  [1139, ["invalid regular expression", MALFORMED]],
  [1146, ["undefined table", MALFORMED]],
  [1153, ["the list of keys is longer than `max_allowed_packet`", MALFORMED]],
  [1264, ["number out of range", MALFORMED]],
  [1292, ["invalid value", MALFORMED]],
  [1305, ["undefined function", MALFORMED]],
  [1366, ["invalid value", MALFORMED]],
  [1406, ["value too long", MALFORMED]],
  [1048, ["not null violation", BLOCKED]],
  [1062, ["unique violation", BLOCKED]],
  [1364, ["not null violation", BLOCKED]],
  [1216, ["foreign key violation", BLOCKED]],
  [1217, ["foreign key violation", BLOCKED]],
  [1442, ["a trigger would change its own table", BLOCKED]],
  [1451, ["foreign key violation", BLOCKED]],
  [1452, ["foreign key violation", BLOCKED]],
  [1586, ["unique violation", BLOCKED]],
  [1644, ["raised by a trigger or procedure", BLOCKED]],
  [4025, ["check violation", BLOCKED]],
]);
