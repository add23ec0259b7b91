/** `avow compile`: reads the policy and says what is wrong with it. */
import { coverageOf } from "@avow/core/policy/compile";
import { twinTable } from "@avow/core/policy/drift";
import { hasErrors } from "@avow/core/terms/issue";
import type { CliCommand, CommandContext } from "../../command.ts";
import { countIssues, formatIssues, issueJson } from "../../report/issues.ts";
import { type Loaded, loadPolicy } from "./load.ts";

export const command: CliCommand = {
  name: "compile",
  summary: "read the policy, and say what is wrong with it",
  configure(program) {
    program.addHelpText("after", "\nExit code: 0, or 2 when the policy has errors. Warnings do not count.");
  },
  async run(context) {
    const loaded = await loadPolicy(context.serviceFolder);
    if (context.json) context.stdout(`${JSON.stringify(jsonOf(loaded), null, 2)}\n`);
    else print(context, loaded);
    return hasErrors(loaded.issues) ? 2 : 0;
  },
};

function jsonOf({ compiled, further, issues }: Loaded) {
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
    issues: issues.map(issueJson),
  };
}

function print(context: CommandContext, { compiled, further, issues, sources }: Loaded): void {
  if (issues.length > 0) context.stdout(`${formatIssues(issues, sources)}\n`);
  const policy = compiled?.value ?? null;
  if (policy === null || compiled === null) {
    context.stdout(`${countIssues(issues)}\n`);
    return;
  }
  const { statements, bound, informed, coverage } = compiled.coverage;
  context.stdout(
    `${policy.service} ${policy.version}: ${policy.commitments.length} commitments, ${statements} statements ` +
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
