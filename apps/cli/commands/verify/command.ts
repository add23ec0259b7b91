import { join, relative, resolve } from "node:path";
import type { Report } from "@avow/runtime/checks/report";
import { countLostHolds, lostInWords } from "@avow/runtime/requests/holds/lost";
import { countOverdueHolds, overdueInWords } from "@avow/runtime/requests/holds/overdue";
import { sendAlerts } from "@avow/runtime/service/alerts";
import { type OpenService, openService } from "@avow/runtime/service/open";
import type { Command } from "commander";
import { z } from "zod";
import { checkService } from "../../check.ts";
import type { CliCommand, CommandContext } from "../../command.ts";
import { CONNECTORS } from "../../connectors.ts";
import { rootOf } from "../../report/artifact.ts";
import { formatIssues, printIssues } from "../../report/issues.ts";
import { reportJunit, reportSarif } from "../../report/report-files.ts";
import { whyNotWritable, whyNotWritten } from "../../report/target.ts";
import { formatReport } from "../../report/verdicts.ts";
import { showAnomalies } from "./anomalies.ts";
import { locate } from "./locate.ts";

const optionsSchema = z.object({
  promise: z.array(z.string()).optional(),
  require: z.enum(["kept"], { error: "takes `kept`" }).optional(),
  junit: z.string().optional(),
  sarif: z.string().optional(),
  history: z.boolean().default(true),
  anomalies: z.boolean().default(false),
  locate: z.string().optional(),
  in: z.string().optional(),
});

export const verifyCommand: CliCommand = {
  configure(program: Command) {
    program
      .option("--promise <id...>", "only these promises")
      .option("--require <verdict>", "`kept`: exit 1 on what is unproven, too")
      .option("--junit <file>", "also write a JUnit report")
      .option("--sarif <file>", "also write a SARIF report")
      .option("--no-history", "leave Avow's own record of since when a promise is kept or broken as it is")
      .option(
        "--anomalies",
        "instead: rows of nobody, missing people, fields of no use, copies that contradict",
      )
      .option("--locate <locator>", "find the row that evidence names, with the store's own account")
      .option("--in <store.collection>", "with --locate: look only there")
      .addHelpText(
        "after",
        `
Reads the stores and writes nothing to them. In Avow's own database, which is started or made when there is none yet, it notes since when
each verdict holds, for each commitment as it is worded at the moment.

What does not fit the budget of avow.yaml (\`checks:\`) is read in parts, each run going on where the last one stopped.
A look that a store refuses for now, or that takes longer than the budget's \`seconds\`, leaves its promise unproven, and says so; that fails
nothing but --require kept, even where it is all looks of a store. One that does not even say what it holds could not be reached.
Breaches that \`waivers.yaml\` names are shown and fail nothing. While that file can not be read, no waiver holds: the verdicts are shown so, and the exit code is 2.

Exit codes: 0 no promise is broken but for waived ones (with --require kept: all others are kept), 1 one is broken, 2 the input is wrong or the address of a store is
missing, 3 a store could not be reached.
`,
      );
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
      if (options.data.anomalies) return await showAnomalies(context, opened.value);
      if (options.data.locate !== undefined)
        return await locate(context, opened.value, { locator: options.data.locate, place: options.data.in });
      const wanted = options.data.promise;
      const known = new Set(opened.value.policy.commitments.flatMap((c) => c.promises));
      const strange = (wanted ?? []).filter((p) => !known.has(p));
      if (strange.length > 0) {
        context.stderr(
          `no such promise: \`${strange.join("`, `")}\`; this policy has ${[...known].sort(naturally).join(", ")}\n`,
        );
        return 2;
      }
      const report = await checkService(opened.value, {
        now: context.now(),
        promises: wanted,
        keepHistory: options.data.history,
      });
      if (report.waiverIssues.length > 0) await printIssues(context, report.waiverIssues);
      const unwritten = await write(context, report, options.data);
      // Afterwards: a receiver that does not answer must not keep the verdicts from whoever asked for them.
      if (options.data.history) await alertOf(context, opened.value);
      const late = await countOverdueHolds(opened.value.db, opened.value.manifest.service, context.now());
      if (late > 0) context.stderr(`${overdueInWords(late)}\n`);
      const lost = await countLostHolds(opened.value, opened.value.manifest.service);
      if (lost > 0) context.stderr(`${lostInWords(lost)}\n`);
      if (unwritten.length > 0) {
        context.stderr(unwritten.map((why) => `${why}\n`).join(""));
        return 2;
      }
      return exitOf(report, {
        strict: options.data.require === "kept",
        unaddressed: unaddressed(opened.value),
      });
    } finally {
      await opened.value.close();
    }
  },
};

/** One attempt now; a worker, or the next run, goes on with what did not get through. */
async function alertOf(context: CommandContext, service: OpenService): Promise<void> {
  if (service.manifest.alerts.length === 0) return;
  const onLog = (line: string): void => context.stderr(`${line}\n`);
  await sendAlerts(service, { env: context.env, now: context.now, onLog });
}

const naturally = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

async function write(
  context: CommandContext,
  report: Report,
  options: z.infer<typeof optionsSchema>,
): Promise<string[]> {
  const fileOf = (name: string): string => relative(context.cwd, join(context.serviceFolder, name));
  if (context.json) context.stdout(`${JSON.stringify(report, null, 2)}\n`);
  else context.stdout(formatReport(report, { colour: context.interactive, file: fileOf }));
  const files = [
    [options.junit, async () => reportJunit(report, fileOf)],
    [options.sarif, async () => reportSarif(report, fileOf, await rootOf(context.cwd))],
  ] as const;
  const unwritten: string[] = [];
  for (const [file, make] of files) {
    if (file === undefined) continue;
    const why = await whyNotWritten(resolve(context.cwd, file), await make());
    if (why !== null) unwritten.push(why);
  }
  return unwritten;
}

/** Connected stores of the map that have no address: what a job forgot must not look as if all were well. */
const unaddressed = ({ map, manifest, readers }: OpenService): boolean =>
  map.stores.some(({ store }) => manifest.stores[store] !== undefined && readers[store] === undefined);

function exitOf(report: Report, { strict, unaddressed }: { strict: boolean; unaddressed: boolean }): number {
  // Whether somebody answers for a breach is not known then: a run may not say that nobody does.
  if (report.waiverIssues.length > 0) return 2;
  if (report.summary.broken > report.summary.waived) return 1;
  if (unaddressed) return 2;
  if (report.unreachable.length > 0) return 3;
  return strict && report.summary.unproven > 0 ? 1 : 0;
}
