/**
 * A service folder made ready to work with: policy, data map, connections to its stores, Avow's own database. Close it when done.
 */
import { kinds as KINDS } from "@avow/core/commitments/index";
import type { DataMap } from "@avow/core/datamap/model";
import type { KeepRule } from "@avow/core/plan/keep";
import type { Policy } from "@avow/core/policy/model";
import { byPlace, errorAt, hasErrors, type Issue, warningAt } from "@avow/core/terms/issue";
import type { Connector, ConnectorModule, Connectors } from "../connector-kit/contract.ts";
import type { Jobs, OpenJobs } from "../jobs/open.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { requestJob } from "../requests/desk/jobs.ts";
import { keepIssues } from "../requests/run/estate.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { ensureDatabase } from "../store/embedded.ts";
import { rootKey } from "../vault/keyfile.ts";
import { createSealer, type Sealer } from "../vault/seal.ts";
import { Addresses } from "./addresses.ts";
import { graceIssues, pseudoGraceIssues } from "./grace.ts";
import { findHome } from "./home.ts";
import { logOf, settle } from "./log.ts";
import { MANIFEST, type Manifest, readManifest } from "./manifest.ts";
import { readMaps } from "./maps.ts";
import { pinIssues } from "./pins.ts";
import { readPolicy } from "./policy.ts";

const STATEMENT_TIMEOUT_MS = 120_000;
const STATE_DATABASE = "avow";

export interface OpenOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly onLog: (line: string) => void;
  readonly connectors: Connectors;
}

export interface OpenService {
  readonly folder: string;
  readonly home: string;
  readonly manifest: Manifest;
  readonly policy: Policy;
  readonly map: DataMap;
  readonly keepRules: ReadonlyMap<string, KeepRule>;
  /** A store without an address has none: its promises are unproven. */
  readonly readers: Readonly<Record<string, Connector>>;
  readonly erasers: Readonly<Record<string, Connector>>;
  /** Where each store is, without account and password. */
  readonly places: Readonly<Record<string, string>>;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly ledger: Ledger;
  readonly addresses: Addresses;
  /** The queue of this service's work, opened at the first call: most commands need none. */
  jobs(): Promise<Jobs>;
  /** Also has what was appended to the log written down, as far as that is possible now. */
  close(): Promise<void>;
}

export interface Opened<T> {
  readonly value: T | null;
  readonly issues: readonly Issue[];
  readonly sources: ReadonlyMap<string, string>;
  /** A store could not be reached: not the input's fault. */
  readonly unreachable: boolean;
}

export interface ServiceTexts {
  readonly manifest: Manifest | null;
  readonly policy: Policy | null;
  readonly map: DataMap | null;
  readonly issues: readonly Issue[];
  readonly sources: ReadonlyMap<string, string>;
}

/** Everything of a service that is text: reads files, connects to nothing. */
export async function readService(folder: string): Promise<ServiceTexts> {
  const read = await readManifest(folder);
  const manifest = read.value;
  if (manifest === null)
    return { manifest, policy: null, map: null, issues: read.issues, sources: new Map() };
  const policy = await readPolicy(folder, manifest, KINDS);
  const map = await readMaps(folder, manifest.datamap);
  const sources = new Map([...policy.sources, ...map.sources]);
  const compiled = policy.compiled?.value ?? null;
  const pins = map.value === null ? [] : pinIssues(manifest, map.value);
  const across =
    compiled === null || map.value === null
      ? []
      : [
          ...pseudoGraceIssues(manifest, map.value),
          ...crossIssues(manifest, compiled, map.value),
          ...graceIssues(manifest, compiled),
        ];
  return {
    manifest,
    policy: compiled,
    map: map.value,
    issues: [...policy.issues, ...map.issues, ...pins, ...across].sort(byPlace),
    sources,
  };
}

export async function openService(folder: string, options: OpenOptions): Promise<Opened<OpenService>> {
  const texts = await readService(folder);
  const { manifest, policy, map, sources } = texts;
  if (manifest === null || policy === null || map === null || hasErrors(texts.issues))
    return { value: null, issues: texts.issues, sources, unreachable: false };
  const home = findHome(folder, options.env);
  const addresses = new Addresses({ folder, home, env: options.env, onLog: options.onLog });
  const issues: Issue[] = [];
  const connected = await connect(manifest, map, addresses, options.connectors, issues);
  const state = await stateUrl(manifest, addresses, options.env);
  if (typeof state !== "string")
    issues.push(
      errorAt(
        { file: MANIFEST, line: 1, column: 1 },
        { code: "no-address", message: `\`state\`: ${state.message}`, fix: state.fix },
      ),
    );
  const closeStores = (): Promise<void> => closeAll(connected);
  if (typeof state !== "string" || hasErrors(issues)) {
    await closeStores();
    await addresses.release();
    return { value: null, issues: [...texts.issues, ...issues], sources, unreachable: false };
  }
  const db = await openDatabase(state);
  const sealer = createSealer(await rootKey(home));
  const { now, onLog } = options;
  const ledger = await logOf(manifest, {
    ...{ db, home, now, onLog, log: manifest.service },
    seals: { installation: sealer, under: createSealer },
  });
  if (!ledger.ok) {
    await closeStores();
    await db.destroy();
    await addresses.release();
    return { value: null, issues: [...texts.issues, ledger.issue], sources, unreachable: false };
  }
  let jobs: Promise<Jobs> | null = null;
  const value: OpenService = {
    folder,
    home,
    manifest,
    policy,
    map,
    keepRules: keepRules(policy),
    ...connected,
    ...{ db, sealer, ledger: ledger.value, addresses },
    jobs: () => {
      jobs ??= openQueue({ db, url: state, service: manifest.service, jobs: [requestJob], onLog });
      return jobs;
    },
    async close() {
      const queue = await jobs?.catch(() => null);
      await queue?.close();
      await settle(ledger.value, options.onLog);
      await closeStores();
      await db.destroy();
      await addresses.release();
    },
  };
  return { value, issues: [...texts.issues, ...issues], sources, unreachable: false };
}

