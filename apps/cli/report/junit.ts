import type { CommitmentReport, Report } from "@avow/runtime/checks/report";

/** Signs that XML 1.0 does not know, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const escaped = (text: string): string =>
  text.replace(NO_XML, "\ufffd").replace(/[&<>"'\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);

function outcome(c: CommitmentReport): string {
  const evidence = c.evidence
    .map((e) => `${e.what}${e.locator === undefined ? "" : ` (row ${e.locator})`}`)
    .join("\n");
  // A waived breach fails no build, and is told all the same.
  if (c.waiver !== null)
    return `<skipped message="${escaped(`broken, waived until ${c.waiver.until} by ${c.waiver.owner} (${c.waiver.reason}): ${c.reason}`)}"/>`;
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
    const failed = p.commitments.filter((c) => c.verdict === "broken" && c.waiver === null).length;
    const skipped = p.commitments.filter((c) => c.verdict === "unproven" || c.waiver !== null).length;
    return `  <testsuite name="${escaped(p.promise)}" tests="${p.commitments.length}" failures="${failed}" skipped="${skipped}" timestamp="${report.at}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(report.service)}">\n${suites.join("\n")}\n</testsuites>\n`;
}
