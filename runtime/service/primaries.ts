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
  /**
   * To be asked before each request. The issues as they are now, of those stores: a primary may be made one again while we run. Where one of the
   * two addresses did not answer, it is chosen again which of them is read through.
   */
  readonly unwritable: () => Promise<readonly Issue[]>;
}

/** Stores without both addresses are left out. One that does not answer is judged when it is asked again. */
export async function primariesOf(readers: Connectors, erasers: Connectors): Promise<Primaries> {
  const stores: Record<string, StoreAccess> = {};
  const issues: Issue[] = [];
  // What takes no changes, and what did not say: a standby may have been on its way up.
  const asked: Store[] = [];
  for (const [store, eraser] of Object.entries(erasers)) {
    const reader = readers[store];
    if (reader === undefined) continue;
    const probed = await bothOf({ reader, eraser });
    if (takesNone(probed)) issues.push(takesNoChanges(store));
    // Its schema is to be known before anything can be asked of it, and either of the two has it.
    const one = {
      store,
      reader,
      eraser,
      through: showsAnother(probed) ? eraser : reader,
      isSettled: isSettled(probed),
    };
    if (!one.isSettled || takesNone(probed)) asked.push(one);
    stores[store] = {
      get reader() {
        return one.through;
      },
      eraser,
    };
  }
  return { stores, issues, unwritable: () => judgedAgain(asked) };
}

interface Store {
  readonly store: string;
  readonly reader: Connector;
  readonly eraser: Connector;
  /** Which of the two is read through. */
  through: Connector;
  /** It was chosen when both had said where they lead to. */
  isSettled: boolean;
}

interface Both {
  readonly read: Probed;
  readonly written: Probed;
}

async function bothOf({ reader, eraser }: Pick<Store, "reader" | "eraser">): Promise<Both> {
  const [read, written] = await Promise.all([reader.probe(), eraser.probe()]);
  return { read, written };
}

const takesNone = ({ written }: Both): boolean => written.ok && written.value.readOnly;

/** What can not tell never will. */
const hasSaid = (probed: Probed): boolean => probed.ok || probed.error === "not_supported";

const isSettled = (both: Both): boolean => hasSaid(both.read) && hasSaid(both.written);

/** A replica, or one that was: promoted, it goes its own way, and says that it is none. */
function showsAnother({ read, written }: Both): boolean {
  if (!read.ok) return false;
  if (read.value.copy === true) return true;
  return written.ok && read.value.server !== written.value.server;
}

async function judgedAgain(asked: readonly Store[]): Promise<readonly Issue[]> {
  const issues: Issue[] = [];
  for (const one of asked) {
    const both = await bothOf(one);
    if (takesNone(both)) issues.push(takesNoChanges(one.store));
    // Another request may have heard of both meanwhile.
    if (one.isSettled) continue;
    // One that does not answer says so when it is asked for something: read elsewhere, it might come back within the request, and be another server.
    one.through = showsAnother(both) || !hasSaid(both.written) ? one.eraser : one.reader;
    one.isSettled = isSettled(both);
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
