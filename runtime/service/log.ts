/** The evidence log of a service: opened as avow.yaml says, and seen to when the service is closed. */
import { isWitness } from "@avow/core/evidence/checkpoint";
import { parseKey } from "@avow/core/evidence/note";
import { errorAt, type Issue } from "@avow/core/terms/issue";
import { LogRefused } from "../ledger/guard.ts";
import { type Ledger, type LedgerOptions, openLedger } from "../ledger/ledger.ts";
import { nodePrimitives } from "../ledger/primitives.ts";
import { MANIFEST, type Manifest } from "./manifest.ts";

export type OpenedLog =
  | { readonly ok: true; readonly value: Ledger }
  | { readonly ok: false; readonly issue: Issue };

/** Of the manifest's origin and witnesses. */
export async function logOf(manifest: Manifest, options: LedgerOptions): Promise<OpenedLog> {
  const witnesses = manifest.ledger.witnesses.map(({ url, key }) => ({
    url,
    key: parseKey(nodePrimitives, key),
  }));
  const wrong = witnesses.find(({ key }) => key === null || !isWitness(key));
  if (wrong !== undefined) {
    const text = {
      code: "ledger",
      message: `the key of the witness at \`${wrong.url}\` is no key of a witness`,
      fix: "write it as the witness gives it: `name+1a2b3c4d+BA…`",
    };
    return { ok: false, issue: errorAt({ file: MANIFEST, line: 1, column: 1 }, text) };
  }
  const known = witnesses.flatMap(({ url, key }) => (key === null ? [] : [{ url, key }]));
  try {
    const origin = manifest.ledger.origin ?? undefined;
    return { ok: true, value: await openLedger({ ...options, origin, witnesses: known }) };
  } catch (error) {
    if (!(error instanceof LogRefused)) throw error;
    const text = { code: "ledger", message: error.message, fix: "see spec/evidence-log.md" };
    return { ok: false, issue: errorAt({ file: MANIFEST, line: 1, column: 1 }, text) };
  }
}

/** Entries are committed with what they tell of; that their place in the log is still open must not undo it. */
export async function settle(ledger: Ledger, onLog: (line: string) => void): Promise<void> {
  try {
    if (await ledger.settle()) return;
    onLog("the evidence log: entries wait to be written by the process that leads it");
  } catch (error) {
    onLog(`the evidence log is not written: ${error instanceof Error ? error.message : "unknown error"}`);
  }
}
