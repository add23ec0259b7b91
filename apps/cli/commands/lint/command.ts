/** `avow lint`: what does not fit together within a policy, or does not fit the law of the places that it names, and slips in its data maps. */
import { join, relative, resolve } from "node:path";
import { explain } from "@avow/core/policy/rules/lint/explain";
import { lint, RULES } from "@avow/core/policy/rules/lint/index";
import { byPlace, hasErrors, type Issue } from "@avow/core/terms/issue";
import { MANIFEST, readManifest } from "@avow/runtime/service/manifest";
import { type MapsRead, readMaps } from "@avow/runtime/service/maps";
import { z } from "zod";
import type { CliCommand, CommandContext } from "../../command.ts";
import { rootOf } from "../../report/artifact.ts";
import { issueJunit, issueSarif } from "../../report/issue-files.ts";
import { countIssues, formatIssues, issueJson } from "../../report/issues.ts";
import { whyNotWritten } from "../../report/target.ts";
import { loadPolicy } from "../compile/load.ts";

const optionsSchema = z.object({
  rules: z.boolean().default(false),
  quiet: z.boolean().default(false),
  sarif: z.string().optional(),
  junit: z.string().optional(),
});

const DESCRIBED = new Map(RULES.map((r) => [r.name, r.looksFor]));

export const lintCommand: CliCommand = {
  configure(program) {
    program
      .option("--rules", "list the rules and stop")
      .option("--quiet", "errors and warnings only, no notes")
      .option("--sarif <file>", "also write SARIF 2.1.0, for code review")
      .option("--junit <file>", "also write JUnit XML, one test case per rule")
      .addHelpText(
        "after",
        "\nExit code: 0, or 2 when there is an error. Warnings and notes do not count.\nThe law is data, not legal advice: spec/law.md says what it covers.",
      );
  },
  async run(context, given) {
    const options = optionsSchema.parse(given);
    if (options.rules) return listRules(context);
    const {
      compiled,
      further,
      issues: read,
      sources,
      explanations,
    } = await loadPolicy(context.serviceFolder);
    const policy = compiled?.value ?? null;
    if (policy === null) {
      const errors = read.filter((i) => i.severity === "error");
      context.stderr(`${formatIssues(errors, sources)}\nnothing was linted: mend the errors first\n`);
      if (context.json) context.stdout(`${JSON.stringify({ issues: errors.map(issueJson) }, null, 2)}\n`);
      return 2;
    }
    const others = further.flatMap((f) => f.value ?? []);
    const { issues, explained } = explain(lint(policy, context.now(), others), explanations, {
      policy,
      file: MANIFEST,
    });
    const maps = await mapsOf(context.serviceFolder);
    const found = [...issues, ...maps.issues].sort(byPlace);
    const shown = options.quiet ? found.filter((i) => i.severity !== "info") : found;
    const unwritten = await writeFiles(context, found, options);
    if (context.json)
      context.stdout(
        `${JSON.stringify({ service: policy.service, version: policy.version, issues: shown.map(issueJson) }, null, 2)}\n`,
      );
    else {
      if (shown.length > 0)
        context.stdout(`${formatIssues(shown, new Map([...sources, ...maps.sources]))}\n`);
      context.stdout(
        `${policy.service} ${policy.version}: ${RULES.length} rules, ${countIssues(shown)}${explained === 0 ? "" : ` (${explained} explained in ${MANIFEST})`}\n`,
      );
    }
    for (const reason of unwritten) context.stderr(`${reason}\n`);
    return hasErrors(found) || unwritten.length > 0 ? 2 : 0;
  },
};

async function mapsOf(folder: string): Promise<Pick<MapsRead, "issues" | "sources">> {
  const manifest = await readManifest(folder);
  if (manifest.value === null) return { issues: [], sources: new Map() };
  return await readMaps(folder, manifest.value.datamap);
}

function listRules(context: CommandContext): number {
  if (context.json)
    context.stdout(
      `${JSON.stringify({ rules: RULES.map(({ name, looksFor }) => ({ name, looksFor })) }, null, 2)}\n`,
    );
  else for (const { name, looksFor } of RULES) context.stdout(`${name}\n  ${looksFor}\n`);
  return 0;
}

/** Why what is not there could not be written. */
async function writeFiles(
  context: CommandContext,
  issues: readonly Issue[],
  { sarif, junit }: z.infer<typeof optionsSchema>,
): Promise<readonly string[]> {
  const fileOf = (name: string): string => relative(context.cwd, join(context.serviceFolder, name));
  const described = { rules: DESCRIBED, fileOf };
  const files = [
    ...(sarif === undefined
      ? []
      : [{ file: sarif, text: issueSarif(issues, { ...described, root: await rootOf(context.cwd) }) }]),
    ...(junit === undefined ? [] : [{ file: junit, text: issueJunit(issues, described) }]),
  ];
  const refused = await Promise.all(
    files.map(({ file, text }) => whyNotWritten(resolve(context.cwd, file), text)),
  );
  return refused.filter((r) => r !== null);
}
