import { openDesk } from "@avow/runtime/service/desk";
import { CONCURRENCY, startRequestWorker } from "@avow/worker/requests";
import { startLogSequencer } from "@avow/worker/sequencer";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand } from "../../command.ts";
import { openOrSay } from "../../opened.ts";
import { stopSignal } from "../../stop.ts";
import { startUpkeep } from "../../upkeep.ts";
import { wholeNumber } from "../../whole-number.ts";

const optionsSchema = z.object({
  concurrency: wholeNumber(1, 4).default(CONCURRENCY),
});

export const worker: CliCommand = {
  configure(program: Command) {
    program
      .option("--concurrency <number>", `requests at a time, 1 to 4 (default ${CONCURRENCY})`)
      .addHelpText(
        "after",
        "\nRuns until Ctrl-C or SIGTERM: then it finishes the step that it is at, leaves the rest to others and stops. Killed, it loses nothing.\n",
      );
  },
  async run(context, given) {
    const options = optionsSchema.safeParse(given);
    if (!options.success) {
      context.stderr(`--concurrency ${options.error.issues[0]?.message}\n`);
      return 2;
    }
    // From here on a signal ends it in good order, also while it opens.
    const stopped = stopSignal();
    const onLog = (line: string): void => context.stderr(`${line}\n`);
    const opened = await openOrSay(context, openDesk, { onLog });
    if (opened.value === null) return opened.code;
    const { service, desk } = opened.value;
    for (const { message } of await desk.unwritable()) onLog(message);
    const sequencer = startLogSequencer({ ledger: service.ledger, now: context.now, onLog });
    const upkeep = startUpkeep(service, context);
    try {
      const running = await startRequestWorker(desk, {
        jobs: await service.jobs(),
        concurrency: options.data.concurrency,
        onLog,
        ...(context.atPoint === undefined ? {} : { atPoint: context.atPoint }),
      });
      onLog(`worker of ${desk.service}: running; stop with Ctrl-C`);
      await stopped;
      onLog("stopping after the step at hand");
      await running.stop();
    } finally {
      await upkeep.stop();
      await sequencer.stop();
      await service.close();
    }
    return 0;
  },
};
