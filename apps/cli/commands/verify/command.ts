import { writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Report } from "@avow/runtime/checks/verify";
import { type OpenService, openService } from "@avow/runtime/service/open";
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
  history: z.boolean().default(true),
});

export const verifyCommand: CliCommand = {
  name: "verify",
  summary: "check every promise on the live data; changes nothing in the stores",
  configure(program: Command) {
    program
      .option("--promise <id...>", "only these promises")
      .option("--require <verdict>", "`kept`: exit 1 on what is unproven, too")
      .option("--junit <file>", "also write a JUnit report")
      .option("--sarif <file>", "also write a SARIF report")
      .option("--no-history", "leave Avow's own record of since when a promise is kept or broken as it is")
      .addHelpText(
        "after",
        `
Reads the stores and writes nothing to them. In Avow's own database, which is started or made when there is none yet, it notes since when
each verdict holds, for each commitment as it is worded at the moment.

Exit codes: 0 no promise is broken (with --require kept: all are kept), 1 one is broken, 2 the input is wrong or the address of a store is
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
      const unwritten = await write(context, report, options.data);
      if (unwritten.length > 0) {
        context.stderr(`could not be written: ${unwritten.join(", ")}\n`);
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
    [options.junit, junit],
    [options.sarif, sarif],
  ] as const;
  const unwritten: string[] = [];
  for (const [file, make] of files) {
    if (file === undefined) continue;
    await writeFile(resolve(context.cwd, file), make(report, fileOf)).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error)) throw error;
      unwritten.push(`\`${file}\` (${String(error.code)})`);
    });
  }
  return unwritten;
}

/** Connected stores of the map that have no address: what a job forgot must not look as if all were well. */
const unaddressed = ({ map, manifest, readers }: OpenService): boolean =>
  map.stores.some(({ store }) => manifest.stores[store] !== undefined && readers[store] === undefined);

function exitOf(report: Report, { strict, unaddressed }: { strict: boolean; unaddressed: boolean }): number {
  if (report.summary.broken > 0) return 1;
  if (unaddressed) return 2;
  if (report.unreachable.length > 0) return 3;
  return strict && report.summary.unproven > 0 ? 1 : 0;
}
