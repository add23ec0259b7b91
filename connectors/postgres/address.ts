/** What is wrong with an address before anybody connects: the driver takes a mistyped word for none, and goes on without TLS. */
const PROTOCOLS: ReadonlySet<string> = new Set(["postgres:", "postgresql:"]);
const SSL_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"];
/** With any other word the driver breaks when the server answers. */
const SSL_WORDS = ["true", "1", "0", "no-verify"];
const SSL_OPTIONS = ["sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation"];

/** In words that repeat nothing of the address but names of options; null: it can be tried. */
export function wrongIn(url: string): string | null {
  // A folder of sockets, and the database behind a blank; the driver's own notation of one.
  if (url.startsWith("/") || url.startsWith("socket:")) return null;
  // Several hosts, or a blank in a name, are the driver's to read.
  const [, protocol = ""] = /^([a-z][a-z0-9+.-]*:)\/\//i.exec(url) ?? [];
  if (!PROTOCOLS.has(protocol.toLowerCase()))
    return "the store's url does not begin with `postgres://` or `postgresql://`";
  const at = url.indexOf("?");
  const query = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
  const strange = [...query.keys()].find((k) => /^(ssl|tls)./i.test(k) && !SSL_OPTIONS.includes(k));
  if (strange !== undefined)
    return `the store's url has the unknown option \`${strange}\`: known of TLS are ${SSL_OPTIONS.join(", ")}`;
  if (query.getAll("ssl").some((word) => !SSL_WORDS.includes(word)))
    return `the store's url names an unknown \`ssl\`: use one of ${SSL_WORDS.join(", ")}`;
  const mode = query.get("sslmode");
  return mode === null || SSL_MODES.includes(mode)
    ? null
    : `the store's url names an unknown \`sslmode\`: use one of ${SSL_MODES.join(", ")}`;
}
