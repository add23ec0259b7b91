/** How a log stands, for those who look at a board. */
import { openCheckpoint } from "@avow/core/evidence/checkpoint";
import type { Ledger } from "./ledger.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { latestCheckpoint } from "./receipts.ts";

export interface LogState {
  readonly origin: string;
  readonly size: number;
  /** How many cosigned the latest checkpoint, and how many are asked to. */
  readonly cosigned: number;
  readonly witnesses: number;
}

/** Null: nothing is published yet. */
export async function logState(ledger: Ledger): Promise<LogState | null> {
  const { db, place } = ledger.sequencer;
  const published = await latestCheckpoint(db, place);
  if (published === null) return null;
  const trust = { log: await ledger.verifierKeys(), witnesses: ledger.witnesses };
  const opened = openCheckpoint(p, published.bytes, trust);
  const cosigned = opened.ok ? opened.value.witnesses.length : 0;
  const { origin, size } = published;
  return { origin, size, cosigned, witnesses: ledger.witnesses.length };
}
