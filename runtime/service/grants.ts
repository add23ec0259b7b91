/** The least that Avow's accounts need, for each store of a service, in the words of its connector. */
import type { Policy } from "@avow/core/policy/model";
import { errorAt, hasErrors, type Issue, warningAt } from "@avow/core/terms/issue";
import type { ConnectorModule } from "../connector-kit/contract.ts";
import { accessNeeds } from "./access-needs.ts";
import { Addresses } from "./addresses.ts";
import { findHome } from "./home.ts";
import { MANIFEST, type StoreEntry } from "./manifest.ts";
import { connectorNamed, type OpenOptions, readService } from "./open.ts";
import { pinOf } from "./pins.ts";

const STATEMENT_TIMEOUT_MS = 30_000;

export interface StoreGrants {
  readonly store: string;
  readonly access: "read" | "erase";
  /** What the owner of the store can pin in avow.yaml, so that these rights stay for this map. */
  readonly pin: string;
  readonly statements: readonly string[];
}

export interface Grants {
  readonly grants: readonly StoreGrants[];
  readonly issues: readonly Issue[];
  readonly sources: ReadonlyMap<string, string>;
  /** Stores whose schema could not be seen. */
  readonly unreachable: readonly string[];
}

export interface GrantOptions extends Omit<OpenOptions, "now"> {
  /** By store: an address that may see the schema, for as long as the accounts have no rights yet. */
  readonly admins: Readonly<Record<string, string>>;
}

interface StoreLook {
  readonly store: string;
  readonly entry: StoreEntry;
  readonly module: ConnectorModule;
  readonly addresses: Addresses;
  readonly admin: string | undefined;
}

type Failed = { readonly issue: Issue; readonly unreachable: boolean };

const failed = (store: string, message: string, fix: string, unreachable = false): Failed => ({
  issue: errorAt(
    { file: MANIFEST, line: 1, column: 1 },
    { code: "no-grants", message: `store \`${store}\`: ${message}`, fix },
  ),
  unreachable,
});

async function look({ store, entry, module, addresses, admin }: StoreLook) {
  const written = admin ?? entry.readUrl ?? entry.eraseUrl;
  if (written === null)
    return failed(store, "no address is given", "give it `readUrl` and `eraseUrl` in avow.yaml");
  const address = await addresses.resolve(written);
  if (!address.ok) return failed(store, address.message, address.fix, true);
  const connector = module.open({
    url: address.url,
    access: "read",
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    const live = await connector.describe();
    if (live.ok) return live.value;
    const fix = `give an address that may see the schema: --admin ${store}=URL`;
    return failed(store, `its schema can't be seen (${live.error}): ${live.reason}`, fix, true);
  } finally {
    await connector.close();
  }
}

/** Rights that give a field another value. */
const CORRECTIONS: readonly string[] = ["rectify", "supplement"];

const promises = (policy: Policy, rights: readonly string[]): boolean =>
  policy.commitments.some(({ means }) => means.rights.some((r) => rights.includes(r.right)));

export async function grantsFor(folder: string, options: GrantOptions): Promise<Grants> {
  const { manifest, map, policy, issues, sources } = await readService(folder);
  if (manifest === null || map === null || hasErrors(issues))
    return { grants: [], issues, sources, unreachable: [] };
  const home = findHome(folder, options.env);
  const addresses = new Addresses({ folder, home, env: options.env, onLog: options.onLog });
  const found: { grants: StoreGrants[]; issues: Issue[]; unreachable: string[] } = {
    grants: [],
    issues: [],
    unreachable: [],
  };
  const take = (store: string, { issue, unreachable }: Failed): void => {
    found.issues.push(issue);
    if (unreachable) found.unreachable.push(store);
  };
  try {
    for (const storeMap of map.stores) {
      const { store } = storeMap;
      const entry = manifest.stores[store];
      const module = entry && (await connectorNamed(options.connectors, entry.connector));
      // No account is needed where nobody connects.
      if (module?.byHand === true) continue;
      if (entry === undefined || module?.grants === undefined) {
        const message = "its connector can't say what its accounts need";
        found.issues.push(
          warningAt(
            { file: storeMap.file, line: 1, column: 1 },
            { code: "no-grants", message: `store \`${store}\`: ${message}` },
          ),
        );
        continue;
      }
      const live = await look({ store, entry, module, addresses, admin: options.admins[store] });
      if ("issue" in live) {
        take(store, live);
        continue;
      }
      const needs = accessNeeds(map, storeMap, live, {
        grace: manifest.grace !== null,
        clean: entry.vacuum,
        correct: policy !== null && promises(policy, CORRECTIONS),
      });
      for (const [access, written] of [
        ["read", entry.readUrl],
        ["erase", entry.eraseUrl],
      ] as const) {
        const address = written === null ? null : await addresses.resolve(written);
        if (address === null) continue;
        if (address.ok)
          found.grants.push({
            store,
            access,
            pin: pinOf(storeMap),
            statements: module.grants({ url: address.url, access, needs: needs[access] }),
          });
        else take(store, failed(store, address.message, address.fix, true));
      }
    }
  } finally {
    await addresses.release();
  }
  return { ...found, issues: [...issues, ...found.issues], sources };
}
