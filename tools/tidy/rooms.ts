/**
 * Which room a file is in, and which rooms it may import: the table behind "direction" in ARCHITECTURE.md. A room that is not in the
 * table is a finding too: whoever adds one says here what it may know.
 */

/** In core, each room and all that it may import. */
const CORE: Readonly<Record<string, readonly string[]>> = {
  terms: [],
  law: ["terms"],
  datamap: ["terms"],
  rights: ["terms", "datamap"],
  plan: ["terms", "datamap", "rights"],
  policy: ["terms", "law"],
  commitments: ["terms", "law", "policy", "datamap", "rights", "plan"],
  page: ["terms", "law", "policy", "commitments"],
  consent: ["terms"],
  decide: ["terms", "law", "policy", "consent"],
  evidence: ["terms"],
};

/** In runtime, a room may import every room of the rows above its own. */
const RUNTIME: readonly (readonly string[])[] = [
  ["store", "egress", "disk", "connector-kit", "documents"],
  ["jobs", "ledger", "vault", "people", "identity"],
  ["consent", "notices"],
  ["checks", "requests", "retention", "ingest", "incidents", "discovery", "publish"],
  ["gateway"],
  ["service"],
];

const APPS: Readonly<Record<string, readonly string[]>> = {
  // The command line is also the way to start everything (`avow up`), so it knows the server.
  cli: ["apps/server", "apps/worker", "apps/verifier"],
  server: [],
  worker: [],
  console: [],
  center: [],
  verifier: [],
};

export function roomOf(path: string): string {
  const [top = "", room = ""] = path.split("/");
  return ["core", "runtime", "connectors", "apps", "services", "tools"].includes(top)
    ? `${top}/${room}`
    : top;
}

const inside = (room: string, top: string): boolean => room.startsWith(`${top}/`);

/** Why a file of one room may not import one of another; null when it may. */
export function whyNot(from: string, to: string, typeOnly: boolean): string | null {
  if (from === to) return null;
  const [top = "", name = ""] = from.split("/");
  if (inside(to, "tools") || to === "sim" || to === "bench") {
    // How the tests are run is said at the root.
    if (from === "vitest.config.ts" && to === "tools/provision") return null;
    return top === "tools" || from === "sim" || from === "bench" ? null : `nothing imports \`${to}\``;
  }
  if (top === "core") return fromCore(name, to);
  if (top === "runtime") return fromRuntime(name, to);
  if (top === "connectors") return fromConnector(to, typeOnly);
  if (top === "apps") return fromApp(name, to);
  if (top === "services") return fromService(to);
  return inside(to, "apps") ? `nothing imports \`${to}\`` : null;
}

function fromCore(name: string, to: string): string | null {
  const allowed = CORE[name];
  if (allowed === undefined) return `the room \`core/${name}\` is not in the table of rooms`;
  if (!inside(to, "core")) return `core knows nothing of \`${to}\``;
  return allowed.includes(to.slice("core/".length)) ? null : `\`core/${name}\` may not import \`${to}\``;
}

function fromRuntime(name: string, to: string): string | null {
  if (inside(to, "core")) return null;
  const own = RUNTIME.findIndex((row) => row.includes(name));
  if (own === -1) return `the room \`runtime/${name}\` is not in the table of rooms`;
  // One room ties the parts together, and so knows the connectors by name.
  if (inside(to, "connectors"))
    return name === "service" ? null : `\`runtime/${name}\` may not know a connector`;
  if (!inside(to, "runtime")) return `\`runtime/${name}\` may not import \`${to}\``;
  const other = RUNTIME.findIndex((row) => row.includes(to.slice("runtime/".length)));
  return other !== -1 && other < own ? null : `\`runtime/${name}\` may not import \`${to}\``;
}

function fromConnector(to: string, typeOnly: boolean): string | null {
  if (to === "runtime/connector-kit" || to === "core/terms") return null;
  if (to === "core/datamap" || to === "core/plan") {
    return typeOnly ? null : `a connector takes only types from \`${to}\``;
  }
  return inside(to, "connectors")
    ? "connectors never import each other"
    : `a connector may not import \`${to}\``;
}

function fromApp(name: string, to: string): string | null {
  const allowed = APPS[name];
  if (allowed === undefined) return `the room \`apps/${name}\` is not in the table of rooms`;
  if (inside(to, "apps")) return allowed.includes(to) ? null : `\`apps/${name}\` may not import \`${to}\``;
  // Whoever verifies us must be able to read all of it, and to run it without us.
  if (name === "verifier" && to !== "core/evidence") return "the verifier imports `core/evidence` only";
  // A web page talks to the API through the generated client.
  if ((name === "console" || name === "center") && inside(to, "runtime"))
    return "a web page never imports runtime";
  if (inside(to, "services")) return "the reference services are examples: the product does not import them";
  return null;
}

function fromService(to: string): string | null {
  if (inside(to, "services")) return "services never import each other";
  // A service stands for a customer's own program. It may use the pure core's words and the embedded database, not Avow's insides.
  return inside(to, "core") || to === "runtime/store" ? null : `a service may not import \`${to}\``;
}

/** A test may also provision what it needs, and a live test may put the parts together. */
export function whyNotInTest(from: string, to: string): string | null {
  if (to === "tools/provision" || to === "sim") return null;
  if (inside(from, "core")) return inside(to, "core") ? null : `core's tests know nothing of \`${to}\``;
  if (inside(to, "apps") && !inside(from, "apps")) return `nothing imports \`${to}\``;
  return null;
}
