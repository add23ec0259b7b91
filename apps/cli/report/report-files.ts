/** A report of promises as files that other tools read: JUnit for continuous integration, SARIF for code review. */
import type { CommitmentReport, Report } from "@avow/runtime/checks/report";
import type { Root } from "./artifact.ts";
import { type SarifResult, sarifFile } from "./sarif.ts";
import { escaped } from "./xml.ts";

function outcome(c: CommitmentReport): string {
  const evidence = c.evidence
    .map((e) => `${e.what}${e.locator === undefined ? "" : ` (row ${e.locator})`}`)
    .join("\n");
  // A waived breach fails no build, and is told all the same.
  if (c.waiver !== null)
    return `<skipped message="${escaped(`broken, waived until ${c.waiver.until} by ${c.waiver.owner} (${c.waiver.reason}): ${c.reason}`)}"/>`;
  if (c.verdict === "broken")
    return `<failure type="broken" message="${escaped(c.reason)}">${escaped(evidence)}</failure>`;
  return c.verdict === "unproven" ? `<skipped message="${escaped(c.reason)}"/>` : "";
}

/** One test case per commitment, one suite per promise; unproven is skipped, with its reason. `errors` and `type` say nothing more, and readers that hold files to Surefire's schema ask for them. */
export function reportJunit(report: Report, fileOf: (name: string) => string): string {
  const suites = report.promises.map((p) => {
    const cases = p.commitments.map(
      (c) =>
        `    <testcase classname="${escaped(p.promise)}" name="${escaped(c.id)}" file="${escaped(fileOf(c.file))}" line="${c.line}">${outcome(c)}</testcase>`,
    );
    const failed = p.commitments.filter((c) => c.verdict === "broken" && c.waiver === null).length;
    const skipped = p.commitments.filter((c) => c.verdict === "unproven" || c.waiver !== null).length;
    return `  <testsuite name="${escaped(p.promise)}" tests="${p.commitments.length}" errors="0" failures="${failed}" skipped="${skipped}" timestamp="${report.at}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escaped(report.service)}">\n${suites.join("\n")}\n</testsuites>\n`;
}

/** What is broken or unproven, at the line of the policy that promises it. */
export function reportSarif(report: Report, fileOf: (name: string) => string, root: Root): string {
  const commitments = report.promises.flatMap((p) => p.commitments);
  const results = report.promises.flatMap((p) =>
    p.commitments.flatMap((c) => resultOf(p.promise, c, fileOf)),
  );
  return sarifFile(results, { says: new Map(commitments.map((c) => [c.id, c.says])), root });
}

function resultOf(promise: string, c: CommitmentReport, fileOf: (name: string) => string): SarifResult[] {
  const level = c.verdict === "broken" ? "error" : c.verdict === "unproven" ? "note" : null;
  if (level === null) return [];
  const accepted =
    c.waiver === null
      ? {}
      : { accepted: `${c.waiver.reason} (waived until ${c.waiver.until} by ${c.waiver.owner})` };
  return [
    {
      ...{ rule: c.id, level, text: `${promise}: ${c.reason}` },
      file: fileOf(c.file),
      line: c.line,
      ...accepted,
    },
  ];
}
