/** `avow verify --anomalies`: what no promise speaks of and a careful reader would ask about, in counts. */
import { findAnomalies } from "@avow/runtime/checks/anomalies/find";
import { leavingOf } from "@avow/runtime/requests/desk/leaving";
import type { OpenService } from "@avow/runtime/service/open";
import type { CommandContext } from "../../command.ts";

/** They are questions and no breaches: the exit code is 0 but for a store that could not be looked at. */
export async function showAnomalies(context: CommandContext, service: OpenService): Promise<number> {
  const { policy, map, readers, manifest } = service;
  const report = await findAnomalies({
    ...{ policy, map, readers, budget: manifest.checks.budget, now: context.now() },
    // Whoever is gone but for what a legal hold keeps has a row of their own wherever it keeps one (spec/holds.md): what else names them was left behind.
    leaving: () => leavingOf({ ...service, service: manifest.service }, context.now(), { held: false }),
  });
  if (context.json) context.stdout(`${JSON.stringify(report, null, 2)}\n`);
  else {
    for (const { anomaly, what, partial } of report.anomalies)
      context.stdout(`! ${anomaly.padEnd(14)}  ${what}${partial ? " (only a part was read)" : ""}\n`);
    context.stdout(`${report.service}: ${report.anomalies.length} anomalies\n`);
  }
  for (const line of report.notLooked) context.stderr(`not looked at: ${line}\n`);
  return map.stores.every((s) => readers[s.store] !== undefined) ? 0 : 3;
}
