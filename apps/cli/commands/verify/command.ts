import { writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Report } from "@avow/runtime/checks/verify";
import { openService } from "@avow/runtime/service/open";
import type { Command } from "commander";
import { z } from "zod";
import { checkService } from "../../check.ts";
import type { CliCommand, CommandContext } from "../../command.ts";
import { CONNECTORS } from "../../connectors.ts";
import { formatIssues } from "../../report/issues.ts";
import { junit } from "../../report/junit.ts";
import { sarif } from "../../report/sarif.ts";
import { formatReport } from "../../report/verdicts.ts";

const optionsSchema = z.object({
  promise: z.array(z.string()).optional(),
  require: z.enum(["kept"], { error: "takes `kept`" }).optional(),
  junit: z.string().optional(),
  sarif: z.string().optional(),
});

export const verifyCommand: CliCommand = {
  name: "verify",
  summary: "check every promise on the live data; changes nothing",
  configure(program: Command) {
    program
      .option("--promise <id...>", "only these promises")
      .option("--require <verdict>", "`kept`: exit 1 on what is unproven, too")
      .option("--junit <file>", "also write a JUnit report")
      .option("--sarif <file>", "also write a SARIF report");
  },
  async run(context, given) {
    const options = optionsSchema.safeParse(given);
    if (!options.success) {
      context.stderr(`${options.error.issues.map((i) => `--${i.path.join(".")} ${i.message}`).join("\n")}\n`);
      return 2;
    }
    const opened = await openService(context.serviceFolder, {
      env: context.env,
      now: context.now,
      onLog: () => {},
      connectors: CONNECTORS,
    });
    const shown = opened.issues.filter((i) => i.severity === "error" || i.code === "no-address");
    if (shown.length > 0) context.stderr(`${formatIssues(shown, opened.sources)}\n`);
    if (opened.value === null) return opened.unreachable ? 3 : 2;
    try {
      const whole = await checkService(opened.value, context.now());
      const report = only(whole, options.data.promise);
      if (report.promises.length === 0) {
        context.stderr(
          `no such promise: this policy has ${whole.promises.map((p) => p.promise).join(", ")}\n`,
        );
        return 2;
      }
      await write(context, report, options.data);
      return exitOf(report, options.data.require === "kept");
    } finally {
      await opened.value.close();
    }
  },
};

function only(report: Report, wanted: readonly string[] | undefined): Report {
  if (wanted === undefined) return report;
  const promises = report.promises.filter((p) => wanted.includes(p.promise));
  const count = (verdict: string): number => promises.filter((p) => p.verdict === verdict).length;
  const summary = {
    kept: count("kept"),
    broken: count("broken"),
    unproven: count("unproven"),
    attested: count("attested"),
    notApplicable: count("not applicable"),
  };
  return { ...report, summary, promises };
}

async function write(
  context: CommandContext,
  report: Report,
  options: z.infer<typeof optionsSchema>,
): Promise<void> {
  const fileOf = (name: string): string => relative(context.cwd, join(context.serviceFolder, name));
  if (context.json) context.stdout(`${JSON.stringify(report, null, 2)}\n`);
  else context.stdout(formatReport(report, { colour: context.interactive, file: fileOf }));
  if (options.junit !== undefined) await writeFile(resolve(context.cwd, options.junit), junit(report));
  if (options.sarif !== undefined)
    await writeFile(resolve(context.cwd, options.sarif), sarif(report, fileOf));
}

function exitOf(report: Report, strict: boolean): number {
  if (report.summary.broken > 0) return 1;
  const unreachable = report.promises.some((p) =>
    p.commitments.some((c) => /could not be looked at \((unreachable|denied)\)/.test(c.reason)),
  );
  if (unreachable) return 3;
  return strict && report.summary.unproven > 0 ? 1 : 0;
}
