/**
 * What went wrong, without the data. MariaDB puts values into its messages, and a trigger's `SIGNAL` may put anything there, so none is
 * ever repeated: a reason is built from the condition's name, and from names that the message mentions and the catalogue knows.
 */
import type { ConnectorFailure } from "@avow/runtime/connector-kit/contract";
import { Refused } from "@avow/runtime/connector-kit/refused";
import { BLOCKED, CONDITIONS } from "./conditions.ts";

const NETWORK = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|EADDR|ENOENT)/;
const TLS = /^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|HOSTNAME_MISMATCH|HANDSHAKE_SSL)/;
const BROKEN = /^(PROTOCOL_|ERR_STREAM|POOL_CLOSED)/;

const text = (error: object, key: string): string => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : "";
};

/** Where the server itself says which table, constraint or key it was; anchored, since what comes before may hold a value. */
const NAMED = [
  /foreign key constraint fails \(`(?:[^`]|``)+`\.`((?:[^`]|``)+)`, CONSTRAINT `((?:[^`]|``)+)`/,
  /for key '([^']+)'$/,
  /^CONSTRAINT `(?:[^`.]+\.)?([^`]+)` failed for `(?:[^`]|``)+`\.`((?:[^`]|``)+)`$/,
];

function namesIn(message: string, known: (name: string) => boolean): readonly string[] {
  const groups = NAMED.flatMap((pattern) => pattern.exec(message)?.slice(1) ?? []);
  return groups.map((name) => name.replaceAll("``", "`")).filter(known);
}

export const errnoOf = (error: unknown): number => {
  const value: unknown = error instanceof Error ? Reflect.get(error, "errno") : undefined;
  return typeof value === "number" ? value : 0;
};

function ofServer(error: Error, errno: number, known: (name: string) => boolean): ConnectorFailure {
  const condition = CONDITIONS.get(errno);
  const verdict = condition?.[1] ?? BLOCKED;
  const names = namesIn(text(error, "sqlMessage"), known).map((name) => `\`${name}\``);
  const reason = [`${condition?.[0] ?? "error"} (${errno})`, ...names].join(", ");
  return { ok: false, ...verdict, reason };
}

const unreachable = (retryable: boolean, reason: string): ConnectorFailure => ({
  ok: false,
  error: "unreachable",
  retryable,
  reason,
});

/** Null for what is no operating error: a bug, to be thrown on. `known`: names that may be repeated. */
export function failureOf(
  error: unknown,
  known: (name: string) => boolean = () => false,
): ConnectorFailure | null {
  if (error instanceof Refused) return error.failure;
  if (!(error instanceof Error)) return null;
  const code = text(error, "code");
  if (/^HANDSHAKE_NO_SSL/.test(code)) return unreachable(false, "the server speaks no tls");
  if (TLS.test(code)) return unreachable(false, `the tls handshake failed (${code})`);
  if (NETWORK.test(code)) return unreachable(true, `the server does not answer (${code})`);
  if (BROKEN.test(code)) return unreachable(true, "the connection broke");
  const errno = errnoOf(error);
  if (errno > 0 && text(error, "sqlState") !== "") return ofServer(error, errno, known);
  if (error.message === "Pool is closed.") return unreachable(false, "the connector was closed");
  if (/closed state|Connection lost|was destroyed|Unexpected packet/.test(error.message))
    return unreachable(true, "the connection broke");
  return null;
}
