/** A promise that turned, as the message that goes out. No values of persons: what reasons say is made of names, numbers and dates. */

import { type NewAlert, putAlerts } from "../notices/outbox.ts";
import type { Database } from "../store/database.ts";
import type { Turned } from "./db-history.ts";

export interface Listener {
  /** What avow.yaml calls it. */
  readonly sink: string;
  readonly on: readonly string[];
}

const COMMITMENTS_MAX = 20;

/** A first look is news only when it shows a breach. */
const isNews = ({ from, promise }: Turned): boolean => from !== null || promise.verdict === "broken";

export function messageOf(service: string, { id, promise, from, at }: Turned) {
  const speaking = promise.commitments.filter((c) => c.verdict === promise.verdict);
  return {
    type: "verdict.changed",
    timestamp: at.toISOString(),
    data: {
      ...{ change: id, service, promise: promise.promise, from, to: promise.verdict },
      ...{ waived: promise.waived, freshUntil: promise.freshUntil },
      // Nobody looked: there is nothing to say but that.
      stale: promise.commitments.length === 0,
      commitments: speaking.slice(0, COMMITMENTS_MAX).map((c) => ({
        ...{ id: c.id, kind: c.kind, says: c.says, verdict: c.verdict, basis: c.basis, reason: c.reason },
        ...{ file: c.file, line: c.line, section: c.section },
      })),
    },
  };
}

/** In the transaction of the change. */
export async function tellOf(
  tx: Database,
  service: string,
  { turned, listeners }: { readonly turned: readonly Turned[]; readonly listeners: readonly Listener[] },
): Promise<void> {
  const alerts = turned
    .filter(isNews)
    .flatMap((t): NewAlert[] =>
      listeners
        .filter((l) => l.on.includes(t.promise.verdict))
        .map(({ sink }) => ({ sink, body: messageOf(service, t) })),
    );
  const [first] = turned;
  if (first !== undefined) await putAlerts(tx, service, { alerts, now: first.at });
}