async function closeAll({ readers, erasers }: Pick<OpenService, "readers" | "erasers">): Promise<void> {
  await Promise.all([...Object.values(readers), ...Object.values(erasers)].map((c) => c.close()));
}

/** Loaded when it is needed: reading pg-boss takes a fifth of a second, which a command without jobs need not wait. */
const openQueue = async (options: OpenJobs): Promise<Jobs> =>
  (await import("../jobs/open.ts")).openJobs(options);

export const keepRules = (policy: Policy): ReadonlyMap<string, KeepRule> =>
  new Map(
    policy.commitments.flatMap((c) => {
      const rule = KINDS.find((k) => k.name === c.kind)?.keepRule(c) ?? null;
      return rule === null ? [] : [[c.id, rule] as const];
    }),
  );

/**
 * A reason to keep that `policy.lock` does not confirm as it stands: perhaps a slip of the pen, and what it no longer keeps would be
 * gone for good.
 */
export const unconfirmedKeeps = (policy: Policy): Issue[] => {
  const rules = keepRules(policy);
  return policy.commitments.flatMap((c) =>
    c.unbound === null || !rules.has(c.id)
      ? []
      : [
          errorAt(c.span, {
            code: "unconfirmed-keep",
            message: `nothing is erased: \`${c.id}\` says what must be kept, and is not confirmed: ${c.unbound}`,
            fix: "read it and run `avow bind`",
          }),
        ],
  );
};

async function stateUrl(manifest: Manifest, addresses: Addresses, env: OpenOptions["env"]) {
  if (manifest.state !== null) {
    const address = await addresses.resolve(manifest.state);
    return address.ok ? address.url : address;
  }
  if (env["DATABASE_URL"] !== undefined && env["DATABASE_URL"] !== "") return env["DATABASE_URL"];
  const server = await addresses.embedded();
  await ensureDatabase(server, STATE_DATABASE);
  return server.urlFor({ database: STATE_DATABASE });
}

export async function connectorNamed(
  connectors: Connectors,
  name: string,
): Promise<ConnectorModule | undefined> {
  return Object.hasOwn(connectors, name) ? connectors[name]?.() : undefined;
}

async function connect(
  manifest: Manifest,
  map: DataMap,
  addresses: Addresses,
  connectors: OpenOptions["connectors"],
  issues: Issue[],
) {
  const readers: Record<string, Connector> = {};
  const erasers: Record<string, Connector> = {};
  const places: Record<string, string> = {};
  for (const [store, entry] of Object.entries(manifest.stores)) {
    if (!map.stores.some((s) => s.store === store)) continue;
    const module = await connectorNamed(connectors, entry.connector);
    const wrong = (message: string, fix: string): void => {
      issues.push(errorAt({ file: MANIFEST, line: 1, column: 1 }, { code: "no-connector", message, fix }));
    };
    if (module === undefined) {
      wrong(
        `the store \`${store}\` names the connector \`${entry.connector}\`, which does not exist`,
        `known: ${Object.keys(connectors).join(", ")}`,
      );
      continue;
    }
    if (module.byHand === true) {
      const options = { url: "", statementTimeoutMs: STATEMENT_TIMEOUT_MS };
      readers[store] = module.open({ ...options, access: "read" });
      erasers[store] = module.open({ ...options, access: "erase" });
      continue;
    }
    for (const [access, written, into] of [
      ["read", entry.readUrl, readers],
      ["erase", entry.eraseUrl, erasers],
    ] as const) {
      if (written === null) continue;
      const address = await addresses.resolve(written);
      if (address.ok) places[store] = placeOf(address.url);
      if (address.ok)
        into[store] = module.open({ url: address.url, access, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
      else {
        const message = `store \`${store}\`: ${address.message}`;
        // One address for reading and erasing is missing once.
        if (issues.some((i) => i.code === "no-address" && i.message === message)) continue;
        const place = { file: MANIFEST, line: 1, column: 1 };
        issues.push(warningAt(place, { code: "no-address", message, fix: address.fix }));
      }
    }
  }
  return { readers, erasers, places };
}

/** Windows of one place say nothing about another, whatever account looks at it. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** What policy and map must agree on: classes, and reasons to keep. */
function crossIssues(manifest: Manifest, policy: Policy, map: DataMap): Issue[] {
  const rules = keepRules(policy);
  const classes = Object.keys(policy.classes);
  return map.stores.flatMap((store) => {
    const place = { file: store.file, line: 1, column: 1 };
    const issues =
      manifest.stores[store.store] === undefined
        ? [
            warningAt(place, {
              code: "no-store",
              message: `\`${store.store}\` is not connected: nothing of it can be checked or erased`,
              fix: "name it under `stores:` in avow.yaml",
            }),
          ]
        : [];
    for (const c of store.collections) {
      if (c.class !== "system" && !classes.includes(c.class))
        issues.push(
          errorAt(c.span, {
            code: "unknown-class",
            message: `\`${c.name}\` is of class \`${c.class}\`, which the policy does not know`,
            fix: `known: ${classes.join(", ")}, system`,
          }),
        );
      issues.push(...keepIssues(c, rules));
    }
    return issues;
  });
}
