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
import { whyNotWritable } from "../../report/target.ts";
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
    for (const name of ["junit", "sarif"] as const) {
      const file = options.data[name];
      const reason = file === undefined ? null : await whyNotWritable(resolve(context.cwd, file));
      if (reason === null) continue;
      context.stderr(`--${name}: ${reason}\n`);
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
      const wanted = options.data.promise;
      const known = new Set(opened.value.policy.commitments.flatMap((c) => c.promises));
      const strange = (wanted ?? []).filter((p) => !known.has(p));
      if (strange.length > 0) {
        context.stderr(
          `no such promise: \`${strange.join("`, `")}\`; this policy has ${[...known].sort(naturally).join(", ")}\n`,
        );
        return 2;
      }
      const report = await checkService(opened.value, context.now(), wanted);
      await write(context, report, options.data);
      return exitOf(report, options.data.require === "kept");
    } finally {
      await opened.value.close();
    }
  },
};

const naturally = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

async function write(
  context: CommandContext,
  report: Report,
  options: z.infer<typeof optionsSchema>,
): Promise<void> {
  const fileOf = (name: string): string => relative(context.cwd, join(context.serviceFolder, name));
  if (context.json) context.stdout(`${JSON.stringify(report, null, 2)}\n`);
  else context.stdout(formatReport(report, { colour: context.interactive, file: fileOf }));
  if (options.junit !== undefined)
    await writeFile(resolve(context.cwd, options.junit), junit(report, fileOf));
  if (options.sarif !== undefined)
    await writeFile(resolve(context.cwd, options.sarif), sarif(report, fileOf));
}

function exitOf(report: Report, strict: boolean): number {
  if (report.summary.broken > 0) return 1;
  if (report.unreachable.length > 0) return 3;
  return strict && report.summary.unproven > 0 ? 1 : 0;
}
