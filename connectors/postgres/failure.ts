/**
 * What went wrong, without the data. PostgreSQL puts values into its messages, details and contexts, so none of these is ever
 * repeated: a reason is built from the condition's name and from the names of tables, columns, constraints and functions.
 */
import type { ConnectorFailure } from "@avow/runtime/connector-kit/contract";
import { malformed, Refused, type Verdict } from "@avow/runtime/connector-kit/refused";
import { conditionName } from "./conditions.ts";

/** The first prefix that fits decides. */
const BY_SQLSTATE: readonly (readonly [string, Verdict])[] = [
  ["57P04", { error: "unreachable", retryable: false }],
  ["57P", { error: "unreachable", retryable: true }],
  ["25P0", { error: "unreachable", retryable: true }],
  ["25006", { error: "denied", retryable: false }],
  ["08", { error: "unreachable", retryable: true }],
  ["58", { error: "unreachable", retryable: true }],
  ["3D", { error: "unreachable", retryable: false }],
  ["28", { error: "denied", retryable: false }],
  ["42501", { error: "denied", retryable: false }],
  ["53", { error: "throttled", retryable: true }],
  ["55P03", { error: "throttled", retryable: true }],
  ["55006", { error: "throttled", retryable: true }],
  ["57014", { error: "throttled", retryable: true }],
  ["40", { error: "throttled", retryable: true }],
  ["0A", { error: "malformed", retryable: false }],
  ["22", { error: "malformed", retryable: false }],
  ["42", { error: "malformed", retryable: false }],
  ["54", { error: "malformed", retryable: false }],
];
const BLOCKED: Verdict = { error: "blocked", retryable: false };

const text = (error: object, key: string): string | null => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" && value !== "" ? value : null;
};

const FUNCTION = /PL\/\w+ function ("(?:[^"]|"")+"|[^\s("]+)/;

/** The innermost stored function at work; contexts also quote statements with their values, so nothing else is taken from them. */
function functionAtWork(error: object): string | null {
  const where = text(error, "where");
  return where === null ? null : (FUNCTION.exec(where)?.[1] ?? null);
}

/** A `raise` may fill the name fields with anything, so only names that the server itself filled in are repeated. */
const isRaised = (error: object): boolean =>
  ["exec_stmt_raise", "exec_stmt_assert"].includes(text(error, "routine") ?? "");

function namesOf(error: object): string[] {
  const schema = text(error, "schema");
  const table = text(error, "table");
  const said: string[] = [];
  const constraint = text(error, "constraint");
  if (constraint !== null) said.push(`constraint \`${constraint}\``);
  const column = text(error, "column");
  if (column !== null) said.push(`column \`${column}\``);
  if (table !== null)
    said.push(`table \`${schema === null || schema === "public" ? "" : `${schema}.`}${table}\``);
  return said;
}

function ofDatabase(code: string, error: object): ConnectorFailure {
  const functionName = functionAtWork(error);
  if (isRaised(error))
    return { ok: false, ...BLOCKED, reason: `raised by the function \`${functionName ?? "unnamed"}\`` };
  const verdict = BY_SQLSTATE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? BLOCKED;
  const inFunction = functionName === null ? [] : [`in the function \`${functionName}\``];
  const reason = [`${conditionName(code)} (${code})`, ...namesOf(error), ...inFunction].join(", ");
  // A mistake inside the store's own trigger is the store's to mend: the query that set it off was well formed.
  if (verdict.error === "malformed" && functionName !== null) return { ok: false, ...BLOCKED, reason };
  return { ok: false, ...verdict, reason };
}

const NETWORK = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|EADDR)/;
const TLS = /^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|HOSTNAME_MISMATCH)/;

/** The driver reads the files that the url names. */
const FILE = /^(ENOENT|EACCES|EISDIR|ENOTDIR|EPERM)$/;
const CERTIFICATE = /^ERR_OSSL_/;

/** A socket is a file, too. */
const isNetwork = (code: string, error: Error): boolean =>
  NETWORK.test(code) || (FILE.test(code) && text(error, "syscall") === "connect");

const FOREIGN: Verdict = { error: "unreachable", retryable: false };
const SPEAKS_OTHERWISE = "what answers at the address does not speak the protocol of PostgreSQL";

/** What the driver says without a code: it has only words for these. */
const DRIVER: readonly (readonly [string, Verdict, string])[] = [
  [
    "timeout exceeded when trying to connect",
    { error: "throttled", retryable: true },
    "every connection is busy",
  ],
  [
    "Connection terminated due to connection timeout",
    { error: "unreachable", retryable: true },
    "the server does not answer",
  ],
  ["Connection terminated", { error: "unreachable", retryable: true }, "the connection broke"],
  [
    "Client has encountered a connection error",
    { error: "unreachable", retryable: true },
    "the connection broke",
  ],
  ["Client was closed", { error: "unreachable", retryable: true }, "the connection broke"],
  ["The server does not support SSL", { error: "unreachable", retryable: false }, "the server speaks no tls"],
  // Neither yes nor no to TLS: another service, or a server that has no memory or no process left for one more connection.
  [
    "There was an error establishing an SSL connection",
    { error: "unreachable", retryable: true },
    `${SPEAKS_OTHERWISE}, or it is PostgreSQL and can not begin another connection`,
  ],
  // What answers is another service, or something in between that is none.
  ["Received unexpected", FOREIGN, SPEAKS_OTHERWISE],
  ["received invalid response", FOREIGN, SPEAKS_OTHERWISE],
  ["the server sent what is no answer to a question for rows", FOREIGN, SPEAKS_OTHERWISE],
  ["Unknown authenticationOk message type", FOREIGN, SPEAKS_OTHERWISE],
  ["SASL", { error: "denied", retryable: false }, "the password is missing or wrong"],
  [
    "Cannot use a pool after calling end",
    { error: "unreachable", retryable: false },
    "the connector was closed",
  ],
];

/** Null for what is no operating error: a bug, to be thrown on. */
export function failureOf(error: unknown): ConnectorFailure | null {
  if (error instanceof Refused) return error.failure;
  if (!(error instanceof Error)) return null;
  const code = text(error, "code");
  if (code !== null && isNetwork(code, error))
    return {
      ok: false,
      error: "unreachable",
      retryable: true,
      reason: `the server does not answer (${code})`,
    };
  if (code !== null && (FILE.test(code) || CERTIFICATE.test(code)))
    return malformed("the store's url names a certificate or key that can't be read").failure;
  if (code === "ERR_INVALID_URL") return malformed("the store's url can't be read").failure;
  if (code !== null && TLS.test(code))
    return {
      ok: false,
      error: "unreachable",
      retryable: false,
      reason: `the tls handshake failed (${code})`,
    };
  if (code !== null && /^[0-9A-Z]{5}$/.test(code)) return ofDatabase(code, error);
  const known = DRIVER.find(([start]) => error.message.startsWith(start));
  return known === undefined ? null : { ok: false, ...known[1], reason: known[2] };
}
