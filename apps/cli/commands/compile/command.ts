/** `avow compile`: reads the policy and says what is wrong with it; with `--source`, also what became of the text it was written from. */
import { coverageOf } from "@avow/core/policy/compile";
import { twinTable } from "@avow/core/policy/drift";
import { byPlace, errorAt, hasErrors, type Issue } from "@avow/core/terms/issue";
import type { CliCommand, CommandContext } from "../../command.ts";
import { countIssues, formatIssues, issueJson } from "../../report/issues.ts";
import {
  type FidelityReport,
  readSources,
  reportFidelity,
  type Sources,
  showGaps,
  showReport,
  statementsJson,
  statementsYaml,
} from "./fidelity.ts";
import { type Loaded, loadPolicy } from "./load.ts";

const several = (file: string, before: readonly string[]): string[] => [...before, file];

export const command: CliCommand = {
  configure(program) {
    program
      .option(
        "--source <file>",
        "the text that the policy was written from: is every statement of it accounted for? (may be repeated)",
        several,
        [],
      )
      .option(
        "--statements",
        "with --source: print its statements as a fidelity file to fill in, and no more",
      )
      .addHelpText("after", "\nExit code: 0, or 2 when the policy has errors. Warnings do not count.");
  },
  async run(context, options) {
    const files = Array.isArray(options["source"]) ? options["source"].map(String) : [];
    const sources = await readSources(context.cwd, files);
    if (options["statements"] === true) return printStatements(context, sources);
    const loaded = await loadPolicy(context.serviceFolder);
    const { report, issues } = checked(loaded, sources);
    const shown = { ...loaded, issues, sources: new Map([...loaded.sources, ...sources.texts]) };
    if (context.json)
      context.stdout(`${JSON.stringify(jsonOf(shown, files.length > 0 ? report : null), null, 2)}\n`);
    else print(context, shown, files.length > 0 ? report : null);
    return hasErrors(issues) ? 2 : 0;
  },
};

function printStatements(context: CommandContext, { sources, issues, texts }: Sources): number {
  const none = errorAt(
    { file: "compile", line: 1, column: 1 },
    { code: "no-source", message: "`--statements` of which text?", fix: "name it with `--source FILE`" },
  );
  const wrong = sources.length === 0 && issues.length === 0 ? [none] : issues;
  if (wrong.length > 0) context.stderr(formatIssues(wrong, texts));
  if (context.json) context.stdout(`${JSON.stringify({ sources: statementsJson(sources) }, null, 2)}\n`);
  else if (wrong.length === 0) context.stdout(statementsYaml(sources));
  return wrong.length > 0 ? 2 : 0;
}

/** Fidelity's issues stop no policy: they come after it was read. */
function checked(
  { compiled, issues }: Loaded,
  sources: Sources,
): { readonly report: FidelityReport | null; readonly issues: readonly Issue[] } {
  const fidelity = compiled?.fidelity ?? null;
  const found: Issue[] = [...issues, ...sources.issues];
  if (fidelity !== null) {
    const report = reportFidelity(fidelity, compiled?.draft ?? null, sources.sources);
    return { report, issues: [...found, ...report.issues].sort(byPlace) };
  }
  const broken = compiled === null || hasErrors(issues);
  if (sources.sources.length > 0 && !broken) {
    const text = {
      code: "no-fidelity",
      message: "the service has no `fidelity.yaml`, so no statement of the source is accounted for",
      fix: "begin one with `avow compile --source FILE --statements`",
    };
    found.push(errorAt({ file: "avow.yaml", line: 1, column: 1 }, text));
  }
  const statements = sources.sources.reduce((n, s) => n + s.statements.length, 0);
  const counts = {
    statements,
    enforced: 0,
    attested: 0,
    informs: 0,
    contradicts: 0,
    gap: 0,
    unmapped: statements,
  };
  return { report: { counts, issues: [], told: [] }, issues: found.sort(byPlace) };
}

function jsonOf({ compiled, further, issues }: Loaded, report: FidelityReport | null) {
  const policy = compiled?.draft ?? null;
  const coverage = compiled?.coverage ?? coverageOf([]);
  return {
    service: policy?.service ?? null,
    version: policy?.version ?? null,
    hash: compiled?.value?.hash ?? null,
    ...coverage,
    locales: further.flatMap(({ draft, coverage: own }) =>
      draft === null ? [] : [{ locale: draft.locale, file: draft.file, ...own }],
    ),
    commitments: (policy?.commitments ?? []).map(({ id, kind, promises, origin, section, span }) => ({
      id,
      kind,
      promises,
      origin,
      section,
      line: span.line,
    })),
    ...(report === null ? {} : { fidelity: report.counts }),
    ...(policy === null || policy.gaps.length === 0 ? {} : { gaps: policy.gaps }),
    issues: issues.map(issueJson),
  };
}

function print(
  context: CommandContext,
  { compiled, further, issues, sources }: Loaded,
  report: FidelityReport | null,
): void {
  if (issues.length > 0) context.stdout(`${formatIssues(issues, sources)}\n`);
  const policy = compiled?.value ?? null;
  if (report !== null) context.stdout(showReport(report));
  if (policy === null || compiled === null) {
    context.stdout(`${countIssues(issues)}\n`);
    return;
  }
  const { statements, bound, informed, coverage } = compiled.coverage;
  context.stdout(
    `${showGaps(policy)}${policy.service} ${policy.version}: ${policy.commitments.length} commitments, ${statements} statements ` +
      `(${bound} bound, ${informed} informing, ${statements - bound - informed} unbound), coverage ${Math.floor(coverage * 1000) / 10} %\n` +
      `hash ${policy.hash}\n`,
  );
  for (const { value, coverage: own } of further) {
    if (value === null) continue;
    context.stdout(
      `${value.locale} (${value.file}): ${own.statements} statements (${own.bound} bound, ${own.informed} informing)\n`,
    );
    for (const row of twinTable(policy, value))
      context.stdout(
        `  §${row.section}: ${row.first} statements in ${policy.locale}, ${row.other} in ${value.locale}\n`,
      );
  }
  context.stdout(`${countIssues(issues)}\n`);
}
