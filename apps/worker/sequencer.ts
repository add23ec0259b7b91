/** The log's sequencer in a process that stays: leads when no other does, and lets keys go whose time has ended. */
import { forgetEnded } from "@avow/runtime/ledger/forgetting";
import type { Ledger } from "@avow/runtime/ledger/ledger";
import { type Sequencer, startSequencer } from "@avow/runtime/ledger/sequencer";

export interface LogWork {
  readonly ledger: Ledger;
  readonly now: () => Date;
  readonly onLog: (line: string) => void;
}

export function startLogSequencer({ ledger, now, onLog }: LogWork): Sequencer {
  return startSequencer({
    ...ledger.sequencer,
    onLog,
    upkeep: async () => {
      const ended = await forgetEnded(ledger, now());
      if (ended > 0) onLog(`${ledger.place.log}: ${ended} keys of the log have run out and are destroyed`);
    },
  });
}
