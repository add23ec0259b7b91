/** Where a log is: its row in the database, its files, its guard, its keys. */
import { join } from "node:path";
import { fileGuard, type Guard } from "./guard.ts";
import { type KeyFolder, keyPath } from "./signing-keys.ts";

export interface LogPlace {
  /** The service. */
  readonly log: string;
  readonly origin: string;
  /** The folder that is served under the log's prefix. */
  readonly files: string;
  readonly guard: Guard;
  readonly keys: KeyFolder;
}

/** The guard lies apart from what it guards: who restores the one should not restore the other by the way. */
export function placeIn(home: string, log: string, origin: string): LogPlace {
  return {
    log,
    origin,
    files: join(home, "ledger", log),
    guard: fileGuard(join(home, "ledger-guard", `${log}.checkpoint`)),
    keys: { path: keyPath(home, log), origin },
  };
}
