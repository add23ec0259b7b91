import { malformed } from "@avow/runtime/connector-kit/refused";
import { expect, test } from "vitest";
import { failureOf } from "./failure.ts";

const databaseError = (code: string, more: object = {}): Error =>
  Object.assign(
    new Error("ann@example.org"),
    { code, detail: "Key (email)=(ann@example.org)", severity: "ERROR" },
    more,
  );

test.each([
  ["08006", "unreachable", true],
  ["57P01", "unreachable", true],
  ["57P03", "unreachable", true],
  ["57P04", "unreachable", false],
  ["ECONNREFUSED", "unreachable", true],
  ["ENOTFOUND", "unreachable", true],
  ["SELF_SIGNED_CERT_IN_CHAIN", "unreachable", false],
  ["28P01", "denied", false],
  ["42501", "denied", false],
  ["25006", "denied", false],
  ["53300", "throttled", true],
  ["55P03", "throttled", true],
  ["57014", "throttled", true],
  ["40001", "throttled", true],
  ["40P01", "throttled", true],
  ["23503", "blocked", false],
  ["23514", "blocked", false],
  ["P0001", "blocked", false],
  ["44000", "blocked", false],
  ["XX000", "blocked", false],
  ["42P01", "malformed", false],
  ["22P02", "malformed", false],
])("%s is %s", (code, error, retryable) => {
  const failure = failureOf(databaseError(code));
  expect(failure).toMatchObject({ ok: false, error, retryable });
  expect(failure?.reason).toContain(code);
  expect(JSON.stringify(failure)).not.toContain("ann@");
});

test("names the constraint and the table, never the value", () => {
  const failure = failureOf(
    databaseError("23503", { constraint: "cards_user_fkey", schema: "billing", table: "cards" }),
  );
  expect(failure?.reason).toBe(
    "foreign key violation (23503), constraint `cards_user_fkey`, table `billing.cards`",
  );
});

test("names the function that raised, and nothing that it said", () => {
  const where =
    'PL/pgSQL function "my keep"(integer) line 3 at RAISE\nSQL statement "SELECT \'ann@example.org\'"';
  const failure = failureOf(
    databaseError("40001", { routine: "exec_stmt_raise", where, table: "ann@example.org" }),
  );
  expect(failure).toEqual({
    ok: false,
    error: "blocked",
    retryable: false,
    reason: 'raised by the function `"my keep"`',
  });
});

test("the driver's wordless errors", () => {
  expect(failureOf(new Error("Connection terminated unexpectedly"))).toMatchObject({
    error: "unreachable",
    retryable: true,
  });
  expect(failureOf(new Error("timeout exceeded when trying to connect"))).toMatchObject({
    error: "throttled",
  });
  expect(failureOf(malformed("no field"))).toMatchObject({ error: "malformed", reason: "no field" });
});

test.each([
  "Received unexpected copyData message from backend.",
  "received invalid response: 4a",
  "the server sent what is no answer to a question for rows",
  "Unknown authenticationOk message type 1213486160",
])("another service answers: %s", (message) => {
  expect(failureOf(new Error(message))).toEqual({
    ok: false,
    error: "unreachable",
    retryable: false,
    reason: "what answers at the address does not speak the protocol of PostgreSQL",
  });
});

test("neither yes nor no to TLS: another service, or PostgreSQL without a process to spare, which passes", () => {
  expect(failureOf(new Error("There was an error establishing an SSL connection"))).toEqual({
    ok: false,
    error: "unreachable",
    retryable: true,
    reason:
      "what answers at the address does not speak the protocol of PostgreSQL, or it is PostgreSQL and can not begin another connection",
  });
});

test("a bug is no failure", () => {
  expect(failureOf(new TypeError("x is not a function"))).toBeNull();
  expect(failureOf("thrown text")).toBeNull();
});

test.each([
  [{ code: "ENOENT", syscall: "open", path: "/keys/ann.pem" }, "malformed", "certificate or key"],
  [{ code: "EACCES", syscall: "open", path: "/keys/ann.pem" }, "malformed", "certificate or key"],
  [{ code: "ERR_OSSL_PEM_NO_START_LINE" }, "malformed", "certificate or key"],
  [{ code: "ENOENT", syscall: "connect", address: "/run/.s.PGSQL.5432" }, "unreachable", "ENOENT"],
])(
  "a file that the url names and that can't be read, or a socket that is not there: %j",
  (what, error, says) => {
    const failure = failureOf(Object.assign(new Error("ann@example.org"), what));
    expect(failure).toMatchObject({ ok: false, error });
    expect(failure?.reason).toContain(says);
    expect(JSON.stringify(failure)).not.toContain("ann");
  },
);
