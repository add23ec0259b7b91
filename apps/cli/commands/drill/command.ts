import { isAway } from "@avow/runtime/checks/drill";
import { openService } from "@avow/runtime/service/open";
import type { Command } from "commander";
import { z } from "zod";
import type { CliCommand } from "../../command.ts";
import { drillService } from "../../drill.ts";
import { openOrSay } from "../../opened.ts";

const optionsSchema = z.object({ app: z.string().optional(), only: z.array(z.string()).optional() });

export const drill: CliCommand = {
  configure(program: Command) {
    program
      .option(
        "--app <url>",
        "where the service's app is (default: where `avow up` runs it, else `drill.app` of avow.yaml)",
      )
      .option("--only <names...>", "only these drills: `erase`, `rectify`, `minors` …")
      .addHelpText(
        "after",
        "\nThe service must be running. The invented person is removed afterwards. Exit codes: 0 passed, 1 failed, 2 the input is wrong, 3 the app could not be reached.\n",
      );
  },
  async run(context, options) {
    const opened = await openOrSay(context, openService);
    if (opened.value === null) return opened.code;
    const { app, only } = optionsSchema.parse(options);
    try {
      const drilled = await drillService(opened.value, {
        now: context.now,
        onStep: (text) => context.stderr(`  ${text}\n`),
        ...(app === undefined ? {} : { base: app }),
        only,
      });
      if (!drilled.ok) {
        context.stderr(`${drilled.reason}\n`);
        return 2;
      }
      if (context.json)
        context.stdout(
          `${JSON.stringify({ service: opened.value.manifest.service, drills: drilled.results }, null, 2)}\n`,
        );
      else
        for (const r of drilled.results)
          context.stdout(
            `${r.unseen === true ? "? not seen" : r.passed ? "✓ passed" : "✗ failed"}  ${r.right}: ${r.detail}\n`,
          );
      return drilled.results.every((r) => r.passed) ? 0 : 1;
    } catch (error) {
      if (!isAway(error)) throw error;
      context.stderr("the service's app could not be reached: start it, or name it with --app\n");
      return 3;
    } finally {
      await opened.value.close();
    }
  },
};
