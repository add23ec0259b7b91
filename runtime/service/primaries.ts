/**
 * Which connections requests go through. A reading address may lead to a replica, which is good enough for checks; but one that lags behind
 * shows rows that are gone and lacks rows that have come, so requests read where they write.
 */
import { errorAt, type Issue } from "@avow/core/terms/issue";
import type { Connector } from "../connector-kit/contract.ts";
import type { StoreAccess } from "../requests/run/estate.ts";
import { MANIFEST } from "./manifest.ts";

type Connectors = Readonly<Record<string, Connector>>;

interface Primaries {
  readonly stores: Readonly<Record<string, StoreAccess>>;
  readonly issues: readonly Issue[];
}

/** Stores without both addresses are left out. One that does not answer is not judged here. */
export async function primariesOf(readers: Connectors, erasers: Connectors): Promise<Primaries> {
  const stores: Record<string, StoreAccess> = {};
  const issues: Issue[] = [];
  for (const [store, eraser] of Object.entries(erasers)) {
    const reader = readers[store];
    if (reader === undefined) continue;
    const [read, written] = await Promise.all([reader.probe(), eraser.probe()]);
    if (written.ok && written.value.readOnly) issues.push(takesNoChanges(store));
    stores[store] = { reader: read.ok && read.value.copy === true ? eraser : reader, eraser };
  }
  return { stores, issues };
}

const takesNoChanges = (store: string): Issue =>
  errorAt(
    { file: MANIFEST, line: 1, column: 1 },
    {
      code: "erase-on-copy",
      message: `\`eraseUrl\` of the store \`${store}\` leads to a server that takes no changes: a replica, or one that is read-only`,
      fix: "give it the address of the primary; `readUrl` may be a replica's",
    },
  );
