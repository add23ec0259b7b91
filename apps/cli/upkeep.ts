/** What a process that stays does for a service's checks: sends alerts, lets verdicts run out, takes canaries away that a crash left. */
import { isAway } from "@avow/runtime/checks/drill";
import { expireVerdicts } from "@avow/runtime/checks/expire";
import { kindOf } from "@avow/runtime/jobs/failure";
import { countLostHolds, lostInWords } from "@avow/runtime/requests/holds/lost";
import { countOverdueHolds, overdueInWords } from "@avow/runtime/requests/holds/overdue";
import { sendAlerts } from "@avow/runtime/service/alerts";
import type { OpenService } from "@avow/runtime/service/open";
import { alone } from "@avow/worker/alone";
import { tellOfTurned } from "./check.ts";
import type { CommandContext } from "./command.ts";
import { sweepCanaries } from "./drill.ts";

export interface Upkeep {
  stop(): Promise<void>;
}

const EVERY_MS = 5_000;
/** Asking a service whether somebody has an account there is a request to it. */
const CANARIES_EVERY_MS = 60_000;

export function startUpkeep(
  service: OpenService,
  { env, now, stderr }: Pick<CommandContext, "env" | "now" | "stderr">,
): Upkeep {
  const { db, manifest } = service;
  const onLog = (line: string): void => stderr(`${line}\n`);
  const stopping = new AbortController();
  const { signal } = stopping;
  let swept: number | null = null;
  let [overdue, lost] = [0, 0];
  const act = async (): Promise<void> => {
    const ran = await expireVerdicts({
      ...{ db, service: manifest.service, now: now(), evidence: service.ledger },
      onTurned: tellOfTurned(service),
    });
    if (ran > 0) onLog(`${manifest.service}: ${ran} verdicts have run out: nobody has looked in time`);
    if (manifest.alerts.length > 0) await sendAlerts(service, { env, now, onLog, signal });
    if (swept !== null && performance.now() - swept < CANARIES_EVERY_MS) return;
    swept = performance.now();
    const late = await countOverdueHolds(db, manifest.service, now());
    if (late > overdue) onLog(`${manifest.service}: ${overdueInWords(late)}`);
    overdue = late;
    const without = await countLostHolds(service, manifest.service);
    if (without > lost) onLog(`${manifest.service}: ${lostInWords(without)}`);
    lost = without;
    if (signal.aborted) return;
    await sweepCanaries(service, {
      ...{ now, signal },
      onStep: (text) => onLog(`${manifest.service}: ${text}`),
    });
  };
  const upkeep = alone(act, (error) => {
    const why = isAway(error) ? "the service is away" : `stopped by ${kindOf(error)}`;
    onLog(`${manifest.service}: upkeep: ${why}; trying again`);
  });
  void upkeep.begin();
  const clock = setInterval(() => void upkeep.begin(), EVERY_MS);
  return {
    async stop() {
      clearInterval(clock);
      stopping.abort();
      await upkeep.ended();
    },
  };
}
