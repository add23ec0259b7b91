/**
 * Which connections requests go through. A reading address may lead to a replica, which is good enough for checks; but one that lags behind
 * shows rows that are gone and lacks rows that have come, so requests read where they write wherever the two addresses lead to two servers.
 */
import { errorAt, type Issue } from "@avow/core/terms/issue";
import type { Connector } from "../connector-kit/contract.ts";
import type { StoreAccess } from "../requests/run/estate.ts";
import { MANIFEST } from "./manifest.ts";

type Probed = Awaited<ReturnType<Connector["probe"]>>;
type Connectors = Readonly<Record<string, Connector>>;

interface Primaries {
  readonly stores: Readonly<Record<string, StoreAccess>>;
  /** Of stores whose `eraseUrl` takes no changes: what is only read can be carried out all the same. */
  readonly issues: readonly Issue[];
  /** The issues as they are now, of those stores: a primary may be made one again while we run. */
  readonly unwritable: () => Promise<readonly Issue[]>;
}

/** Stores without both addresses are left out. One that does not answer is judged when it is asked again. */
export async function primariesOf(readers: Connectors, erasers: Connectors): Promise<Primaries> {
  const stores: Record<string, StoreAccess> = {};
  const issues: Issue[] = [];
  // What takes no changes, and what did not say: a standby may have been on its way up.
  const refusing: Record<string, Connector> = {};
  for (const [store, eraser] of Object.entries(erasers)) {
    const reader = readers[store];
    if (reader === undefined) continue;
    const [read, written] = await Promise.all([reader.probe(), eraser.probe()]);
    if (written.ok && written.value.readOnly) issues.push(takesNoChanges(store));
    if (!written.ok || written.value.readOnly) refusing[store] = eraser;
    stores[store] = { reader: showsAnother(read, written) ? eraser : reader, eraser };
  }
  return { stores, issues, unwritable: () => refusalsOf(refusing) };
}

/** A replica, or one that was: promoted, it goes its own way, and says that it is none. */
function showsAnother(read: Probed, written: Probed): boolean {
  if (!read.ok) return false;
  if (read.value.copy === true) return true;
  return written.ok && read.value.server !== written.value.server;
}

async function refusalsOf(erasers: Connectors): Promise<readonly Issue[]> {
  const issues: Issue[] = [];
  for (const [store, eraser] of Object.entries(erasers)) {
    const written = await eraser.probe();
    // One that does not answer says so when it is asked for something.
    if (written.ok && written.value.readOnly) issues.push(takesNoChanges(store));
  }
  return issues;
}

const takesNoChanges = (store: string): Issue =>
  errorAt(
    { file: MANIFEST, line: 1, column: 1 },
    {
      code: "erase-on-copy",
      message: `\`eraseUrl\` of the store \`${store}\` takes no changes: it leads to a replica, or to a server or a file that is read-only`,
      fix: "give it the address of the primary, or let it be written to; `readUrl` may be a replica's. Until then access, portability and restrict go on; what changes the store does not",
    },
  );
