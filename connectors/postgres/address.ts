/**
 * What is wrong with an address before anybody connects. With any word for `sslmode` the driver uses TLS and checks whom it speaks to, unless it is
 * `disable` or `no-verify`, or `uselibpqcompat` gives the words the meanings of libpq; with an empty one, or one under another name, it goes on
 * without TLS, and with a word that it does not know for `ssl` it breaks when the server answers.
 */
import pg from "pg";

const PROTOCOLS: ReadonlySet<string> = new Set(["postgres:", "postgresql:"]);
const PORT_MAX = 65_535;
const CAN_NOT_BE_READ =
  "the store's url can't be read: signs that mean something in a url are written as `%` and two digits of UTF-8 each, as in `%40` for `@`";

/** What may be said for each option of TLS; null: the name of a file. */
const TLS_OPTIONS: Readonly<Record<string, readonly string[] | null>> = {
  ssl: ["true", "1", "0", "no-verify"],
  sslmode: ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"],
  sslrootcert: null,
  sslcert: null,
  sslkey: null,
  sslnegotiation: ["postgres", "direct"],
  uselibpqcompat: ["true"],
};

/** Settings for the session; throws where they are no text. */
export const optionsIn = (url: string): string =>
  decodeURIComponent(/[?&]options=([^&#]*)/.exec(url)?.[1] ?? "");

/** In words that repeat nothing of the address but names of options; null: it can be tried. */
export function wrongIn(url: string): string | null {
  // A folder of sockets, and the database behind a blank; the driver's own notation of one.
  const isFolder = url.startsWith("/") || url.startsWith("socket:");
  // Several hosts, or a blank in a name, are the driver's to read.
  const [, protocol = ""] = /^([a-z][a-z0-9+.-]*:)\/\//i.exec(url) ?? [];
  if (!isFolder && !PROTOCOLS.has(protocol.toLowerCase()))
    return "the store's url does not begin with `postgres://` or `postgresql://`";
  const [, asked = ""] = /\?([^#]*)/.exec(url) ?? [];
  return wrongInQuery(new URLSearchParams(asked)) ?? wrongToDriver(url);
}

function wrongInQuery(query: URLSearchParams): string | null {
  const names = [...query.keys()].filter((k) => /^(ssl|tls|uselibpq)/i.test(k));
  const strange = names.find((k) => !Object.hasOwn(TLS_OPTIONS, k));
  if (strange !== undefined)
    return `the store's url has the unknown option \`${strange}\`: known of TLS are ${Object.keys(TLS_OPTIONS).join(", ")}`;
  const twice = names.find((k) => query.getAll(k).length > 1);
  if (twice !== undefined) return `the store's url says \`${twice}\` twice: say it once`;
  for (const name of names) {
    const words = TLS_OPTIONS[name] ?? null;
    const said = query.get(name) ?? "";
    if (words === null ? said === "" : !words.includes(said))
      return words === null
        ? `the store's url names no file for \`${name}\``
        : `the store's url names an unknown \`${name}\`: use one of ${words.join(", ")}`;
  }
  const port = query.get("port") ?? "";
  if (!/^\d*$/.test(port) || Number(port) > PORT_MAX)
    return "the store's url names a `port` that is no number of a port";
  return contradiction(query);
}

function contradiction(query: URLSearchParams): string | null {
  const [mode, ssl] = [query.get("sslmode"), query.get("ssl")];
  const isOff = mode === "disable" || (mode === null && ssl === "0");
  if (mode === "disable" && ssl !== null && ssl !== "0")
    return "the store's url asks for TLS by `ssl`, and for none by `sslmode`: say one of them";
  if (isOff && query.get("sslnegotiation") === "direct")
    return "the store's url says `sslnegotiation=direct` and no TLS: say one of them";
  if (mode === "verify-ca" && query.has("uselibpqcompat") && !query.has("sslrootcert"))
    return "the store's url says `sslmode=verify-ca` without a `sslrootcert`: any authority would do. Name the file, or say `sslmode=verify-full`";
  return null;
}

/** The driver reads it, and nobody connects. What the system says of files and hosts is told when somebody does. */
function wrongToDriver(url: string): string | null {
  try {
    optionsIn(url);
    Reflect.construct(pg.Client, [{ connectionString: url }]);
    return null;
  } catch (error) {
    return error instanceof Error && "code" in error ? null : CAN_NOT_BE_READ;
  }
}
