/** The drills of a reference service that is ours to try things on: they run behind its first board, and the board says so. */

import type { OpenService } from "@avow/runtime/service/open";
import { type DrillOptions, drillService } from "../../drill.ts";

export interface Trial {
  readonly underWay: boolean;
  /** Lets the drill that is under way take its invented person away, and begins no further one. */
  stop(): Promise<void>;
}

interface Around extends Pick<DrillOptions, "now"> {
  /** The app's address. */
  readonly app: string;
  readonly log: (line: string) => void;
  /** When they have ended, however they did. */
  readonly onEnd: () => Promise<void>;
}

export function startTrial(service: OpenService, { app, now, log, onEnd }: Around): Trial {
  const name = service.manifest.service;
  const stopping = new AbortController();
  let underWay = true;
  const tried = drillService(service, { base: app, now, onStep: () => {}, signal: stopping.signal })
    .then((drilled) => {
      if (!drilled.ok) log(`${name}: ${drilled.reason}`);
    })
    .catch(() => {
      if (!stopping.signal.aborted) log(`${name}: the drills did not end`);
    })
    .then(async () => {
      underWay = false;
      if (!stopping.signal.aborted) await onEnd();
    });
  return {
    get underWay() {
      return underWay;
    },
    async stop() {
      if (underWay) log(`${name}: the invented people are taken away first`);
      stopping.abort();
      await tried;
    },
  };
}
