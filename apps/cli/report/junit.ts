import type { CommitmentReport, Report } from "@avow/runtime/checks/verify";

/** Signs that XML 1.0 does not know, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const escaped = (text: string): string =>
  text.replace(NO_XML, "\ufffd").replace(/[&<>"'\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);

function outcome(c: CommitmentReport): string {
  const evidence = c.evidence
    .map((e) => `${e.what}${e.locator === undefined ? "" : ` (row ${e.locator})`}`)
    .join("\n");
  if (c.verdict === "broken") return `<failure message="${escaped(c.reason)}">${escaped(evidence)}</failure>`;
  return c.verdict === "unproven" ? `<skipped message="${escaped(c.reason)}"/>` : "";
}

/** One test case per commitment, one suite per promise; unproven is skipped, with its reason. */
export function junit(report: Report, fileOf: (name: string) => string): string {
  const suites = report.promises.map((p) => {
    const cases = p.commitments.map(
      (c) =>
        `    <testcase classname="${escaped(p.promise)}" name="${escaped(c.id)}" file="${escaped(fileOf(c.file))}" line="${c.line}">${outcome(c)}</testcase>`,
    );
    const count = (verdict: string): number => p.commitments.filter((c) => c.verdict === verdict).length;
    return `  <testsuite name="${escaped(p.promise)}" tests="${p.commitments.length}" failures="${count("broken")}" skipped="${count("unproven")}" timestamp="${report.at}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(report.service)}">\n${suites.join("\n")}\n</testsuites>\n`;
}
