/** `mysql://user:password@host:port/database?ssl-mode=VERIFY_IDENTITY&ssl-ca=/path/ca.pem` in the words of the driver. */
import { readFileSync } from "node:fs";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { ConnectionOptions, SslOptions } from "mysql2";

const DEFAULT_PORT = 3306;

/** The words are those of the client programs: encrypted or not, checked against the authority, checked against the host's name too. */
const TLS_MODES = ["DISABLED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"];
const KNOWN = ["ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "socket"];

function file(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw malformed("the store's url names a certificate or key that can't be read");
  }
}

function tls(query: URLSearchParams): SslOptions | undefined {
  const mode = (
    query.get("ssl-mode") ?? (query.has("ssl-ca") ? "VERIFY_IDENTITY" : "DISABLED")
  ).toUpperCase();
  if (!TLS_MODES.includes(mode))
    throw malformed(`the store's url names an unknown \`ssl-mode\`: use one of ${TLS_MODES.join(", ")}`);
  if (mode === "DISABLED") return undefined;
  const [ca, cert, key] = [query.get("ssl-ca"), query.get("ssl-cert"), query.get("ssl-key")];
  return {
    minVersion: "TLSv1.2",
    rejectUnauthorized: mode !== "REQUIRED",
    verifyIdentity: mode === "VERIFY_IDENTITY",
    ...(ca === null ? {} : { ca: file(ca) }),
    ...(cert === null ? {} : { cert: file(cert) }),
    ...(key === null ? {} : { key: file(key) }),
  };
}

function parsed(url: string): URL {
  const read = URL.canParse(url) ? new URL(url) : null;
  if (read === null || !/^(mysql|mariadb):$/.test(read.protocol))
    throw malformed("the store's url can't be read");
  return read;
}

export function optionsOf(url: string): ConnectionOptions {
  const read = parsed(url);
  const database = decodeURIComponent(read.pathname.slice(1));
  if (database === "") throw malformed("the store's url names no database");
  const strange = [...read.searchParams.keys()].find((key) => !KNOWN.includes(key));
  if (strange !== undefined)
    throw malformed(`the store's url has the unknown option \`${strange}\`: known are ${KNOWN.join(", ")}`);
  const socket = read.searchParams.get("socket");
  const ssl = tls(read.searchParams);
  return {
    ...(socket === null
      ? {
          host: decodeURIComponent(read.hostname).replace(/^\[|\]$/g, ""),
          port: Number(read.port || DEFAULT_PORT),
        }
      : { socketPath: socket }),
    user: decodeURIComponent(read.username),
    password: decodeURIComponent(read.password),
    database,
    ...(ssl === undefined ? {} : { ssl }),
  };
}
